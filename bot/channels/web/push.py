"""Events of a session in whatever process its streams are open: published in Redis, a channel for each session."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from bot.channels.web.hub import Event, Hub, Stream
from bot.shared_redis import open_listener, open_redis

_PREFIX = "csp:web:"
_IDLE = "csp:web"
"""A channel on which nothing is said: a subscription to at least one keeps the connection in place."""
_WAITING = 5000
"""Events that wait for Redis; streams find what is dropped at their heartbeat."""
_PAUSE = 1.0
"""Seconds before the next try when Redis is away."""
_PATIENCE = 5.0
"""Seconds of silence after which the loop looks up."""

log = structlog.get_logger()


class SharedHub(Hub):
    """A hub that tells the others what is said here and hears what they say, as long as Redis is there."""

    def __init__(self, redis_url: str) -> None:
        """Connect when opened."""
        super().__init__()
        self._client = open_redis(redis_url)
        self._listener = open_listener(redis_url)
        self._me = uuid.uuid4().hex
        self._outgoing: asyncio.Queue[tuple[str, str]]
        self._incoming: redis.asyncio.client.PubSub
        self._followed: Counter[str] = Counter()
        self._confirmed: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task] = []

    async def open(self) -> None:
        """See parent class."""
        self._outgoing = asyncio.Queue(_WAITING)
        self._incoming = self._listener.pubsub()
        self._tasks = [asyncio.ensure_future(self._send()), asyncio.ensure_future(self._hear())]

    async def close(self) -> None:
        """See parent class."""
        await super().close()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._outgoing.join(), _PAUSE)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=_PAUSE)
        with suppress(RedisError):
            await self._incoming.close()
        await self._listener.close()
        await self._client.close()

    def publish(self, session: str, name: str, data: dict[str, Any]) -> None:
        """See parent class."""
        super().publish(session, name, data)
        if self._outgoing.full():
            self._outgoing.get_nowait()
            self._outgoing.task_done()
        said = {"from": self._me, "name": name, "data": data}
        self._outgoing.put_nowait((_PREFIX + session, json.dumps(said, ensure_ascii=False)))

    @asynccontextmanager
    async def following(self, session: str) -> AsyncIterator[Stream]:
        """See parent class."""
        with self.listening(session) as stream:
            self._followed[session] += 1
            try:
                if self._followed[session] == 1:
                    await self._subscribe(_PREFIX + session)
                yield stream
            finally:
                self._followed[session] -= 1
                if self._followed[session] == 0:
                    del self._followed[session]
                    await self._unsubscribe(_PREFIX + session)

    async def _subscribe(self, channel: str) -> None:
        """Subscribe, and wait until Redis has done it: what is said from then on is heard."""
        confirmed = self._confirmed.setdefault(channel, asyncio.Event())
        try:
            await self._incoming.subscribe(channel)
            await asyncio.wait_for(confirmed.wait(), _PAUSE)
        except (RedisError, asyncio.TimeoutError) as error:  # remembered: it is subscribed when Redis is back
            log.warning("web push: redis away", error=type(error).__name__)

    async def _unsubscribe(self, channel: str) -> None:
        self._confirmed.pop(channel, None)
        with suppress(RedisError):
            await self._incoming.unsubscribe(channel)

    async def _send(self) -> None:
        while True:
            channel, said = await self._outgoing.get()
            try:
                await self._client.publish(channel, said)
            except RedisError as error:
                log.warning("web push: redis away", error=type(error).__name__)
            finally:
                self._outgoing.task_done()

    async def _hear(self) -> None:
        while True:
            try:
                await self._incoming.subscribe(_IDLE, *(_PREFIX + session for session in self._followed))
                while True:
                    heard = await self._incoming.get_message(timeout=_PATIENCE)
                    if heard is not None:
                        self._pass_on(heard)
            except (RedisError, OSError) as error:
                log.warning("web push: redis away", error=type(error).__name__)
                await asyncio.sleep(_PAUSE)

    def _pass_on(self, heard: dict[str, Any]) -> None:
        if heard["type"] == "subscribe" and heard["channel"] in self._confirmed:
            self._confirmed[heard["channel"]].set()
        if heard["type"] != "message":
            return
        said = json.loads(heard["data"])
        if said["from"] != self._me:
            self.deliver(heard["channel"][len(_PREFIX) :], Event(said["name"], said["data"]))


def open_hub(redis_url: str) -> Hub:
    """The hub of this process, in touch with those of others when ``redis_url`` is set."""
    return SharedHub(redis_url) if redis_url else Hub()
