"""Notices on their way to bound staff. Channels deliver them: each takes its own identities by their prefix."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
import structlog

from bot.rules.ordering import Stage
from bot.store.database import Database
from bot.store.orders import COLUMNS, order_of
from bot.store.records import Notice
from bot.store.tables import orders, outbox

log = structlog.get_logger()

Deliver = Callable[[Notice], Awaitable[bool]]
"""How a channel sends a notice; False (or an exception) means that it should be tried again later."""

_FIELDS = ("id", "identity", "before", "after", "created_at", "attempts")
MAX_ATTEMPTS = 8
_FIRST_WAIT = dt.timedelta(minutes=1)
"""Wait after the first failure; doubled after each further one."""


class Outbox(Database):
    """Notices, at least once each, in the order they were written."""

    def waiting_notices(self, channel: str, now: dt.datetime, limit: int = 100) -> tuple[Notice, ...]:
        """Notices for identities of ``channel`` (``web``, ``wechat`` …) whose time has come.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        due = sa.and_(
            outbox.c.sent_at.is_(None),
            outbox.c.attempts < MAX_ATTEMPTS,
            outbox.c.next_try_at <= now,
            outbox.c.identity.startswith(f"{channel}:", autoescape=True),
        )
        query = (
            sa.select(*(outbox.c[name] for name in _FIELDS), *COLUMNS)
            .join(orders, orders.c.number == outbox.c.order_number)
            .where(due)
            .order_by(outbox.c.id)
            .limit(limit)
        )
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Notice(
                id=row["id"],
                identity=row["identity"],
                order=order_of(row),
                before=Stage(row["before"]),
                after=Stage(row["after"]),
                created_at=row["created_at"],
                attempts=row["attempts"],
            )
            for row in rows
        )

    def notice_sent(self, notice: Notice, now: dt.datetime) -> None:
        """Remember that a notice arrived.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            connection.execute(outbox.update().where(outbox.c.id == notice.id).values(sent_at=now))

    def notice_failed(self, notice: Notice, now: dt.datetime) -> None:
        """Put a notice off, the longer the more often it failed; after :data:`MAX_ATTEMPTS` it is given up.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        again = now + _FIRST_WAIT * 2**notice.attempts
        with self.writing() as connection:
            connection.execute(
                outbox.update()
                .where(outbox.c.id == notice.id)
                .values(attempts=outbox.c.attempts + 1, next_try_at=again)
            )


async def deliver_notices(outbox: Outbox, channel: str, deliver: Deliver, now: dt.datetime) -> int:
    """Give the waiting notices of ``channel`` to ``deliver``, one after the other; returns how many arrived.

    Raises:
        StoreUnavailable: the database cannot be reached; what arrived just before may arrive once more.
    """
    arrived = 0
    for notice in await asyncio.to_thread(outbox.waiting_notices, channel, now):
        try:
            done = await deliver(notice)
        except Exception as error:
            log.warning("notice not delivered", channel=channel, notice=notice.id, error=type(error).__name__)
            done = False
        await asyncio.to_thread(outbox.notice_sent if done else outbox.notice_failed, notice, now)
        arrived += done
    return arrived
