"""Texts that could not be sent yet: the end of a long answer, or an answer that came too late. They survive a restart."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.database import Database

KEPT_DAYS = 7
"""After that nobody remembers the question."""

metadata = sa.MetaData()
"""The table as queries see it; :mod:`bot.store.migrations` creates it."""
_kept = sa.Table(
    "wechat_kept",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.String(255), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("owed", sa.Boolean, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sqlite_autoincrement=True,
)


class Kept(Database):
    """The texts by identity. Times are seconds since 1970; calls block and may raise ``StoreUnavailable``."""

    def keep(self, identity: str, text: str, owed: bool, now: float) -> None:
        """Keep ``text``; ``owed`` if the user has to get it even without asking for more."""
        with self.writing() as connection:
            connection.execute(_kept.delete().where(_kept.c.at < now - KEPT_DAYS * 86400))
            connection.execute(_kept.insert().values(identity=identity, text=text, owed=owed, at=now))

    def has(self, identity: str) -> bool:
        """Whether something is kept for the user: nearly always not, and nothing is locked to find out."""
        with self.reading() as connection:
            return connection.execute(sa.select(_kept.c.id).where(_kept.c.identity == identity)).first() is not None

    def take(self, identity: str, asked: bool) -> list[str]:
        """What to tell the user now, in order; nothing stays kept, for who asks something new has moved on.

        Args:
            identity: of the user.
            asked: the user asked for more: also what is not owed is told.
        """
        mine = sa.select(_kept).where(_kept.c.identity == identity).order_by(_kept.c.id)
        with self.writing() as connection:
            rows = connection.execute(mine.with_for_update()).all()
            connection.execute(_kept.delete().where(_kept.c.id.in_([row.id for row in rows])))
        return [row.text for row in rows if asked or row.owed]
