"""Texts that WeChat users have not been given yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "wechat_kept",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.String(255), nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("owed", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sqlite_autoincrement=True,
    )
