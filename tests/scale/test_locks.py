"""Locks in a real Redis: order, one at a time, and what a process that died leaves behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.locks import LEASE, LocalLocks, Locks, RedisLocks, open_locks
from bot.settings import ROOT
from bot.shared_redis import open_redis

REDIS = os.environ.get("CSP_TEST_REDIS", "redis://127.0.0.1:6379/9")
NOBODY = "redis://127.0.0.1:1/0"


@asynccontextmanager
async def processes(count: int) -> AsyncIterator[list[Locks]]:
    """Lock stores that share nothing but Redis."""
    stores = [open_locks(REDIS) for _ in range(count)]
    yield stores
    for store in stores:
        await store.close()


def name() -> str:
    return f"rest:{uuid.uuid4().hex}"


async def _hold(locks: Locks, lock: str, seconds: float, log: list[Any], who: Any) -> None:
    async with locks.turn(lock):
        log.append(("in", who))
        await asyncio.sleep(seconds)
        log.append(("out", who))


def test_who_comes_first_is_first_whatever_the_process():
    async def scene() -> list[Any]:
        log: list[Any] = []
        async with processes(3) as stores:
            lock, waiting = name(), []
            for number in range(12):
                waiting.append(asyncio.ensure_future(_hold(stores[number % 3], lock, 0.01, log, number)))
                await asyncio.sleep(0.01)  # a message arrives after the other
            await asyncio.gather(*waiting)
        return log

    assert asyncio.run(scene()) == [(way, number) for number in range(12) for way in ("in", "out")]


def test_never_two_at_once_when_many_come_together():
    async def scene() -> list[Any]:
        log: list[Any] = []
        async with processes(4) as stores:
            lock = name()
            await asyncio.gather(*(_hold(stores[n % 4], lock, 0.001, log, n) for n in range(60)))
        return log

    log = asyncio.run(scene())
    assert len(log) == 120
    assert all(one == ("in", who) and two == ("out", who) for one, two, who in zip(log[::2], log[1::2], _order(log)))


def _order(log: list[Any]) -> list[Any]:
    return [who for way, who in log if way == "in"]


def test_conversations_do_not_wait_for_each_other():
    async def scene() -> float:
        async with processes(1) as (locks,):
            started = time.monotonic()
            await asyncio.gather(*(_hold(locks, name(), 0.2, [], n) for n in range(30)))
            return time.monotonic() - started

    assert asyncio.run(scene()) < 2


def test_turn_longer_than_the_lease_keeps_the_lock():
    async def scene() -> list[Any]:
        log: list[Any] = []
        one, two = (RedisLocks(open_redis(REDIS), lease=0.4) for _ in range(2))
        lock = name()
        await asyncio.gather(_hold(one, lock, 1.2, log, 1), _later(0.1, _hold(two, lock, 0, log, 2)))
        await asyncio.gather(one.close(), two.close())
        return log

    assert asyncio.run(scene()) == [("in", 1), ("out", 1), ("in", 2), ("out", 2)]


async def _later(seconds: float, work: Coroutine) -> None:
    await asyncio.sleep(seconds)
    await work


def test_killed_process_holds_up_a_conversation_for_one_lease_at_most():
    lock = name()
    code = (
        "import asyncio\nfrom bot.locks import open_locks\nasync def hold():\n"
        f"    async with open_locks({REDIS!r}).turn({lock!r}):\n        print('held', flush=True)\n"
        "        await asyncio.sleep(600)\nasyncio.run(hold())"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.wait()

    async def scene() -> float:
        async with processes(1) as (locks,):
            started = time.monotonic()
            await _hold(locks, lock, 0, [], 1)
            return time.monotonic() - started

    assert asyncio.run(scene()) < LEASE + 1


def test_who_gives_up_waiting_leaves_no_ticket():
    async def scene() -> list[Any]:
        log: list[Any] = []
        async with processes(2) as (one, two):
            lock = name()
            holding = asyncio.ensure_future(_hold(one, lock, 0.3, log, 1))
            await asyncio.sleep(0.05)
            leaving = asyncio.ensure_future(_hold(two, lock, 0, log, 2))
            await asyncio.sleep(0.05)
            leaving.cancel()
            started = time.monotonic()
            await _hold(one, lock, 0, log, 3)
            await holding
            assert time.monotonic() - started < 1
        return log

    assert asyncio.run(scene()) == [("in", 1), ("out", 1), ("in", 3), ("out", 3)]


def test_nothing_stays_in_redis_after_the_last_turn():
    async def scene() -> list[str]:
        lock, client = name(), open_redis(REDIS)
        async with processes(2) as stores:
            await asyncio.gather(*(_hold(store, lock, 0.01, [], 1) for store in stores))
        left = [key async for key in client.scan_iter(f"*{lock}*")]
        await client.close()
        return left

    assert asyncio.run(scene()) == []


@pytest.mark.parametrize("make", [LocalLocks, lambda: open_locks(NOBODY)], ids=["local", "redis away"])
def test_one_process_keeps_its_messages_in_order_by_itself(make: Callable[[], Locks]):
    async def scene() -> list[Any]:
        log: list[Any] = []
        locks, lock = make(), name()
        waiting = []
        for number in range(5):
            waiting.append(asyncio.ensure_future(_hold(locks, lock, 0.01, log, number)))
            await asyncio.sleep(0.001)
        await asyncio.gather(*waiting)
        await locks.close()
        return log

    log = asyncio.run(scene())
    assert [way for way, _ in log] == ["in", "out"] * 5
    assert sorted(_order(log)) == list(range(5))
