"""Locks that keep a conversation's messages in order: within this process, or in Redis for several.

Rasa's own store in Redis reads a lock, changes it and writes it back, so that two processes can both believe to be first
(RasaHQ/rasa#9213), and a process that dies keeps its conversations closed for a minute. Here each step is one script in
Redis, and a ticket lives for :data:`LEASE` seconds unless its process renews it.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Dict

import redis.asyncio
import structlog
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockStore
from redis.exceptions import RedisError

from bot.shared_redis import open_redis

LEASE = 5.0
"""Seconds for which a ticket stands without being renewed: so long a process that died holds up a conversation."""
_RENEWALS = 4
"""Times that a ticket is renewed within its lease."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.05
"""Seconds between two looks whether it is one's turn."""
_ATTEMPTS = 3
"""Calls in a row that must fail before Redis counts as away."""
_AWAY = 1.0
"""Seconds after that in which it is not asked again, so that not every message waits for it."""

log = structlog.get_logger()


class Locks(LockStore):
    """Rasa's lock store, which Rasa uses through :meth:`lock` alone; any name may be locked, not conversations only."""

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LEASE, wait_time_in_seconds: float = 0
    ) -> AsyncGenerator[TicketLock, None]:
        """Wait for one's turn and hold the lock while the block runs (times are not used: see :data:`LEASE`)."""
        async with self.turn(conversation_id):
            yield self.create_lock(conversation_id)

    def turn(self, name: str) -> Any:
        """An asynchronous context in which nobody else has ``name``; who came first is first."""
        raise NotImplementedError

    async def close(self) -> None:
        """Give connections back."""


@dataclass
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class LocalLocks(Locks):
    """Locks within this process."""

    def __init__(self) -> None:
        """Start with nothing locked."""
        self._queues: Dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """See parent class."""
        queue = self._queues.setdefault(name, _Queue())
        queue.users += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.users -= 1
            if queue.users == 0:
                del self._queues[name]


class RedisLocks(Locks):
    """Locks between processes. While Redis is away each process keeps its own messages in order and goes on."""

    def __init__(self, client: redis.asyncio.Redis, lease: float = LEASE) -> None:
        """Keep tickets in the database of ``client`` for ``lease`` seconds at a time."""
        self._redis = client
        self._lease = lease
        self._here = LocalLocks()
        self._away_until = 0.0
        self._take = client.register_script(_TAKE)
        self._renew = client.register_script(_RENEW)
        self._leave = client.register_script(_LEAVE)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """See parent class."""
        ticket, left = uuid.uuid4().hex, asyncio.Event()
        keys = [f"csp:lock:{{{name}}}:queue", f"csp:lock:{{{name}}}:until"]
        renewing = None
        try:
            if await self._wait(keys, ticket):
                renewing = asyncio.ensure_future(self._keep(keys, ticket, name, left))
                yield
            else:
                log.warning("locks: redis away", name=name)
                async with self._here.turn(name):
                    yield
        finally:
            left.set()
            # Shielded: who is cancelled while leaving would leave a ticket that others wait for.
            await asyncio.shield(self._give_back(keys, ticket, renewing))

    async def _wait(self, keys: list[str], ticket: str) -> bool:
        """Wait until it is the ticket's turn; False when Redis is away."""
        pause, failed = _FIRST_PAUSE, 0
        while time.monotonic() >= self._away_until:
            try:
                if await self._take(keys, [ticket, self._lease_ms]):
                    return True
                failed = 0
            except RedisError:
                failed += 1
                if failed == _ATTEMPTS:
                    self._away_until = time.monotonic() + _AWAY
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return False

    async def _keep(self, keys: list[str], ticket: str, name: str, left: asyncio.Event) -> None:
        """Renew a ticket until it is ``left`` (not until cancelled: a call to Redis may swallow that)."""
        while not left.is_set():
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(left.wait(), self._lease / _RENEWALS)
                return
            try:
                if not await self._renew(keys, [ticket, self._lease_ms]):
                    log.error("locks: lost, this process stood still for too long", name=name)
                    return
            except RedisError:
                log.warning("locks: redis away", name=name)

    async def _give_back(self, keys: list[str], ticket: str, renewing: asyncio.Task | None) -> None:
        if renewing is not None:
            await renewing
        with suppress(RedisError):  # then the ticket runs out by itself
            await self._leave(keys, [ticket])

    async def close(self) -> None:
        """See parent class."""
        await self._redis.close()

    @property
    def _lease_ms(self) -> int:
        return int(self._lease * 1000)


def open_locks(redis_url: str) -> Locks:
    """Locks in Redis at ``redis_url``, or in this process when it is empty."""
    return RedisLocks(open_redis(redis_url)) if redis_url else LocalLocks()


# KEYS: the queue of tickets, and until when each stands (milliseconds, Redis' own clock). ARGV: ticket, lease.
_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function stand()
  redis.call('HSET', KEYS[2], ARGV[1], now + ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[2] * 10)
  redis.call('PEXPIRE', KEYS[2], ARGV[2] * 10)
end
"""
# 1 when it is the ticket's turn. A new ticket goes to the end; dead ones at the front are passed over.
_TAKE = (
    _NOW
    + """
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then redis.call('RPUSH', KEYS[1], ARGV[1]) end
stand()
while true do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if not first then first = ARGV[1] redis.call('RPUSH', KEYS[1], first) end
  if first == ARGV[1] then return 1 end
  local stands = redis.call('HGET', KEYS[2], first)
  if stands and tonumber(stands) >= now then return 0 end
  redis.call('LPOP', KEYS[1])
  redis.call('HDEL', KEYS[2], first)
end
"""
)
_RENEW = (
    _NOW
    + """
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
stand()
return 1
"""
)
_LEAVE = """
redis.call('LREM', KEYS[1], 1, ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
"""
