"""How far the messages of 微信客服 have been read, and which of them have been dealt with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import Instant

KEPT = dt.timedelta(days=4)
"""The platform repeats three days when the cursor is lost (developer.work.weixin.qq.com/document/path/94670)."""
LEASE = dt.timedelta(minutes=1)
"""Time that a process has to deal with a message; afterwards another takes it over."""

metadata = sa.MetaData()
"""The tables as queries see them; :mod:`bot.store.migrations` creates them."""
_cursors = sa.Table(
    "wxkf_cursors",
    metadata,
    sa.Column("account", sa.String(128), primary_key=True),
    sa.Column("cursor", sa.String(255), nullable=False),
)
_messages = sa.Table(
    "wxkf_messages",
    metadata,
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("leased_until", Instant),
)


class KfRecords(Database):
    """Cursors and messages. Times have a zone; calls block and may raise ``StoreUnavailable``."""

    def cursor(self, account: str) -> str | None:
        """Up to where ``account`` has been read; None if never to an end, and then it is one of :meth:`accounts` from now."""
        query = sa.select(_cursors.c.cursor).where(_cursors.c.account == account)
        with self.reading() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            with self.writing() as connection:
                self.insert_new(connection, _cursors, [{"account": account, "cursor": ""}])
        return found or None

    def accounts(self, prefix: str) -> list[str]:
        """The accounts of which something was read, whose name begins with ``prefix``."""
        query = sa.select(_cursors.c.account).where(_cursors.c.account.startswith(prefix, autoescape=True))
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def move_cursor(self, account: str, cursor: str, now: dt.datetime) -> None:
        """Everything up to ``cursor`` has been dealt with."""
        with self.writing() as connection:
            connection.execute(_cursors.update().where(_cursors.c.account == account).values(cursor=cursor))
            connection.execute(_messages.delete().where(_messages.c.at < now - KEPT))

    def begin_message(self, message: str, now: dt.datetime) -> bool:
        """Whether the caller has to deal with a message: it is new, or who had it gave no sign for :data:`LEASE`."""
        with self.writing() as connection:
            known = sa.select(_messages.c.id).where(_messages.c.id == message)
            if connection.execute(known).first() is None:
                self.insert_new(connection, _messages, [{"id": message, "at": now, "leased_until": now}])
            mine = sa.and_(_messages.c.id == message, _messages.c.leased_until <= now)
            return connection.execute(_messages.update().where(mine).values(leased_until=now + LEASE)).rowcount > 0

    def in_work(self, messages: Sequence[str]) -> bool:
        """Whether one of ``messages`` (some hundreds at most) is still being dealt with."""
        some = sa.and_(_messages.c.id.in_(messages), _messages.c.leased_until.is_not(None))
        with self.reading() as connection:
            return connection.execute(sa.select(_messages.c.id).where(some).limit(1)).first() is not None

    def end_message(self, message: str) -> None:
        """It is dealt with."""
        with self.writing() as connection:
            connection.execute(_messages.update().where(_messages.c.id == message).values(leased_until=None))
