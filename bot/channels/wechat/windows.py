"""How many messages the platform lets through to a user who has not just asked, and for how long.

A message of the user opens five sends for 48 hours; a menu click, a subscription or a scan opens three for one minute
(developers.weixin.qq.com/doc/service, 客服消息; the same five for 微信客服, developer.work.weixin.qq.com/document/path/94677).
The counts are not added up, so that they err towards fewer.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum

import sqlalchemy as sa

from bot.channels.wechat.errors import NotNow, other
from bot.store.database import Database
from bot.store.outbox import free_notices
from bot.store.tables import Instant

metadata = sa.MetaData()
"""The table as queries see it; :mod:`bot.store.migrations` creates it."""
_windows = sa.Table(
    "wechat_windows",
    metadata,
    sa.Column("identity", sa.String(255), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
)


class Contact(str, Enum):
    """What the user did."""

    MESSAGE = "message"
    EVENT = "event"


SENDS = {Contact.EVENT: 3, Contact.MESSAGE: 5}
SPANS = {Contact.EVENT: dt.timedelta(minutes=1), Contact.MESSAGE: dt.timedelta(hours=48)}
_MARGIN = dt.timedelta(seconds=5)
"""Time by which a window is taken to close earlier, for a message takes a while to get there."""


class Windows(Database):
    """The open windows of users. Times have a zone; calls block and may raise ``StoreUnavailable``."""

    def open_window(self, identity: str, contact: Contact, at: dt.datetime, now: dt.datetime) -> None:
        """The user made ``contact`` ``at``: sends count from zero again, and the notices that wait for it are freed.

        What happened before an earlier call's ``at`` changes nothing: deliveries come again and out of order.
        """
        mine = sa.and_(_windows.c.identity == identity, _windows.c.kind == contact.value)
        with self.writing() as connection:
            new = {"identity": identity, "kind": contact.value, "opened_at": at, "used": 0}
            self.insert_new(connection, _windows, [new])
            connection.execute(_windows.update().where(mine, _windows.c.opened_at < at).values(opened_at=at, used=0))
            free_notices(connection, identity, now)

    def take_send(self, identity: str, now: dt.datetime) -> Contact:
        """Use one send of the window that closes first; returns which, to be given back if it was not sent.

        Raises:
            NotNow: none is open, or all its sends are used.
        """
        with self.writing() as connection:
            for contact in (Contact.EVENT, Contact.MESSAGE):
                free = sa.and_(self._open(identity, contact, now), _windows.c.used < SENDS[contact])
                if connection.execute(_windows.update().where(free).values(used=_windows.c.used + 1)).rowcount:
                    return contact
            used = sa.select(_windows.c.used).where(self._open(identity, Contact.MESSAGE, now))
            key = "window_closed" if connection.execute(used).first() is None else "window_used"
        raise NotNow(other(key, limit=SENDS[Contact.MESSAGE]))

    def free_if_open(self, identity: str, now: dt.datetime) -> None:
        """Free the notices that wait for ``identity`` if a send is left, which may have come up while they were put off."""
        with self.writing() as connection:
            for contact in Contact:
                free = sa.and_(self._open(identity, contact, now), _windows.c.used < SENDS[contact])
                if connection.execute(sa.select(_windows.c.used).where(free)).first() is not None:
                    free_notices(connection, identity, now)
                    return

    def give_back_send(self, identity: str, contact: Contact) -> None:
        """A send of :meth:`take_send` was not used."""
        mine = sa.and_(_windows.c.identity == identity, _windows.c.kind == contact.value, _windows.c.used > 0)
        with self.writing() as connection:
            connection.execute(_windows.update().where(mine).values(used=_windows.c.used - 1))

    def use_up(self, identity: str) -> None:
        """The platform says that there is nothing left, whatever was counted here."""
        with self.writing() as connection:
            connection.execute(
                _windows.update().where(_windows.c.identity == identity).values(used=max(SENDS.values()))
            )

    @staticmethod
    def _open(identity: str, contact: Contact, now: dt.datetime) -> sa.sql.ColumnElement:
        since = now - SPANS[contact] + _MARGIN
        return sa.and_(_windows.c.identity == identity, _windows.c.kind == contact.value, _windows.c.opened_at > since)
