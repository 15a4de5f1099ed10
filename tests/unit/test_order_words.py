"""What words about orders name: lists, days, places, pages, a nudge."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.dialogue.order_talk import leaf_in_orders, leaf_of_orders, leaf_on_list
from bot.rules.order_dates import newest_first, span_named
from bot.rules.order_filters import due_named, left_out, quantities
from bot.rules.order_words import (
    kind_named,
    place_named,
    step_named,
    wants_a_nudge,
    wants_next_page,
    wants_page_before,
)

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
        ("款到了还没开", "paid"),
        ("还没审过的有几张", "submitted"),
        ("代付款的单", "to_pay"),
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
        ("15号下的单", "2016-03-15", "2016-03-15"),
        ("28号付的", "2016-02-28", "2016-02-28"),
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


@pytest.mark.parametrize(
    "asked", ["2月30号的单", "30号下的单", "第3号单", "我的单", "3个工作日", "最近的单", "最近几天的单"]
)
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


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("下一个", 1),
        ("再看下一张单", 1),
        ("换一张", 1),
        ("下面那个呢", 1),
        ("上一张", -1),
        ("前一个到哪了", -1),
        ("上一单", -1),
        ("下一步", 0),
        ("再下一单", 0),
        ("下单", 0),
        ("下个月", 0),
        ("下一页", 0),
        ("上一步", 0),
        ("前面的", 0),
    ],
)
def test_step_in_a_list(said: str, step: int):
    assert step_named(said) == step


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("除了e5的还剩哪些", ["e5"]),
        ("成都的除外", ["成都"]),
        ("苏州以外的单", ["苏州"]),
        ("没有逾期的列出来", ["逾期"]),
        ("没问题的单", ["问题"]),
        ("待付款的，不要列超期的", ["超期"]),
        ("已完成的就别看了", ["已完成"]),
        ("不是审核中的单有哪些", ["审核中"]),
        ("非e1的单", ["e1"]),
        # these ask, or name a list of what is not there yet
        ("有没有逾期的", []),
        ("没有逾期的吧", []),
        ("是不是审核中的单", []),
        ("不是付款了吗", []),
        ("还没付款的单", []),
        ("别催了", []),
        ("没问题", []),
    ],
)
def test_what_is_left_out(said: str, what: list[str]):
    assert [part.what for part in left_out(said)] == what


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("50个以上的单", ("least", 50)),
        ("不到80个用户的", ("under", 80)),
        ("不超过60个用户的单", ("most", 60)),
        ("45个的那张单", ("exactly", 45)),
        ("超过5个工作日的", None),
        ("超期2天的", None),
        ("第4个的单", None),
        ("利润超过10万的单", None),
        ("45个", None),
    ],
)
def test_number_of_users(said: str, how: tuple[str, int] | None):
    assert [(part.what, part.number) for part in quantities(said)] == ([how] if how else [])


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("后天该开通的", "2016-03-27", "2016-03-27"),
        ("下周要开的单", "2016-03-28", "2016-04-03"),
        ("下个月开通的有几张", "2016-04-01", "2016-04-30"),
        ("本周该开通的", "2016-03-21", "2016-03-27"),
    ],
)
def test_days_on_which_services_shall_be_opened(said: str, first: str, last: str):
    due = due_named(said, TODAY)

    assert due
    assert (due.first.isoformat(), due.last.isoformat()) == (first, last)


@pytest.mark.parametrize("said", ["本周开通的", "下周到期的单", "明天付款的", "该开通的"])
def test_other_days_are_none_of_opening(said: str):
    assert due_named(said, TODAY) is None


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


@pytest.mark.parametrize("task", [None, "guide"])
@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("明德律所卡哪了", "order/status", "order/status"),
        ("尾号012的那张", "nlu_fallback", "order/status"),
        ("50个以上的单", "nlu_fallback", "order/list"),
        ("锦城和海河的单都到哪了", "nlu_fallback", "order/status"),
        ("上海的除外", "nlu_fallback", "order/list"),
        ("该我们办的有几张", "guide/where", "order/list"),
        ("最急的", "followup/any", "order/list"),
        ("最急的是哪张", "faq/review_time", "order/list"),
        ("哪个最着急", "faq/review_time", "order/list"),
        ("远大软件的单", "refuse/other_orders", "order/list"),
        # neighbours: a new order, a change, the guide's own place, another's orders
        ("我要下e5的单", "guide/start", None),
        ("客户要商业版的单", "guide/told", None),
        ("我们下了e5的单", "guide/told", None),
        ("取消海河的单", "refuse/order_change", None),
        ("不要e5的单", "refuse/order_change", None),
        ("走到哪了", "guide/where", None),
        ("发票寄到哪里", "nlu_fallback", None),
        ("隔壁公司的单", "refuse/other_orders", None),
        ("除了e5还有哪些产品", "nlu_fallback", None),
    ],
)
def test_orders_are_asked_for_whatever_is_open(normal: str, leaf: str, meant: str | None, task: str | None):
    assert leaf_of_orders(parse(normal, leaf), task, None, task is not None) == meant


def test_day_of_a_notice_is_no_list():
    assert leaf_of_orders(parse("付款通知几号发的", "faq/payment_notice"), None, "order/status") is None


def test_place_in_the_list_is_found_though_something_else_was_said():
    assert leaf_on_list(parse("第2张", "faq/seal"), True, "nlu_fallback") == "order/status"
    assert leaf_on_list(parse("前一张", "guide/back"), True, "nlu_fallback") == "order/status"
    assert leaf_on_list(parse("下一个", "guide/next"), True, "nlu_fallback") is None


@pytest.mark.parametrize("normal", ["付过的", "材料有问题的", "盖好的"])
def test_name_of_a_list_may_be_an_answer_to_the_guide(normal: str):
    told = parse(normal, "guide/told")

    assert leaf_of_orders(told, "guide", "guide/where", True) is None


def test_name_of_a_list_after_orders_is_that_list_though_the_guide_is_open():
    assert leaf_of_orders(parse("材料有问题的", "guide/told"), "guide", "order/list", True) == "order/list"
    assert leaf_of_orders(parse("不要e5的单", "refuse/order_change"), "guide", "order/list") == "order/list"


def test_next_order_is_none_of_the_guides_steps_right_after_orders():
    said = parse("下一个", "guide/next", 1.0)

    assert leaf_on_list(said, True, "order/status") == "order/status"
    assert leaf_on_list(said, True, "guide/where") is None
    assert leaf_on_list(parse("下一步", "guide/next", 1.0), True, "order/status") is None
