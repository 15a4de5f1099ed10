"""What actions share in one process: the store, the policy, the clock. Each is opened at first use."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import lru_cache
from threading import Lock
from typing import Any, Callable, Dict

from bot.rules.policy import Policy, load_policy
from bot.rules.workdays import CHINA
from bot.settings import settings
from bot.store import Store, open_store

_stores: Dict[str, Store] = {}
_opening = Lock()


def shared_store() -> Store:
    """The store at ``settings().database_url``, opened once a process; an attempt that failed is made again next time.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    url = settings().database_url
    with _opening:
        if url not in _stores:
            _stores[url] = open_store(url)
        return _stores[url]


def forget_stores() -> None:
    """Close what is open; the next use opens it again."""
    with _opening:
        for store in _stores.values():
            store.close()
        _stores.clear()


def in_store(work: Callable[..., Any], *args: Any) -> Any:
    """``work(store, *args)``. It blocks: an action does all its work with the store in one thread (``asyncio.to_thread``).

    Raises:
        StoreUnavailable: the database cannot be reached.
        RuntimeError: called on the event loop, where every conversation would wait for the database.
    """
    if _on_event_loop():
        raise RuntimeError("the store is not asked on the event loop")
    return work(shared_store(), *args)


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy of this process."""
    return load_policy(settings().policy_file)


def china_now() -> dt.datetime:
    """The time in China, with zone."""
    return dt.datetime.now(CHINA)
