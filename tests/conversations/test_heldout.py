"""How well the trained model reads questions that were written without sight of its training data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

QUESTIONS = Path(__file__).parent.parent / "questions"
EXAMS = sorted(QUESTIONS.glob("*.yml"))
FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Read:
    """One question, what it asks for, and what the model took it for."""

    say: str
    wanted: list[str]
    leaf: str
    best: str
    confidence: float
    questions: list[str]

    @property
    def direct(self) -> bool:
        """Whether it is answered without asking back."""
        return self.leaf != FALLBACK

    @property
    def right(self) -> bool:
        return self.leaf in self.wanted


def _wanted(entry: dict[str, Any]) -> list[str]:
    leaf = entry.get("both") or entry["leaf"]
    return leaf if isinstance(leaf, list) else [leaf]


@pytest.fixture(scope="module", params=EXAMS, ids=lambda exam: exam.stem)
def entries(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read(entries, parse) -> dict[str, list[Read]]:
    """Every question as the model reads it: the single ones, and those that ask two things."""
    found: dict[str, list[Read]] = {"single": [], "both": []}
    for entry in entries:
        result = parse(entry["say"])
        ranking = result["intent_ranking"]
        found["both" if "both" in entry else "single"].append(
            Read(
                say=entry["say"],
                wanted=_wanted(entry),
                leaf=result["leaf"],
                best=ranking[0]["name"] if ranking else FALLBACK,
                confidence=result["intent"]["confidence"],
                questions=[question["leaf"] for question in result["questions"]],
            )
        )
    return found


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_exam_is_large_and_covers_every_answer(entries):
    asked = {leaf for entry in entries for leaf in _wanted(entry)}

    assert len(entries) >= 400
    assert len({leaf for leaf in asked if leaf.startswith("faq/")}) >= 60


def test_nine_of_ten_questions_are_read_right(read, capsys):
    single = read["single"]
    share = _share([question.best in question.wanted for question in single])
    strict = _share([question.right for question in single])
    with capsys.disabled():
        print(
            f"\nheld out: {len(single)} single questions, nearest leaf right {share:.3f}, answered right {strict:.3f}"
        )

    assert strict >= 0.90


def test_direct_answers_are_seldom_wrong(read, capsys):
    direct = [question for question in read["single"] if question.direct]
    share = _share([question.right for question in direct])
    with capsys.disabled():
        print(f"\nheld out: {len(direct)} of {len(read['single'])} answered directly, right {share:.3f}")

    assert len(direct) >= len(read["single"]) / 2
    assert share >= 0.92


@pytest.mark.parametrize("exam", sorted(QUESTIONS.rglob("*.yml")), ids=lambda exam: str(exam.relative_to(QUESTIONS)))
def test_several_questions_in_one_message_are_found(exam, parse, capsys):
    entries = yaml.safe_load(exam.read_text(encoding="utf-8"))
    found = [({q["leaf"] for q in parse(entry["say"])["questions"]}, entry) for entry in entries]
    all_found = [set(entry["both"]) <= leaves for leaves, entry in found if "both" in entry]
    overdone = [len(leaves) > 1 for leaves, entry in found if "both" not in entry]
    if not all_found:
        pytest.skip("this exam asks one thing at a time")
    with capsys.disabled():
        print(
            f"\n{exam.stem}: all of several found {_share(all_found):.3f}, single taken for several {_share(overdone):.3f}"
        )

    assert _share(all_found) >= 0.65
    assert _share(overdone) <= 0.15


def test_strangers_seldom_get_an_answer_from_the_facts(read, capsys):
    strangers = [question for question in read["single"] if all(w.startswith("refuse/") for w in question.wanted)]
    share = _share([question.leaf.startswith("faq/") for question in strangers])
    with capsys.disabled():
        print(f"\nheld out: {len(strangers)} strangers, answered from the facts {share:.3f}")

    assert strangers
    assert share <= 0.15


def test_same_question_in_the_same_words_is_read_the_same(read, parse):
    first = read["single"][0]

    again = parse(first.say)

    assert (again["leaf"], again["intent"]["confidence"]) == (first.leaf, pytest.approx(first.confidence))
