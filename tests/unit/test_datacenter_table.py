"""The table in docs/ is what the rules say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_table_in_docs_is_what_the_rules_and_the_policy_say():
    command = [sys.executable, "-m", "tests.bench.datacenter_table", "--check"]
    assert subprocess.run(command, cwd=ROOT).returncode == 0, f"run {' '.join(command[1:3])}"
