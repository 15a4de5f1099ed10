"""What asks and what tells, and the words before what is meant."""

from __future__ import annotations

import pytest

from bot.dialogue.aside import without_aside
from bot.dialogue.asking import is_question


@pytest.mark.parametrize(
    "normal",
    [
        "成都锦城的付款了没",
        "订单上要填编号不",
        "原件要寄到哪",
        "那签一式几份啊",
        "那我到底停不停",
        "收到通知没",
        "收到了没有",
        "下面干嘛",
        "盖合同章行么",
        "合同章也可以的吧",
        "扫描件发了木有",
        "盖好章未呀",
        "这章得盖几处",
        "能否盖公章",
    ],
)
def test_these_ask(normal: str):
    assert is_question(normal)


@pytest.mark.parametrize(
    "normal",
    [
        "还没",
        "都没",
        "还没盖呢",
        "什么都没签",
        "还是没收到",
        "当然不",
        "正在审呢",
        "有编号，客户还在谈",
        "没有",
        "编号没有",
        "就这么办",
        "行吧",
    ],
)
def test_these_tell(normal: str):
    assert not is_question(normal)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("先等等，协议要盖什么章来着", "协议要盖什么章来着"),
        ("算了 我问下 付了钱能不能退", "付了钱能不能退"),
        ("那我先问下别的 帮客户选下机房", "帮客户选下机房"),
        ("算了，不办了", "算了，不办了"),
        ("算了", "算了"),
        ("等一下，材料发了", "等一下，材料发了"),
        ("请问骑缝章怎么盖", "请问骑缝章怎么盖"),
    ],
)
def test_words_that_only_announce_are_passed_over(text: str, meant: str):
    assert without_aside(text) == meant
