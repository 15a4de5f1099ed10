"""Each message answered exactly once, however often the platform delivers it.

A message is *in work* until its reply is settled; whoever delivers it again waits for that reply and gets the same. A reply
that has to be given before the answer is there (``postpone``) stands for good, and the answer is then *owed*: exactly one
worker is told so and brings it to the user by other means.

One process keeps this in memory, several share it in Redis. There, being in work is a lease that the worker renews: when its
process dies, the next delivery takes the message over.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum

import structlog
from redis.exceptions import RedisError

from bot.shared_redis import open_redis

KEPT = 600
"""Seconds for which a message is remembered. The platform retries within 20; a request is refused after its time window."""
LEASE = 12.0
"""Seconds after which a worker that gave no sign is taken to be dead."""
_POLL = 0.1
"""Seconds between two looks at what another process has settled."""

log = structlog.get_logger()


class Settled(Enum):
    """What became of a worker's answer."""

    STANDS = "stands"
    """It is the reply to the message."""
    OWED = "owed"
    """A reply was given before; the worker, and nobody else, has to bring the answer by other means."""
    LATE = "late"
    """Another worker has answered: nothing is left to do."""


class Once(ABC):
    """The messages of the last minutes. Keys are any text; replies are text, which may be empty."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @abstractmethod
    async def begin(self, key: str) -> bool:
        """Whether the caller has to answer this message: nobody else has or does."""

    @abstractmethod
    async def look(self, key: str) -> tuple[bool, str | None]:
        """Whether somebody is answering the message, and the reply that stands, if one does."""

    @abstractmethod
    async def count(self, key: str) -> int:
        """Count a delivery that has found no reply in time; returns how many have."""

    @asynccontextmanager
    async def working(self, key: str) -> AsyncIterator[None]:
        """While the block runs, the caller is answering."""
        yield

    async def settle(self, key: str, reply: str) -> Settled:
        """Make the worker's answer the reply, if none stands yet."""
        outcome = await self._settle(key, reply)
        self._wake(key)
        return outcome

    async def postpone(self, key: str, reply: str) -> str:
        """Make ``reply`` stand, the answer being owed, unless a reply stands already; returns the one that stands."""
        standing = await self._postpone(key, reply)
        self._wake(key)
        return standing

    async def wait(self, key: str, seconds: float) -> str | None:
        """The reply, as soon as one stands; None when ``seconds`` have passed or nobody is in work any more."""
        end = time.monotonic() + seconds
        woken = asyncio.Event()
        self._waiting.setdefault(key, set()).add(woken)
        try:
            while True:
                in_work, reply = await self.look(key)
                left = end - time.monotonic()
                if reply is not None or left <= 0 or not in_work:
                    return reply
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(woken.wait(), min(left, self._pause))
        finally:
            self._waiting[key].discard(woken)
            if not self._waiting[key]:
                del self._waiting[key]

    @abstractmethod
    async def close(self) -> None:
        """Give up what is held."""

    _pause = 3600.0
    """Seconds to wait for the worker of this process before looking again."""

    def _wake(self, key: str) -> None:
        for woken in self._waiting.get(key, ()):
            woken.set()

    @abstractmethod
    async def _settle(self, key: str, reply: str) -> Settled: ...

    @abstractmethod
    async def _postpone(self, key: str, reply: str) -> str: ...


@dataclass
class _Entry:
    at: float
    reply: str | None = None
    owed: bool = False
    late: int = 0


