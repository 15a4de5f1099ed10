"""The guide left and gone on with, several customers in it, and what interrupts it, on real databases."""

from __future__ import annotations

import pytest
from samples import NOW, order, put
from talking import Clock, Talk

from actions.clarify import ActionClarify
from actions.control import ActionControl
from actions.datacenter import ActionDatacenter
from actions.guide import ActionGuide
from actions.orders import ActionOrders
from bot.store import Store

E3 = ("product", "Office 365 企业版 E3")


@pytest.fixture
def talk(shared_trade: Store) -> Talk:
    clock = Clock()
    actions = {
        "order": ActionOrders(clock),
        "guide": ActionGuide(clock),
        "control": ActionControl(),
        "dc": ActionDatacenter(),
        "nlu_fallback": ActionClarify(),
    }
    return Talk(actions, "rest:anna")


@pytest.fixture
def bound(talk: Talk, shared_trade: Store) -> Talk:
    assert "绑定成功" in talk.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")
    put(shared_trade, order(1, "深圳启航电子有限公司"))
    return talk


def at_the_wrong_seal(talk: Talk) -> None:
    talk.say("带我下单", "guide/start")
    talk.say("有编号，客户已确认", "guide/where")
    talk.say("盖的公章", "guide/where")


@pytest.mark.parametrize(
    ("words", "leaf"), [("接着走", "guide/next"), ("继续刚才的下单", "guide/where"), ("我到第几步了", "guide/where")]
)
def test_left_guide_goes_on_where_it_was(talk: Talk, words: str, leaf: str):
    at_the_wrong_seal(talk)
    assert "继续" in talk.say("先不弄了", "control/cancel")
    assert talk.slots["task"] is None

    reply = talk.say(words, leaf)

    assert "接着上次的，您在第 2 步" in reply
    assert "请客户补盖骑缝章" in reply
    assert talk.slots["task"] == "guide"


def test_left_guide_waits_for_nothing(bound: Talk):
    at_the_wrong_seal(bound)
    bound.say("先不弄了", "control/cancel")

    assert "接着刚才的" not in bound.say("CSP20160315001到哪了", "order/status")


def test_what_is_said_after_leaving_goes_on_from_there_or_begins_another_order(talk: Talk):
    talk.say("有编号，恒通公司，E3，30个，骑缝章盖好了", "guide/where", E3)
    talk.say("取消", "control/cancel")
    assert "第 4 步" in talk.say("材料都发了", "guide/where")
    assert "恒通公司" in talk.say("现在记的是啥", "guide/where")
    talk.say("取消", "control/cancel")

    assert "第 2 步" in talk.say("有编号，客户还在谈", "guide/where")
    assert "恒通公司" not in talk.say("现在记的是啥", "guide/where")


def test_start_after_leaving_begins_anew(talk: Talk):
    at_the_wrong_seal(talk)
    talk.say("取消", "control/cancel")

    assert "第 1 步" in talk.say("带我走一遍", "guide/start")


def test_what_was_noted_is_said(talk: Talk):
    talk.say("有编号，客户叫恒通，三十个E3", "guide/where", E3)
    talk.say("三十五个", "guide/where")

    reply = talk.say("我刚才说几个来着", "guide/where")

    assert "记到现在：客户 恒通，产品 Office 365 企业版 E3，数量 35 个" in reply
    assert "第 2 步" in reply


def test_question_changes_nothing(talk: Talk):
    talk.say("有编号，骑缝章盖好了，材料都发了", "guide/where")
    before = talk.slots["guide"]["case"]

    talk.say("订单上要填编号不", "guide/where")
    talk.say("付款通知收到没", "guide/where")
    talk.say("收到付款通知了，是真的吗", "guide/where")
    talk.say("通知收到了 算数吗", "guide/where")

    assert talk.slots["guide"]["case"] == before


