"""What one process says reaches the streams that are open in another; limits count for all of them."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from services import REDIS, Cable
from sqlalchemy.engine import make_url

from bot.channels.web.hub import Event, Hub
from bot.channels.web.limits import open_limits
from bot.channels.web.push import open_hub

PORT = make_url(REDIS).port or 6379


@asynccontextmanager
async def hubs(count: int, url: str = REDIS) -> AsyncIterator[list[Hub]]:
    """The hubs of so many processes."""
    opened = [open_hub(url) for _ in range(count)]
    for hub in opened:
        await hub.open()
    yield opened
    for hub in opened:
        await hub.close()


async def _next(stream: asyncio.Queue, within: float = 5.0) -> Any:
    return await asyncio.wait_for(stream.get(), within)


def test_message_said_in_one_process_is_pushed_to_another_at_once():
    async def scene() -> tuple[Event, float]:
        session = uuid.uuid4().hex
        async with hubs(2) as (here, there), there.following(session) as stream:
            started = time.monotonic()
            here.publish(session, "message", {"id": 1, "text": "您好"})
            return await _next(stream), time.monotonic() - started

    event, seconds = asyncio.run(scene())
    assert event == Event("message", {"id": 1, "text": "您好"})
    assert seconds < 2


def test_streams_get_what_is_said_in_order_and_once():
    async def scene() -> list[Any]:
        session = uuid.uuid4().hex
        async with hubs(2) as (here, there), here.following(session) as own, there.following(session) as other:
            for number in range(50):
                here.publish(session, "message", {"id": number})
            got = (
                [(await _next(own)).data["id"] for _ in range(50)],
                [(await _next(other)).data["id"] for _ in range(50)],
            )
            await asyncio.sleep(0.3)
            assert own.empty() and other.empty()
            return list(got)

    assert asyncio.run(scene()) == [list(range(50))] * 2


def test_other_sessions_hear_nothing_and_nobody_after_the_stream_is_closed():
    async def scene() -> bool:
        one, two = uuid.uuid4().hex, uuid.uuid4().hex
        async with hubs(2) as (here, there), there.following(two) as stream:
            async with there.following(one) as closed:
                pass
            here.publish(one, "message", {"id": 1})
            await asyncio.sleep(0.5)
            return stream.empty() and closed.empty()

    assert asyncio.run(scene())


@pytest.mark.timeout(60)
def test_push_comes_back_after_redis_was_away():
    cable = Cable(PORT)

    async def scene() -> int:
        session = uuid.uuid4().hex
        async with hubs(2, f"redis://127.0.0.1:{cable.port}/9") as (here, there), there.following(session) as stream:
            here.publish(session, "message", {"id": 1})
            await _next(stream)
            await asyncio.to_thread(cable.cut)
            here.publish(session, "message", {"id": 2})
            await asyncio.sleep(1.5)
            await asyncio.to_thread(cable.mend)
            until = time.monotonic() + 20
            while time.monotonic() < until:
                here.publish(session, "message", {"id": 3})
                try:
                    return int((await _next(stream, 0.5)).data["id"])
                except asyncio.TimeoutError:
                    continue
            return 0

    assert asyncio.run(scene()) == 3
    cable.remove()


def test_limit_counts_for_all_processes_together():
    async def scene() -> list[int]:
        key, name = uuid.uuid4().hex, f"test-{uuid.uuid4().hex}"
        processes = [open_limits(REDIS)(name, 6) for _ in range(3)]
        return [await processes[number % 3].permit(key) for number in range(8)]

    waits = asyncio.run(scene())
    assert waits[:6] == [0] * 6
    assert all(1 <= wait <= 10 for wait in waits[6:])


def test_limit_fills_up_again_and_is_each_ones_own():
    async def scene() -> list[int]:
        key, name = uuid.uuid4().hex, f"test-{uuid.uuid4().hex}"
        limit = open_limits(REDIS)(name, 120)  # two a second
        first = [await limit.permit(key) for _ in range(121)]
        other = await limit.permit(uuid.uuid4().hex)
        await asyncio.sleep(1.2)
        return [*first[-2:], other, await limit.permit(key)]

    assert asyncio.run(scene())[-2:] == [0, 0]


def test_each_process_counts_for_itself_while_redis_is_away():
    async def scene() -> list[int]:
        limit = open_limits("redis://127.0.0.1:1/0")("test", 2)
        return [await limit.permit("a") for _ in range(3)]

    waits = asyncio.run(scene())
    assert waits[:2] == [0, 0] and waits[2] > 0
