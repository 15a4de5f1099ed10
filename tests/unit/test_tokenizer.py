"""Words of a message: the project's own, with true offsets, and no one else's jieba disturbed."""

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.lexicon import dictionary_words
from bot.nlu.normalize import normalize
from bot.nlu.tokenizer import DomainTokenizer, segmenter, tokens_of

ORIGINALS = [
    "云总代收到货款后几天开通",
    "请问 Office 365 商業高級版 多少钱",
    "ＣＳＰ　下单\t要\u200b骑缝章🙏吗？",
    "盖什么章 原件寄哪",
    "hello  world",
]


@pytest.mark.parametrize("word", ["云总代", "骑缝章", "采购订单", "协议编号", "数据中心"])
def test_word_of_the_trade_stays_whole(word):
    words = [token.text for token in tokens_of(normalize(f"请问{word}是什么"))]

    assert word in words


@pytest.mark.parametrize("original", ORIGINALS)
def test_no_token_is_white_space(original):
    tokens = tokens_of(normalize(original))

    assert tokens
    assert all(token.text.strip() == token.text for token in tokens)


@pytest.mark.parametrize("original", ORIGINALS)
def test_offsets_lead_to_the_words_of_the_original(original):
    for token in tokens_of(normalize(original)):
        if token.text not in "，？":
            assert token.text in normalize(original[token.start : token.end]).text


def test_offsets_of_a_respelled_name_cover_all_that_was_typed():
    original = "买 Office 365 吗"

    named = [token for token in tokens_of(normalize(original)) if token.text in "office365"]

    assert named
    assert {original[token.start : token.end] for token in named} == {"Office 365"}


@given(st.text(alphabet="云总代盖章服務協議oO365ＣＳＰ \t\u200b🙏，?", max_size=30))
@settings(max_examples=200)
def test_tokens_of_any_text_are_in_order_and_inside_it(original):
    tokens = tokens_of(normalize(original))

    assert all(0 <= token.start < token.end <= len(original) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


def test_message_without_words_has_no_tokens():
    assert tokens_of(normalize("🙏 \u200b")) == []


def test_jieba_of_others_does_not_know_our_words():
    jieba.dt.initialize()
    fresh = jieba.Tokenizer()
    fresh.initialize()

    ours = segmenter()

    assert all(word in ours.FREQ for word in dictionary_words())
    assert jieba.dt.FREQ == fresh.FREQ


def test_component_reads_the_normal_form_of_the_message():
    tokenizer = DomainTokenizer.create(DomainTokenizer.get_default_config())

    tokens = tokenizer.tokenize(Message({"text": "選　騎縫章"}), "text")

    assert [(token.text, token.start, token.end) for token in tokens] == [("选", 0, 1), ("骑缝章", 2, 5)]
