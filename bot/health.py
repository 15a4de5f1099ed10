"""Whether this process lives, and whether it can serve: ``/healthz`` and ``/readyz``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import redis.asyncio
import sqlalchemy as sa
from redis.exceptions import RedisError
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.store import StoreUnavailable
from bot.store.database import Database

PROBES = ("/healthz", "/readyz")
PATIENCE = 3.0
"""Seconds after which something that does not answer counts as away."""


class Health:
    """Why a process cannot serve, if it cannot."""

    def __init__(self, database: Database, client: redis.asyncio.Redis | None) -> None:
        """Ask ``database`` and, where there is one, Redis."""
        self._database = database
        self._client = client
        self.loaded = False
        self.stopping = False

    async def reasons(self) -> list[str]:
        """One sentence for each thing that is missing; none when all is well."""
        found = []
        if not self.loaded:
            found.append("模型还没有载入。")
        if self.stopping:
            found.append("正在停止。")
        if not await _answers(self._ask_database()):
            found.append("数据库连不上。")
        if self._client is not None and not await _answers(self._client.ping()):
            found.append("Redis 连不上。")
        return found

    async def _ask_database(self) -> None:
        def ask() -> None:
            with self._database.reading() as connection:
                connection.execute(sa.select(1))

        await asyncio.to_thread(ask)


async def _answers(question: Awaitable) -> bool:
    try:
        await asyncio.wait_for(question, PATIENCE)
    except (StoreUnavailable, RedisError, OSError, asyncio.TimeoutError):
        return False
    return True


def health_routes() -> Blueprint:
    """The two routes; the application has its :class:`Health` as ``app.ctx.health``."""
    routes = Blueprint("health")

    @routes.get("/healthz")
    async def live(_: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @routes.get("/readyz")
    async def ready(request: Request) -> HTTPResponse:
        reasons = await request.app.ctx.health.reasons()
        content = {"status": "not ready", "reasons": reasons} if reasons else {"status": "ready"}
        return response.json(content, status=503 if reasons else 200, ensure_ascii=False)

    return routes
