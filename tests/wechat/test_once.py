"""Answered exactly once: in one process, and between processes that share a Redis."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.wechat.kept import KEPT_DAYS, Kept
from bot.channels.wechat.once import KEPT, Once, OnceHere, OnceShared, Settled
from tests.wechat.conftest import Run

REDIS = os.environ.get("CSP_TEST_REDIS_WECHAT", "redis://127.0.0.1:6379/11")

POSTGRES = os.environ.get("CSP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")

Pair = tuple[Once, Once]


@pytest.fixture(params=["memory", "redis"])
def pair(request: pytest.FixtureRequest, run: Run) -> Iterator[Pair]:
    """The store as two workers see it: of one process, or of two that share a Redis."""
    if request.param == "memory":
        here = OnceHere()
        yield here, here
        return
    prefix = f"test:{uuid.uuid4().hex}:"
    one, other = OnceShared(REDIS, prefix, lease=0.6), OnceShared(REDIS, prefix, lease=0.6)
    yield one, other

    async def clean() -> None:
        async for name in one._redis.scan_iter(prefix + "*"):
            await one._redis.delete(name)
        await one.close()
        await other.close()

    run(clean())


def test_one_of_many_begins(pair, run):
    async def play() -> list[bool]:
        return await asyncio.gather(*(once.begin("m") for once in pair * 10))

    assert sorted(run(play())) == [False] * 19 + [True]


def test_who_waits_gets_the_reply_as_soon_as_it_stands(pair, run):
    async def play() -> tuple[str | None, str | None, float]:
        one = pair[0]
        await one.begin("m")
        waiting = [asyncio.ensure_future(once.wait("m", 5)) for once in pair]
        await asyncio.sleep(0.2)
        started = time.monotonic()
        assert await one.settle("m", "答案") is Settled.STANDS
        first, second = await asyncio.gather(*waiting)
        return first, second, time.monotonic() - started

    first, second, waited = run(play())

    assert (first, second) == ("答案", "答案")
    assert waited < 1


def test_reply_stands_for_whoever_asks_later(pair, run):
    async def play() -> tuple[bool, str | None]:
        await pair[0].begin("m")
        await pair[0].settle("m", "")
        return await pair[1].begin("m"), await pair[1].wait("m", 5)

    assert run(play()) == (False, "")  # an empty reply is a reply


def test_waiting_ends_with_the_time(pair, run):
    async def play() -> tuple[str | None, float]:
        await pair[0].begin("m")
        started = time.monotonic()
        return await pair[1].wait("m", 0.3), time.monotonic() - started

    reply, waited = run(play())

    assert reply is None
    assert 0.25 < waited < 2


def test_postponed_answer_is_owed_by_one_worker(pair, run):
    async def play() -> list[object]:
        one, other = pair
        await one.begin("m")
        postponed = [await once.postpone("m", text) for once, text in ((other, "请稍候"), (one, "anders"))]
        outcomes = [await one.settle("m", "答案"), await other.settle("m", "答案")]
        return [*postponed, *outcomes, await other.wait("m", 1)]

    assert run(play()) == ["请稍候", "请稍候", Settled.OWED, Settled.LATE, "请稍候"]


def test_who_postpones_too_late_gets_the_answer(pair, run):
    async def play() -> tuple[str, Settled]:
        await pair[0].begin("m")
        await pair[0].settle("m", "答案")
        return await pair[1].postpone("m", "请稍候"), await pair[0].settle("m", "noch eine")

    assert run(play()) == ("答案", Settled.LATE)


def test_settling_and_postponing_at_once_never_lose_the_answer(pair, run):
    async def play(key: str) -> tuple[str, Settled]:
        await pair[0].begin(key)
        return await asyncio.gather(pair[1].postpone(key, "请稍候"), pair[0].settle(key, "答案"))

    async def often() -> list[tuple[str, Settled]]:
        return [tuple(await play(f"m{number}")) for number in range(100)]

    assert set(run(often())) <= {("请稍候", Settled.OWED), ("答案", Settled.STANDS)}


def test_late_deliveries_are_counted_together(pair, run):
    async def play() -> list[int]:
        await pair[0].begin("m")
        return [await once.count("m") for once in (*pair, *pair)]

    assert run(play()) == [1, 2, 3, 4]


def test_messages_do_not_touch_each_other(pair, run):
    async def play() -> tuple[bool, str | None]:
        await pair[0].begin("a|b|1")
        await pair[0].settle("a|b|1", "eins")
        return await pair[1].begin("a|b|2"), await pair[1].wait("a|b|1", 1)

    assert run(play()) == (True, "eins")


def test_nothing_is_kept_of_who_has_waited(pair, run):
    async def play() -> None:
        await pair[0].begin("m")
        await pair[1].wait("m", 0.05)

    run(play())

    assert pair[1]._waiting == {}


def test_memory_forgets_after_a_while(run):
    now = [0.0]
    once = OnceHere(lambda: now[0])

    async def play() -> tuple[bool, bool, int]:
        for number in range(1000):
            await once.begin(str(number))
        again_at_once = await once.begin("7")
        now[0] = KEPT + 1
        return again_at_once, await once.begin("7"), len(once._entries)

    assert run(play()) == (False, True, 1)


@pytest.fixture
def shared(run: Run) -> Iterator[Callable[[], OnceShared]]:
    prefix, opened = f"test:{uuid.uuid4().hex}:", []

    def open_one() -> OnceShared:
        opened.append(OnceShared(REDIS, prefix, lease=0.6))
        return opened[-1]

    yield open_one
    for once in opened:
        run(once.close())


def test_message_of_a_dead_worker_is_taken_over(shared, run):
    async def play() -> tuple[str | None, bool, Settled]:
        await shared().begin("m")  # and is never heard of again
        other = shared()
        return await other.wait("m", 5), await other.begin("m"), await other.settle("m", "答案")

    assert run(play()) == (None, True, Settled.STANDS)


def test_message_of_a_living_worker_is_not_taken_over(shared, run):
    async def play() -> tuple[str | None, bool]:
        one, other = shared(), shared()
        await one.begin("m")
        async with one.working("m"):
            await asyncio.sleep(1.5)  # more than twice the lease
            return await other.wait("m", 0.1), await other.begin("m")

    assert run(play()) == (None, False)


def test_worker_that_was_taken_for_dead_does_not_answer_again(shared, run):
    async def play() -> tuple[Settled, Settled, str | None]:
        one, other = shared(), shared()
        await one.begin("m")
        await asyncio.sleep(0.8)
        await other.begin("m")
        return await other.settle("m", "neu"), await one.settle("m", "alt"), await one.wait("m", 1)

    assert run(play()) == (Settled.STANDS, Settled.LATE, "neu")


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "sqlite":
        opened = Kept.open(f"sqlite:///{tmp_path / 'csp.db'}")
        yield opened
        opened.close()
        return
    name = f"csp_test_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    opened = Kept.open(str(sa.engine.make_url(POSTGRES).set(database=name)))
    yield opened
    opened.close()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def test_what_is_owed_is_told_once_by_whoever_takes_it(kept):
    """Two messages of one user may be answered at the same time, by two processes."""
    for number in range(20):
        kept.keep("wechat:a:u", str(number), owed=True, now=1.0)

    with ThreadPoolExecutor(8) as pool:
        taken = [
            text for texts in pool.map(lambda _: kept.take("wechat:a:u", asked=False), range(16)) for text in texts
        ]

    assert sorted(taken, key=int) == [str(number) for number in range(20)]


def test_what_is_owed_comes_with_the_next_message_and_once(kept):
    kept.keep("wechat:a:u", "一", owed=True, now=1.0)
    kept.keep("wechat:a:u", "二", owed=True, now=2.0)

    assert [kept.take("wechat:a:u", asked=False), kept.take("wechat:a:u", asked=False)] == [["一", "二"], []]


def test_rest_of_a_long_answer_comes_only_when_asked_for(kept):
    kept.keep("wechat:a:u", "后面", owed=False, now=1.0)
    asked = kept.take("wechat:a:u", asked=True)
    kept.keep("wechat:a:u", "后面", owed=False, now=1.0)

    assert (asked, kept.take("wechat:a:u", asked=False), kept.take("wechat:a:u", asked=True)) == (["后面"], [], [])


def test_user_of_one_account_gets_nothing_of_another(kept):
    kept.keep("wechat:a:u", "给 a", owed=True, now=1.0)

    assert kept.take("wechat:b:u", asked=True) == []
    assert kept.take("wechat:a:u", asked=True) == ["给 a"]


def test_what_nobody_asked_for_is_forgotten(kept):
    kept.keep("wechat:a:u", "旧", owed=True, now=1.0)
    kept.keep("wechat:a:v", "新", owed=True, now=2.0 + KEPT_DAYS * 86400)

    assert (kept.take("wechat:a:u", asked=True), kept.take("wechat:a:v", asked=True)) == ([], ["新"])
