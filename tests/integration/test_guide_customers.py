"""Several customers in the guide: each case its own, only the agreement is common; what stays when an order ends."""

from __future__ import annotations

import pytest
from samples import NOW
from talking import Clock, Talk

from actions.control import ActionControl
from actions.guide import ActionGuide
from actions.orders import ActionOrders
from bot.store import Store

E3 = ("product", "Office 365 企业版 E3")
E5 = ("product", "Office 365 企业版 E5")
DONE = "有编号，骑缝章盖好了，材料都发了，收到付款通知了，付了，开通了"


@pytest.fixture
def talk(shared_trade: Store) -> Talk:
    clock = Clock()
    return Talk({"guide": ActionGuide(clock), "order": ActionOrders(clock), "control": ActionControl()}, "rest:anna")


def two_customers(talk: Talk) -> None:
    talk.say("有编号", "guide/where")
    talk.say("客户定了 厦门白鹭 E3 30个", "guide/told", E3)
    talk.say("骑缝章盖好了，材料都发了", "guide/told")
    talk.say("换个客户 长沙麓山 E5 8个", "guide/told", E5)


def test_another_customer_inherits_nothing_but_the_agreement(talk: Talk):
    two_customers(talk)

    assert talk.slots["guide"]["case"] == {
        "agreement": "number",
        "customer": "长沙麓山",
        "product": "Office 365 企业版 E5",
        "quantity": 8,
    }
    first = talk.slots["guide"]["others"]["厦门白鹭"]
    assert (first["quantity"], first["seal"], first["paper"]) == (30, "cross_page", "sent")


def test_short_names_lead_to_each_order(talk: Talk):
    two_customers(talk)

    assert "第 4 步" in talk.say("切回白鹭", "guide/where")
    assert "第 4 步" in talk.say("白鹭那单到哪了", "guide/where"), "the one that is followed already"
    assert "第 2 步" in talk.say("切到长沙", "guide/where")


def test_orders_under_way_are_listed(talk: Talk):
    two_customers(talk)

    reply = talk.say("我现在有几个客户在走", "guide/where")

    assert "2 个客户" in reply
    assert "**厦门白鹭**：第 4 步" in reply
    assert talk.titles == ["换成厦门白鹭"]


def test_unnamed_order_is_put_aside_and_found_again(talk: Talk):
    talk.say("有编号，骑缝章盖好了", "guide/where")
    assert "第 2 步" in talk.say("换个客户", "guide/where")

    assert "第 3 步" in talk.say("换成刚才没报名称的那单", "guide/where")


def test_starting_over_keeps_the_others(talk: Talk):
    two_customers(talk)

    reply = talk.say("重来", "control/restart")

    assert "第 1 步" in reply
    assert "留着：厦门白鹭" in reply
    assert "第 4 步" in talk.say("白鹭呢", "guide/where")


def test_next_order_needs_no_agreement_again(talk: Talk):
    talk.say(DONE, "guide/where")
    assert "全部办完" in talk.say("原件寄了", "guide/where")
    assert talk.slots["task"] is None

    reply = talk.say("再来一单", "guide/start")

    assert "第 2 步" in reply
    assert "合作协议编号了吗" not in reply
    assert "seal" not in talk.slots["guide"]["case"]


def test_first_agreement_is_asked_for_in_one_more_order_too(talk: Talk):
    talk.say("带我下单", "guide/start")

    assert "合作协议编号了吗" in talk.say("再开一单", "guide/start")


def test_finished_order_is_no_order_to_go_on_with(talk: Talk):
    talk.say(DONE, "guide/where")
    talk.say("原件寄了", "guide/where")

    assert "手上有什么" in talk.say("我到第几步了", "guide/where")


def test_end_of_one_order_names_those_that_are_left(talk: Talk, shared_trade: Store):
    two_customers(talk)
    talk.say(DONE, "guide/told")

    assert "还在走的：厦门白鹭" in talk.say("原件寄了", "guide/where")
    assert "第 4 步" in talk.say("白鹭到哪了", "guide/where")


def test_registering_keeps_the_others_too(talk: Talk, shared_trade: Store):
    assert "绑定成功" in talk.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")
    two_customers(talk)
    talk.say("骑缝章盖好了", "guide/told")
    talk.press("登记")

    assert shared_trade.find_orders("P1001", "麓山").orders
    assert "第 4 步" in talk.say("白鹭呢", "guide/where")


