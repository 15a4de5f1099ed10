"""Where an order stands, as a card beside the text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from samples import NOW, order, put
from talking import Clock, Talk

from actions.orders import ActionOrders
from bot.store import Store

PAID = order(6, "杭州西湖设计院", passed=6)
LATE = dataclasses.replace(order(7, "武汉长江机械有限公司", passed=6), money_arrived=NOW.date() - dt.timedelta(days=10))
RETURNED = dataclasses.replace(order(4, "深圳启航电子有限公司", passed=3), problem="缺骑缝章")
DONE = order(9, "西安大唐文化有限公司", passed=8)
ODD = dataclasses.replace(order(5, "成都锦城软件有限公司", passed=5), submitted=None)


@pytest.fixture
def talk(shared_trade: Store) -> Talk:
    put(shared_trade, PAID, LATE, RETURNED, DONE, ODD)
    talk = Talk({"order": ActionOrders(Clock())})
    talk.say(f"绑定 {shared_trade.invite('P1001', '王敏', NOW)}", "order/bind")
    return talk


def _status(talk: Talk, one, more: str = "到哪了") -> tuple[dict, str]:
    """The card of an order, and the texts around it."""
    talk.say(f"{one.number} {more}", "order/status")
    cards = [part["card"] for part in talk.parts if "card" in part]
    assert len(cards) == 1
    return cards[0], "\n".join(part["text"] for part in talk.parts if "text" in part)


def test_card_of_an_order_has_its_dates_and_the_next_move(talk: Talk):
    card, _ = _status(talk, PAID)

    assert card | {"steps": None} == {
        "kind": "order",
        "number": PAID.number,
        "customer": "杭州西湖设计院",
        "product": "Office 365 企业版 E3",
        "quantity": 25,
        "years": 1,
        "stage": "待开通",
        "since": "2016-03-24",
        "steps": None,
        "waiting_for": {"action": "开通服务", "actor": "云总代"},
        "due": "2016-03-29",
        "overdue": 0,
    }
    assert [step["state"] for step in card["steps"]] == ["done"] * 4 + ["now"]
    assert [step["date"] for step in card["steps"]] == [None, "2016-03-20", "2016-03-21", "2016-03-24", None]


def test_finished_order_waits_for_nobody(talk: Talk):
    card, around = _status(talk, DONE)

    assert {step["state"] for step in card["steps"]} == {"done"}
    assert (card["waiting_for"], card["due"], around) == (None, None, "")


@pytest.mark.parametrize(
    ("one", "question", "said"),
    [
        (LATE, "到哪了", "请找人催办"),
        (RETURNED, "到哪了", "缺骑缝章"),
        (ODD, "到哪了", "「采购订单提交日期」却空着"),
        (PAID, "付款了没有", "已到账"),
        (ODD, "到哪了", "货款到账后 3 个工作日内开通"),
    ],
)
def test_what_no_card_holds_stands_around_it(talk: Talk, one, question: str, said: str):
    _, around = _status(talk, one, question)

    assert said in around


def test_text_says_everything_that_the_card_says(talk: Talk):
    text = talk.say(f"{PAID.number} 到哪了", "order/status")

    for word in (PAID.number, PAID.customer, PAID.product, "25 个", "待开通", "开通服务", "3月29日"):
        assert word in text


def test_card_is_small_json(talk: Talk):
    card, _ = _status(talk, LATE)

    assert len(json.dumps(card, ensure_ascii=False).encode()) < 1000


def test_lists_and_refusals_have_no_card(talk: Talk):
    for text, leaf in (("我的单子都到哪了", "order/list"), ("CSP20160315999到哪了", "order/status")):
        talk.say(text, leaf)

        assert talk.parts == []
