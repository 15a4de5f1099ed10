"""Sessions, messages and feedback of the web channel.

Earlier versions of the channel made these tables by themselves, in this form; where they are, they stay as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create what is not there."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, create in (("web_sessions", _sessions), ("web_messages", _messages), ("web_feedback", _feedback)):
        if name not in there:
            create(name)


def _sessions(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False, index=True),
        sa.Column("hidden_to", sa.Integer, nullable=False, server_default="0"),
    )


def _messages(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("role", sa.String(4), nullable=False),
        sa.Column("client_id", sa.String(64)),
        sa.Column("reply_to", sa.String(64)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("intent", sa.String(100)),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.UniqueConstraint("session", "client_id", name="web_message_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("web_messages_session", name, ["session", "id"])


def _feedback(name: str) -> None:
    op.create_table(
        name,
        sa.Column("message", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("session", sa.String(32), nullable=False, index=True),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("intent", sa.String(100)),
        sa.Column("at", sa.Float, nullable=False),
    )