def test_details_are_corrected_in_place(talk: Talk):
    two_customers(talk)

    assert "数量 80 个" in talk.say("数量改成80个", "guide/where")
    assert "客户 昆明滇池" in talk.say("名字填错了 应该是昆明滇池", "guide/where")
    assert talk.slots["guide"]["case"]["quantity"] == 80


def test_two_unnamed_orders_are_kept_apart(talk: Talk):
    talk.say("有编号，骑缝章盖好了", "guide/where")
    talk.say("换个客户", "guide/where")
    talk.say("客户确认了", "guide/where")
    talk.say("换个客户", "guide/where")
    talk.say("客户确认了，只盖了公章", "guide/where")

    assert "3 个客户" in talk.say("手上有哪些客户在办", "guide/where")


def test_what_a_customer_did_is_read_under_its_name(talk: Talk):
    talk.say("有编号，青岛海韵科技有限公司", "guide/where")

    assert "盖的是骑缝章" in talk.say("海韵那边签了", "guide/told")
    assert talk.slots["guide"]["case"]["customer"] == "青岛海韵科技有限公司"


@pytest.mark.parametrize("report", ["鼎盛商贸付款了", "成都锦城那边付款了", "鼎盛科技骑缝章盖好了", "武汉长江开通了"])
def test_report_of_another_customer_is_not_noted_on_the_one_that_is_followed(talk: Talk, report: str):
    talk.say("有编号", "guide/where")
    talk.say("客户定了 厦门白鹭 E3 30个", "guide/told", E3)
    before = talk.slots["guide"]["case"]

    reply = talk.say(report, "guide/told")

    assert "没有记进去" in reply
    assert "厦门白鹭" in reply
    assert talk.slots["guide"]["case"] == before


@pytest.mark.parametrize("report", ["白鹭骑缝章盖好了", "厦门白鹭那边骑缝章盖好了", "客户骑缝章盖好了", "骑缝章盖好了"])
def test_report_of_the_customer_that_is_followed_is_noted(talk: Talk, report: str):
    talk.say("有编号", "guide/where")
    talk.say("客户定了 厦门白鹭 E3 30个", "guide/told", E3)

    talk.say(report, "guide/told")

    assert talk.slots["guide"]["case"]["seal"] == "cross_page"


def test_report_of_another_customer_in_the_guide_is_noted_on_that_one(talk: Talk):
    two_customers(talk)

    talk.say("厦门白鹭付款了", "guide/told")

    assert talk.slots["guide"]["case"]["customer"] == "厦门白鹭"
    assert talk.slots["guide"]["others"]["长沙麓山"].get("paid") is None


def test_distributor_without_company_is_no_customer(talk: Talk):
    talk.say("有编号", "guide/where")
    talk.say("客户定了 厦门白鹭 E3 30个", "guide/told", E3)

    assert "没有记进去" not in talk.say("北京英迈审核通过了", "guide/told")


@pytest.mark.parametrize("words", ["厦门白鹭不做了", "白鹭公司不要了", "白鹭那单取消"])
def test_giving_up_one_customer_ends_that_order_only(talk: Talk, words: str):
    two_customers(talk)

    reply = talk.say(words, "control/cancel")

    assert "厦门白鹭 那张单不跟了" in reply
    assert talk.slots["task"] == "guide"
    assert talk.slots["guide"]["case"]["customer"] == "长沙麓山"
    assert talk.slots["guide"]["others"] == {}


def test_giving_up_a_customer_whom_nobody_follows_ends_nothing(talk: Talk):
    two_customers(talk)

    assert "没有在跟 鼎盛公司 的单" in talk.say("鼎盛公司不做了", "control/cancel")
    assert talk.slots["guide"]["case"]["customer"] == "长沙麓山"


@pytest.mark.parametrize("words", ["不做了", "客户不要了", "麓山不做了", "公司不做了"])
def test_giving_up_the_order_that_is_followed_leaves_the_guide(talk: Talk, words: str):
    two_customers(talk)

    assert "结束" in talk.say(words, "control/cancel")
    assert talk.slots["guide"]["left"]
