"""Where people are in the guide. It follows the person: all identities of a member of staff share one guide."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.records import GuideState
from bot.store.tables import guides, identities


class Guides(Database):
    """Guide sessions, one a person."""

    def guide(self, identity: str) -> GuideState | None:
        """Where the person behind ``identity`` is in the guide; None when in none.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            query = sa.select(guides.c.state).where(guides.c.owner == _owner(connection, identity))
            return connection.execute(query).scalar()

    def save_guide(self, identity: str, state: GuideState, now: dt.datetime) -> None:
        """Keep where the person is.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            owner = _owner(connection, identity)
            row: dict[str, Any] = {"owner": owner, "state": state, "updated_at": now}
            self.insert_new(connection, guides, [row])
            connection.execute(guides.update().where(guides.c.owner == owner).values(**row))

    def drop_guide(self, identity: str) -> None:
        """Forget where the person is.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            connection.execute(guides.delete().where(guides.c.owner == _owner(connection, identity)))


def hand_over_guide(connection: sa.engine.Connection, identity: str, staff_id: int) -> None:
    """Let a guide begun before binding go on as the member's, unless the member is in one already."""
    mine, shared = f"identity:{identity}", f"staff:{staff_id}"
    taken = connection.execute(sa.select(guides.c.owner).where(guides.c.owner == shared)).first()
    if taken:
        connection.execute(guides.delete().where(guides.c.owner == mine))
    else:
        connection.execute(guides.update().where(guides.c.owner == mine).values(owner=shared))


def _owner(connection: sa.engine.Connection, identity: str) -> str:
    bound = connection.execute(sa.select(identities.c.staff_id).where(identities.c.identity == identity)).scalar()
    return f"identity:{identity}" if bound is None else f"staff:{bound}"
