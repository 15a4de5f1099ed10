"""Notices to bound staff."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from samples import MINUTE, NOW, TODAY, order, put

from bot.rules.ordering import Stage
from bot.store import Store, deliver_notices, open_store
from bot.store.records import Notice


@pytest.fixture
def watched(trade: Store) -> Store:
    """Order 001 of P1001, which has two bound members on two channels; P1002 has one."""
    put(trade, order(1))
    trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW)
    trade.bind("wechat:1", trade.invite("P1001", "李强", NOW), NOW)
    trade.bind("web:2", trade.invite("P1002", "赵云", NOW), NOW)
    return trade


def test_moving_to_another_stage_is_told_once_to_each_bound_member(watched: Store):
    put(watched, order(1, passed=1, sealed=TODAY))
    put(watched, order(1, passed=1, sealed=TODAY))

    (web,) = watched.waiting_notices("web", NOW)
    (wechat,) = watched.waiting_notices("wechat", NOW)

    assert (web.identity, wechat.identity) == ("web:1", "wechat:1")
    assert (web.before, web.after, web.order.number) == (Stage.CREATED, Stage.SEALED, order(1).number)


def test_change_within_a_stage_is_not_told(watched: Store):
    put(watched, order(1, remark="加急"))

    assert watched.waiting_notices("web", NOW) == ()


def test_undone_change_is_not_told(watched: Store):
    with pytest.raises(RuntimeError), watched.writing() as connection:
        watched.put_orders(connection, [order(1, sealed=TODAY)], "test", NOW)
        raise RuntimeError

    assert watched.waiting_notices("web", NOW) == ()
    assert len(watched.history_of(order(1).number)) == 1


def test_unbound_identity_gets_no_more_notices(watched: Store):
    put(watched, order(1, sealed=TODAY))
    watched.unbind("web:1")

    assert watched.waiting_notices("web", NOW) == ()


def test_delivered_notice_is_not_sent_again(watched: Store):
    put(watched, order(1, sealed=TODAY))
    sent: list[str] = []

    async def deliver(notice: Notice) -> bool:
        sent.append(notice.identity)
        return True

    first = asyncio.run(deliver_notices(watched, "web", deliver, NOW))
    second = asyncio.run(deliver_notices(watched, "web", deliver, NOW))

    assert (first, second, sent) == (1, 0, ["web:1"])


def test_failed_notice_is_tried_later_and_given_up_in_the_end(watched: Store):
    put(watched, order(1, sealed=TODAY))
    tries = 0

    async def deliver(notice: Notice) -> bool:
        nonlocal tries
        tries += 1
        raise ConnectionError

    asyncio.run(deliver_notices(watched, "web", deliver, NOW))
    asyncio.run(deliver_notices(watched, "web", deliver, NOW + MINUTE / 2))
    assert tries == 1
    for day in range(1, 20):
        asyncio.run(deliver_notices(watched, "web", deliver, NOW + dt.timedelta(days=day)))
    assert tries == 8


def test_one_process_delivers_at_a_time(watched: Store, database_url: str):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite is used by one process")
    put(watched, order(1, sealed=TODAY))
    other = open_store(database_url)
    sent: list[int] = []

    async def both() -> tuple[int, int]:
        began, go_on = asyncio.Event(), asyncio.Event()

        async def slow(notice: Notice) -> bool:
            began.set()
            await go_on.wait()
            sent.append(notice.id)
            return True

        first = asyncio.ensure_future(deliver_notices(watched, "web", slow, NOW))
        await began.wait()
        second = await deliver_notices(other, "web", slow, NOW)
        go_on.set()
        return await first, second

    arrived = asyncio.run(both())
    other.close()
    assert (arrived, len(sent)) == ((1, 0), 1)


def test_waiting_notices_are_counted(watched: Store):
    put(watched, order(1, sealed=TODAY))

    assert watched.count_waiting() == 2