def test_customers_are_kept_apart(talk: Talk):
    both = talk.say("同时在弄两个客户，甲公司的材料都交上去了，乙公司协议还没盖", "guide/told")
    assert "先办哪一家" in both
    assert talk.titles == ["换成甲公司", "换成乙公司"]
    assert "第 4 步" in talk.say("甲公司到哪了", "guide/where")
    assert "还没盖好" in talk.say("乙公司呢", "guide/where")
    assert "骑缝章，还是只盖了公章" in talk.say("乙公司盖好了", "guide/where")
    assert "已经付款了吗" in talk.say("甲公司收到付款通知了", "guide/where")

    reply = talk.say("那乙公司现在该干嘛", "guide/where")

    assert "**乙公司** 这张单" in reply
    assert "付款" not in reply


def test_another_customer_is_not_noted_on_this_order(talk: Talk):
    talk.say("恒通公司，有编号，骑缝章盖好了，材料都发了", "guide/where")
    before = talk.slots["guide"]["case"]

    assert "没有记进去" in talk.say("远大公司还没盖章", "guide/where")
    assert talk.slots["guide"]["case"] == before
    assert "**远大公司** 这张单" in talk.press("换成远大公司")
    assert "第 4 步" in talk.say("恒通公司到哪了", "guide/where")


def test_distributor_is_no_other_customer(talk: Talk):
    talk.say("恒通公司，有编号，骑缝章盖好了", "guide/where")

    assert "第 4 步" in talk.say("材料都发给佳杰公司了", "guide/where")


def test_customer_of_the_order_may_still_be_corrected(talk: Talk):
    talk.say("恒通公司，有编号", "guide/where")

    assert "客户 远大公司" in talk.say("不对，客户是远大公司", "guide/where")


def test_some_agreement_is_asked_about(talk: Talk):
    assert "哪一份协议" in talk.say("我手上协议盖好章了下面干啥", "guide/where")
    assert not talk.slots.get("task")
    assert "骑缝章，还是只盖了公章" in talk.press("客户的服务协议")


def test_name_of_an_order_is_looked_up_and_not_noted(bound: Talk):
    bound.say("带我下单", "guide/start")

    reply = bound.say("启航", "guide/where", ("customer", "启航"))

    assert "CSP20160315001" in reply
    assert "回复「客户是启航」" in reply
    assert "customer" not in bound.slots["guide"]["case"]
    assert "客户 启航" in bound.say("客户是启航", "guide/where")


def test_name_with_how_far_it_is_is_no_lookup(bound: Talk):
    bound.say("带我下单", "guide/start")

    assert "CSP20160315001" not in bound.say("启航还没盖", "guide/where", ("customer", "启航"))


def test_another_order_is_begun_anew(talk: Talk):
    at_the_wrong_seal(talk)

    assert "第 1 步" in talk.say("重新办一单", "guide/start")


def test_name_that_means_nothing_else_is_looked_up(bound: Talk):
    assert "CSP20160315001" in bound.say("启航", "nlu_fallback")


def test_adviser_in_between_goes_back_to_the_guide(talk: Talk):
    talk.say("带我下单", "guide/start")
    talk.say("有编号", "guide/where")
    talk.say("帮客户选机房，100人都在国内，不出差，境外没人用，没有国外公司", "dc/case")
    while talk.slots["task"] == "datacenter":
        reply = talk.say("没有", "dc/case")
    assert talk.slots["task"] == "guide"
    assert "<utter_back_to_task> 客户确认产品、数量和使用时间了吗" in reply


def test_adviser_that_is_cancelled_goes_back_to_the_guide(talk: Talk):
    talk.say("带我下单", "guide/start")
    talk.say("帮我选数据中心", "dc/case")

    assert "<utter_back_to_task>" in talk.say("算了", "control/cancel")
    assert talk.slots["task"] == "guide"


def test_nothing_to_answer_or_cancel_is_said_so(talk: Talk):
    assert "<utter_nothing_asked>" in talk.say("是的", "control/affirm")
    assert "<utter_nothing_open>" in talk.say("取消", "control/cancel")
