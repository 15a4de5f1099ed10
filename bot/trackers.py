"""Conversations in memory: Rasa's tracker and events, with the look-ups and copies of every message made cheap."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, Dict, List, Type

from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_TAKE_NOTHING_BACK = {ActionExecuted, BotUttered, DefinePrevUserUtteredFeaturization, SlotSet, UserUttered}


class Conversation(DialogueStateTracker):
    """A tracker that is copied as it stands; Rasa would apply all its events anew, for each action of each message."""

    def copy(self) -> Conversation:
        """A tracker that goes on by itself; what is already said is common to both (see parent class)."""
        new = copy.copy(self)
        new.events = copy.copy(self.events)
        new.slots = {name: _copy_of(slot) for name, slot in self.slots.items()}
        return new

    def applied_events(self) -> List[Event]:
        """The events that count (see parent class): all, where none ends a session or takes something back, and no loop runs."""
        if {type(event) for event in self.events} <= _TAKE_NOTHING_BACK:
            return list(self.events)
        return super().applied_events()


def _copy_of(slot: Slot) -> Slot:
    """What ``copy.copy`` makes of a slot, which looks for ways to do it first; there are eight of them in each copy."""
    new: Slot = object.__new__(type(slot))
    new.__dict__.update(slot.__dict__)
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
