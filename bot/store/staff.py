"""Who may ask: staff of partners, their channel identities, and the one-time codes that bind the two.

An identity is what a channel calls a person (``channel:id``). It belongs to one member of staff, hence to one partner, at a
time; a member may have several identities.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.guides import hand_over_guide
from bot.store.keys import code_hash, new_code
from bot.store.order_writes import UnknownPartner
from bot.store.partners import partner_from
from bot.store.records import BindOutcome, Bound, Member, StaffEntry
from bot.store.tables import bind_codes, identities, partners, staff, wrong_codes

CODE_LIFE = dt.timedelta(days=7)
WRONG_CODES = 5
"""Wrong codes within :data:`WINDOW` that lock an identity."""
WINDOW = dt.timedelta(minutes=15)
"""Time in which wrong codes add up; also how long a lock lasts."""


class Staff(Database):
    """Staff and their bindings."""

    def invite(self, partner: str, name: str, now: dt.datetime) -> str:
        """A new one-time code for a member of staff, who is created when the partner has nobody of that name.

        Raises:
            UnknownPartner: there is no such partner.
            StoreUnavailable: the database cannot be reached.
        """
        code = new_code()
        with self.writing() as connection:
            owner = sa.select(partners.c.number).where(partners.c.number == partner).with_for_update()
            if connection.execute(owner).first() is None:
                raise UnknownPartner(partner)
            active = sa.and_(staff.c.partner == partner, staff.c.name == name, staff.c.revoked_at.is_(None))
            staff_id = connection.execute(sa.select(staff.c.id).where(active)).scalar()
            if staff_id is None:
                created = connection.execute(staff.insert().values(partner=partner, name=name))
                staff_id = created.inserted_primary_key[0]
            connection.execute(
                bind_codes.insert().values(code_hash=code_hash(code), staff_id=staff_id, expires_at=now + CODE_LIFE)
            )
        return code

    def bind(self, identity: str, code: str, now: dt.datetime) -> Bound:
        """Bind an identity with a code, however it is typed (any case, spaces, full width).

        An identity that is bound must be unbound first, whatever the code. Takes about 50 ms (see ``code_hash``).

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            early = _refusal(connection, identity, now)
        if early:
            return early
        hashed = code_hash(code)
        try:
            with self.writing() as connection:
                return _use_code(connection, identity, hashed, now)
        except sa.exc.IntegrityError:  # bound by another code in the same moment
            return Bound(BindOutcome.ALREADY_BOUND, self.partner_of(identity))

    def unbind(self, identity: str) -> bool:
        """Take an identity off its partner, with the notices that wait for it; False when it was not bound.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            return connection.execute(identities.delete().where(identities.c.identity == identity)).rowcount > 0

    def partner_of(self, identity: str) -> Member | None:
        """Who is behind an identity, and for which partner; None when it is not bound.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            return _member(connection, identity)

    def staff_list(self, now: dt.datetime, partner: str | None = None) -> tuple[StaffEntry, ...]:
        """Active staff, of all partners or one, with identities and codes that are still good.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        query = sa.select(staff).where(staff.c.revoked_at.is_(None)).order_by(staff.c.partner, staff.c.id)
        if partner is not None:
            query = query.where(staff.c.partner == partner)
        with self.reading() as connection:
            members = connection.execute(query).all()
            bound: dict[int, list[str]] = {}
            for row in connection.execute(sa.select(identities).order_by(identities.c.identity)):
                bound.setdefault(row.staff_id, []).append(row.identity)
            open_codes = dict(
                connection.execute(
                    sa.select(bind_codes.c.staff_id, sa.func.count())
                    .where(bind_codes.c.used_at.is_(None), bind_codes.c.expires_at > now)
                    .group_by(bind_codes.c.staff_id)
                ).all()
            )
        return tuple(
            StaffEntry(row.id, row.partner, row.name, tuple(bound.get(row.id, ())), open_codes.get(row.id, 0))
            for row in members
        )

    def revoke(self, staff_id: int, now: dt.datetime) -> bool:
        """Take a member of staff off the partner with all identities and codes; False when there is no such member.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            active = sa.and_(staff.c.id == staff_id, staff.c.revoked_at.is_(None))
            if connection.execute(staff.update().where(active).values(revoked_at=now)).rowcount == 0:
                return False
            # Codes first: whoever is using one right now finishes before identities are looked for.
            connection.execute(bind_codes.delete().where(bind_codes.c.staff_id == staff_id))
            connection.execute(identities.delete().where(identities.c.staff_id == staff_id))
            return True


def _refusal(connection: sa.engine.Connection, identity: str, now: dt.datetime) -> Bound | None:
    member = _member(connection, identity)
    if member:
        return Bound(BindOutcome.ALREADY_BOUND, member)
    until = _locked_until(connection, identity)
    return Bound(BindOutcome.LOCKED, locked_until=until) if until and now < until else None


def _use_code(connection: sa.engine.Connection, identity: str, hashed: str, now: dt.datetime) -> Bound:
    found = connection.execute(sa.select(bind_codes).where(bind_codes.c.code_hash == hashed)).first()
    usable = sa.and_(bind_codes.c.code_hash == hashed, bind_codes.c.used_at.is_(None), bind_codes.c.expires_at > now)
    if connection.execute(bind_codes.update().where(usable).values(used_at=now)).rowcount == 0:
        _note_wrong_code(connection, identity, now)
        outcome = BindOutcome.EXPIRED if found else BindOutcome.WRONG_CODE
        return Bound(outcome, locked_until=_locked_until(connection, identity))
    connection.execute(identities.insert().values(identity=identity, staff_id=found.staff_id, bound_at=now))
    connection.execute(wrong_codes.delete().where(wrong_codes.c.identity == identity))
    hand_over_guide(connection, identity, found.staff_id)
    return Bound(BindOutcome.BOUND, _member(connection, identity))


def _locked_until(connection: sa.engine.Connection, identity: str) -> dt.datetime | None:
    latest = (
        sa.select(wrong_codes.c.at)
        .where(wrong_codes.c.identity == identity)
        .order_by(wrong_codes.c.at.desc())
        .limit(WRONG_CODES)
    )
    times = connection.execute(latest).scalars().all()
    if len(times) < WRONG_CODES or times[0] - times[-1] > WINDOW:
        return None
    return times[0] + WINDOW


def _note_wrong_code(connection: sa.engine.Connection, identity: str, now: dt.datetime) -> None:
    old = sa.and_(wrong_codes.c.identity == identity, wrong_codes.c.at < now - 2 * WINDOW)
    connection.execute(wrong_codes.delete().where(old))
    connection.execute(wrong_codes.insert().values(identity=identity, at=now))


# Made once, as each statement of every message: putting it together takes SQLAlchemy longer than the database to answer.
_MEMBER = (
    sa.select(staff.c.id.label("staff_id"), staff.c.name.label("staff_name"), partners)
    .join(identities, identities.c.staff_id == staff.c.id)
    .join(partners, partners.c.number == staff.c.partner)
    .where(identities.c.identity == sa.bindparam("identity"))
)


def _member(connection: sa.engine.Connection, identity: str) -> Member | None:
    row = connection.execute(_MEMBER, {"identity": identity}).mappings().first()
    return Member(row["staff_id"], row["staff_name"], partner_from(row)) if row else None
