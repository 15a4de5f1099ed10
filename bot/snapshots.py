"""Conversations as the database keeps them: a row each, with slots and the latest events, on SQLite or PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database, take_turns
from bot.store.engine import open_engine

KEPT_TURNS = 8
"""User turns that a snapshot holds: follow-ups look back four, options one."""
_TABLE_LOCK = 0x434F4E56
"""Key of ``take_turns`` that lets one process create the table at a time."""

_metadata = sa.MetaData()
_conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("slots", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Snapshot:
    """A conversation after one of its turns: slots with a value, events as JSON can hold them, seconds since 1970."""

    slots: Dict[str, Any]
    events: List[Dict[str, Any]]
    at: float

    def after(self, earlier: Snapshot) -> Snapshot:
        """The talk that began with ``earlier``, which was out of reach when this one was begun, and went on with this one."""
        return Snapshot({**earlier.slots, **self.slots}, latest_events([*earlier.events, *self.events]), self.at)


def latest_events(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The events since the user turn :data:`KEPT_TURNS` back; slots are kept apart."""
    kept: List[Dict[str, Any]] = []
    turns = 0
    for event in reversed(events):
        if event["event"] == "slot":
            continue
        kept.append(event)
        if event["event"] == "user":
            turns += 1
            if turns == KEPT_TURNS:
                break
    return kept[::-1]


class Snapshots(Database):
    """The table. Calls block; each may raise :class:`~bot.store.StoreUnavailable` and succeed when repeated later."""

    def __init__(self, url: str) -> None:
        """Open the database at ``url`` and create the table where it is missing."""
        super().__init__(open_engine(url))
        with self.writing() as connection:
            take_turns(connection, _TABLE_LOCK)
            _metadata.create_all(connection)

    def read(self, conversation: str) -> Optional[Snapshot]:
        """The latest snapshot of a conversation."""
        query = sa.select(_conversations).where(_conversations.c.conversation == conversation)
        with self.reading() as connection:
            row = connection.execute(query).first()
        return Snapshot(json.loads(row.slots), json.loads(row.events), row.updated_at) if row else None

    def write(self, conversation: str, snapshot: Snapshot, unless_newer: bool = False) -> None:
        """Replace the row; ``unless_newer``: leave it when another process has gone on since."""
        values = {
            "slots": json.dumps(snapshot.slots, ensure_ascii=False),
            "events": json.dumps(snapshot.events, ensure_ascii=False),
            "updated_at": snapshot.at,
        }
        with self.writing() as connection:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            statement = dialect.insert(_conversations).values(conversation=conversation, **values)
            older = _conversations.c.updated_at < snapshot.at if unless_newer else None
            connection.execute(
                statement.on_conflict_do_update(index_elements=["conversation"], set_=values, where=older)
            )

    def ids(self) -> List[str]:
        """All conversations."""
        with self.reading() as connection:
            return list(connection.execute(sa.select(_conversations.c.conversation)).scalars())
