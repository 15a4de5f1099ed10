"""Many patterns at once find what each alone finds."""

import re
import sre_parse

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.concepts import CONCEPTS_FILE
from bot.nlu.literals import PatternSet, required_literals
from tests.bench import nlu_data


def test_every_concept_is_found_as_by_itself():
    patterns = list(yaml.safe_load(CONCEPTS_FILE.read_text(encoding="utf-8")).values())
    found_in, alone = PatternSet(patterns).found_in, list(map(re.compile, patterns))

    for text in nlu_data.normal([text for text, _ in nlu_data.sentences()][::7]):
        assert found_in(text) == [number for number, pattern in enumerate(alone) if pattern.search(text)]


_TRICKY = (
    "a|bc", "a?b", "(ab|c)d?", "(?:ab)+c", "a{2,3}b", "a.b", "[ab]c", "[^a]b", "(?<!a)b", "a(?=b)", "^ab", "b$", "a*", r"\d",
    "(a|)b", "((a|b)(a|b|c)){1,2}c", "c(?!a).*b",
)  # fmt: skip


@given(text=st.text(alphabet="abc1", max_size=8))
def test_nothing_is_missed_whatever_the_pattern(text):
    assert PatternSet(_TRICKY).found_in(text) == [
        number for number, pattern in enumerate(_TRICKY) if re.search(pattern, text)
    ]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("骑缝章?", {"骑缝", "骑缝章"}),
        ("什么(时候|章)", {"什么时候", "什么章"}),
        ("几(天|个?月).{0,3}没开通", {"没开通"}),
        ("多.久", {"多"}),
        ("(?<![a-z])sla(?![a-z])", {"sla"}),
        ("a*", None),
    ],
)
def test_the_words_are_as_long_as_can_be(pattern, words):
    found = required_literals(sre_parse.parse(pattern))

    assert (found and set(found)) == words


@pytest.mark.parametrize("patterns", [[], ["a*"]])
def test_patterns_without_words_are_searched_for(patterns):
    assert PatternSet(patterns).found_in("骑缝章\0") == list(range(len(patterns)))
