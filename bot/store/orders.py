"""Looking orders up. Everything a user may ask takes the partner and filters by it in the query itself.

Each look-up reads a bounded range of one index, so its cost does not grow with the number of orders:

- whole numbers and last digits: the index over the reversed number;
- parts of a customer's name: ``customer_parts`` holds each name from each of its characters on, so that a fragment of any
  length is the beginning of some part (indexes of trigrams do not help: most Chinese fragments have two characters);
- lists, the most urgent first: an index over the urgency that the database computes from the dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from bot.rules.ordering import URGENCY, Stage, last_overdue_payment
from bot.store.database import Database
from bot.store.keys import PART_CHARS, customer_key, folded
from bot.store.records import Change, Matches, Narrowing, Order, OrderKind, OrderPage
from bot.store.tables import customer_parts, history, orders

SCANNED = 5000
"""Orders of a partner that a narrowed list is sought in, the most urgent; so that this has a bound, too."""
COUNTED = 1000
"""Orders of a list that are counted; a longer list has this total."""
_NAMES_READ = 50
"""Customer names that one fragment is looked up in; more mean that the fragment says too little."""
_EXPORT_BATCH = 1000

_RANK = {stage: rank for rank, stage in enumerate(URGENCY)}
_AFTER_ALL = "\U0010ffff"
"""Follows every text with the same beginning."""

FIELDS = tuple(Order.__dataclass_fields__)
"""The columns that make an :class:`Order`."""
COLUMNS = [orders.c[name] for name in FIELDS]

STAGES_OF: dict[OrderKind, tuple[Stage, ...]] = {
    OrderKind.ALL: URGENCY,
    OrderKind.OPEN: URGENCY[:-1],
    OrderKind.UNPAID: URGENCY[: URGENCY.index(Stage.PAID)],
    OrderKind.TO_PAY: (Stage.TO_PAY,),
    OrderKind.OVERDUE: (Stage.PAID,),
    OrderKind.PROBLEM: (Stage.PROBLEM,),
    OrderKind.ORIGINALS: (Stage.PROVISIONED,),
    OrderKind.NOT_OPENED: URGENCY[: URGENCY.index(Stage.PROVISIONED)],
    OrderKind.OPENED: (Stage.PROVISIONED, Stage.DONE),
    OrderKind.ARRIVED: (Stage.PAID, Stage.PROVISIONED, Stage.DONE),
    OrderKind.PASSED: (Stage.TO_PAY, Stage.CHECKED, Stage.PAID, Stage.PROVISIONED, Stage.DONE),
    OrderKind.OURS: (Stage.PROBLEM, Stage.TO_PAY, Stage.SEALED, Stage.PROVISIONED),
    OrderKind.THEIRS: (Stage.CHECKED, Stage.SUBMITTED, Stage.PAID),
    OrderKind.CREATED: (Stage.CREATED,),
    OrderKind.SEALED: (Stage.SEALED,),
    OrderKind.SUBMITTED: (Stage.SUBMITTED,),
    OrderKind.CHECKED: (Stage.CHECKED,),
    OrderKind.PAID: (Stage.PAID,),
    OrderKind.DONE: (Stage.DONE,),
}
"""Which stages a kind of list holds; of ``OVERDUE`` only what is late."""


def order_of(row: Any) -> Order:
    """The order in a row that has :data:`COLUMNS`."""
    return Order(**{name: row[name] for name in FIELDS})


# Made once, as each statement of every message: putting it together takes SQLAlchemy longer than the database to answer.
_PARTNER, _MOST = sa.bindparam("partner"), sa.bindparam("most", type_=sa.Integer)


def _between(column: sa.Column) -> sa.sql.ColumnElement:
    """What :func:`_starting_with` bounds."""
    return sa.and_(column >= sa.bindparam("first"), column < sa.bindparam("behind"))


def _starting_with(beginning: str) -> dict[str, str]:
    return {"first": beginning, "behind": beginning + _AFTER_ALL}


_BY_NUMBER = sa.select(*COLUMNS).where(
    orders.c.partner == _PARTNER, orders.c.reversed_number == sa.bindparam("reversed")
)
_BY_ENDING = (
    sa.select(*COLUMNS)
    .where(orders.c.partner == _PARTNER, _between(orders.c.reversed_number))
    .order_by(orders.c.reversed_number)
    .limit(_MOST)
)
_NAMES = (
    sa.select(customer_parts.c.customer)
    .where(customer_parts.c.partner == _PARTNER, _between(customer_parts.c.part))
    .order_by(customer_parts.c.part)
    .limit(_MOST)
)
# The inner query needs nothing but the index over customers. The sum keeps SQLite from reading all of the partner's orders by
# urgency instead, until it meets the customers.
_BY_URGENCY = (orders.c.urgency + 0, orders.c.since, orders.c.number)
_OF_CUSTOMERS = (
    sa.select(orders.c.number)
    .where(orders.c.partner == _PARTNER, orders.c.customer.in_(sa.bindparam("customers", expanding=True)))
    .order_by(*_BY_URGENCY)
    .limit(_MOST)
)
_MOST_URGENT = sa.select(*COLUMNS).where(orders.c.number.in_(_OF_CUSTOMERS.scalar_subquery())).order_by(*_BY_URGENCY)


class Orders(Database):
    """Orders, read."""

    def order(self, partner: str, number: str) -> Order | None:
        """The partner's order with that number, however it is typed (full width, lower case, spaces).

        An order of another partner and a number that does not exist are both None, at the same cost.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        wanted = {"partner": partner, "reversed": folded(number)[::-1]}
        with self.reading() as connection:
            row = connection.execute(_BY_NUMBER, wanted).mappings().first()
        return order_of(row) if row else None

    def orders_ending(self, partner: str, digits: str, limit: int = 2) -> tuple[Order, ...]:
        """Up to ``limit`` of the partner's orders whose number ends with ``digits``; one means that they are unique.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        ending = folded(digits)[::-1]
        if not ending:
            return ()
        wanted = {"partner": partner, **_starting_with(ending), "most": limit}
        with self.reading() as connection:
            return tuple(order_of(row) for row in connection.execute(_BY_ENDING, wanted).mappings())

    def find_orders(self, partner: str, fragment: str, limit: int = 10) -> Matches:
        """The partner's orders whose customer's name contains ``fragment``, the most urgent first.

        Letters and digits count, whatever their width, case or script. A fragment that fits more than 50 customers is
        looked up in 50 of them, and the answer says that there are more.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        key = customer_key(fragment)
        if not key:
            return Matches((), False)
        named = {"partner": partner, **_starting_with(key[:PART_CHARS]), "most": _NAMES_READ + 1}
        with self.reading() as connection:
            rows = connection.execute(_NAMES, named).scalars().all()
            found = sorted({name for name in rows[:_NAMES_READ] if key in customer_key(name)})
            hits = _most_urgent_of(connection, partner, found, limit + 1) if found else []
        return Matches(tuple(hits[:limit]), len(hits) > limit or len(rows) > _NAMES_READ)

    def list_orders(
        self, partner: str, kind: OrderKind, offset: int, limit: int, today: dt.date, provision_days: int
    ) -> OrderPage:
        """A page of the partner's orders: overdue ones first, then by :data:`bot.rules.ordering.URGENCY`, the longest
        waiting first; finished ones last, the newest first.

        Args:
            partner: whose orders.
            kind: which of them.
            offset: orders to pass over.
            limit: orders on the page.
            today: the date in China; decides what is overdue.
            provision_days: working days from money in to provisioning (F31; ``policy.provision_days``).

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        segments = _segments(kind, last_overdue_payment(today, provision_days))
        with self.reading() as connection:
            found = _read(connection, partner, segments, offset + limit)
            total = sum(_count(connection, sa.and_(orders.c.partner == partner, part)) for part, _ in segments)
        return OrderPage(tuple(found[offset : offset + limit]), min(total, COUNTED))

    def narrowed_orders(
        self,
        partner: str,
        kind: OrderKind,
        wanted: Narrowing,
        offset: int,
        limit: int,
        today: dt.date,
        provision_days: int,
    ) -> OrderPage:
        """A page of those orders of :meth:`list_orders` that ``wanted`` fits, sought in the first :data:`SCANNED` of them.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        segments = _segments(kind, last_overdue_payment(today, provision_days))
        with self.reading() as connection:
            read = _read(connection, partner, segments, SCANNED + 1)
        found = [order for order in read[:SCANNED] if wanted.fits(order)]
        if wanted.newest is not None:
            found.sort(key=lambda order: (order.created, order.number), reverse=wanted.newest)
        quantity = sum(order.quantity for order in found)
        return OrderPage(tuple(found[offset : offset + limit]), len(found), quantity, len(read) > SCANNED)

    def stage_counts(self, partner: str) -> dict[Stage, int]:
        """How many of the partner's orders are at each stage, each counted up to :data:`COUNTED`; stages without any are left out.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            counts = {
                stage: _count(connection, sa.and_(orders.c.partner == partner, orders.c.urgency == _RANK[stage]))
                for stage in URGENCY
            }
        return {stage: count for stage, count in counts.items() if count}

    def order_for_operator(self, number: str) -> Order | None:
        """The order with that number, whoever's it is. Only for people at the command line.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self.reading() as connection:
            row = connection.execute(sa.select(*COLUMNS).where(orders.c.number == folded(number))).mappings().first()
        return order_of(row) if row else None

    def every_order(self, partner: str | None = None) -> Iterator[Order]:
        """All orders by number, or those of one partner, read in batches. Only for people at the command line.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        last = ""
        while True:
            query = sa.select(*COLUMNS).where(orders.c.number > last).order_by(orders.c.number).limit(_EXPORT_BATCH)
            if partner is not None:
                query = query.where(orders.c.partner == partner)
            with self.reading() as connection:
                batch = [order_of(row) for row in connection.execute(query).mappings()]
            yield from batch
            if len(batch) < _EXPORT_BATCH:
                return
            last = batch[-1].number

    def history_of(self, number: str) -> tuple[Change, ...]:
        """What happened to an order, the oldest first; empty for an unknown number.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        query = sa.select(history).where(history.c.order_number == folded(number)).order_by(history.c.id)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Change(row.at, row.by, {name: (old, new) for name, (old, new) in row.fields.items()}) for row in rows
        )


