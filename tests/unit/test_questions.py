"""One message, several questions."""

import pytest

from bot.nlu.normalize import normalize
from bot.nlu.questions import MAX_PARTS, asks, question_parts, unmarked_borders


def parts(typed: str) -> list[str]:
    return question_parts(normalize(typed).text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("盖什么章？原件啥时候寄", ["盖什么章", "原件啥时候寄"]),
        ("服务协议盖什么章，另外原件什么时候寄", ["服务协议盖什么章", "原件什么时候寄"]),
        ("多久开通还有密码发给谁", ["多久开通", "密码发给谁"]),
        ("第一，合作协议每单都签吗；第二，要不要骑缝章", ["合作协议每单都签吗", "要不要骑缝章"]),
        ("1、付款给谁 2、几天开通", ["付款给谁", "几天开通"]),
        ("一周能走完吗，付款给谁", ["一周能走完吗", "付款给谁"]),
    ],
)
def test_two_questions_are_parted(typed, expected):
    assert parts(typed) == expected


@pytest.mark.parametrize("typed", ["服务协议盖什么章", "盖什么章", "不是公章吧？", "您好，请问服务协议怎么盖章"])
def test_one_question_stays_whole(typed):
    assert parts(typed) == []


def test_scraps_too_short_to_ask_anything_are_not_parted():
    assert parts("嗯？好？服务协议盖什么章？") == []


def test_a_wall_of_questions_is_read_from_its_beginning():
    wall = "".join(f"第{n}个问题是什么呢？" for n in range(10, 10 + MAX_PARTS + 1))

    assert parts(wall) == [f"第{n}个问题是什么呢" for n in range(10, 10 + MAX_PARTS)]


def test_nothing_said_has_no_parts():
    assert parts("") == []


@pytest.mark.parametrize("typed", ["盖什么章", "原件寄到哪里", "不是公章吧", "听说可以月付", "能换吗"])
def test_question_asks(typed):
    assert asks(normalize(typed).text)


@pytest.mark.parametrize("typed", ["客户盖好章了", "我们上周签了协议", "款已经付了"])
def test_statement_does_not_ask(typed):
    assert not asks(normalize(typed).text)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("原件什么时候寄服务协议盖什么章", "原件什么时候寄"),
        ("年中能加人吗钱能按季度付不", "年中能加人吗"),
        ("骑缝章客户盖还是我盖采购订单谁填", "骑缝章客户盖还是我盖"),
    ],
)
def test_voice_input_may_be_parted_after_an_asking_word(typed, left):
    assert left in [one for one, _ in unmarked_borders(typed)]


@pytest.mark.parametrize("typed", ["服务协议盖什么章", "原件寄了", "多久"])
def test_what_asks_once_has_no_border(typed):
    assert unmarked_borders(typed) == []
