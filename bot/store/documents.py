"""The papers of an order, each by itself (see :mod:`bot.rules.documents`), in step with the order's own dates.

Only orders of whose papers something is known beyond their own dates have rows; files of orders speak of both at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.rules.documents import SUBMITTED, OrderDocument, documents_in_step
from bot.rules.steps import Document
from bot.store.database import Database
from bot.store.keys import folded
from bot.store.records import Order
from bot.store.tables import documents, orders

FIELDS = tuple(name for name in OrderDocument.__dataclass_fields__ if name != "kind")
"""What is known of a paper."""

# Made once, as each statement of every message.
_OF_ORDER = (
    sa.select(documents)
    .join(orders, orders.c.number == documents.c.order_number)
    .where(documents.c.order_number == sa.bindparam("number"), orders.c.partner == sa.bindparam("partner"))
)


class Documents(Database):
    """Papers of orders, read; :class:`bot.store.order_writes.OrderWrites` writes them."""

    def documents(self, partner: str, number: str) -> tuple[OrderDocument, ...]:
        """What is known of the papers of the partner's order; empty for another partner's and for an unknown number.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        wanted = {"partner": partner, "number": folded(number)}
        with self.reading() as connection:
            return in_sequence(_document_of(row) for row in connection.execute(_OF_ORDER, wanted).mappings())


def known_documents(connection: sa.engine.Connection, numbers: Sequence[str]) -> dict[str, tuple[OrderDocument, ...]]:
    """The papers of those of the orders ``numbers`` that have rows."""
    found = defaultdict(list)
    for row in connection.execute(sa.select(documents).where(documents.c.order_number.in_(numbers))).mappings():
        found[row["order_number"]].append(_document_of(row))
    return {number: in_sequence(papers) for number, papers in found.items()}


def write_documents(connection: sa.engine.Connection, number: str, papers: Iterable[OrderDocument]) -> None:
    """Replace what is known of the papers of an order."""
    connection.execute(documents.delete().where(documents.c.order_number == number))
    rows = [{"order_number": number, **asdict(paper), "kind": paper.kind.value} for paper in papers]
    connection.execute(documents.insert(), rows)


def follow_orders(connection: sa.engine.Connection, changed: Sequence[tuple[Order, Order]]) -> None:
    """Bring papers into step with their orders, given before and after."""
    known = known_documents(connection, [order.number for _, order in changed]) if changed else {}
    for before, after in changed:
        papers = known.get(after.number, ())
        new = documents_in_step(papers, asdict(before), asdict(after))
        if new != papers:
            write_documents(connection, after.number, new)


def in_sequence(papers: Iterable[OrderDocument]) -> tuple[OrderDocument, ...]:
    """Papers as they are spoken of."""
    return tuple(sorted(papers, key=lambda paper: SUBMITTED.index(paper.kind)))


def _document_of(row: Any) -> OrderDocument:
    return OrderDocument(Document(row["kind"]), **{name: row[name] for name in FIELDS})
