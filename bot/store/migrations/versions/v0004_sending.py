"""Sending on WeChat: why a notice waits, what the platform lets through, and how far 微信客服 has been read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column to the outbox and three tables."""
    op.add_column("outbox", sa.Column("reason", sa.String(300), nullable=False, server_default=""))
    op.create_table(
        "wechat_windows",
        sa.Column("identity", sa.String(255), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "wxkf_cursors",
        sa.Column("account", sa.String(128), primary_key=True),
        sa.Column("cursor", sa.String(255), nullable=False),
    )
    op.create_table(
        "wxkf_messages",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
    )
