"""Score a classifier on the exams in tests/questions: questions by authors who saw no training data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.nlu.classifier import FALLBACK, LeafClassifier
from bot.nlu.leaf_model import LeafModel
from bot.nlu.normalize import normalize
from bot.settings import ROOT

QUESTIONS = ROOT / "tests" / "questions" / "heldout.yml"
"""Also what the benches of speed ask."""
EXAMS = sorted((ROOT / "tests" / "questions").glob("*.yml"))
SEVERAL = sorted((ROOT / "tests" / "questions" / "several").glob("*.yml"))
"""Messages with two or three questions, and some that only look so."""


@dataclass
class Score:
    """Counts over the questions; ``misses`` holds (question, expected, found)."""

    single: int = 0
    right: int = 0
    asked: int = 0
    wrong: int = 0
    double: int = 0
    double_right: int = 0
    overdone: int = 0
    """Single questions that were taken for several."""
    misses: list[tuple[str, list[str], str]] = field(default_factory=list)


def score_exam(model: LeafModel, exam: Path, **config: float) -> Score:
    """Classify every question of ``exam`` as the running assistant would, without its conversation; with another ``config`` if given."""
    config = {**LeafClassifier.get_default_config(), **config}
    classifier = LeafClassifier(config, None, None, model)  # type: ignore[arg-type]
    score = Score()
    for entry in yaml.safe_load(exam.read_text(encoding="utf-8")):
        said = classifier.classify(normalize(str(entry["say"])).text)
        found = {q["leaf"] for q in said["questions"]} if said["leaf"] != FALLBACK else set()
        if "both" in entry:
            score.double += 1
            ok = set(entry["both"]) <= found
            score.double_right += ok
        else:
            expected = entry["leaf"] if isinstance(entry["leaf"], list) else [entry["leaf"]]
            ok = said["leaf"] in expected
            score.single += 1
            score.right += ok
            score.asked += said["leaf"] == FALLBACK
            score.wrong += not ok and said["leaf"] != FALLBACK
            score.overdone += len(found) > 1
        if not ok:
            score.misses.append((entry["say"], entry.get("both") or expected, said["leaf"]))
    return score
