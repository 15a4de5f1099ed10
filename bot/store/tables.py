"""The tables, as queries see them; :mod:`bot.store.migrations` creates them. A rule that a constraint can hold is one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData()


class Instant(TypeDecorator):
    """A point in time: only with a zone, kept as UTC, and read back with the zone (SQLite forgets it)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Refuse a time without zone (see parent class)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a time with zone")
        return value.astimezone(dt.timezone.utc)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Give the time its zone back (see parent class)."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.timezone.utc) if value.tzinfo is None else value.astimezone(dt.timezone.utc)


def _bytewise(length: int) -> sa.types.TypeEngine:
    """Text compared byte by byte, so that the texts with one beginning are one range of an index."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


partners = sa.Table(
    "partners",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("distributor", sa.String(50), nullable=False),
    sa.Column("agreement_number", sa.String(50), nullable=False),
    sa.Column("agreement_signed", sa.Date),
    sa.Column("agreement_original_received", sa.Date),
    sa.CheckConstraint("number <> ''", name="partner_has_number"),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("partner", sa.ForeignKey("partners.number"), nullable=False),
    sa.Column("name", sa.String(50), nullable=False),
    sa.Column("revoked_at", Instant),
    sa.CheckConstraint("name <> ''", name="staff_has_name"),
    sa.Index(
        "staff_name",
        "partner",
        "name",
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    ),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("identity", sa.String(255), primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("bound_at", Instant, nullable=False),
)

bind_codes = sa.Table(
    "bind_codes",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

wrong_codes = sa.Table(
    "wrong_codes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.String(255), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("wrong_codes_identity", "identity", "at"),
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("number", sa.String(14), primary_key=True),
    # One index answers for whole numbers and for last digits; asking for another partner's order costs what asking for
    # a number that does not exist costs.
    sa.Column("reversed_number", _bytewise(14), nullable=False),
    sa.Column("partner", sa.ForeignKey("partners.number"), nullable=False),
    sa.Column("distributor", sa.String(50), nullable=False),
    sa.Column("customer", sa.String(100), nullable=False),
    sa.Column("product", sa.String(100), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("years", sa.Integer, nullable=False),
    sa.Column("created", sa.Date, nullable=False),
    sa.Column("sealed", sa.Date),
    sa.Column("submitted", sa.Date),
    sa.Column("checked", sa.Date),
    sa.Column("problem", sa.String(500), nullable=False),
    sa.Column("asked_to_pay", sa.Date),
    sa.Column("money_arrived", sa.Date),
    sa.Column("provisioned", sa.Date),
    sa.Column("originals_received", sa.Date),
    sa.Column("remark", sa.String(500), nullable=False),
    # Computed by the database from the dates (see migration 0001), so that lists are read in order from an index:
    # the place of the order's stage in bot.rules.ordering.URGENCY, and since when it is in that stage.
    sa.Column("urgency", sa.SmallInteger, sa.FetchedValue()),
    sa.Column("since", sa.Date, sa.FetchedValue()),
    sa.CheckConstraint("number LIKE 'CSP%' AND length(number) = 14", name="order_number_form"),
    sa.CheckConstraint("length(reversed_number) = 14", name="order_reversed_number_form"),
    sa.CheckConstraint("customer <> '' AND product <> ''", name="order_names_customer_and_product"),
    sa.CheckConstraint("quantity > 0", name="order_quantity_positive"),
    sa.CheckConstraint("years > 0", name="order_years_positive"),
    sa.Index("orders_number", "partner", "reversed_number", unique=True),
    sa.Index("orders_customer", "partner", "customer", "urgency", "since", "number"),
    sa.Index("orders_urgency", "partner", "urgency", "since", "number"),
)

customer_parts = sa.Table(
    "customer_parts",
    metadata,
    sa.Column("partner", sa.ForeignKey("partners.number"), primary_key=True),
    sa.Column("part", _bytewise(20), primary_key=True),
    sa.Column("customer", sa.String(100), primary_key=True),
    sqlite_with_rowid=False,
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("order_number", sa.ForeignKey("orders.number"), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("scan_received", sa.Date),
    sa.Column("checked", sa.Date),
    sa.Column("problem", sa.String(500), nullable=False),
    sa.Column("original_sent", sa.Date),
    sa.Column("original_received", sa.Date),
    sa.CheckConstraint("kind IN ('service_agreement', 'purchase_order')", name="document_kind"),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_number", sa.ForeignKey("orders.number"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(300), nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
)

guides = sa.Table(
    "guides",
    metadata,
    sa.Column("owner", sa.String(300), primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.ForeignKey("identities.identity", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("order_number", sa.ForeignKey("orders.number"), nullable=False),
    sa.Column("before", sa.String(16), nullable=False),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try_at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("reason", sa.String(300), nullable=False, server_default=""),
    sa.CheckConstraint('"before" <> "after"', name="notice_tells_a_move"),
    sa.Index(
        "outbox_waiting",
        "next_try_at",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    ),
)
