"""Order notices on their way to WeChat: sent where the platform allows it, and otherwise kept with the reason.

All notices that wait for one user make one message, since a user's message opens a handful of sends only.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

import structlog

from bot.channels.wechat.errors import WINDOW_CODES, NotNow, PlatformError, Unreachable
from bot.channels.wechat.records import Records
from bot.channels.wechat.render import MAX_BYTES, cut, size
from bot.channels.wechat.service import now_utc
from bot.channels.wechat.words import word
from bot.store import StoreUnavailable
from bot.store.records import Notice
from bot.wording import name_of

PAUSE = 3.0
"""Seconds between two looks at the outbox."""
_LATER = dt.timedelta(days=1)
"""When a notice that waits for the user is tried again, should the user's message have been missed."""
_FAULT = dt.timedelta(hours=1)
"""When it is tried again after an error that somebody has to mend, such as a server that is not on the white list."""
_COUNTED = frozenset({-1, 40003, 43004, 43101, 60111, 81013, 84061, 95000, 95004})
"""The platform is busy, or knows of no such user: tried some times, then given up."""

SendNotices = Callable[[str, Sequence[Notice]], Awaitable[None]]
"""Sends the notices for one identity as one message; raises :class:`PlatformError` when it did not get through."""

log = structlog.get_logger()


def notices_text(notices: Sequence[Notice]) -> str:
    """What the notices say, within one message: for each order from where to where it has moved, the latest move last."""
    moves: dict[str, tuple[Notice, Notice]] = {}
    for notice in notices:
        first, _ = moves.pop(notice.order.number, (notice, notice))
        moves[notice.order.number] = (first, notice)
    lines = [
        word("notice").format(
            number=last.order.number,
            customer=last.order.customer,
            before=name_of(first.before),
            after=name_of(last.after),
        )
        for first, last in moves.values()
        if first.before is not last.after
    ] or [_unmoved(notices[-1])]
    text = "\n".join(lines)
    if size(text) <= MAX_BYTES:
        return text
    hint = word("notices_more")
    return cut(text, MAX_BYTES - size(hint))[0] + hint


def _unmoved(notice: Notice) -> str:
    """An order went forth and back again."""
    order = notice.order
    return word("notice_back").format(number=order.number, customer=order.customer, after=name_of(notice.after))


async def deliver_kept(records: Records, prefix: str, send: SendNotices, now: dt.datetime) -> int:
    """Send the waiting notices of identities that begin with ``prefix:``; returns how many arrived.

    Raises:
        StoreUnavailable: the database cannot be reached; what arrived just before may arrive once more.
    """
    waiting = await asyncio.to_thread(records.waiting_notices, prefix, now)
    arrived = 0
    for identity, group in groupby(sorted(waiting, key=lambda n: (n.identity, n.id)), lambda n: n.identity):
        mine = [notice for notice in group if await asyncio.to_thread(records.take_notice, notice, now)]
        if mine and await _deliver(records, identity, mine, send, now):
            arrived += len(mine)
    return arrived


async def _deliver(
    records: Records, identity: str, notices: Sequence[Notice], send: SendNotices, now: dt.datetime
) -> bool:
    try:
        await send(identity, notices)
    except PlatformError as error:
        log.info("notice waits", conversation=identity, code=error.code, notices=len(notices))
        for notice in notices:
            await asyncio.to_thread(_put_off, records, notice, error, now)
        return False
    for notice in notices:
        await asyncio.to_thread(records.notice_sent, notice, now)
    return True


def _put_off(records: Records, notice: Notice, error: PlatformError, now: dt.datetime) -> None:
    """A user's silence and an operator's fault cost no attempt; a user who cannot be reached is not tried for ever."""
    if error.code in WINDOW_CODES or (isinstance(error, NotNow) and error.seconds is None):
        records.keep_notice(notice, now + _LATER, str(error))
        records.free_if_open(notice.identity, now)  # the user may have written in this moment
    elif isinstance(error, NotNow) and error.seconds is not None:
        records.keep_notice(notice, now + dt.timedelta(seconds=error.seconds), str(error))
    elif isinstance(error, Unreachable) or error.code in _COUNTED:
        records.notice_failed(notice, now, str(error))
    else:
        records.keep_notice(notice, now + _FAULT, str(error))


async def keep_delivering(records: Records, prefix: str, send: SendNotices) -> None:
    """Deliver notices until cancelled."""
    while True:
        try:
            await deliver_kept(records, prefix, send, now_utc())
        except StoreUnavailable:
            log.warning("notices wait for the database", channel=prefix)
        except Exception as error:  # the loop must outlive whatever one notice does
            log.error("notices not delivered", channel=prefix, error=type(error).__name__)
        await asyncio.sleep(PAUSE)
