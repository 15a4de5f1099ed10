"""The guide in a conversation, on real databases."""

from __future__ import annotations

import pytest
from samples import NOW, order, put
from talking import Clock, Talk

from actions.answer import ActionAnswer
from actions.control import ActionControl
from actions.guide import ActionGuide
from actions.orders import ActionOrders
from bot.settings import settings
from bot.store import Store

E3 = ("product", "Office 365 企业版 E3")


def talk_of(identity: str) -> Talk:
    clock = Clock()
    return Talk(
        {"order": ActionOrders(clock), "guide": ActionGuide(clock), "control": ActionControl(), "faq": ActionAnswer()},
        identity,
    )


@pytest.fixture
def talk(shared_trade: Store) -> Talk:
    return talk_of("rest:anna")


@pytest.fixture
def bound(talk: Talk, shared_trade: Store) -> Talk:
    assert "绑定成功" in talk.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")
    return talk


def test_unbound_newcomer_is_walked_through_all_steps(talk: Talk):
    assert "编号" in talk.say("带我走一遍", "guide/start")
    assert "第 2 步" in talk.say("有编号", "guide/where")
    assert "骑缝章" in talk.press("客户已确认")
    assert "不行" in talk.press("只盖了公章")
    assert "第 3 步" in talk.press("盖了骑缝章")
    assert "第 4 步" in talk.say("材料都发了", "guide/where")
    assert "付款" in talk.say("收到付款通知了", "guide/where")
    assert "第 5 步" in talk.say("已经付款了", "guide/where")
    assert "原件" in talk.say("已经开通了", "guide/where")
    assert "全部办完" in talk.say("原件寄了", "guide/where")
    assert talk.slots["task"] is None


def test_everything_said_at_once_is_taken(talk: Talk):
    reply = talk.say("有编号，客户盖好骑缝章了，采购订单还没填", "guide/where")

    assert "第 3 步" in reply
    assert "扫描件" in reply
    assert "登记" not in reply


def test_next_back_and_where(talk: Talk):
    talk.say("我要下单", "guide/start")
    assert "还在第 1 步" in talk.say("下一步", "guide/next")
    talk.say("有编号", "guide/where")
    assert "第 1 步" in talk.say("上一步", "guide/back")
    assert "前面没有" in talk.say("上一步", "guide/back")
    talk.say("有编号，骑缝章盖好了", "guide/where")
    assert "第 3 步" in talk.say("我到第几步了", "guide/where")
    assert "第 2 步" in talk.say("上一步", "guide/back")