class OnceHere(Once):
    """In the memory of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Remember for :data:`KEPT` seconds of ``clock``."""
        super().__init__()
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def begin(self, key: str) -> bool:
        """See parent class."""
        now = self._clock()
        while self._entries and next(iter(self._entries.values())).at < now - KEPT:
            self._entries.popitem(last=False)
        if key in self._entries:
            return False
        self._entries[key] = _Entry(now)
        return True

    async def look(self, key: str) -> tuple[bool, str | None]:
        """See parent class."""
        entry = self._entries.get(key)
        return (entry.reply is None, entry.reply) if entry else (False, None)

    async def count(self, key: str) -> int:
        """See parent class."""
        entry = self._entry(key)
        entry.late += 1
        return entry.late

    async def close(self) -> None:
        """See parent class."""
        self._entries.clear()

    async def _settle(self, key: str, reply: str) -> Settled:
        entry = self._entry(key)
        if entry.reply is None:
            entry.reply = reply
            return Settled.STANDS
        owed, entry.owed = entry.owed, False
        return Settled.OWED if owed else Settled.LATE

    async def _postpone(self, key: str, reply: str) -> str:
        entry = self._entry(key)
        if entry.reply is None:
            entry.reply, entry.owed = reply, True
        return entry.reply

    def _entry(self, key: str) -> _Entry:
        return self._entries.get(key) or _Entry(self._clock())


# A key's value: "w" in work, "f" + the reply that stands, "o" + a reply that stands while the answer is owed.
_SETTLE = """
local value = redis.call('GET', KEYS[1])
if not value or value == 'w' then
  redis.call('SET', KEYS[1], 'f' .. ARGV[1], 'EX', ARGV[2])
  return 'stands'
end
if string.sub(value, 1, 1) == 'o' then
  redis.call('SET', KEYS[1], 'f' .. string.sub(value, 2), 'EX', ARGV[2])
  return 'owed'
end
return 'late'
"""
_POSTPONE = """
local value = redis.call('GET', KEYS[1])
if not value or value == 'w' then
  redis.call('SET', KEYS[1], 'o' .. ARGV[1], 'EX', ARGV[2])
  return ARGV[1]
end
return string.sub(value, 2)
"""


class OnceShared(Once):
    """In Redis, for all processes that use it. Calls raise ``redis.exceptions.RedisError`` when it is away."""

    _pause = _POLL

    def __init__(self, url: str, prefix: str = "csp:once:", lease: float = LEASE) -> None:
        """Use the Redis at ``url``; connects at the first call, in the event loop of that call."""
        super().__init__()
        self._redis = open_redis(url)
        self._prefix = prefix
        self._lease_ms = int(lease * 1000)
        self._settle_script = self._redis.register_script(_SETTLE)
        self._postpone_script = self._redis.register_script(_POSTPONE)

    async def begin(self, key: str) -> bool:
        """See parent class."""
        return bool(await self._redis.set(self._name(key), "w", nx=True, px=self._lease_ms))

    async def look(self, key: str) -> tuple[bool, str | None]:
        """See parent class."""
        try:
            value = await self._redis.get(self._name(key))
        except RedisError as error:  # away for a moment, perhaps: whoever waits looks again
            log.warning("reply not looked up", error=type(error).__name__)
            return True, None
        return value == "w", None if value in (None, "w") else value[1:]

    async def count(self, key: str) -> int:
        """See parent class."""
        name = self._name(key) + ":late"
        async with self._redis.pipeline() as pipe:
            late, _ = await pipe.incr(name).expire(name, KEPT).execute()
        return int(late)

    @asynccontextmanager
    async def working(self, key: str) -> AsyncIterator[None]:
        """Renew the lease while the block runs."""
        renewal = asyncio.ensure_future(self._renew(self._name(key)))
        try:
            yield
        finally:
            renewal.cancel()

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close()

    async def _renew(self, name: str) -> None:
        while True:
            await asyncio.sleep(self._lease_ms / 4000)
            try:
                if await self._redis.get(name) != "w":  # a reply that stands has its own, longer time
                    return
                await self._redis.pexpire(name, self._lease_ms, gt=True)
            except RedisError as error:
                log.warning("lease not renewed", error=type(error).__name__)

    async def _settle(self, key: str, reply: str) -> Settled:
        return Settled(await self._settle_script(keys=[self._name(key)], args=[reply, KEPT]))

    async def _postpone(self, key: str, reply: str) -> str:
        return str(await self._postpone_script(keys=[self._name(key)], args=[reply, KEPT]))

    def _name(self, key: str) -> str:
        return self._prefix + hashlib.sha256(key.encode()).hexdigest()


def open_once(redis_url: str) -> Once:
    """The store that the settings ask for."""
    return OnceShared(redis_url) if redis_url else OnceHere()
