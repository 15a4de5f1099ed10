"""Picking one of the options that stand in the conversation on the server."""

import pytest
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.options import offered_options, pick_option

BUTTONS = [
    {"title": "服务协议怎么盖章？", "payload": "服务协议怎么盖章？", "leaf": "faq/seal"},
    {"title": "全流程要多久？", "payload": "全流程要多久？", "leaf": "faq/total_time"},
    {"title": "O365 多少钱？", "payload": "O365 多少钱？", "leaf": "faq/price"},
]


def said(text: str, intent: str = "faq") -> UserUttered:
    return UserUttered(text, intent={"name": intent, "confidence": 0.9})


def talk(*events) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("rest:test", list(events), [])


@pytest.fixture
def offered() -> DialogueStateTracker:
    return talk(said("请问"), BotUttered("您想问的是下面哪一个？", data={"buttons": BUTTONS}))


@pytest.fixture
def offered_after_a_miss() -> DialogueStateTracker:
    return talk(said("那个啥", "nlu_fallback"), BotUttered("您想问的是下面哪一个？", data={"buttons": BUTTONS}))


def leaf_of(parse) -> str | None:
    return parse and parse["leaf"]


@pytest.mark.parametrize("typed", ["2", "２", "二", "2.", "选2", "我选2", "2号", "②"])
def test_number_picks_the_option_in_its_place(offered, typed):
    assert leaf_of(pick_option(typed, offered)) == "faq/total_time"


@pytest.mark.parametrize("typed", ["第二个", "第2个", "第二个吧", "第二项", "就第二个", "選第二個"])
def test_ordinal_picks_the_option_in_its_place(offered, typed):
    assert leaf_of(pick_option(typed, offered)) == "faq/total_time"


@pytest.mark.parametrize("typed", ["最后一个", "选最后一个"])
def test_the_last_one_picks_the_last_option(offered, typed):
    assert leaf_of(pick_option(typed, offered)) == "faq/price"


@pytest.mark.parametrize("typed", ["服务协议怎么盖章？", "服务协议怎么盖章", " 服務協議怎麼蓋章 ", "服务协议怎么盖章!"])
def test_words_of_a_button_pick_it(offered, typed):
    assert leaf_of(pick_option(typed, offered)) == "faq/seal"


def test_pick_is_the_button_as_the_server_knows_it(offered):
    assert pick_option("1", offered) == BUTTONS[0]


@pytest.mark.parametrize("typed", ["是的", "对", "嗯嗯", "好的"])
def test_yes_after_asking_back_takes_the_nearest_topic(offered_after_a_miss, typed):
    assert leaf_of(pick_option(typed, offered_after_a_miss)) == "faq/seal"


def test_yes_after_an_answer_picks_nothing(offered):
    assert pick_option("好的", offered) is None


@pytest.mark.parametrize("typed", ["1", "第一个", "最后一个", "服务协议怎么盖章？", "是的"])
def test_nothing_offered_nothing_picked(typed):
    assert pick_option(typed, talk(said("你好"), BotUttered("您好，请讲。"))) is None


@pytest.mark.parametrize("typed", ["1", "服务协议怎么盖章？"])
def test_first_message_of_a_conversation_picks_nothing(typed):
    assert pick_option(typed, talk()) is None


@pytest.mark.parametrize(
    "typed",
    [
        "4",  # beyond what was offered
        "0",
        "第九个",
        "采购订单模板在哪？",  # the title of another answer
        "faq/seal",
        "/faq/seal",
        '/faq{"leaf": "faq/discount_amount"}',
        "",
        "😀",
        "12",
        "2个人",
        "盖章",
    ],
)
def test_client_cannot_pick_what_was_not_offered(offered, typed):
    assert pick_option(typed, offered) is None


def test_options_of_an_earlier_turn_are_gone(offered):
    offered.update(said("谢谢", "chitchat"))
    offered.update(BotUttered("不客气。"))

    assert pick_option("1", offered) is None


def test_buttons_of_all_messages_of_the_turn_count_in_the_order_shown():
    tracker = talk(
        said("请问"), BotUttered("一", data={"buttons": BUTTONS[:1]}), BotUttered("二", data={"buttons": BUTTONS[1:]})
    )

    assert offered_options(tracker) == BUTTONS


@pytest.mark.parametrize(("typed", "leaf"), [("1", None), ("第二个", None), ("全流程要多久", "faq/total_time")])
def test_options_without_numbers_are_picked_by_their_words_only(typed, leaf):
    unnumbered = [{**button, "numbered": False} for button in BUTTONS]
    tracker = talk(said("请问"), BotUttered("国内多少人？", data={"buttons": unnumbered}))

    assert leaf_of(pick_option(typed, tracker)) == leaf
