"""One message, several questions."""

import pytest

from bot.nlu.normalize import normalize
from bot.nlu.questions import MAX_CLAUSES, asks, clauses, unmarked_cuts

ROOM = 4


def parts(typed: str) -> list[str]:
    return [clause.text for clause in clauses(normalize(typed).text)]


def asking(typed: str) -> list[str]:
    return [clause.text for clause in clauses(normalize(typed).text) if clause.asks]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("盖什么章？原件啥时候寄", ["盖什么章", "原件啥时候寄"]),
        ("啥章 寄哪", ["啥章", "寄哪"]),
        ("21V有teams没 默认域名能改不", ["21v有teams没", "默认域名能改不"]),
        ("服务协议盖什么章，另外原件什么时候寄", ["服务协议盖什么章", "原件什么时候寄"]),
        ("多久开通还有密码发给谁", ["多久开通", "密码发给谁"]),
        ("总代几家\n哪家好", ["总代几家", "哪家好"]),
        ("总代几家 / 哪家好", ["总代几家", "哪家好"]),
        ("第一，合作协议每单都签吗；第二，要不要骑缝章", ["合作协议每单都签吗", "要不要骑缝章"]),
        ("1、付款给谁 2、几天开通", ["付款给谁", "几天开通"]),
        ("①付款给谁②几天开通", ["付款给谁", "几天开通"]),
        ("1) 用哪款工具 2) 费用", ["用哪款工具", "费用"]),
        ("一周能走完吗，付款给谁", ["一周能走完吗", "付款给谁"]),
        ("有冇折扣？年年都有㗎？", ["有没有折扣", "年年都有啊"]),
        ("云总代电话给我一个，还有做二级要交押金不", ["云总代电话给我一个", "做二级要交押金不"]),
        ("香港那边算国内用户不算，协议每单都签？", ["香港那边算国内用户不算", "协议每单都签"]),
    ],
)
def test_two_questions_are_parted(typed, expected):
    assert asking(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "服务协议盖什么章",
        "盖什么章",
        "不是公章吧？",
        "服务协议还有采购订单要不要盖章",
        "除了邮箱还有什么要迁",
        "编号是自动给的还是要另外申请",
        "合作协议要骑缝吗，还是盖个公章就行",
        "盖公章/合同章行吗",
        "do we need teams",
    ],
)
def test_one_question_stays_whole(typed):
    assert len(parts(typed)) == 1


def test_story_asks_nothing():
    assert asking("材料周一就交上去了，客户那头什么都弄好了，云总代要求补一份，过了没多久，原件啥时候寄") == [
        "原件啥时候寄"
    ]


def test_a_wall_of_questions_is_read_from_its_beginning():
    wall = "".join(f"第{n}个问题是什么呢？" for n in range(10, 10 + MAX_CLAUSES + 1))

    assert parts(wall) == [f"第{n}个问题是什么呢" for n in range(10, 10 + MAX_CLAUSES)]


def test_nothing_said_has_no_parts():
    assert parts("") == []


@pytest.mark.parametrize("typed", ["盖什么章", "原件寄到哪里", "不是公章吧", "听说可以月付", "能换吗"])
def test_question_asks(typed):
    assert asks(normalize(typed).text)


@pytest.mark.parametrize("typed", ["客户盖好章了", "我们上周签了协议", "款已经付了"])
def test_statement_does_not_ask(typed):
    assert not asks(normalize(typed).text)


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("原件什么时候寄服务协议盖什么章", ["原件什么时候寄", "服务协议盖什么章"]),
        ("年中能加人吗钱能按季度付不", ["年中能加人吗", "钱能按季度付不"]),
        ("骑缝章客户盖还是我盖采购订单谁填", ["骑缝章客户盖还是我盖", "采购订单谁填"]),
        ("微软以前是不是自己直接卖的啊后来是哪一年变的", ["微软以前是不是自己直接卖的啊", "后来是哪一年变的"]),
        ("审完什么时候付款账户是哪个付完几天开", ["审完什么时候付款", "账户是哪个", "付完几天开"]),
    ],
)
def test_voice_input_may_be_parted_after_an_asking_word(typed, cut):
    assert cut in unmarked_cuts(typed, ROOM)


@pytest.mark.parametrize("typed", ["服务协议盖什么章", "原件寄了", "多久", "合作协议要骑缝吗还是盖公章"])
def test_what_asks_once_is_not_cut(typed):
    assert unmarked_cuts(typed, ROOM) == []


def test_endless_asking_is_not_cut():
    assert unmarked_cuts("谁签啥章寄哪几份" * 10, ROOM) == []
