"""Orders in a conversation, on real databases."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from samples import MINUTE, NOW, order, put
from talking import Clock, Talk

from actions.control import ActionControl
from actions.guide import ActionGuide
from actions.orders import ActionOrders
from actions.resources import forget_stores
from bot.rules.steps import Document
from bot.settings import settings
from bot.store import Store

PAID = order(6, "杭州西湖设计院", passed=6)
LATE = dataclasses.replace(order(7, "武汉长江机械有限公司", passed=6), money_arrived=NOW.date() - dt.timedelta(days=10))
RETURNED = dataclasses.replace(order(4, "深圳启航电子有限公司", passed=3), problem="服务协议只盖了公章，缺骑缝章")
TO_PAY = order(5, "成都锦城软件有限公司", passed=5)
OPENED = order(8, "南京钟山医药有限公司", passed=7)
NEW = order(1, "北京晨光贸易有限公司", passed=1)
FOREIGN = order(21, "青岛海风食品有限公司", passed=6, partner="P1002")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def talk(shared_trade: Store, clock: Clock) -> Talk:
    put(shared_trade, PAID, LATE, RETURNED, TO_PAY, OPENED, NEW, FOREIGN)
    return Talk({"order": ActionOrders(clock), "guide": ActionGuide(clock), "control": ActionControl()})


@pytest.fixture
def bound(talk: Talk, shared_trade: Store) -> Talk:
    code = shared_trade.invite("P1001", "王敏", NOW)
    assert "绑定成功" in talk.say(f"绑定 {code}", "order/bind")
    return talk


@pytest.mark.parametrize("leaf", ["order/status", "order/list"])
def test_without_binding_every_order_question_leads_to_it(talk: Talk, leaf: str):
    reply = talk.say("CSP20160315006到哪了", leaf)

    assert "绑定" in reply
    assert "西湖" not in reply


@pytest.mark.parametrize("form", ["绑定 {}", "绑定{}", "我的绑定码是 {}", "綁定 {}", "bind {}", "{}"])
@pytest.mark.parametrize("typed", [str, str.lower, lambda c: f"{c[:4]} {c[4:]}", lambda c: " ".join(c)])
def test_code_is_taken_however_it_is_typed(talk: Talk, shared_trade: Store, form: str, typed):
    code = shared_trade.invite("P1001", "王敏", NOW)
    if code.isalpha() and form == "{}":
        pytest.skip("a code of letters only needs the word before it")

    assert "远景科技" in talk.say(form.format(typed(code)), "order/bind")


def test_full_width_code_is_taken(talk: Talk, shared_trade: Store):
    code = shared_trade.invite("P1001", "王敏", NOW)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)

    assert "绑定成功" in talk.say(f"绑定　{wide}", "order/bind")


def test_each_outcome_of_binding_is_a_sentence_of_its_own(talk: Talk, shared_trade: Store, clock: Clock):
    code = shared_trade.invite("P1001", "王敏", NOW)
    old = shared_trade.invite("P1001", "王敏", NOW - dt.timedelta(days=8))
    replies = [talk.say("绑定 ABCD2345", "order/bind"), talk.say(f"绑定 {old}", "order/bind")]
    replies += [talk.say("绑定 ABCD2345", "order/bind") for _ in range(3)]

    assert "不对" in replies[0]
    assert "过期" in replies[1]
    assert "锁定" in replies[-1]
    assert "锁定" in talk.say(f"绑定 {code}", "order/bind")
    clock.now += 16 * MINUTE
    assert "绑定成功" in talk.say(f"绑定 {code}", "order/bind")
    assert "已经绑定" in talk.say(f"绑定 {shared_trade.invite('P1002', '李强', clock.now)}", "order/bind")


def test_code_of_the_wrong_length_is_a_wrong_code(talk: Talk):
    assert "不对" in talk.say("绑定 7H2K4L", "order/bind")


def test_how_to_bind_and_to_whom(talk: Talk, shared_trade: Store):
    assert "8位绑定码" in talk.say("怎么绑定", "order/bind")
    talk.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")
    assert "远景科技" in talk.say("我绑的是哪家公司", "order/bind")


def test_unbinding_ends_the_right_to_ask(bound: Talk):
    assert "西湖" in bound.say("CSP20160315006", "order/status")
    assert "已解绑" in bound.say("解绑", "order/unbind")
    assert "绑定" in bound.say("那什么时候能开通", "order/status")
    assert bound.slots["order"] is None


@pytest.mark.parametrize("text", ["怎么解绑", "同事离职了，把他的绑定取消", "我不想绑了", "解绑之后还能再绑回来吗"])
def test_talking_of_unbinding_does_not_unbind(bound: Talk, text: str):
    assert "解绑" in bound.say(text, "order/unbind")
    assert "西湖" in bound.say("CSP20160315006", "order/status")


@pytest.mark.parametrize(
    "typed", ["CSP20160315006", "csp20160315006", "ＣＳＰ２０１６０３１５００６", "csp 20160315 006"]
)
def test_order_is_found_by_its_number(bound: Talk, typed: str):
    assert "西湖" in bound.say(f"{typed} 到哪了", "order/status")


@pytest.mark.parametrize("typed", ["尾号006", "查单 006", "20160315006那单", "后三位006"])
def test_order_is_found_by_its_last_digits(bound: Talk, typed: str):
    assert "西湖" in bound.say(typed, "order/status")


def test_last_digits_of_several_orders_let_choose(bound: Talk, shared_trade: Store):
    put(shared_trade, order(16, "天津海河商贸有限公司"))
    reply = bound.say("尾号6的单", "order/status")

    assert "哪一张" in reply
    assert "海河" in bound.press("海河")


@pytest.mark.parametrize(
    "text", ["西湖那单到哪了", "帮我看看西湖设计院的进度", "西湖設計院開通了嗎", "查下杭州西湖设计院"]
)
def test_order_is_found_by_words_that_are_left(bound: Talk, text: str):
    assert "杭州西湖设计院" in bound.say(text, "order/status")


def test_several_orders_of_a_customer_let_choose(bound: Talk, shared_trade: Store):
    put(shared_trade, order(66, "杭州西湖设计院", passed=2))
    reply = bound.say("西湖那单什么时候能开通", "order/status", ("customer", "西湖"))

    assert "哪一张" in reply
    assert len(bound.titles) == 2
    assert "应在" in bound.press("CSP20160315006").split("\n")[0]


def test_foreign_and_unknown_order_get_the_identical_reply(bound: Talk):
    foreign = bound.say("CSP20160315021到哪了", "order/status"), bound.titles
    unknown = bound.say("CSP20160315999到哪了", "order/status"), bound.titles

    assert foreign == unknown
    by_name = bound.say("青岛海风食品有限公司付款了没有", "order/status", ("customer", "青岛海风食品有限公司"))
    assert by_name == bound.say("武夷山茶厂付款了没有", "order/status", ("customer", "武夷山茶厂"))
    assert bound.say("尾号021", "order/status") == bound.say("尾号999", "order/status")
    assert "海风" not in by_name


def test_status_tells_stage_next_move_who_and_by_when(bound: Talk):
    reply = bound.say("CSP20160315006", "order/status")

    assert "待开通" in reply
    assert "云总代" in reply
    assert "3月29日（周二）" in reply  # money on Thursday the 24th, three working days


def test_overdue_is_said_plainly_with_a_human(bound: Talk):
    reply = bound.say("武汉长江什么时候能开通", "order/status")

    assert "超期 " in reply
    assert "云总代客服同事" in reply
    assert "转人工" in bound.titles


@pytest.mark.parametrize(
    ("number", "question", "expected"),
    [
        ("004", "材料哪里不对", "缺骑缝章"),
        ("008", "原件寄了没", "还没有签收"),
        ("006", "付款了没", "已到账"),
        ("005", "付款了没", "还没到账"),
        ("001", "那什么时候能开通", "还定不了"),
        ("008", "那什么时候能开通", "已经开通"),
        ("007", "这单超期了吗", "已经超期"),
    ],
)
def test_follow_up_is_about_the_order_before_and_answered_first(bound: Talk, number: str, question: str, expected: str):
    bound.say(f"CSP20160315{number}", "order/status")

    assert expected in bound.say(question, "order/status").split("\n")[0]


def test_named_order_replaces_the_one_before(bound: Talk):
    bound.say("CSP20160315006", "order/status")
    assert "锦城" in bound.say("成都锦城付款了没", "order/status")
    assert "锦城" in bound.say("那原件寄了没", "order/status")


def test_list_shows_the_most_urgent_first_and_goes_on(bound: Talk):
    first = bound.say("我的单子都到哪了", "order/list")

    assert "武汉长江" in first.split("\n")[1]
    assert "共 6 张，第 1–5 张" in first
    assert "海风" not in first
    assert "第 6–6 张" in bound.press("更多")
    assert "更多" not in bound.titles


def test_more_may_be_typed(bound: Talk):
    bound.say("我的单子都到哪了", "order/list")
    assert "第 6–6 张" in bound.say("下一页", "order/list")


@pytest.mark.parametrize(
    ("question", "inside", "outside"),
    [
        ("哪些没付款", "锦城", "西湖"),
        ("待付款的订单列出来", "锦城", "启航"),
        ("哪些超期了", "长江", "锦城"),
        ("哪些有问题", "启航", "长江"),
        ("哪些原件没收到", "钟山", "晨光"),
    ],
)
def test_lists_by_kind(bound: Talk, question: str, inside: str, outside: str):
    reply = bound.say(question, "order/list")

    assert inside in reply
    assert outside not in reply


def test_empty_list_says_so(bound: Talk, shared_trade: Store):
    bound.say("解绑", "order/unbind")
    bound.say(f"绑定 {shared_trade.invite('P1002', '李强', NOW)}", "order/bind")

    assert "没有" in bound.say("哪些超期了", "order/list")


def test_side_without_an_order_shows_the_only_one_that_it_fits(bound: Talk):
    assert "缺骑缝章" in bound.say("我的单材料哪里不对", "order/status")


def test_which_order_is_asked_with_buttons(bound: Talk):
    assert "哪张单" in bound.say("查单", "order/status")
    assert "长江" in bound.press("长江")


@pytest.mark.parametrize("text", ["把全部订单导出excel给我", "导出所有客户资料", "订单下载"])
def test_bulk_export_is_refused(bound: Talk, text: str):
    reply = bound.say(text, "order/list")

    assert "不能批量导出" in reply
    assert "CSP2016" not in reply


def test_database_away_is_said_and_the_talk_goes_on_when_it_is_back(
    bound: Talk, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CSP_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    for leaf, text in (("order/status", "CSP20160315006"), ("order/list", "我的单"), ("order/unbind", "解绑")):
        reply = bound.say(text, leaf)
        assert "暂时查不到" in reply
        assert "云总代客服同事" in reply
    monkeypatch.setenv("CSP_DATABASE_URL", database_url)
    settings.cache_clear()

    assert "西湖" in bound.say("CSP20160315006", "order/status")
    forget_stores()
    assert "西湖" in bound.say("CSP20160315006", "order/status")


def test_originals_are_told_apart_when_the_papers_are_known(bound: Talk, shared_trade: Store):
    sent = {"original_sent": NOW.date()}
    shared_trade.set_document(OPENED.number, Document.SERVICE_AGREEMENT, sent, "cli:root", NOW)

    reply = bound.say("CSP20160315008的原件寄了没", "order/status")

    assert "《服务协议》原件3月25日（周五）已寄出，还没签收；" in reply
    assert "《office365 云服务产品采购订单》原件还没有寄出记录" in reply


def test_checks_are_told_apart_when_the_papers_are_known(bound: Talk, shared_trade: Store):
    wrong = {"problem": "只盖了公章"}
    shared_trade.set_document(RETURNED.number, Document.SERVICE_AGREEMENT, wrong, "cli:root", NOW)

    reply = bound.say("CSP20160315004材料哪里不对", "order/status")

    assert "材料有问题：**《服务协议》：只盖了公章**" in reply
    assert "《office365 云服务产品采购订单》扫描件3月24日（周四）收到，还在审核" in reply
