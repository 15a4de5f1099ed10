"""Customers' names without 「公司」, short forms of them, and what is asked of one customer's order."""

from __future__ import annotations

import pytest

from bot.nlu.normalize import normalize
from bot.rules.customer_name import customer_in, reported_name
from bot.rules.guide import Case
from bot.rules.guide_reading import read_said
from bot.rules.parties import another_customer, asks_of, asks_which, chosen, parties_in

KNOWN = ("厦门白鹭", "宁波港湾", "青岛海韵科技有限公司")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("客户谈好了 厦门白鹭 E1 三十个", "厦门白鹭"),
        ("客户叫宁波港湾", "宁波港湾"),
        ("长沙麓山E5 8个", "长沙麓山"),
        ("武汉东湖要12个E3", "武汉东湖"),
        ("西安大雁 E3 15 两年", "西安大雁"),
        ("名字填错了，应该是昆明滇池", "昆明滇池"),
        ("客户名称改成昆明滇池", "昆明滇池"),
    ],
)
def test_town_and_a_few_characters_beside_what_is_bought_are_a_name(text: str, name: str):
    assert customer_in(normalize(text).text, None) == name


@pytest.mark.parametrize(
    "text",
    [
        "客户谈好了 要E1 三十个",
        "厦门那边 30个 E3",
        "武汉员工 20个 E3",
        "厦门20人 宁波30人 E3",
        "厦门宁波各 50个",
        "客户在厦门 E3 20个",
        "广州出差多 20个",
        "数量填错了 是60个",
        "客户名称是不是填错了",
        "客户名称是什么",
        "客户的海外公司也买了",
    ],
)
def test_other_words_behind_a_town_or_a_customer_are_none(text: str):
    assert customer_in(normalize(text).text, None) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("转到白鹭", "厦门白鹭"),
        ("切换到宁波", "宁波港湾"),
        ("先弄海韵", "青岛海韵科技有限公司"),
        ("回到港湾那单", "宁波港湾"),
    ],
)
def test_customer_is_turned_to_by_a_short_name(text: str, name: str):
    assert chosen(text, KNOWN) == name


@pytest.mark.parametrize("text", ["海韵到第几步了", "那白鹭呢", "港湾还差什么", "白鹭那张单进展怎么样", "切回海韵"])
def test_asking_of_one_customers_order(text: str):
    assert asks_of(text, KNOWN)


@pytest.mark.parametrize("text", ["海韵的章盖好了", "厦门天气怎么样", "宁波有云总代吗", "骑缝章怎么盖"])
def test_something_else_is_not_asking_of_it(text: str):
    assert not asks_of(text, KNOWN)


def test_short_name_stands_for_the_customer_that_is_known():
    assert parties_in("海韵那边盖好了", KNOWN) == ("青岛海韵科技有限公司",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("换一个客户 长沙麓山 E5 8个", "长沙麓山"),
        ("另外还有一个客户，东方机电有限公司", "东方机电有限公司"),
        ("换个客户吧", ""),
        ("还有一个客户没盖章", None),
        ("客户换个章", None),
    ],
)
def test_another_customer_is_begun_with(text: str, name: str | None):
    assert another_customer(normalize(text).text) == name


def test_customers_under_way_are_asked_for():
    assert asks_which("现在跟着哪几个客户")
    assert asks_which("每个客户各到哪一步")
    assert not asks_which("几个客户在国外")


@pytest.mark.parametrize(
    ("text", "recognised", "kept"),
    [
        ("海韵盖了", "海韵", True),
        ("滇池缺什么", "滇池缺什", True),
        ("不对，客户叫昆明滇池", None, False),
    ],
)
def test_guess_or_short_form_does_not_replace_the_name(text: str, recognised: str | None, kept: bool):
    entities = {"customer": [recognised]} if recognised else {}
    case = read_said(normalize(text).text, entities, Case(customer=KNOWN[2]), None)

    assert (case.customer == KNOWN[2]) is kept


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("鼎盛商贸付款了", "鼎盛商贸"),
        ("武汉长江开通了", "武汉长江"),
        ("成都锦城那边盖好章了", "成都锦城"),
        ("鼎盛科技还没盖章", "鼎盛科技"),
        ("那鼎盛集团的那单材料都发了", "鼎盛集团"),
        ("鼎盛商贸今天把钱打过来了", "鼎盛商贸"),
        ("云江的章盖好了，鼎盛商贸被退回了", "鼎盛商贸"),
    ],
)
def test_name_without_company_is_told_by_trade_or_town_before_a_report(text: str, name: str):
    assert reported_name(normalize(text).text) == name


@pytest.mark.parametrize(
    "text",
    [
        "北京财务付款了",
        "上海蓝云审核通过了",
        "广州客户付款了",
        "深圳那边付款了",
        "北京总部盖章了",
        "上海合同签了",
        "杭州快递签收了",
        "办公软件开通了",
        "骑缝章盖好了",
        "已经付款了",
        "鼎盛商贸付款了吗",
        "成都锦城盖章了没",
        "武汉长江什么时候开通",
    ],
)
def test_others_who_report_and_questions_name_no_customer(text: str):
    assert reported_name(normalize(text).text) is None


@pytest.mark.parametrize("text", ["换成鼎盛商贸", "先办武汉长江", "切到成都锦城那单吧", "那就换成鼎盛科技的单"])
def test_switch_names_a_customer_by_trade_or_town(text: str):
    names = parties_in(normalize(text).text)

    assert len(names) == 1
    assert chosen(normalize(text).text, names) == names[0]


@pytest.mark.parametrize(
    "text",
    ["换成E5", "换成50个", "换成两年", "先盖骑缝章", "换成英迈", "换成全球版", "先付款", "改成商业高级版", "换成公章"],
)
def test_switch_to_something_else_names_no_customer(text: str):
    assert parties_in(normalize(text).text) == ()


@pytest.mark.parametrize("text", ["两家各到哪步", "几个客户分别到哪了", "两张单都到第几步了", "每家走到哪了"])
def test_how_far_all_of_them_are_is_asked(text: str):
    assert asks_which(normalize(text).text)


@pytest.mark.parametrize("text", ["到哪步了", "我到第几步了", "这家到哪了", "快递到哪了", "两家公司都要盖章吗"])
def test_how_far_one_is_asks_for_no_overview(text: str):
    assert not asks_which(normalize(text).text)
