"""What a text was perhaps meant to be."""

import math

import pytest

from bot.nlu.spelling import LARGEST_SHARE, LanguageModel, Speller
from tests.bench import nlu_data


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller.fit(nlu_data.normal([text for text, _ in nlu_data.sentences()]))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("服务协议盖骑风张", "服务协议盖骑缝章"),  # two slips
        ("原件什么时候记给云总代", "原件什么时候寄给云总代"),
        ("祸款到账几天开通", "货款到账几天开通"),
        ("扫秒件发给谁", "扫描件发给谁"),
        ("域明怎么选", "域名怎么选"),
        ("服务协要盖什么章", "服务协议要盖什么章"),
        ("世互联是谁", "世纪互联是谁"),
        ("怎么解除定", "怎么解除绑定"),
    ],
)
def test_a_slip_is_seen(speller, typed, meant):
    assert meant in [text for text, _ in speller.readings(typed)]


@pytest.mark.parametrize("typed", ["服务协议盖骑缝章", "元件", "心情不好", "CSP20260105001", "hello world", "", "。"])
def test_what_is_usual_or_unknown_is_left_alone(speller, typed):
    assert speller.readings(typed) == []


def test_the_text_as_it_came_weighs_at_least_as_much_as_all_readings(speller):
    weights = [weight for _, weight in speller.readings("合作些议盖什么章")]

    assert weights == sorted(weights, reverse=True)
    assert 0.9 * LARGEST_SHARE < sum(weights) <= LARGEST_SHARE


def test_new_sentences_without_a_slip_are_hardly_read_otherwise():
    texts = nlu_data.normal([text for text, _ in nlu_data.sentences()])
    speller = Speller.fit([text for number, text in enumerate(texts) if number % 37])
    weights = [sum(weight for _, weight in speller.readings(text)) for text in texts[::37]]

    assert 0 < sum(weights) / len(weights) < 0.15


def test_the_language_model_shares_out_all_probability():
    model = LanguageModel.fit(["盖骑缝章", "盖公章", "骑缝章盖哪", "寄原件"])
    characters = {ngram for ngram in model.log_probabilities if len(ngram) == 1}

    for before in ("盖骑", "盖公", "没有", "骑缝"):
        known = sum(math.exp(model.log_probability(before + char)) for char in characters)
        strange = math.exp(model.log_probability(before + "魑")) * (6000 - len(characters))
        assert known + strange == pytest.approx(1)


def test_what_was_seen_is_likelier():
    model = LanguageModel.fit(["盖骑缝章", "盖公章"])

    assert model.log_probability("骑缝章") > model.log_probability("骑缝公") > model.log_probability("骑缝魑")
