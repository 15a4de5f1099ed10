"""Where conversations are kept: one row each, with the slots and the latest events.

Rasa's own SQL store reads every event of a session for every message, so that a message costs more the longer the talk.
Here a conversation is a snapshot of bounded size: reading and writing it costs the same at turn 1 and at turn 1,000.

The latest snapshots also stay in this process. While the database is away a conversation goes on from there, and is
written when the database is back.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable, Iterable, List, Optional

import structlog
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.snapshots import Snapshot, Snapshots, latest_events
from bot.store.database import StoreUnavailable
from bot.trackers import Conversation, event_of

REMEMBERED = 1000
"""Conversations whose latest snapshot stays in this process, those that spoke last."""
_RETRY = 2.0
"""Seconds between attempts to write what the database missed."""

log = structlog.get_logger()


@dataclass(frozen=True)
class _Remembered:
    """The latest snapshot of a conversation in this process.

    Attributes:
        snapshot: None when the conversation's first turn here has only begun.
        written: whether the database has it.
        whole: False when the database was away at its first turn here, so that what came before is missing.
    """

    snapshot: Optional[Snapshot]
    written: bool = True
    whole: bool = True


class SnapshotTrackerStore(TrackerStore):
    """Rasa tracker store over one table of snapshots; a database that is away neither stops nor empties a talk."""

    def __init__(
        self, url: str, domain: Optional[Domain] = None, event_broker: Any = None, shared: bool = True
    ) -> None:
        """Open the database at ``url`` and create the table where it is missing.

        ``shared``: whether other processes may go on with a conversation, so that it is read anew for each message.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        super().__init__(domain, event_broker)
        self._table = Snapshots(url)
        self._shared = shared
        self._memory: OrderedDict[str, _Remembered] = OrderedDict()
        self._catching_up: Optional[asyncio.Task] = None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the snapshot of ``tracker``; while the database is away, later (see parent class)."""
        if not tracker.events:  # Rasa saves each conversation before it begins
            return
        await self.stream_events(tracker)
        slots = {name: value for name, value in tracker.current_slot_values().items() if value is not None}
        snapshot = Snapshot(slots, latest_events([event.as_dict() for event in tracker.events]), time.time())
        before = self._memory.get(tracker.sender_id)
        entry = _Remembered(snapshot, written=False, whole=before is None or before.whole)
        self._remember(tracker.sender_id, entry)
        try:
            await self._write(tracker.sender_id, entry)
        except StoreUnavailable:
            self._catch_up_later()

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as it was saved, with its latest events, or None (see parent class)."""
        kept = self._memory.get(sender_id)
        if kept and kept.written and kept.whole and not self._shared:
            return self._tracker(sender_id, kept.snapshot)
        try:
            row = await self._in_thread(self._table.read, sender_id)
        except StoreUnavailable as error:
            if kept is None:
                self._remember(sender_id, _Remembered(None, whole=False))
            log.warning("conversations: database away", conversation=sender_id, reason=type(error.__cause__).__name__)
            return self._tracker(sender_id, kept.snapshot if kept else None)
        if kept and not kept.written:
            row = _joined(row, kept)
        self._remember(sender_id, _Remembered(row, written=kept is None or kept.written))
        return self._tracker(sender_id, row)

    def init_tracker(self, sender_id: str) -> Conversation:
        """A conversation that has not begun (see parent class)."""
        return Conversation(sender_id, self.domain.slots, self.max_event_history)

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations (see parent class)."""
        return await self._in_thread(self._table.ids)

    def _tracker(self, sender_id: str, snapshot: Optional[Snapshot]) -> Optional[DialogueStateTracker]:
        if snapshot is None:
            return None
        slots: List[Event] = [SlotSet(name, value) for name, value in snapshot.slots.items()]
        # Slots come last: a session's start among the events would empty them.
        events = [event_of(kept) for kept in snapshot.events] + slots
        return Conversation.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    def _remember(self, conversation: str, entry: _Remembered) -> None:
        self._memory[conversation] = entry
        self._memory.move_to_end(conversation)
        if len(self._memory) > REMEMBERED:
            forgotten, dropped = self._memory.popitem(last=False)
            if not dropped.written:
                log.error("conversations: too many while the database is away, one is lost", conversation=forgotten)

    async def _write(self, conversation: str, entry: _Remembered, late: bool = False) -> None:
        """Write ``entry``; ``late``: after an outage, when another process may have gone on with the conversation."""
        snapshot: Any = entry.snapshot
        if not entry.whole:
            snapshot = _joined(await self._in_thread(self._table.read, conversation), entry)
        await self._in_thread(self._table.write, conversation, snapshot, late)
        if self._memory.get(conversation) is entry:
            self._memory[conversation] = replace(entry, snapshot=snapshot, written=True, whole=True)

    def _catch_up_later(self) -> None:
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.get_running_loop().create_task(self._catch_up())

    async def _catch_up(self) -> None:
        """Write what the database missed, as soon as it is back."""
        while True:
            await asyncio.sleep(_RETRY)
            missed = [item for item in self._memory.items() if not item[1].written]
            try:
                for conversation, entry in missed:
                    await self._write(conversation, entry, late=True)
            except StoreUnavailable:
                continue
            if not missed:
                return
            log.info("conversations: database back", written=len(missed))

    async def _in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run a database call off the event loop, so that no conversation waits for another's disk."""
        return await asyncio.get_running_loop().run_in_executor(None, partial(work, *args))


def _joined(row: Optional[Snapshot], kept: _Remembered) -> Optional[Snapshot]:
    """What the database has and what it missed, as one conversation; what another process wrote since goes first."""
    if row is None or kept.snapshot is None:
        return kept.snapshot or row
    if not kept.whole:
        return kept.snapshot.after(row)
    return row if row.at > kept.snapshot.at else kept.snapshot
