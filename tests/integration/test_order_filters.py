"""Lists that are asked for in words: what is understood narrows them, what is not is said; nobody else's orders ever."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from samples import NOW, TODAY, numbers, order, put
from talking import Clock, Talk

from actions.orders import ActionOrders
from bot.store import Store, orders
from bot.store.records import Narrowing, OrderKind

PAID = order(6, "杭州西湖设计院", passed=6)
LATE = dataclasses.replace(order(7, "武汉长江机械有限公司", passed=6), money_arrived=TODAY - dt.timedelta(days=10))
RETURNED = order(4, "深圳启航电子有限公司", passed=3, problem="缺骑缝章", product="Exchange Online 计划1", quantity=40)
TO_PAY = order(5, "成都锦城软件有限公司", passed=5, product="Office 365 商业协作版", quantity=18)
OPENED = order(8, "南京钟山医药有限公司", passed=7)
NEW = order(1, "北京晨光贸易有限公司", created=dt.date(2016, 2, 15), passed=0, product="Office 365 商业高级版")
DONE = order(9, "西安大唐文化有限公司", passed=8)
CHECKED = order(3, "天津海河商贸有限公司", passed=4)
FOREIGN = order(21, "青岛海风食品有限公司", passed=7, partner="P1002")


@pytest.fixture
def bound(shared_trade: Store) -> Talk:
    put(shared_trade, PAID, LATE, RETURNED, TO_PAY, OPENED, NEW, DONE, CHECKED, FOREIGN)
    talk = Talk({"order": ActionOrders(Clock())})
    assert "绑定成功" in talk.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")
    return talk


def listed(reply: str) -> set[str]:
    """The last three digits of the orders in a reply."""
    return {line[-3:] for line in reply.split("\n") if "CSP2016" in line and "｜" in line}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("已经开通的有哪些", {"008", "009"}),
        ("已完成的有哪些", {"009"}),
        ("哪些单等着我办", {"004", "005", "008"}),
        ("等云总代办的有哪些", {"003", "006", "007"}),
        ("有没有单是待盖章的", {"001"}),
        ("有没有被退回的", {"004"}),
        ("待付款通知的", {"003"}),
        ("已付款的单有哪些", {"006", "007", "008", "009"}),
        ("没开通的有哪些", {"001", "003", "004", "005", "006", "007"}),
        ("上个月的单", {"001"}),
        ("2月的单", {"001"}),
        ("昨天开通的单", {"008"}),
        ("商业版的单", {"001", "005"}),
    ],
)
def test_list_holds_what_was_asked_for(bound: Talk, asked: str, expected: set[str]):
    first = bound.say(asked, "order/list")
    more = bound.press("更多") if "更多" in bound.titles else ""

    assert listed(first) | listed(more) == expected
    assert "CSP20160315021" not in first + more


def test_product_narrows(bound: Talk):
    reply = bound.say("Exchange的单有哪些", "order/list", ("product", "Exchange Online"))

    assert listed(reply) == {"004"}
    assert "产品名称含 Exchange Online" in reply


def test_list_says_which_date_it_went_by(bound: Talk):
    assert "2月29日（周一）下单" in bound.say("上个月的单", "order/list")
    assert "开通" in bound.say("昨天开通的单", "order/list").split("\n")[0]
    assert "货款到账" in bound.say("昨天付款的单", "order/list").split("\n")[0]


def test_days_of_what_must_be_done_now_narrow_nothing_and_that_is_said(bound: Talk):
    reply = bound.say("今天要打款的单有几张", "order/list")

    assert "没有按「今天」筛" in reply
    assert listed(reply) == {"005"}


def test_no_order_in_those_days_is_said(bound: Talk):
    reply = bound.say("去年12月的单", "order/list")

    assert "没有" in reply
    assert not listed(reply)


@pytest.mark.parametrize(
    "asked", ["利润超过100万的单有哪些", "金额最大的单", "卡住的单", "下周到期的单", "数量最多的单"]
)
def test_condition_that_no_list_has_never_looks_applied(bound: Talk, asked: str):
    assert "不能用来筛" in bound.say(asked, "order/list").split("\n")[0]


@pytest.mark.parametrize(
    "asked",
    [
        "李强有几单",
        "李强的单子有几张",
        "李强这个月有几单",
        "李强超期的单",
        "张三的单",
        "小张负责的单",
        "蓝海信息的订单",
        "青岛海风的单",
        "同行下了几单",
    ],
)
@pytest.mark.parametrize("leaf", ["order/list", "order/status"])
def test_orders_of_somebody_else_are_neither_shown_nor_replaced_by_own_ones(bound: Talk, asked: str, leaf: str):
    reply = bound.say(asked, leaf)

    assert "CSP2016" not in reply
    assert "别家的查不了" in reply or "没有查到" in reply or leaf == "order/status"


@pytest.mark.parametrize("asked", ["王敏的单", "远景科技有几单", "我的单", "我们公司的单"])
def test_own_name_is_no_condition(bound: Talk, asked: str):
    assert "共 8 张" in bound.say(asked, "order/list")


def test_how_many_is_answered_with_the_stages(bound: Talk):
    reply = bound.say("我有几单", "order/list").split("\n")[0]

    assert "共 **8 张**" in reply
    assert "待开通 2" in reply


def test_users_in_all_are_added_up(bound: Talk):
    assert "合计 **208 个**" in bound.say("我们一共卖了多少用户", "order/list")
    assert "合计 **40 个**" in bound.say("卖了多少个Exchange", "order/list", ("product", "Exchange Online"))


def test_newest_and_oldest_come_first(bound: Talk):
    assert "001" in bound.say("最早的单", "order/list").split("\n")[1]
    assert "晨光" in bound.say("最早的那单到哪了", "order/status")


def test_orders_of_a_customer_in_a_state(bound: Talk):
    assert "晨光" in bound.say("晨光的单有哪些", "order/list")
    reply = bound.say("晨光已开通的单", "order/list")

    assert "没有「已开通、客户名称含 晨光」的单" in reply


def test_numbers_of_the_second_page_go_on_and_are_taken(bound: Talk):
    bound.say("我的单子都到哪了", "order/list")
    second = bound.press("更多")

    assert second.split("\n")[1].startswith("6. ")
    assert all(button.get("numbered") is False for button in bound.buttons)
    seventh = second.split("\n")[2]
    assert seventh[-14:] in bound.say("第七个", "order/status")
    assert "武汉长江" in bound.say("再看第一张", "order/status")
    assert "后面没有了" in bound.say("更多", "order/list")
    assert "第 1–5 张" in bound.say("上一页", "order/list")


def test_place_that_the_list_does_not_have(bound: Talk):
    bound.say("我的单子都到哪了", "order/list")

    assert "没有这一张" in bound.say("第十二张", "order/status")
    assert "西安大唐" in bound.say("最后一张", "order/status")


def test_place_is_of_the_narrowed_list(bound: Talk):
    bound.say("已经开通的有哪些", "order/list")

    assert "西安大唐" in bound.say("第二张", "order/status")
    assert "没有这一张" in bound.say("第三张", "order/status")


def test_several_customers_of_a_message_are_all_answered(bound: Talk):
    reply = bound.say("北京晨光和天津海河到哪了", "order/status", ("customer", "海河到哪"))

    assert reply.index("晨光") < reply.index("海河")
    assert "钟山" in bound.say("长江、大唐、钟山都到哪了", "order/status", ("customer", "长江、大唐、钟山都到"))


def test_two_words_of_one_customer_are_one_customer(bound: Talk, shared_trade: Store):
    put(shared_trade, order(66, "北京海淀书店", passed=2))
    reply = bound.say("北京 晨光 到哪了", "order/status")

    assert "晨光" in reply
    assert "书店" not in reply


def test_what_was_bought_is_answered_first(bound: Talk):
    bound.say("锦城到哪了", "order/status")

    assert "商业协作版**，**18 个" in bound.say("它买的啥 多少个", "order/status").split("\n")[0]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("海河的催一下", "云总代"),
        ("晨光的催一下", "客户"),
        ("锦城的催一下", "您这边"),
        ("长江的催一下", "超期"),
        ("大唐的催一下", "办完"),
    ],
)
def test_nudge_tells_who_is_waited_for(bound: Talk, asked: str, expected: str):
    assert expected in bound.say(asked, "order/status").split("\n")[0]
    assert "转人工" in bound.titles


def test_order_that_is_meant_by_what_happened_to_it(bound: Talk):
    bound.say("晨光到哪了", "order/status")
    reply = bound.say("昨天付的那单到账没", "order/status")

    assert "西湖" in reply
    assert "晨光" not in reply
    assert "付款的日期没有记录" in reply


def test_question_for_whose_order_is_not_about_the_one_before(bound: Talk):
    bound.say("晨光到哪了", "order/status")

    assert "长江" in bound.say("谁的单超期了", "order/status")


def test_question_after_a_list_is_about_the_list(bound: Talk):
    bound.say("晨光到哪了", "order/status")
    bound.say("哪些超期了", "order/list")
    reply = bound.say("为什么超期", "order/status")

    assert "长江" in reply
    assert "原因没有记录" in reply


def test_narrowed_list_is_sought_in_a_bounded_part_and_that_is_said(trade: Store, monkeypatch: pytest.MonkeyPatch):
    put(trade, *(order(n) for n in range(1, 6)), order(7, partner="P1002"))
    wanted = Narrowing("created", TODAY - dt.timedelta(days=3), TODAY)

    whole = trade.narrowed_orders("P1001", OrderKind.ALL, wanted, 0, 10, TODAY, 3)
    monkeypatch.setattr(orders, "SCANNED", 3)
    part = trade.narrowed_orders("P1001", OrderKind.ALL, wanted, 0, 10, TODAY, 3)

    assert (len(whole.orders), whole.partial) == (5, False)
    assert (len(part.orders), part.partial) == (3, True)
    assert "007" not in numbers(whole.orders)


def test_stages_of_another_partner_are_not_counted(trade: Store):
    put(trade, order(1), order(7, partner="P1002"))

    assert sum(trade.stage_counts("P1001").values()) == 1


@pytest.mark.parametrize(
    ("asked", "named", "expected"),
    [
        ("除了待付款的，还有哪些没付款", (), {"001", "003", "004"}),
        ("不算待付款的,还没付款的有哪些", (), {"001", "003", "004"}),
        ("没有逾期的单列出来", (), {"001", "003", "004", "005", "006", "008", "009"}),
        ("不是待付款通知的单有哪些", (), {"001", "004", "005", "006", "007", "008", "009"}),
        ("没开通的，不要列超期的", (), {"001", "003", "004", "005", "006"}),
        ("除了武汉和深圳，其他没开通的", (), {"001", "003", "005", "006"}),
        ("商业版的除外，没付款的", (("product", "Office 365 商业版"),), {"003", "004"}),
        ("30个以上没付款的", (), {"004"}),
        ("不到20个的单", (), {"005"}),
        ("佳杰的单有几张", (("distributor", "佳杰"),), {"001", "003", "004", "005", "006", "007", "008", "009"}),
        ("锦城和西湖的单", (), {"005", "006"}),
    ],
)
def test_what_is_left_out_and_what_narrows(bound: Talk, asked: str, named: tuple, expected: set[str]):
    first = bound.say(asked, "order/list", *named)
    more = bound.press("更多") if "更多" in bound.titles else ""

    assert listed(first) | listed(more) == expected
    assert "不能用来筛" not in first


def test_what_cannot_be_left_out_is_said(bound: Talk):
    assert "**下面没有按它筛**" in bound.say("除了上个月下的都列出来", "order/list")


def test_list_by_the_day_of_opening_holds_what_is_due(bound: Talk):
    assert listed(bound.say("下周该开通的", "order/list")) == {"006"}  # paid on Thursday: due on Tuesday
    assert listed(bound.say("下周要开通的有几个", "order/list")) == {"006"}
    assert listed(bound.say("下周三该开通的", "order/list")) == set()
    assert listed(bound.say("这周开通的", "order/list")) == {"008", "009"}  # what was opened, not what shall be


def test_next_and_previous_order_of_the_list(bound: Talk):
    bound.say("等云总代的有哪些", "order/list")

    shown = [bound.say(said, "order/status") for said in ("下一个", "下一张", "再看下一个", "下一个", "上一张")]

    names = [next((name for name in ("长江", "海河", "西湖") if name in reply), "") for reply in shown]
    assert names == ["长江", "海河", "西湖", "", "海河"]
    assert "后面没有了" in shown[3]


def test_next_order_goes_on_behind_the_page_and_after_a_place(bound: Talk):
    bound.say("我的单子都到哪了", "order/list")

    fifth = bound.say("第5张", "order/status")
    sixth = bound.say("下一个", "order/status")
    seventh = bound.say("下一个", "order/status")
    back = bound.say("上一个", "order/status")

    assert len({fifth, sixth, seventh}) == 3
    assert back == sixth
    assert "前面没有了" in [bound.say("第1张", "order/status"), bound.say("上一个", "order/status")][1]


def test_next_of_no_list_begins_one(bound: Talk):
    bound.say("锦城到哪了", "order/status")

    assert bound.say("下一张", "order/status").startswith("还没有列过单")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("几号签收的", "原件3月24日（周四）已经签收"),
        ("货款几号到的", "货款3月22日（周二）已到账"),
        ("几号盖的章", "客户3月18日（周五）盖好了章"),
        ("几号交的材料", "还没有提交材料的记录"),
        ("付款通知是几号", "云总代3月21日（周一）发的付款通知"),
        ("材料几号审的", "3月20日（周日）已审核通过"),
        ("按规定几号开", "应在**3月25日（周五）**前开通；3月23日（周三）已经开通"),
        ("轮到谁了", "谁都不用再办"),
        ("什么时候开的", "3月23日（周三）已经开通了"),
    ],
)
def test_day_of_each_milestone(bound: Talk, shared_trade: Store, asked: str, answer: str):
    put(shared_trade, dataclasses.replace(DONE, submitted=None))
    bound.say("大唐到哪了", "order/status")

    assert answer in bound.say(asked, "order/status")


@pytest.mark.parametrize(
    "asked", ["青岛海风什么时候开", "小唐的钱到账没", "远大集团原件寄了没", "海风家的材料有问题吗", "26个的那单"]
)
def test_order_before_is_not_the_answer_about_another(bound: Talk, asked: str):
    bound.say("西湖到哪了", "order/status")

    reply = bound.say(asked, "order/status")

    assert "西湖" not in reply
    assert "没有" in reply


@pytest.mark.parametrize("asked", ["货款什么时候到", "材料有问题吗", "现在谁在办", "正常几号能开", "那原件寄了没"])
def test_question_without_a_name_is_about_the_order_before(bound: Talk, asked: str):
    bound.say("西湖到哪了", "order/status")

    assert "西湖" in bound.say(asked, "order/status")


def test_quantity_names_an_order(bound: Talk):
    assert "启航" in bound.say("40个的那张单", "order/status")


@pytest.mark.parametrize(("typed", "found"), [("昆仑医药", ""), ("锦成软件", "锦城"), ("西湖社记院", "西湖")])
def test_name_by_its_sound(bound: Talk, typed: str, found: str):
    reply = bound.say(f"{typed}到哪了", "order/status")

    assert (found in reply) if found else "没有查到" in reply


def test_one_of_two_names_without_orders_is_said(bound: Talk):
    reply = bound.say("锦城和青岛的单", "order/list")

    assert "没有客户叫「青岛」" in reply
    assert "锦城" in reply
    assert "海风" not in reply
