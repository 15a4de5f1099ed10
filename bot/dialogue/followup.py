"""Understand an elliptical follow-up (「那原件呢」「多久」「为什么」) from the topic before it."""

from __future__ import annotations

from typing import Optional, Text

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

FOLLOWUP = "followup"
_TOPICS = ("faq/",)
_LOOK_BACK = 4
"""User turns that a topic stays alive: after a few other things 「多久」 is no longer about it."""


def latest_topic(tracker: DialogueStateTracker) -> Optional[Text]:
    """The leaf of the latest question that was answered from the facts, or None."""
    turns = 0
    for event in reversed(tracker.events):
        if not isinstance(event, UserUttered):
            continue
        turns += 1
        if turns > _LOOK_BACK:
            return None
        leaf = event.parse_data.get("leaf") or ""
        if leaf.startswith(_TOPICS):
            return leaf
    return None
