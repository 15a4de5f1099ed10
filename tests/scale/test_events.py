"""Events for RabbitMQ while it goes away and comes back: a real broker behind a cable that is cut."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import pytest
from services import BROKER, Cable
from sqlalchemy.engine import make_url

from bot.broker import open_broker


@pytest.fixture
def cable():
    own = Cable(make_url(BROKER).port or 5672)
    yield own
    own.remove()


WORDS = "我们公司的采购价是多少"


pytestmark = pytest.mark.usefixtures("broker_url")


def through(cable: Cable) -> str:
    return BROKER.replace(f":{make_url(BROKER).port}/", f":{cable.port}/")


@asynccontextmanager
async def listener(wanted: str) -> AsyncIterator[list[int]]:
    """The numbers of the events of ``wanted`` that have arrived."""
    arrived: list[int] = []
    connection = await aio_pika.connect(BROKER)
    channel = await connection.channel()
    queue = await channel.declare_queue(exclusive=True)
    await channel.declare_exchange("rasa-exchange", type=aio_pika.ExchangeType.FANOUT)
    await queue.bind("rasa-exchange")

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        event = json.loads(message.body)
        if event["sender_id"] == wanted:
            arrived.append(event["number"])

    await queue.consume(take, no_ack=True)
    yield arrived
    await connection.close()


async def _eventually(arrived: list[int], count: int, within: float = 40) -> None:
    until = time.monotonic() + within
    while len(arrived) < count and time.monotonic() < until:
        await asyncio.sleep(0.1)


def _event(sender: str, number: int) -> dict:
    return {"sender_id": sender, "event": "user", "number": number, "text": WORDS}


def test_events_of_the_time_without_a_broker_come_when_it_is_there(cable: Cable):
    async def scene() -> list[int]:
        sender = uuid.uuid4().hex
        async with listener(sender) as arrived:
            cable.cut()
            broker = await open_broker(through(cable))
            for number in range(3):
                broker.publish(_event(sender, number))
            await asyncio.sleep(0.5)
            cable.mend()
            await _eventually(arrived, 3)
            await broker.close()
        return arrived

    assert sorted(asyncio.run(scene())) == [0, 1, 2]


def test_no_event_is_lost_when_the_broker_goes_away_in_between(cable: Cable, capfd: pytest.CaptureFixture):
    async def scene() -> list[int]:
        sender = uuid.uuid4().hex
        async with listener(sender) as arrived:
            broker = await open_broker(through(cable))
            broker.publish(_event(sender, 0))
            await _eventually(arrived, 1)
            cable.cut()
            for number in range(1, 4):
                broker.publish(_event(sender, number))
                await asyncio.sleep(0.3)
            cable.mend()
            await _eventually(arrived, 4)
            broker.publish(_event(sender, 4))
            await _eventually(arrived, 5)
            await broker.close()
        return arrived

    assert sorted(set(asyncio.run(scene()))) == [0, 1, 2, 3, 4]
    told = "".join(capfd.readouterr())
    assert WORDS not in told and "guest:guest" not in told
