"""What makes a process not ready."""

from __future__ import annotations

import asyncio

import pytest

from bot.health import Health
from bot.shared_redis import open_redis
from bot.store.database import Database
from bot.store.engine import open_engine


def health(url: str = "sqlite://", redis_url: str = "", loaded: bool = True, stopping: bool = False) -> Health:
    made = Health(Database(open_engine(url)), open_redis(redis_url) if redis_url else None)
    made.loaded, made.stopping = loaded, stopping
    return made


def test_ready_with_a_model_and_a_database():
    assert asyncio.run(health().reasons()) == []


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"loaded": False}, "模型还没有载入。"),
        ({"stopping": True}, "正在停止。"),
        ({"url": "postgresql://postgres@127.0.0.1:1/nothing"}, "数据库连不上。"),
        ({"redis_url": "redis://127.0.0.1:1/0"}, "Redis 连不上。"),
    ],
)
def test_each_thing_that_is_missing_is_named(settings: dict, reason: str):
    assert asyncio.run(health(**settings).reasons()) == [reason]