def test_next_is_the_tasks_that_were_told_one_after_the_other(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了，采购订单还没填", "guide/where")
    assert "第 3 步" in talk.say("下一步是什么", "guide/next"), "a question is no news"
    assert "材料都发了" in talk.say("下一步", "guide/next")
    assert "第 4 步" in talk.say("下一步", "guide/next")
    assert "收到云总代的付款通知了吗" in talk.say("下一步", "guide/next"), "nobody has said so"


def test_message_that_changes_nothing_is_answered_in_two_lines(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了，材料都发了", "guide/where")
    unclear = talk.say("老板出差了", "guide/where")

    assert "没听明白" in unclear
    assert "还在第 4 步" in unclear
    assert unclear.endswith("收到云总代的付款通知了吗？")
    assert len(unclear.split("\n")) == 2
    assert talk.titles == ["收到付款通知了", "还没收到付款通知"]
    assert "还在第 4 步" in talk.say("好的", "guide/where")
    assert "书面通知" in talk.say("付款通知是短信来的 算不算", "guide/where")
    assert "第 4 步（共 5 步）" in talk.say("我到第几步了", "guide/where"), "who asks for the step gets all of it"


def test_documents_that_come_back_are_no_notice(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了，材料都发了", "guide/where")
    returned = talk.say("云总代退回来了", "guide/where")

    assert "材料被退" in returned
    assert "先别付款" in returned
    assert "重新发" in talk.say("已经改好了", "guide/where")
    assert "已重发" in talk.press("已经重发了")
    assert "材料被退" in talk.press("材料又被退回来了")


def test_number_follows_its_agreement_by_buttons(talk: Talk):
    talk.say("带我下单", "guide/start")
    talk.press("没有编号")
    assert "盖章、发扫描件" in talk.say("签了", "guide/where")
    assert "寄给云总代" in talk.press("合作协议扫描件发了")
    assert "等云总代给" in talk.press("合作协议原件寄了")
    assert "第 2 步" in talk.press("有编号")


def test_doing_something_again_does_not_start_over(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了，材料都发了", "guide/where")
    talk.say("打回来了", "guide/where")
    assert "第 4 步" in talk.say("重新盖了", "control/restart")
    assert "第 1 步" in talk.say("重新来", "control/restart")


def test_restart_and_cancel(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了", "guide/where")
    assert "第 1 步" in talk.say("重来", "control/restart")
    assert "结束" in talk.say("取消", "control/cancel")
    assert talk.slots["task"] is None
    assert "好，我带您走一遍" in talk.say("带我走一遍", "guide/start")


def test_question_in_between_is_answered_and_the_guide_goes_on_in_one_line(talk: Talk):
    talk.say("有编号，客户已确认", "guide/where")
    reply = talk.say("骑缝章怎么盖", "faq/seal")

    assert reply.startswith("<utter_faq/seal>")
    assert "<utter_back_to_task> 客户给《服务协议》盖章了吗" in reply
    assert "只盖了公章" in talk.titles


def test_order_question_in_between_too(bound: Talk, shared_trade: Store):
    put(shared_trade, order(1))
    bound.say("带我走一遍", "guide/start")
    reply = bound.say("CSP20160315001到哪了", "order/status")

    assert "晨光" in reply
    assert "<utter_back_to_task>" in reply


def test_bound_user_is_not_asked_for_the_number_that_is_known(bound: Talk):
    reply = bound.say("带我走一遍", "guide/start")

    assert "HZ-2016-0123" in reply
    assert "第 2 步" in reply


def test_bound_user_ends_with_a_registered_order_that_status_finds(bound: Talk, shared_trade: Store):
    bound.say("我要下单", "guide/start")
    bound.say("大连星海商贸有限公司，E3，25个，两年", "guide/where", E3)
    reply = bound.say("盖了骑缝章", "guide/where")
    assert "要登记这张单吗" in reply
    assert shared_trade.find_orders("P1001", "星海").orders == ()

    done = bound.press("登记")

    (registered,) = shared_trade.find_orders("P1001", "星海").orders
    assert registered.number in done
    assert (registered.quantity, registered.years, registered.sealed) == (25, 2, NOW.date())
    assert bound.slots["task"] is None
    assert "待提交采购订单" in bound.say("那单到哪了", "order/status")
    assert shared_trade.guide("rest:anna") is None


def test_registering_waits_for_a_yes(bound: Talk, shared_trade: Store):
    bound.say("大连星海商贸有限公司，E3，25个，骑缝章盖了", "guide/where", E3)
    assert "30 个" in bound.say("不对，是30个", "guide/where")
    assert shared_trade.find_orders("P1001", "星海").orders == ()
    assert "先不登记" in bound.press("先不登记")
    assert "要登记" in bound.say("登记", "guide/where")
    bound.say("是的", "guide/where")
    assert shared_trade.find_orders("P1001", "星海").orders[0].quantity == 30


def test_what_is_missing_to_register_is_asked_for(bound: Talk):
    reply = bound.say("E3，25个，骑缝章盖了", "guide/where", E3)
    assert "还缺：客户名称" in reply
    assert "要登记这张单吗？**星海**" in bound.say("星海", "guide/where")


def test_name_keeps_the_letters_that_were_typed(bound: Talk, shared_trade: Store):
    bound.say("ABC贸易有限公司，E3，25个，骑缝章盖了", "guide/where", E3)
    bound.press("登记")

    assert shared_trade.find_orders("P1001", "abc").orders[0].customer == "ABC贸易有限公司"


def test_guide_goes_on_another_day_and_on_another_channel_of_the_same_person(bound: Talk, shared_trade: Store):
    bound.say("有编号，客户盖好骑缝章了", "guide/where")
    other = talk_of("wechat:openid")
    other.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")

    assert "第 3 步" in other.say("我到第几步了", "guide/where")
    other.say("材料都发了", "guide/where")
    assert "第 4 步" in bound.say("我到第几步了", "guide/where")
    other.say("取消", "control/cancel")
    assert "接着上次的，您在第 4 步" in bound.say("我到第几步了", "guide/where")


def test_start_resumes_and_another_customer_begins_anew(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了", "guide/where")
    assert "接着上次的，您在第 3 步" in talk.say("带我走一遍", "guide/start")
    anew = talk.say("给大连星海商贸有限公司下单", "guide/start")
    assert "客户给《服务协议》盖**骑缝章**" in anew, (
        "the agreement is the reseller's, the seal was the other customer's"
    )
    assert "第 2 步" in anew


def test_guide_of_a_stranger_is_his_own(talk: Talk):
    talk.say("有编号，客户盖好骑缝章了", "guide/where")

    assert "第 1 步" in talk_of("rest:bert").say("我到第几步了", "guide/where")


def test_where_of_a_bound_user_offers_orders(bound: Talk, shared_trade: Store):
    put(shared_trade, order(1))

    assert "哪张单" in bound.say("我到第几步了", "guide/where")
    assert "待客户盖章" in bound.press("晨光")


def test_guide_works_while_the_database_is_away(
    talk: Talk, database_url: str, monkeypatch: pytest.MonkeyPatch, shared_trade: Store
):
    talk.say("带我走一遍", "guide/start")
    monkeypatch.setenv("CSP_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    assert "连不上" in talk.say("有编号", "guide/where")
    assert "第 3 步" in talk.say("客户盖好骑缝章了", "guide/where")
    monkeypatch.setenv("CSP_DATABASE_URL", database_url)
    settings.cache_clear()

    assert "第 3 步" in talk.say("我到第几步了", "guide/where")
    assert shared_trade.guide("rest:anna")["case"]["seal"] == "cross_page"
