"""What words about orders name: lists, days, places, pages, a nudge."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.dialogue.order_talk import leaf_in_orders, leaf_on_list
from bot.rules.order_dates import newest_first, span_named
from bot.rules.order_words import kind_named, place_named, wants_a_nudge, wants_next_page, wants_page_before

TODAY = dt.date(2016, 3, 25)  # a Friday


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("已经开通的有哪些", "opened"),
        ("哪些单等着我办", "ours"),
        ("今天该我处理的单有哪些", "ours"),
        ("等云总代的单有几张", "theirs"),
        ("卡在云总代那边的单", "theirs"),
        ("有没有单是待盖章的", "created"),
        ("哪些客户还没盖章", "created"),
        ("有没有被退回的", "problem"),
        ("待付款通知的有几张", "checked"),
        ("审过没通知付款的有吗", "checked"),
        ("待付款的订单列出来", "to_pay"),
        ("今天要打款的单有几张", "to_pay"),
        ("通知付款了但还没付的", "to_pay"),
        ("已付款的单有哪些", "arrived"),
        ("付过钱的有几张", "arrived"),
        ("哪些没付款", "unpaid"),
        ("还有哪些没付款", "unpaid"),
        ("不是都付了吗，还有哪张没付", "unpaid"),
        ("只看没给钱的，付过的不用列", "unpaid"),
        ("付了款还没开的都有谁家", "paid"),
        ("待开通的", "paid"),
        ("没开通的有哪些", "not_opened"),
        ("除了已经开通的，还剩哪几单", "not_opened"),
        ("正在审核的单有几个", "submitted"),
        ("还没交采购订单的是哪几家", "sealed"),
        ("已完成的有哪些", "done"),
        ("没完成的有哪些", "open"),
        ("哪些原件没收到", "originals"),
        ("哪些超期了", "overdue"),
        ("材料审核通过的单", "passed"),
        ("我有几单", None),
        ("我的单子都到哪了", None),
    ],
)
def test_list_is_named(asked: str, kind: str | None):
    assert kind_named(asked) == kind


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("上个月的单", "2016-02-01", "2016-02-29"),
        ("这周下的单", "2016-03-21", "2016-03-27"),
        ("上周三开通的", "2016-03-16", "2016-03-16"),
        ("昨天付的那单", "2016-03-24", "2016-03-24"),
        ("3月的单", "2016-03-01", "2016-03-31"),
        ("11月的单", "2015-11-01", "2015-11-30"),
        ("3月15号下的单", "2016-03-15", "2016-03-15"),
        ("2014年12月的单", "2014-12-01", "2014-12-31"),
        ("最近两周的单", "2016-03-11", "2016-03-25"),
        ("近7天的单", "2016-03-19", "2016-03-25"),
        ("去年的单", "2015-01-01", "2015-12-31"),
    ],
)
def test_days_are_named(asked: str, first: str, last: str):
    span = span_named(asked, TODAY)

    assert span
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize("asked", ["2月30号的单", "我的单", "3个工作日", "最近的单", "最近几天的单"])
def test_what_names_no_days_is_no_span(asked: str):
    assert span_named(asked, TODAY) is None


def test_newest_and_oldest():
    assert (newest_first("最新的一单"), newest_first("最早的那单"), newest_first("我的单")) == (True, False, None)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("第三单", 3),
        ("再看第一张", 1),
        ("第七个", 7),
        ("第十二张到哪了", 12),
        ("第2张为什么还没开通", 2),
        ("最后一张", -1),
        ("7", 7),
        ("第二单还要签合作协议吗", None),
        ("第三步是什么", None),
        ("第一个月免费吗", None),
        ("第二家云总代是谁", None),
        ("第三个工作日", None),
        ("看" * 500 + "第三张x", None),
    ],
)
def test_place_in_a_list(said: str, place: int | None):
    assert place_named(said) == place


@pytest.mark.parametrize("said", ["下一页", "更多", "还有吗", "后面的呢", "其他的呢"])
def test_next_page(said: str):
    assert wants_next_page(said)


@pytest.mark.parametrize("said", ["还有原件呢", "再来一单", "还有哪些单超期", "下一步"])
def test_other_questions_are_no_next_page(said: str):
    assert not wants_next_page(said)


def test_page_before():
    assert wants_page_before("上一页")
    assert not wants_page_before("上一步")


@pytest.mark.parametrize("said", ["海河的催一下", "帮我把它催一下", "催一下", "能不能帮我催催"])
def test_nudge(said: str):
    assert wants_a_nudge(said)


@pytest.mark.parametrize(
    "said", ["客户催死了", "能催云总代审快点吗", "怎么催云总代", "催付款的是哪几单", "老板催一下材料", "又是被催的一天"]
)
def test_telling_of_nudges_is_none(said: str):
    assert not wants_a_nudge(said)


def parse(normal: str, leaf: str, confidence: float = 0.5, *entities: str) -> dict:
    return {
        "normal": normal,
        "leaf": leaf,
        "intent": {"confidence": confidence},
        "entities": [{"entity": entity, "value": "x"} for entity in entities],
        "intent_ranking": [{"name": leaf}, {"name": "faq/renewal"}],
    }


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("有没有被退回的", "nlu_fallback", "order/list"),
        ("有没有待盖章的", "nlu_fallback", "order/list"),
        ("轮到云总代办的有哪些", "faq/distributor_list", "order/list"),
        ("上周开通的", "faq/provision_time", "order/list"),
        ("卖了多少个e3", "faq/price", "order/list"),
        ("我们一共卖了多少用户", "refuse/other_orders", "order/list"),
        ("帮我催一下", "refuse/order_change", "order/status"),
        ("客户以前买过别家的365现在到期了想换我们", "refuse/other_orders", "faq/renewal"),
        # neighbours that stay what they are
        ("付款方式有哪些", "faq/pay_account", None),
        ("那纸质的呢", "followup/any", None),
        ("还没盖呢", "control/deny", None),
        ("p1002的订单给我看看", "refuse/other_orders", None),
        ("看看同行这个月下了几单", "refuse/other_orders", None),
        ("隔壁那家代理商的单到哪了", "refuse/other_orders", None),
        ("把订单改成30个", "refuse/order_change", None),
        ("第二单", "faq/returning_partner", None),
        ("下一页", "guide/next", None),
        ("多少钱", "faq/price", None),
    ],
)
def test_message_by_itself(normal: str, leaf: str, meant: str | None):
    assert leaf_in_orders(parse(normal, leaf), None, None) == meant


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("下一页", "guide/next", "order/list"),
        ("更多", "followup/any", "order/list"),
        ("第二单", "faq/returning_partner", "order/status"),
        ("再看第一张", "nlu_fallback", "order/status"),
        ("第七个", "dc/case", "order/status"),
        ("它买的啥，多少个", "faq/price", "order/status"),
        ("刚刚说的这家买了多少个", "refuse/other_orders", "order/status"),
        ("为什么超期", "faq/provision_late", "order/status"),
        ("待开通的呢", "faq/after_provision", "order/list"),
        # neighbours that stay what they are
        ("第三步是什么", "faq/step3", None),
        ("第二单还要签合作协议吗", "faq/agreement_once", None),
        ("多少钱", "faq/price", None),
        ("数量填错了", "faq/order_correction", None),
        ("服务协议管几年", "faq/service_agreement_renew", None),
        ("折扣多少个点", "faq/discount_amount", None),
        ("这客户现在是哪家代理商在做", "refuse/other_orders", None),
        ("隔壁那家代理商的单到哪了", "refuse/other_orders", None),
        ("88", "chitchat/bye", None),
    ],
)
def test_message_after_a_list(normal: str, leaf: str, meant: str | None):
    said = parse(normal, leaf)

    on_list = leaf_on_list(said, True, "order/list")

    assert (on_list or leaf_in_orders(said, "CSP20160315001", "order/list")) == meant


def test_next_move_of_a_customer_does_not_open_the_guide():
    asked = parse("西湖下一步谁办", "guide/next", 1.0, "customer")

    assert leaf_in_orders(asked, None, None) == "order/status"
    assert leaf_in_orders(asked, None, None, "guide") is None
    assert leaf_in_orders(parse("下一步谁办", "guide/next", 1.0), None, None) is None
