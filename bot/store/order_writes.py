"""Writing orders. Every change leaves an entry in the history; a move to another stage leaves notices in the outbox.

Both happen in the transaction of the change, so writing the same order again changes nothing and tells nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from bot.rules.documents import as_order_says, order_in_step
from bot.rules.ordering import stage_of
from bot.rules.steps import Document
from bot.store.columns import DOCUMENT_NAMES, MAX_CHARS
from bot.store.database import Database, take_turns
from bot.store.documents import FIELDS as DOCUMENT_FIELDS
from bot.store.documents import follow_orders, known_documents, write_documents
from bot.store.keys import customer_parts as parts_of
from bot.store.orders import FIELDS, orders_by_number
from bot.store.partners import partner_numbers
from bot.store.records import Draft, Order
from bot.store.tables import customer_parts, history, identities, orders, outbox, partners, staff

_DRAFTS_A_DAY = 999
_ORDERS_LOCK = 0x4F524452
"""Key of ``take_turns``: what is compared with the orders that exist stays true until it is written."""


class UnknownPartner(ValueError):
    """An order names a partner that does not exist."""


class OtherPartner(ValueError):
    """An order exists and belongs to another partner; an order does not change hands."""


class NoNumberLeft(Exception):
    """More drafts in a day than numbers."""


@dataclass
class Written:
    """What came of writing orders; ``refused`` has the position of each order that was not written, and why."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: dict[int, UnknownPartner | OtherPartner] = field(default_factory=dict)


class OrderWrites(Database):
    """Orders, written."""

    def put_order(self, order: Order, by: str, now: dt.datetime) -> None:
        """Create or change one order.

        Raises:
            UnknownPartner, OtherPartner: it cannot belong to its partner.
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            written = self.put_orders(connection, [order], by, now)
        for reason in written.refused.values():
            raise reason

    def put_orders(
        self, connection: sa.engine.Connection, batch: Sequence[Order], by: str, now: dt.datetime
    ) -> Written:
        """Create or change orders, whose numbers differ, in the caller's transaction (see :meth:`Database.writing`).

        Args:
            connection: of a writing transaction.
            batch: at most some hundreds.
            by: who or what writes, for the history.
            now: for the history and the notices, with zone.
        """
        take_turns(connection, _ORDERS_LOCK)
        written = Written()
        known = partner_numbers(connection, {order.partner for order in batch})
        present = orders_by_number(connection, (order.number for order in batch))
        new: list[Order] = []
        changed: list[tuple[Order, Order]] = []
        for position, order in enumerate(batch):
            before = present.get(order.number)
            if order.partner not in known:
                written.refused[position] = UnknownPartner(order.partner)
            elif before is None:
                new.append(order)
            elif before.partner != order.partner:
                written.refused[position] = OtherPartner(order.number)
            elif before == order:
                written.unchanged += 1
            else:
                changed.append((before, order))
        if new:
            connection.execute(orders.insert(), [_row(order) for order in new])
        _update(connection, changed)
        follow_orders(connection, changed)
        self._index_customers(connection, new + [order for _, order in changed])
        _forget_customers(connection, [before for before, order in changed if before.customer != order.customer])
        _record(connection, [*((None, order) for order in new), *changed], by, now)
        _notify(connection, changed, now)
        written.created, written.updated = len(new), len(changed)
        return written

    def set_document(self, number: str, kind: Document, changes: dict[str, Any], by: str, now: dt.datetime) -> Order:
        """Change one paper of an order; the order as it is afterwards, in step with it, with history and notices.

        Args:
            number: of the order, as it is stored.
            kind: one of :data:`bot.rules.documents.SUBMITTED`.
            changes: by the fields of :class:`bot.rules.documents.OrderDocument`.
            by: who writes, for the history.
            now: for the history and the notices, with zone.

        Raises:
            KeyError: there is no such order.
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            take_turns(connection, _ORDERS_LOCK)
            order = orders_by_number(connection, [number])[number]
            before = known_documents(connection, [number]).get(number) or as_order_says(asdict(order))
            after = tuple(replace(paper, **changes) if paper.kind is kind else paper for paper in before)
            in_step = order_in_step(before, after, lambda one: f"《{DOCUMENT_NAMES[one]}》")
            if "problem" in in_step:
                in_step["problem"] = in_step["problem"][: MAX_CHARS["problem"]]
            changed = replace(order, **in_step)
            self.put_orders(connection, [changed], by, now)
            write_documents(connection, number, after)
            fields = {
                f"{new.kind.value}.{name}": (_text(getattr(old, name)), _text(getattr(new, name)))
                for old, new in zip(before, after, strict=True)
                for name in DOCUMENT_FIELDS
                if getattr(old, name) != getattr(new, name)
            }
            if fields:
                connection.execute(history.insert(), [{"order_number": number, "at": now, "by": by, "fields": fields}])
        return changed

    def register_draft(self, partner: str, draft: Draft, by: str, now: dt.datetime, today: dt.date) -> Order:
        """Create the order that the guide ends with, under a number of its own.

        Distributors count a day's orders from 001; drafts count down from 999, so that they do not meet.

        Raises:
            UnknownPartner: there is no such partner.
            NoNumberLeft: the day's numbers are used up.
            StoreUnavailable: the database cannot be reached.
        """
        with self.writing() as connection:
            take_turns(connection, _ORDERS_LOCK)
            owner = connection.execute(sa.select(partners.c.distributor).where(partners.c.number == partner)).first()
            if owner is None:
                raise UnknownPartner(partner)
            order = Order(
                number=_free_number(connection, today),
                partner=partner,
                distributor=owner.distributor,
                customer=draft.customer,
                product=draft.product,
                quantity=draft.quantity,
                years=draft.years,
                created=today,
                sealed=draft.sealed,
                remark=draft.remark,
            )
            self.put_orders(connection, [order], by, now)
        return order

    def _index_customers(self, connection: sa.engine.Connection, written: Iterable[Order]) -> None:
        names = {(order.partner, order.customer) for order in written}
        self.insert_new(
            connection,
            customer_parts,
            [
                {"partner": partner, "part": part, "customer": name}
                for partner, name in sorted(names)
                for part in parts_of(name)
            ],
        )