_Segment = tuple[sa.sql.ColumnElement, tuple[Any, ...]]


def _segments(kind: OrderKind, late_since: dt.date) -> list[_Segment]:
    """The parts of a list, in order: what each holds, and its sequence. Each is one range of the index over the urgency."""
    late = sa.and_(orders.c.urgency == _RANK[Stage.PAID], orders.c.since <= late_since)
    oldest_first = (orders.c.urgency, orders.c.since, orders.c.number)
    newest_first = tuple(column.desc() for column in oldest_first)
    segments: list[_Segment] = []
    if Stage.PAID in STAGES_OF[kind]:
        segments.append((late, oldest_first))
    if kind is not OrderKind.OVERDUE:
        for first, last in _runs([_RANK[stage] for stage in STAGES_OF[kind] if stage is not Stage.DONE]):
            in_range = orders.c.urgency.between(first, last)
            segments.append((sa.and_(in_range, sa.not_(late)), oldest_first))
    if Stage.DONE in STAGES_OF[kind]:
        segments.append((orders.c.urgency == _RANK[Stage.DONE], newest_first))
    return segments


def _runs(ranks: list[int]) -> list[tuple[int, int]]:
    """The runs of neighbours in ``ranks``, which are in order: 0 1 2 7 is 0–2 and 7–7."""
    runs: list[tuple[int, int]] = []
    for rank in ranks:
        if runs and runs[-1][1] == rank - 1:
            runs[-1] = (runs[-1][0], rank)
        else:
            runs.append((rank, rank))
    return runs


