"""How often somebody may ask: a bucket of permits that fills up again, in this process or in Redis for all of them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from bot.shared_redis import open_redis

_MANY = 10_000

log = structlog.get_logger()


class RateLimit:
    """At most ``count`` in ``seconds`` for each key, in this process."""

    def __init__(self, count: int, seconds: float = 60.0) -> None:
        """Allow bursts up to ``count``."""
        self._count = count
        self._per_second = count / seconds
        self._buckets: dict[str, tuple[float, float]] = {}

    async def permit(self, key: str) -> int:
        """Take a permit now: 0 if there was one, else the whole seconds until the next."""
        return self.wait(key, time.monotonic())

    def wait(self, key: str, now: float) -> int:
        """Take a permit: 0 if there was one, else the whole seconds until the next (``now``: any steady clock)."""
        left, at = self._buckets.get(key, (float(self._count), now))
        left = min(float(self._count), left + (now - at) * self._per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) / self._per_second))
        if key not in self._buckets and len(self._buckets) >= _MANY:
            self._forget_full(now)
        self._buckets[key] = (left - 1, now)
        return 0

    def _forget_full(self, now: float) -> None:
        full = [k for k, (left, at) in self._buckets.items() if left + (now - at) * self._per_second >= self._count]
        for key in full or list(self._buckets)[: _MANY // 10]:
            del self._buckets[key]


class SharedRateLimit(RateLimit):
    """The same for all processes that share a Redis; while it is away, each process counts for itself."""

    def __init__(self, client: redis.asyncio.Redis, name: str, count: int, seconds: float = 60.0) -> None:
        """Keep buckets in the database of ``client`` under ``name``."""
        super().__init__(count, seconds)
        self._name = name
        self._script = client.register_script(_TAKE)

    async def permit(self, key: str) -> int:
        """See parent class."""
        try:
            wait = await self._script([f"csp:limit:{self._name}:{key}"], [self._count, self._per_second])
        except RedisError as error:
            log.warning("limits: redis away", error=type(error).__name__)
            return await super().permit(key)
        return math.ceil(float(wait))


def open_limits(redis_url: str) -> Callable[[str, int], RateLimit]:
    """What makes limits by name and permits a minute: in this process, or in Redis at ``redis_url``."""
    if not redis_url:
        return lambda name, count: RateLimit(count)
    client = open_redis(redis_url)
    return lambda name, count: SharedRateLimit(client, name, count)


# KEYS: a bucket: permits left, and when that was (seconds, Redis' own clock). ARGV: size, permits a second.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local size, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(size, (tonumber(kept[1]) or size) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
local wait = 0
if left < 1 then wait = math.max(1, (1 - left) / rate) else left = left - 1 end
redis.call('HSET', KEYS[1], 'left', string.format('%.6f', left), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((size - left) / rate * 1000) + 1000)
return string.format('%.3f', wait)
"""