def _row(order: Order) -> dict:
    return {name: getattr(order, name) for name in FIELDS} | {"reversed_number": order.number[::-1]}


def _update(connection: sa.engine.Connection, changed: Sequence[tuple[Order, Order]]) -> None:
    if not changed:
        return
    settable = [name for name in FIELDS if name not in ("number", "partner")]
    statement = (
        orders.update()
        .where(orders.c.number == sa.bindparam("this_number"))
        .values({name: sa.bindparam(f"new_{name}") for name in settable})
    )
    connection.execute(
        statement,
        [
            {"this_number": order.number} | {f"new_{name}": getattr(order, name) for name in settable}
            for _, order in changed
        ],
    )


def _forget_customers(connection: sa.engine.Connection, before: Iterable[Order]) -> None:
    """Take names out of the search that no order of the partner has any more."""
    for partner, name in {(order.partner, order.customer) for order in before}:
        used = sa.exists().where(orders.c.partner == partner, orders.c.customer == name)
        connection.execute(
            customer_parts.delete().where(
                customer_parts.c.partner == partner,
                customer_parts.c.part.in_(parts_of(name)),
                customer_parts.c.customer == name,
                sa.not_(used),
            )
        )


def _record(
    connection: sa.engine.Connection,
    pairs: Sequence[tuple[Order | None, Order]],
    by: str,
    now: dt.datetime,
) -> None:
    rows = [
        {"order_number": after.number, "at": now, "by": by, "fields": _differences(before, after)}
        for before, after in pairs
    ]
    if rows:
        connection.execute(history.insert(), rows)


def _differences(before: Order | None, after: Order) -> dict[str, tuple[str, str]]:
    found = {}
    for name in FIELDS:
        old, new = (_text(getattr(order, name)) if order else "" for order in (before, after))
        if old != new:
            found[name] = (old, new)
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _notify(connection: sa.engine.Connection, changed: Sequence[tuple[Order, Order]], now: dt.datetime) -> None:
    moved = [
        (order, old, new)
        for before, order in changed
        if (old := stage_of(before.progress)) is not (new := stage_of(order.progress))
    ]
    if not moved:
        return
    bound = sa.select(staff.c.partner, identities.c.identity).join(identities, identities.c.staff_id == staff.c.id)
    receivers = defaultdict(list)
    for row in connection.execute(bound.where(staff.c.partner.in_({order.partner for order, _, _ in moved}))):
        receivers[row.partner].append(row.identity)
    notices = [
        {
            "identity": identity,
            "order_number": order.number,
            "before": old.value,
            "after": new.value,
            "created_at": now,
            "next_try_at": now,
        }
        for order, old, new in moved
        for identity in receivers[order.partner]
    ]
    if notices:
        connection.execute(outbox.insert(), notices)


def _free_number(connection: sa.engine.Connection, today: dt.date) -> str:
    day = f"CSP{today:%Y%m%d}"
    taken = set(
        connection.execute(
            sa.select(orders.c.number).where(orders.c.number.between(f"{day}000", f"{day}999"))
        ).scalars()
    )
    for count in range(_DRAFTS_A_DAY, 0, -1):
        if (number := f"{day}{count:03d}") not in taken:
            return number
    raise NoNumberLeft(day)
