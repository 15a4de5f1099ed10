"""What an action reads from the user's latest message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List

from rasa_sdk import Tracker


@dataclass(frozen=True)
class Mention:
    """An entity with its span in the normal form of the message."""

    entity: str
    start: int
    end: int
    value: Any


def normal_text(tracker: Tracker) -> str:
    """The normal form of the latest message."""
    return tracker.latest_message.get("normal") or ""


def mentions(tracker: Tracker) -> List[Mention]:
    """The entities of the latest message, in order."""
    return [
        Mention(e["entity"], e["normal_start"], e["normal_end"], e["value"])
        for e in tracker.latest_message.get("entities") or []
        if "normal_start" in e
    ]
