"""Order notices on their way to the widget."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import lru_cache

import structlog
import yaml

from bot.channels.web.turns import CHANNEL, Turns
from bot.settings import ROOT
from bot.store import Store, StoreUnavailable, deliver_notices
from bot.store.records import Notice
from bot.wording import name_of

PAUSE = 3.0
"""Seconds between two looks at the outbox."""

log = structlog.get_logger()


@lru_cache(maxsize=1)
def _sentence() -> str:
    return str(yaml.safe_load((ROOT / "data" / "web.yml").read_text(encoding="utf-8"))["notice"])


def notice_text(notice: Notice) -> str:
    """What a notice says to the user."""
    order = notice.order
    return _sentence().format(
        number=order.number, customer=order.customer, before=name_of(notice.before), after=name_of(notice.after)
    )


async def keep_delivering(store: Store, turns: Turns) -> None:
    """Put the notices for this channel into their sessions, until cancelled."""

    async def deliver(notice: Notice) -> bool:
        return await turns.notify(notice.identity.split(":", 1)[1], notice_text(notice))

    while True:
        try:
            await deliver_notices(store, CHANNEL, deliver, dt.datetime.now(dt.timezone.utc))
        except StoreUnavailable:
            log.warning("notices wait for the database", channel=CHANNEL)
        await asyncio.sleep(PAUSE)
