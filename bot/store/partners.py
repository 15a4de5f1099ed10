"""Partners: the resellers that orders and staff belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from bot.store.database import Database, take_turns
from bot.store.records import Partner
from bot.store.tables import partners

_PARTNERS_LOCK = 0x50415254
"""Key of ``take_turns``, so that two imports do not create one partner."""

_FIELDS = tuple(Partner.__dataclass_fields__)


def partner_from(row: sa.engine.RowMapping) -> Partner:
    """The partner in a row that has the columns of the table."""
    return Partner(**{name: row[name] for name in _FIELDS})


def partner_numbers(connection: sa.engine.Connection, numbers: Collection[str]) -> set[str]:
    """Those among ``numbers`` that are partners."""
    return set(connection.execute(sa.select(partners.c.number).where(partners.c.number.in_(list(numbers)))).scalars())


class Partners(Database):
    """Partners, read and written."""

    def partner(self, number: str) -> Partner | None:
        """The partner with that number.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            row = connection.execute(sa.select(partners).where(partners.c.number == number)).mappings().first()
        return partner_from(row) if row else None

    def every_partner(self) -> tuple[Partner, ...]:
        """All partners by number. Only for people at the command line.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            rows = connection.execute(sa.select(partners).order_by(partners.c.number)).mappings()
            return tuple(partner_from(row) for row in rows)

    def put_partners(self, connection: sa.engine.Connection, batch: Sequence[Partner]) -> tuple[int, int, int]:
        """Create or change partners, whose numbers differ, in the caller's transaction.

        Returns:
            How many were created, changed, and already so.
        """
        take_turns(connection, _PARTNERS_LOCK)
        query = sa.select(partners).where(partners.c.number.in_([partner.number for partner in batch]))
        present = {row["number"]: partner_from(row) for row in connection.execute(query).mappings()}
        new = [partner for partner in batch if partner.number not in present]
        changed = [partner for partner in batch if present.get(partner.number, partner) != partner]
        if new:
            connection.execute(partners.insert(), [vars(partner) for partner in new])
        for partner in changed:
            connection.execute(partners.update().where(partners.c.number == partner.number).values(**vars(partner)))
        return len(new), len(changed), len(batch) - len(new) - len(changed)