def _read(connection: sa.engine.Connection, partner: str, segments: list[_Segment], limit: int) -> list[Order]:
    """The first ``limit`` orders of the partner in ``segments``."""
    found: list[Order] = []
    for condition, sequence in segments:
        if len(found) < limit:
            query = sa.select(*COLUMNS).where(orders.c.partner == partner, condition).order_by(*sequence).limit(limit)
            found += [order_of(row) for row in connection.execute(query).mappings()]
    return found[:limit]


def _most_urgent_of(connection: sa.engine.Connection, partner: str, customers: list[str], limit: int) -> list[Order]:
    """Up to ``limit`` orders of these customers."""
    wanted = {"partner": partner, "customers": customers, "most": limit}
    return [order_of(row) for row in connection.execute(_MOST_URGENT, wanted).mappings()]


def _count(connection: sa.engine.Connection, condition: Any) -> int:
    some = sa.select(sa.literal(1)).select_from(orders).where(condition).limit(COUNTED).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def orders_by_number(connection: sa.engine.Connection, numbers: Iterable[str]) -> dict[str, Order]:
    """The orders among ``numbers`` that exist."""
    query = sa.select(*COLUMNS).where(orders.c.number.in_(list(numbers)))
    return {row["number"]: order_of(row) for row in connection.execute(query).mappings()}
