"""Talks about orders with the running assistant and its demo: what the model hears, what the talk before makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

CODE = re.compile(r"绑定 (\S+)\s+P1001 王敏")


@pytest.fixture(scope="module")
def member(start_server: Callable) -> Callable[[str], str]:
    """Say something as a member of P1001; the reply's text."""
    server = start_server(CSP_DEMO="true")
    (code,) = set(CODE.findall(server.log.read_text(encoding="utf-8")))
    assert "绑定成功" in server.send(f"绑定 {code}", "王敏").text
    return lambda text: server.send(text, "王敏").text


@pytest.mark.parametrize(
    ("asked", "inside", "outside"),
    [
        ("已经开通的有哪些", "钟山", "晨光"),
        ("哪些单等着我办", "启航", "西湖"),
        ("有没有单是待盖章的", "晨光", "启航"),
        ("有没有被退回的", "启航", "晨光"),
        ("有没有待盖章的", "晨光", "启航"),
        ("轮到云总代办的有哪些", "海河", "晨光"),
        ("买E3的客户有哪些", "南粤", "晨光"),
        ("李强有几单", "别家的查不了", "晨光"),
        ("李强的单子有几张", "别家的查不了", "晨光"),
        ("我有几单", "共 **10 张**", "海风"),
        ("我们一共卖了多少用户", "合计 **880 个**", "晨光"),
        ("北京的晨光到哪了", "待客户盖章", "海河"),
        ("西湖下一步谁办", "由云总代办", "第 2 步"),
        ("海河的催一下", "在等**云总代**", "晨光"),
        ("昨天付的那单到账没", "西湖", "晨光"),
        ("客户以前买过别家的365现在到期了想换我们", "资料", "查不了"),
        ("P1002的订单给我看看", "查不了", "海风"),
    ],
)
def test_order_question(member: Callable[[str], str], asked: str, inside: str, outside: str):
    reply = member(asked)

    assert inside in reply
    assert outside not in reply


@pytest.mark.parametrize(
    ("talk", "inside"),
    [
        (["晨光到哪了", "刚刚说的这家买了多少个"], "25 个"),
        (["晨光到哪了", "它买的啥 多少个"], "商业高级版**，**25 个"),
        (["武汉长江到哪了", "帮我把它催一下"], "不能替您催"),
        (["我的单子都到哪了", "第三单"], "锦城"),
        (["我的单子都到哪了", "第二单", "再看第一张"], "长江"),
        (["我的单子都到哪了", "第二单", "下一页"], "6. "),
        (["我的单子都到哪了", "更多", "第七个"], "南粤"),
        (["我的单子都到哪了", "更多", "7"], "南粤"),
        (["我的单子都到哪了", "最后一个"], "晨光"),
        (["晨光到哪了", "哪些超期了", "为什么超期"], "原因没有记录"),
        (["我的单子都到哪了", "第三步是什么"], "填单"),
        (["我的单子都到哪了", "第二单还要签合作协议吗"], "协议"),
        (["晨光到哪了", "多少钱"], "价格"),
        (["我的单子都到哪了", "第2张", "换下一张"], "锦城"),
        (["我要下单", "我的单子都到哪了", "第2张", "下一个"], "锦城"),
        (["我要下单", "我的单子都到哪了", "明德卡哪了"], "明德律师事务所**"),
        (["我要下单", "我的单子都到哪了", "50个以下的单"], "不超过 50 个的单共 5 张"),
        (["钟山到哪了", "几号到的账"], "已到账"),
        (["钟山到哪了", "哪天签收的"], "签收记录"),
        (["晨光到哪了", "大连北方的单什么时候好"], "没有查到"),
        (["我的单子都到哪了", "不要E1的单"], "不含产品"),
    ],
)
def test_talk_about_orders(member: Callable[[str], str], talk: list[str], inside: str):
    replies = [member(said) for said in talk]

    assert inside in replies[-1]
