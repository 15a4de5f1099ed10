"""Conversations as the database keeps them: a row each, with slots and the latest events, on SQLite or PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

import sqlalchemy as sa

from bot.store.database import Database, take_turns
from bot.store.engine import open_engine

KEPT_TURNS = 5
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

_READ = sa.select(_conversations).where(_conversations.c.conversation == sa.bindparam("wanted"))
# As text, because SQLAlchemy puts this statement, built from its parts, together anew for every message. Both engines know it.
_WRITE = sa.text(
    "INSERT INTO conversations (conversation, slots, events, updated_at)"
    " VALUES (:conversation, :slots, :events, :updated_at) ON CONFLICT (conversation) DO UPDATE SET"
    " slots = excluded.slots, events = excluded.events, updated_at = excluded.updated_at"
)
_WRITE_UNLESS_NEWER = sa.text(f"{_WRITE.text} WHERE conversations.updated_at < excluded.updated_at")


@dataclass(frozen=True)
class Snapshot:
    """A conversation after one of its turns: slots with a value, events as JSON can hold them, seconds since 1970."""

    slots: Dict[str, Any]
    events: List[Dict[str, Any]]
    at: float

    def after(self, earlier: Snapshot) -> Snapshot:
        """The talk that began with ``earlier``, which was out of reach when this one was begun, and went on with this one."""
        return Snapshot({**earlier.slots, **self.slots}, latest_events([*earlier.events, *self.events]), self.at)


_OF_THE_MOMENT = ("intent_ranking", "text_tokens", "metadata")
"""What is read of a message only while it is answered; an event's metadata (which model, which response) nobody reads again."""
_SHOWN = "custom"
"""What of an answer is only shown: the cards, which say what its text says."""


def latest_events(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The events since the user turn :data:`KEPT_TURNS` back, as far as later turns look at them; slots are kept apart."""
    kept: List[Dict[str, Any]] = []
    turns = 0
    for event in reversed(events):
        if event["event"] == "slot":
            continue
        kept.append(_lasting(event))
        if event["event"] == "user":
            turns += 1
            if turns == KEPT_TURNS:
                break
    return kept[::-1]


def _lasting(event: Dict[str, Any]) -> Dict[str, Any]:
    lasting = {
        key: value for key, value in event.items() if key != "metadata"
    }  # which model it was: the broker has that
    if lasting.get("parse_data"):
        lasting["parse_data"] = {k: v for k, v in lasting["parse_data"].items() if k not in _OF_THE_MOMENT}
    if lasting.get("data"):
        lasting["data"] = {k: v for k, v in lasting["data"].items() if v is not None and k != _SHOWN}
    return lasting


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
        with self.reading() as connection:
            row = connection.execute(_READ, {"wanted": conversation}).first()
        return Snapshot(json.loads(row.slots), json.loads(row.events), row.updated_at) if row else None

    def write(self, conversation: str, snapshot: Snapshot, unless_newer: bool = False) -> None:
        """Replace the row; ``unless_newer``: leave it when another process has gone on since."""
        row = {
            "conversation": conversation,
            "slots": json.dumps(snapshot.slots, ensure_ascii=False),
            "events": json.dumps(snapshot.events, ensure_ascii=False),
            "updated_at": snapshot.at,
        }
        with self.writing() as connection:
            connection.execute(_WRITE_UNLESS_NEWER if unless_newer else _WRITE, row)

    def ids(self) -> List[str]:
        """All conversations."""
        with self.reading() as connection:
            return list(connection.execute(sa.select(_conversations.c.conversation)).scalars())
