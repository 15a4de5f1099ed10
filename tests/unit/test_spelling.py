"""Repairing what a slip of the input method did."""

import pytest

from bot.nlu.spelling import Speller
from tests.bench import nlu_data


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller.fit(nlu_data.normal([text for text, _ in nlu_data.sentences()]))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("服务协议盖骑风张", "服务协议盖骑缝章"),
        ("原件什么时候记给云总代", "原件什么时候寄给云总代"),
        ("祸款到账几天开通", "货款到账几天开通"),
        ("扫秒件发给谁", "扫描件发给谁"),
        ("域明怎么选", "域名怎么选"),
    ],
)
def test_a_homophone_that_stands_in_no_word_is_put_right(speller, typed, meant):
    assert speller.swapped(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("服务协要盖什么章", "服务协议要盖什么章"),
        ("世互联是谁", "世纪互联是谁"),
    ],
)
def test_a_character_left_out_is_put_back(speller, typed, meant):
    completed = speller.completed(typed)

    assert meant in [text for text, _ in completed]
    assert sum(weight for _, weight in completed) == pytest.approx(1)


@pytest.mark.parametrize(
    "typed", ["服务协议盖骑缝章", "元件", "心情不好", "CSP20260105001", "hello world", "", "。", "晨光贸易那单到哪了"]
)
def test_what_is_usual_or_unknown_is_left_alone(speller, typed):
    assert speller.swapped(typed) == typed


def test_few_sentences_are_touched_of_which_some_have_typos(speller):
    texts = nlu_data.normal([text for text, _ in nlu_data.sentences()])[::37]

    assert sum(speller.swapped(text) != text for text in texts) / len(texts) < 0.04
