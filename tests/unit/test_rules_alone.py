"""The rules stand alone: no framework, no database and nothing else of the project is loaded with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted(f"bot.rules.{path.stem}" for path in (ROOT / "bot" / "rules").glob("*.py") if path.stem != "__init__")


def test_rules_load_nothing_but_libraries_of_their_own():
    program = f"import sys, {', '.join(RULES)}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    assert set(RULES) <= loaded
    assert not loaded & {"rasa", "rasa_sdk", "sqlalchemy", "tensorflow", "sanic", "spacy"}
    assert {name for name in loaded if name.startswith(("bot.", "actions"))} == {*RULES, "bot.rules"}
