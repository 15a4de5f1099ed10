"""Notices on their way to bound staff. Channels deliver them: each takes its own identities by their prefix."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

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
_DELIVERY_LOCK = 0x4F555442
"""First half of the key that lets one process deliver a channel's notices at a time."""
_FIRST_WAIT = dt.timedelta(minutes=1)
"""Wait after the first failure; doubled after each further one."""
LEASE = dt.timedelta(minutes=2)
"""Time that a process has to deliver what it has taken."""
MAX_REASON = 300
"""Characters."""


@dataclass(frozen=True)
class KeptNotice:
    """A notice that did not arrive: to whom, about which order, since when, whether it is given up, and why."""

    identity: str
    order_number: str
    created_at: dt.datetime
    given_up: bool
    reason: str


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

    def count_waiting(self) -> int:
        """Notices of all channels that have not arrived and are not given up.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        waiting = sa.and_(outbox.c.sent_at.is_(None), outbox.c.attempts < MAX_ATTEMPTS)
        with self.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count()).where(waiting)).scalar() or 0)

    @contextmanager
    def delivering(self, channel: str) -> Iterator[bool]:
        """Whether this process may deliver the notices of ``channel`` now; no other may while the block runs.

        PostgreSQL lets go when a process dies. SQLite is used by one process that delivers.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            if connection.dialect.name != "postgresql":
                yield True
                return
            lock = sa.func.pg_try_advisory_xact_lock(_DELIVERY_LOCK, sa.func.hashtext(channel))
            yield bool(connection.execute(sa.select(lock)).scalar())

    def notice_sent(self, notice: Notice, now: dt.datetime) -> None:
        """Remember that a notice arrived.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            connection.execute(outbox.update().where(outbox.c.id == notice.id).values(sent_at=now))

    def notice_failed(self, notice: Notice, now: dt.datetime, reason: str = "") -> None:
        """Put a notice off, the longer the more often it failed; after :data:`MAX_ATTEMPTS` it is given up.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        again = now + _FIRST_WAIT * 2**notice.attempts
        with self.writing() as connection:
            connection.execute(
                outbox.update()
                .where(outbox.c.id == notice.id)
                .values(attempts=outbox.c.attempts + 1, next_try_at=again, reason=reason[:MAX_REASON])
            )

    def take_notice(self, notice: Notice, now: dt.datetime) -> bool:
        """Make a waiting notice the caller's for :data:`LEASE`; False when another process has taken it.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        free = sa.and_(outbox.c.id == notice.id, outbox.c.sent_at.is_(None), outbox.c.next_try_at <= now)
        with self.writing() as connection:
            return connection.execute(outbox.update().where(free).values(next_try_at=now + LEASE)).rowcount > 0

    def keep_notice(self, notice: Notice, until: dt.datetime, reason: str) -> None:
        """Keep a notice that may not be sent before ``until``, or before :func:`free_notices`; it counts as no attempt.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            connection.execute(
                outbox.update().where(outbox.c.id == notice.id).values(next_try_at=until, reason=reason[:MAX_REASON])
            )

    def kept_notices(self, limit: int = 1000) -> tuple[KeptNotice, ...]:
        """Notices that did not arrive and why, the oldest first: those that wait and those that were given up.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        query = (
            sa.select(outbox)
            .where(outbox.c.sent_at.is_(None), outbox.c.reason != "")
            .order_by(outbox.c.id)
            .limit(limit)
        )
        with self.reading() as connection:
            return tuple(
                KeptNotice(
                    identity=row.identity,
                    order_number=row.order_number,
                    created_at=row.created_at,
                    given_up=row.attempts >= MAX_ATTEMPTS,
                    reason=row.reason,
                )
                for row in connection.execute(query)
            )


def free_notices(connection: sa.engine.Connection, identity: str, now: dt.datetime) -> None:
    """Let the notices that are kept for ``identity`` be sent from ``now`` on, in the caller's transaction."""
    waiting = sa.and_(outbox.c.identity == identity, outbox.c.sent_at.is_(None), outbox.c.attempts < MAX_ATTEMPTS)
    # Also those that are just being put off: whoever does that waits, and then sees what the caller has changed.
    connection.execute(sa.select(outbox.c.id).where(waiting).order_by(outbox.c.id).with_for_update())
    kept = sa.and_(waiting, outbox.c.reason != "", outbox.c.next_try_at > now)
    connection.execute(outbox.update().where(kept).values(next_try_at=now))


async def deliver_notices(outbox: Outbox, channel: str, deliver: Deliver, now: dt.datetime) -> int:
    """Give the waiting notices of ``channel`` to ``deliver``, one after the other; returns how many arrived.

    Of several processes one delivers at a time; the others have nothing to do.

    Raises:
        StoreUnavailable: the database cannot be reached; what arrived just before may arrive once more.
    """
    arrived = 0
    if not await asyncio.to_thread(outbox.waiting_notices, channel, now, 1):
        return arrived
    async with _alone(outbox, channel) as alone:
        for notice in await asyncio.to_thread(outbox.waiting_notices, channel, now) if alone else ():
            try:
                done = await deliver(notice)
            except Exception as error:
                log.warning("notice not delivered", channel=channel, notice=notice.id, error=type(error).__name__)
                done = False
            await asyncio.to_thread(outbox.notice_sent if done else outbox.notice_failed, notice, now)
            arrived += done
    return arrived


@asynccontextmanager
async def _alone(outbox: Outbox, channel: str) -> AsyncIterator[bool]:
    turn = outbox.delivering(channel)
    alone = await asyncio.to_thread(turn.__enter__)
    try:
        yield alone
    finally:
        await asyncio.to_thread(turn.__exit__, None, None, None)
