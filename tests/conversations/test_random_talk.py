"""Thousands of random utterances: the assistant always answers, logs no error, and shows nobody another partner's rows."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from babble import Babble
from structlog.testing import capture_logs

from actions import resources
from bot.agent import load_agent
from bot.nlu.normalize import normalize
from bot.rules.ordering import MILESTONES
from bot.server import chat_once
from bot.settings import Settings, settings
from bot.store import Store, open_store
from bot.store.records import Order, Partner

UTTERANCES = 2500
"""Of each conversation."""
_TODAY = dt.date(2016, 3, 25)
_OWN = (
    "北京晨光贸易",
    "上海明德律师",
    "广州南粤物流",
    "深圳启航电子",
    "成都锦城软件",
    "杭州西湖设计",
    "武汉长江机械",
    "南京钟山医药",
)
_FOREIGN = (
    "青岛海风食品",
    "大连北方重工",
    "北京晨光电子",
    "上海明珠软件",
    "西安大唐文化",
    "深圳启明贸易",
    "广州白云物流",
    "苏州园林设计",
)
_END = "股份有限公司"
"""Ends every customer's name, and is never said: a reply that holds it with a name read the name from the store."""


def _orders(partner: str, names: tuple[str, ...], first: int) -> list[Order]:
    """An order of each customer, each at another stage; product and quantity are like no other's."""
    found = []
    for count, name in enumerate(names):
        passed = count % len(MILESTONES) + 1
        dates = {milestone: _TODAY - dt.timedelta(days=passed - n) for n, milestone in enumerate(MILESTONES[:passed])}
        quantity = 710_000 + first + count
        found.append(
            Order(
                number=f"CSP20160315{first + count:03d}",
                partner=partner,
                distributor="佳杰",
                customer=name + _END,
                product=f"专用产品{partner}{count}",
                quantity=quantity,
                years=1,
                problem=f"缺第{quantity}页" if count == 3 else "",
                **dates,
            )
        )
    return found


OWN = _orders("P1001", _OWN, 100)
FOREIGN = _orders("P1002", _FOREIGN, 500)
NAMES = [name[:size] for name in (*_OWN, *_FOREIGN) for size in (2, 4, 6)] + [name[2:4] for name in (*_OWN, *_FOREIGN)]


@pytest.fixture
def database_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two partners with orders, as the database that actions use."""
    url = f"sqlite:///{tmp_path / 'csp.db'}"
    monkeypatch.setenv("CSP_DATABASE_URL", url)
    settings.cache_clear()
    resources.forget_stores()
    store = open_store(url)
    with store.writing() as connection:
        store.put_partners(connection, [Partner("P1001", "远景科技", "佳杰"), Partner("P1002", "蓝海信息", "英迈")])
        store.put_orders(connection, [*OWN, *FOREIGN], "test", dt.datetime.now(dt.timezone.utc))
    store.close()
    yield url
    resources.forget_stores()
    settings.cache_clear()


class Errors(logging.Handler):
    """What libraries log as an error: Rasa logs an action's exception and goes on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("bound", "seed"), [(True, 1), (False, 2)], ids=["bound", "unbound"])
def test_nothing_said_at_random_fails_or_shows_another_partners_rows(
    bound: bool, seed: int, database_url: str, model: Path
) -> None:
    store = open_store(database_url)
    forbidden = FOREIGN if bound else [*OWN, *FOREIGN]
    babble = Babble(seed, NAMES, [order.number for order in [*OWN, *FOREIGN]])
    agent = load_agent(model, Settings(database_url=database_url, redis_url="", action_url=""))
    errors = Errors()
    logging.getLogger().addHandler(errors)
    faults: list[str] = []
    shown: set[str] = set()

    async def talk() -> None:
        buttons: list[str] = []
        said: set[str] = set()
        for turn in range(UTTERANCES):
            if bound and store.partner_of("rest:babble") is None:
                _bind(store, turn)
            text = babble.utterance(buttons)
            said.add(normalize(text).text)
            with capture_logs() as logs:
                messages = await chat_once(agent, "rest:babble", text)
            buttons = [button["title"] for message in messages for button in message.get("buttons", [])]
            reply = json.dumps(messages, ensure_ascii=False)
            shown.update(order.number for order in OWN if order.number in reply)
            loud = [entry for entry in logs if entry["log_level"] in ("warning", "error", "critical")]
            leaked = _rows_in(reply, forbidden, said)
            if errors.found or loud or leaked or not any(message.get("text") for message in messages):
                faults.append(f"{turn} {text[:200]!r} → {reply[:300]!r} {leaked} {loud} {errors.found}"[:2000])
                errors.found.clear()

    try:
        asyncio.run(talk())
    finally:
        logging.getLogger().removeHandler(errors)
        store.close()

    assert not faults, f"{len(faults)} of {UTTERANCES}:\n" + "\n".join(faults[:20])
    assert len(shown) == (len(OWN) if bound else 0), "own orders are spoken of, and only to who is bound"


def _bind(store: Store, turn: int) -> None:
    """Bind the conversation (anew, when it said 「解绑」), later than any lock that wrong codes brought about."""
    now = dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=turn + 1)
    assert store.bind("rest:babble", store.invite("P1001", "王敏", now), now).member


def _rows_in(reply: str, forbidden: list[Order], said: set[str]) -> list[str]:
    """What of other partners' rows is in ``reply``: values that nobody said, and numbers that this user did not say."""
    found = [order.number for order in forbidden if order.customer in reply or order.product in reply]
    found += [order.number for order in forbidden if str(order.quantity) in reply]
    numbers = [order.number for order in forbidden if order.number in reply.upper()]
    return found + [number for number in numbers if not any(number[-3:] in text for text in said)]
