"""A model, and databases of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest
import redis
from services import BROKER, REDIS, database

from bot.broker import EVENT_QUEUE
from bot.settings import Settings
from bot.training import ensure_model


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the present sources, trained if it is not there."""
    path, _ = ensure_model(Settings().model_dir)
    return path


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with database() as url:
        yield url


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    """RabbitMQ, whose queue is emptied afterwards: nobody reads what assistants of tests say."""
    yield BROKER
    asyncio.run(_empty_queue())


async def _empty_queue() -> None:
    connection = await aio_pika.connect(BROKER)
    channel = await connection.channel()
    await (await channel.declare_queue(EVENT_QUEUE, durable=True)).purge()
    await connection.close()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A Redis database whose keys of ours are removed afterwards."""
    yield REDIS
    with redis.Redis.from_url(REDIS) as client:
        for key in client.scan_iter("csp:*"):
            client.delete(key)
