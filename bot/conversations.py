"""Where conversations are kept: one row each, with the slots and the latest events.

Rasa's own SQL store reads every event of a session for every message, so that a message costs more the longer the talk.
Here a conversation is a snapshot of bounded size: reading and writing it costs the same at turn 1 and at turn 1,000.
"""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Optional

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.engine import open_engine

KEPT_TURNS = 8
"""User turns that a snapshot holds: follow-ups look back four, options one."""

_metadata = sa.MetaData()
_conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("slots", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
)


class SnapshotTrackerStore(TrackerStore):
    """Rasa tracker store over one table of snapshots, SQLite or PostgreSQL."""

    def __init__(self, url: str, domain: Optional[Domain] = None, event_broker: Any = None) -> None:
        """Open the database at ``url`` and create the table where it is missing."""
        super().__init__(domain, event_broker)
        self._engine = open_engine(url)
        _metadata.create_all(self._engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the snapshot of ``tracker`` (see parent class)."""
        await self.stream_events(tracker)
        await self._in_thread(self._write, tracker.sender_id, _slots_of(tracker), _latest_events(tracker))

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as it was saved, with its latest events, or None (see parent class)."""
        row = await self._in_thread(self._read, sender_id)
        if row is None:
            return None
        slots: List[Event] = [SlotSet(name, value) for name, value in json.loads(row.slots).items()]
        events = deserialise_events(json.loads(row.events))
        # Slots come last: a session's start among the events would empty them.
        return DialogueStateTracker.from_events(sender_id, events + slots, self.domain.slots, domain=self.domain)

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations (see parent class)."""
        return await self._in_thread(self._ids)

    async def _in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run a database call off the event loop, so that no conversation waits for another's disk."""
        return await asyncio.get_running_loop().run_in_executor(None, partial(work, *args))

    def _write(self, conversation: str, slots: Dict[str, Any], events: List[Dict[str, Any]]) -> None:
        values = {
            "slots": json.dumps(slots, ensure_ascii=False),
            "events": json.dumps(events, ensure_ascii=False),
            "updated_at": time.time(),
        }
        with self._engine.begin() as connection:
            changed = connection.execute(
                _conversations.update().where(_conversations.c.conversation == conversation).values(values)
            )
            if changed.rowcount == 0:
                connection.execute(_conversations.insert().values(conversation=conversation, **values))

    def _read(self, conversation: str) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(
                sa.select(_conversations).where(_conversations.c.conversation == conversation)
            ).first()

    def _ids(self) -> List[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_conversations.c.conversation)).scalars())


def _slots_of(tracker: DialogueStateTracker) -> Dict[str, Any]:
    return {name: value for name, value in tracker.current_slot_values().items() if value is not None}


def _latest_events(tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
    """The events since the user turn :data:`KEPT_TURNS` back; slots are kept apart."""
    kept: List[Dict[str, Any]] = []
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, SlotSet):
            continue
        kept.append(event.as_dict())
        if isinstance(event, UserUttered):
            turns += 1
            if turns == KEPT_TURNS:
                break
    return kept[::-1]
