"""The access token of one account: fetched by one process at a time, shared by all.

A token that the platform refused is replaced once for everybody: whoever comes second finds that another has been fetched
meanwhile and takes it. Only where the platform insists on the refused one is it forced to make another, at most as often as
it allows.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from bot.channels.wechat.errors import NotNow, other

FORCED_APART = 30
"""Seconds between two forced renewals (developers.weixin.qq.com/doc/service, getStableAccessToken)."""
FORCED_A_DAY = 20
_EARLY = 300
"""Seconds before its end from which a token is not used any more; the platform hands out the next one from then on."""
_TURN = 15.0
"""Seconds that a process may take to fetch; afterwards it is taken to be dead."""
_DAY = 86400

Fetch = Callable[[bool], Awaitable["tuple[str, float]"]]
"""Asks the platform for a token, with True for a forced renewal; returns it and the seconds that it lives."""

log = structlog.get_logger()


class TokenStore(ABC):
    """Where the token is kept."""

    @abstractmethod
    async def load(self) -> str | None:
        """The token, while it may be used."""

    @abstractmethod
    async def save(self, token: str, seconds: float) -> None:
        """Keep ``token`` for ``seconds``."""

    @abstractmethod
    async def until_force(self) -> float:
        """Seconds until a renewal may be forced; 0 means now, and then it counts as forced."""

    @abstractmethod
    @asynccontextmanager
    def turn(self) -> AsyncIterator[None]:
        """A block that one at a time is in."""


class TokenHere(TokenStore):
    """In the memory of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Measure with ``clock``, in seconds."""
        self._clock = clock
        self._token: str | None = None
        self._until = 0.0
        self._forced: list[float] = []
        self._lock = asyncio.Lock()

    async def load(self) -> str | None:
        """See parent class."""
        return self._token if self._clock() < self._until else None

    async def save(self, token: str, seconds: float) -> None:
        """See parent class."""
        self._token, self._until = token, self._clock() + seconds

    async def until_force(self) -> float:
        """See parent class."""
        now = self._clock()
        self._forced = [at for at in self._forced if at > now - _DAY]
        if len(self._forced) >= FORCED_A_DAY:
            return self._forced[0] + _DAY - now
        if self._forced and now < self._forced[-1] + FORCED_APART:
            return self._forced[-1] + FORCED_APART - now
        self._forced.append(now)
        return 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """See parent class."""
        async with self._lock:
            yield


# KEYS: the latest forced renewal, how many in the last day. Returns milliseconds to wait.
_FORCE = """
local wait = redis.call('PTTL', KEYS[1])
if wait > 0 then return wait end
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[2]) then return redis.call('PTTL', KEYS[2]) end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], ARGV[3]) end
return 0
"""


class TokenShared(TokenStore):
    """In Redis, for all processes; while that is away, in this process alone."""

    def __init__(self, connection: redis.asyncio.Redis, name: str) -> None:
        """Keep the token under ``name``."""
        self._redis = connection
        self._name = f"csp:token:{name}"
        self._alone = TokenHere()
        self._force = connection.register_script(_FORCE)

    async def load(self) -> str | None:
        """See parent class."""
        try:
            found = await self._redis.get(self._name)
        except RedisError as error:
            _away(error)
            return await self._alone.load()
        return found.decode() if isinstance(found, bytes) else found

    async def save(self, token: str, seconds: float) -> None:
        """See parent class."""
        await self._alone.save(token, seconds)
        try:
            await self._redis.set(self._name, token, px=max(int(seconds * 1000), 1))
        except RedisError as error:
            _away(error)

    async def until_force(self) -> float:
        """See parent class."""
        names = [f"{self._name}:forced", f"{self._name}:forced_today"]
        try:
            return int(await self._force(keys=names, args=[FORCED_APART * 1000, FORCED_A_DAY, _DAY])) / 1000
        except RedisError as error:
            _away(error)
            return await self._alone.until_force()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """See parent class; a process that died in its turn is waited for no longer than :data:`_TURN`."""
        async with self._alone.turn():
            lock = self._redis.lock(f"{self._name}:lock", timeout=_TURN, sleep=0.05, blocking_timeout=_TURN)
            try:
                held = await lock.acquire()
            except RedisError as error:
                _away(error)
                held = False
            try:
                yield
            finally:
                if held:
                    try:
                        await lock.release()
                    except RedisError as error:  # it ran out, or Redis went away: it ends by itself
                        _away(error)


def _away(error: RedisError) -> None:
    log.warning("token not shared", error=type(error).__name__)


class Tokens:
    """The token of one account."""

    def __init__(self, fetch: Fetch, store: TokenStore, can_force: bool) -> None:
        """Get tokens with ``fetch`` and keep them in ``store``; ``can_force`` where the platform knows forced renewal."""
        self._fetch = fetch
        self._store = store
        self._can_force = can_force

    async def get(self) -> str:
        """The token.

        Raises:
            PlatformError: the platform does not give one.
        """
        return await self._store.load() or await self._next("")

    async def renew(self, refused: str) -> str:
        """Another token than ``refused``.

        Raises:
            PlatformError: the platform does not give one, or not before some time.
        """
        return await self._next(refused)

    async def _next(self, refused: str) -> str:
        async with self._store.turn():
            found = await self._store.load()
            if found and found != refused:
                return found
            token, seconds = await self._fetch(False)
            if token == refused and self._can_force:
                wait = await self._store.until_force()
                if wait > 0:
                    raise NotNow(other("forced_lately", seconds=int(wait) + 1), wait)
                token, seconds = await self._fetch(True)
            await self._store.save(token, max(seconds - _EARLY, seconds / 2))
            return token
