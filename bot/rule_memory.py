"""The rules' prediction, from the end of the talk, which is all that a rule can see, and worked out once for each such end.

A rule holds one user message at most. Rasa would work out the states of all turns to compare the last of them with every rule,
for each message anew: more than a millisecond for what a few hundred ends of talk can make of nine intents. Slots and the
user's words have no influence (``domain.yml``).
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Dict, List, Tuple

from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

RULES_SEE = 2
"""User turns that the policy is shown: the turn before stays, so that the middle of a talk is not taken for its start."""
MOST = 10_000
"""Predictions kept."""
_UNSEEN = {BotUttered.type_name, SlotSet.type_name}  # by name: ``isinstance`` asks Rasa's abstract class each time


class RuleMemory:
    """What a model's rules have predicted; a new model wants a new one."""

    def __init__(self, predict: Callable[[DialogueStateTracker], PolicyPrediction]) -> None:
        """``predict`` is asked for ends of talk that have not been seen yet."""
        self._predict = predict
        self._known: Dict[Tuple[Tuple[str, str], ...], PolicyPrediction] = {}

    def predict(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """The prediction for ``tracker``, which stays as it is."""
        events = _end_of(tracker)
        key = tuple(_mark(event) for event in events if event.type_name not in _UNSEEN)
        if key not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            end = tracker.init_copy()
            for event in events:
                end.update(event)
            self._known[key] = self._predict(end)
        return _anew(self._known[key])


def _end_of(tracker: DialogueStateTracker) -> List[Event]:
    """The events of the latest user turns."""
    kept: List[Event] = []
    turns = 0
    for event in reversed(tracker.events):
        kept.append(event)
        turns += event.type_name == UserUttered.type_name
        if turns == RULES_SEE and event.type_name == ActionExecuted.type_name:  # the listening that the turn began with
            break
    return kept[::-1]


def _mark(event: Event) -> Tuple[str, str]:
    """What of ``event`` a rule can see."""
    if isinstance(event, UserUttered):
        return event.type_name, event.intent_name or ""
    if isinstance(event, ActionExecuted):
        return event.type_name, event.action_name or ""
    return event.type_name, ""


def _anew(prediction: PolicyPrediction) -> PolicyPrediction:
    """``prediction`` as if made now."""
    new = copy.copy(prediction)
    new.events = [copy.copy(event) for event in prediction.events]
    for event in new.events:
        event.timestamp = time.time()
    return new
