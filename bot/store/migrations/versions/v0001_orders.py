"""Partners, staff and their identities, orders with history, guides, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# bot.rules.ordering.URGENCY and stage_of; tests compare them for every combination of dates.
_URGENCY = """CASE
    WHEN provisioned IS NOT NULL AND originals_received IS NOT NULL THEN 8
    WHEN provisioned IS NOT NULL THEN 7
    WHEN money_arrived IS NOT NULL THEN 6
    WHEN asked_to_pay IS NOT NULL THEN 1
    WHEN checked IS NOT NULL THEN 4
    WHEN problem <> '' THEN 0
    WHEN submitted IS NOT NULL THEN 5
    WHEN sealed IS NOT NULL THEN 2
    ELSE 3 END"""
_SINCE = """CASE
    WHEN provisioned IS NOT NULL AND originals_received IS NOT NULL THEN originals_received
    ELSE coalesce(provisioned, money_arrived, asked_to_pay, checked, submitted, sealed, created) END"""

_UNALTERABLE = {
    "sqlite": [
        f"CREATE TRIGGER history_no_{verb} BEFORE {verb} ON history "
        "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$""",
        """CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history
        FOR EACH ROW EXECUTE FUNCTION history_is_append_only()""",
    ],
}


def _bytewise(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create everything."""
    _people()
    _orders()
    _talk()
    for statement in _UNALTERABLE[op.get_bind().dialect.name]:
        op.execute(statement)


def _people() -> None:
    op.create_table(
        "partners",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("distributor", sa.String(50), nullable=False),
        sa.Column("agreement_number", sa.String(50), nullable=False),
        sa.Column("agreement_signed", sa.Date),
        sa.Column("agreement_original_received", sa.Date),
        sa.CheckConstraint("number <> ''", name="partner_has_number"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("partner", sa.String(32), sa.ForeignKey("partners.number"), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        _instant("revoked_at", nullable=True),
        sa.CheckConstraint("name <> ''", name="staff_has_name"),
    )
    active = sa.text("revoked_at IS NULL")
    op.create_index(
        "staff_name", "staff", ["partner", "name"], unique=True, sqlite_where=active, postgresql_where=active
    )
    op.create_table(
        "identities",
        sa.Column("identity", sa.String(255), primary_key=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
        _instant("bound_at"),
    )
    op.create_table(
        "bind_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
        _instant("expires_at"),
        _instant("used_at", nullable=True),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.String(255), nullable=False),
        _instant("at"),
    )
    op.create_index("wrong_codes_identity", "wrong_codes", ["identity", "at"])


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("number", sa.String(14), primary_key=True),
        sa.Column("reversed_number", _bytewise(14), nullable=False),
        sa.Column("partner", sa.String(32), sa.ForeignKey("partners.number"), nullable=False),
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
        sa.Column("urgency", sa.SmallInteger, sa.Computed(_URGENCY, persisted=True)),
        sa.Column("since", sa.Date, sa.Computed(_SINCE, persisted=True)),
        sa.CheckConstraint("number LIKE 'CSP%' AND length(number) = 14", name="order_number_form"),
        sa.CheckConstraint("length(reversed_number) = 14", name="order_reversed_number_form"),
        sa.CheckConstraint("customer <> '' AND product <> ''", name="order_names_customer_and_product"),
        sa.CheckConstraint("quantity > 0", name="order_quantity_positive"),
        sa.CheckConstraint("years > 0", name="order_years_positive"),
    )
    op.create_index("orders_number", "orders", ["partner", "reversed_number"], unique=True)
    op.create_index("orders_customer", "orders", ["partner", "customer", "urgency", "since", "number"])
    op.create_index("orders_urgency", "orders", ["partner", "urgency", "since", "number"])
    op.create_table(
        "customer_parts",
        sa.Column("partner", sa.String(32), sa.ForeignKey("partners.number"), primary_key=True),
        sa.Column("part", _bytewise(20), primary_key=True),
        sa.Column("customer", sa.String(100), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_number", sa.String(14), sa.ForeignKey("orders.number"), nullable=False, index=True),
        _instant("at"),
        sa.Column("by", sa.String(300), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
    )


def _talk() -> None:
    op.create_table(
        "guides",
        sa.Column("owner", sa.String(300), primary_key=True),
        sa.Column("state", sa.JSON, nullable=False),
        _instant("updated_at"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "identity",
            sa.String(255),
            sa.ForeignKey("identities.identity", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("order_number", sa.String(14), sa.ForeignKey("orders.number"), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        _instant("created_at"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _instant("next_try_at"),
        _instant("sent_at", nullable=True),
        sa.CheckConstraint('"before" <> "after"', name="notice_tells_a_move"),
    )
    waiting = sa.text("sent_at IS NULL")
    op.create_index("outbox_waiting", "outbox", ["next_try_at"], sqlite_where=waiting, postgresql_where=waiting)
