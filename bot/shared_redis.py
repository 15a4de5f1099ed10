"""The connection to Redis, through which processes of one service share locks, limits and pushes."""

from __future__ import annotations

import redis.asyncio
from redis.asyncio.connection import BlockingConnectionPool

_AT_ONCE = 32
"""Connections of one process; further calls wait for one of them."""
_WAIT = 5.0
"""Seconds after which a Redis that does not answer counts as away."""
_CHECK = 30.0
"""Seconds of silence after which a connection is tried before it is used."""


def open_redis(url: str) -> redis.asyncio.Redis:
    """A client for short calls; nothing is connected before the first, and it belongs to the event loop that makes it."""
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=_AT_ONCE,
        timeout=_WAIT,
        socket_timeout=_WAIT,
        socket_connect_timeout=_WAIT,
        health_check_interval=_CHECK,
        decode_responses=True,
    )
    return redis.asyncio.Redis(connection_pool=pool)


def open_listener(url: str) -> redis.asyncio.Redis:
    """A client whose connections may be silent for long, for subscriptions."""
    return redis.asyncio.from_url(
        url, socket_connect_timeout=_WAIT, socket_keepalive=True, health_check_interval=_CHECK, decode_responses=True
    )
