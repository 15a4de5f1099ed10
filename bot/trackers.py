"""Conversations in memory: Rasa's tracker and events, with the look-ups and copies of every message made cheap."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, Dict, Type

from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker


class Conversation(DialogueStateTracker):
    """A tracker that is copied as it stands; Rasa would apply all its events anew, for each action of each message."""

    def copy(self) -> Conversation:
        """A tracker that goes on by itself; what is already said is common to both (see parent class)."""
        new = copy.copy(self)
        new.events = copy.copy(self.events)
        new.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        return new


def event_of(parameters: Dict[str, Any]) -> Event:
    """The event that ``parameters``, its JSON form, describe.

    Raises:
        ValueError: there is no such event.
    """
    return _class_of(parameters["event"])._from_parameters(parameters)  # type: ignore[return-value]


@cache
def _class_of(event: str) -> Type[Event]:
    """The class of an event's type; Rasa's own look-up walks all classes for each event of each message."""
    return Event.resolve_by_type(event)  # type: ignore[return-value]  # it raises where there is none
