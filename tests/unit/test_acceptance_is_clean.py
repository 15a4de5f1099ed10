"""No sentence of the acceptance questions stands in data/: their score would no longer measure anything."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.nlu.normalize import normalize
from bot.settings import ROOT

FOLDER = Path(os.environ.get("CSP_ACCEPTANCE") or ROOT.parent / "shared" / "acceptance")
CONTAINED_FROM = 8
"""Characters from which a sentence must not stand inside a longer one either."""

pytestmark = pytest.mark.skipif(not list(FOLDER.glob("*.yml")), reason=f"no acceptance questions in {FOLDER}")


def plain(text: str) -> str:
    """Letters and digits of the normal form."""
    return re.sub(r"[\W_]", "", normalize(text).text)


def dialogues() -> Iterator[dict]:
    for path in sorted(FOLDER.glob("*.yml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8")) or []


def asked() -> dict[str, str]:
    """Each acceptance sentence in its plain form, and the dialogue it is from; of one with a name to fill in, its longest part."""
    found = {}
    for dialogue in dialogues():
        for turn in dialogue["turns"]:
            parts = [plain(part) for part in re.split(r"{\w+}", turn["say"])]
            longest = max(parts, key=len)
            if longest and (len(parts) == 1 or len(longest) >= CONTAINED_FROM):
                found.setdefault(longest, dialogue["id"])
    return found


def lines_of_data() -> Iterator[tuple[str, str]]:
    """Where each line of data/ stands, and the line in its plain form."""
    for path in sorted((ROOT / "data").rglob("*.yml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line.strip().removeprefix("- "))
            yield f"{path.relative_to(ROOT)}:{number}", plain(text)


@pytest.fixture(scope="module")
def questions() -> dict[str, str]:
    return asked()


def test_there_are_questions_to_look_for(questions):
    assert len(questions) >= 20


def test_no_acceptance_sentence_is_a_line_of_data(questions):
    # Only where it stands is told, so that whoever mends the data need not read the question.
    copied = [(place, questions[line]) for place, line in lines_of_data() if line in questions]

    assert copied == []


def test_no_longer_acceptance_sentence_stands_inside_a_line_of_data(questions):
    long = {text: dialogue for text, dialogue in questions.items() if len(text) >= CONTAINED_FROM}

    copied = [(place, long[text]) for place, line in lines_of_data() for text in long if text in line]

    assert copied == []
