"""The papers of an order, each by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "documents",
        sa.Column("order_number", sa.String(14), sa.ForeignKey("orders.number"), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("scan_received", sa.Date),
        sa.Column("checked", sa.Date),
        sa.Column("problem", sa.String(500), nullable=False),
        sa.Column("original_sent", sa.Date),
        sa.Column("original_received", sa.Date),
        sa.CheckConstraint("kind IN ('service_agreement', 'purchase_order')", name="document_kind"),
    )
