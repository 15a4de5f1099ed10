"""What stands under data/: every answer can be asked for, every fact is answered, nothing is promised or invented."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import pytest
import yaml

from bot.nlu.normalize import normalize
from bot.rules.policy import load_policy
from bot.settings import ROOT
from tests.bench.nlu_data import sentences

ANSWERED = ("faq/", "chitchat/", "refuse/", "human/")
LONGEST = 170
FACTS = {f"F{number}" for number in range(1, 61)}


def _responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
    return found


RESPONSES = _responses()
SENTENCES = sentences()
LEAVES = sorted({leaf for _, leaf in SENTENCES})
ASKED = sorted(leaf for leaf in LEAVES if leaf.startswith(ANSWERED))
ANSWERS = sorted(name.removeprefix("utter_") for name in RESPONSES if "/" in name)
PLACEHOLDERS = load_policy(ROOT / "data" / "policy.yml").placeholders()


class _Filled(dict):
    """The policy's values; what an action fills in at run time shows as an ellipsis."""

    def __missing__(self, hole: str) -> str:
        return "…"


def metadata(leaf: str) -> dict[str, Any]:
    return RESPONSES[f"utter_{leaf}"][0].get("metadata") or {}


def said(name: str) -> list[str]:
    """Everything that the response may say: each variation under each lead, filled from the policy."""
    claims = (RESPONSES[name][0].get("metadata") or {}).get("claims") or []
    known = _Filled(PLACEHOLDERS)
    leads = [claim["say"].format_map(known) for claim in claims] or [""]
    return [
        variation["text"].format_map(_Filled(PLACEHOLDERS, lead=lead))
        for variation in RESPONSES[name]
        for lead in (leads if "{lead}" in variation["text"] else [""])
    ]


EVERYTHING_SAID = [(name, text) for name in RESPONSES for text in said(name)]


def test_sixty_leaves_and_2500_sentences():
    assert len(LEAVES) >= 60
    assert len({text for text, _ in SENTENCES}) >= 2500


def test_whatever_can_be_asked_has_an_answer():
    assert sorted(set(ASKED) - set(ANSWERS)) == []


def test_every_answer_can_be_asked_for():
    assert sorted(leaf for leaf in set(ANSWERS) - set(ASKED) if leaf.startswith(ANSWERED)) == []


def test_each_answer_stands_once():
    names = [
        name
        for path in (ROOT / "data" / "responses").glob("*.yml")
        for name in re.findall(r"^  (utter_\S+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_answer_has_a_title_and_context():
    bare = [leaf for leaf in ASKED if not metadata(leaf).get("title") or not metadata(leaf).get("context")]

    assert bare == []


def test_no_two_answers_share_a_title():
    titles = Counter(normalize(metadata(leaf).get("title", "")).text for leaf in ANSWERS)

    assert [title for title, times in titles.items() if times > 1] == []


def test_next_questions_exist_and_are_three_at_most():
    wrong = {
        name: following
        for name, variations in RESPONSES.items()
        if (following := (variations[0].get("metadata") or {}).get("next", []))
        and (len(following) > 3 or any(leaf not in ANSWERS for leaf in following))
    }

    assert wrong == {}


def test_no_answer_offers_itself():
    assert [leaf for leaf in ANSWERS if leaf in metadata(leaf).get("next", [])] == []


def test_every_fact_is_answered():
    answered = {fact for leaf in ANSWERS for fact in metadata(leaf).get("facts", [])}

    assert sorted(FACTS - answered, key=lambda fact: int(fact[1:])) == []


def test_every_fact_named_exists():
    unknown = {
        fact for leaf in ANSWERS for fact in metadata(leaf).get("facts", []) if not re.fullmatch(r"[FE][1-9]\d?", fact)
    }

    assert unknown == set()


def test_every_placeholder_is_known_and_every_lead_has_claims():
    allowed = {*PLACEHOLDERS, "lead"}
    unknown, leadless = set(), set()
    for name, variations in RESPONSES.items():
        if not name.removeprefix("utter_").startswith(ANSWERED):
            continue
        claims = (variations[0].get("metadata") or {}).get("claims") or []
        texts = [v["text"] for v in variations] + [claim["say"] for claim in claims]
        unknown |= {(name, hole) for text in texts for hole in re.findall(r"{(\w*)}", text) if hole not in allowed}
        if any("{lead}" in v["text"] for v in variations) and not claims:
            leadless.add(name)

    assert unknown == set()
    assert leadless == set()


def test_every_claim_is_a_pattern_and_the_last_one_always_fits():
    endless = []
    for leaf in ANSWERS:
        claims = metadata(leaf).get("claims") or []
        for claim in claims:
            re.compile(claim.get("if", ""))
        if claims and ("if" in claims[-1] or any("if" not in claim for claim in claims[:-1])):
            endless.append(leaf)

    assert endless == []


def test_answers_are_short():
    long = {
        name: len(text.replace("**", "")) for name, text in EVERYTHING_SAID if len(text.replace("**", "")) > LONGEST
    }

    assert long == {}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("phone number", r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4})(?!\d)"),
        ("discount", r"\d+(\.\d+)? ?%.{0,4}(折扣|优惠|返点|利润|佣金)|(折扣|优惠|返点|利润|佣金).{0,4}\d+(\.\d+)? ?%"),
        ("discount in words", r"[\d一二三四五六七八九]+(\.\d+)?折(?!扣)|\d+ ?个点"),
        ("tax rate", r"税率(是|为|：)? ?\d|\d+ ?%的?(税|增值税)"),
        ("price", r"[¥￥$]\s?\d|\d+ ?元"),
        ("mail address", r"[\w.]+@[\w.]+"),
        ("the author's rude word", r"蛋疼"),
    ],
)
def test_no_answer_holds_what_the_sheet_forbids(what, pattern):
    found = [(name, match[0]) for name, text in EVERYTHING_SAID if (match := re.search(pattern, text))]

    assert found == []


def test_no_answer_promises_anything():
    promise = re.compile(r"保证(?!金)|担保(?!方)|一定能|肯定能|绝对|包您|打包票|百分之百|没有任何风险")
    found = [
        (name, clause)
        for name, text in EVERYTHING_SAID
        for clause in re.split(r"[，。；：！？\n]", text)
        if (match := promise.search(clause)) and not re.search(r"不|无法|没|别|未", clause[: match.start()])
    ]

    assert found == []


def test_what_the_policy_holds_stands_nowhere_else():
    own_words = [
        (name, text)
        for name, variations in RESPONSES.items()
        for text in [v["text"] for v in variations]
        + [c["say"] for c in (variations[0].get("metadata") or {}).get("claims") or []]
    ]
    held = ["as_of", "expected_when", "webdirect_change", "sync_builtin", "human_contact", "human_hours"]

    repeated = [(name, key) for name, text in own_words for key in held if PLACEHOLDERS[key] in text]

    assert repeated == []


def test_no_sentence_asks_for_two_answers():
    places = defaultdict(set)
    for text, leaf in SENTENCES:
        places[re.sub(r"\W", "", normalize(text).text)].add(leaf)

    assert {text: leaves for text, leaves in places.items() if len(leaves) > 1} == {}


def test_every_leaf_has_enough_sentences_to_learn_from():
    counted = Counter(leaf for _, leaf in SENTENCES)

    assert {leaf: times for leaf, times in counted.items() if times < 12} == {}
