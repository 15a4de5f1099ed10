"""Understand an elliptical follow-up (「那原件呢」「多久」「为什么」) from the topic before it."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

FOLLOWUP = "followup"
_TOPICS = ("faq/",)
_LOOK_BACK = 4
"""User turns that a topic stays alive: after a few other things 「多久」 is no longer about it."""

_ENOUGH = 0.15
"""Probability that the best other leaf needs: with the topic's own words before the question it seldom has more."""
_ENOUGH_OF_NEXT = 0.02
"""The same for a leaf that the topic's answer offers next: 「多久」 after the five steps is about their time."""


def latest_topic(tracker: DialogueStateTracker, turns: Optional[int] = None) -> Optional[str]:
    """The leaf of the latest question that was answered from the facts in the last ``turns`` of the user, or None."""
    look_back, turns = turns or _LOOK_BACK, 0
    for event in reversed(tracker.events):
        if not isinstance(event, UserUttered):
            continue
        turns += 1
        if turns > look_back:
            return None
        leaf = event.parse_data.get("leaf") or ""
        if leaf.startswith(_TOPICS):
            return leaf
    return None


def leaf_of_followup(
    ranking: List[Dict[str, Any]], topic: str, metadata: Dict[str, Any], text: str
) -> Optional[Dict[str, Any]]:
    """The leaf that a follow-up asks for: the likeliest that is not the topic itself, which was just answered.

    Args:
        ranking: leaves with their confidence, for the topic's words and the follow-up together.
        topic: the leaf that was answered before.
        metadata: of the topic's response; its ``next`` leaves need less, and where only one of its ``claims`` fits the
            follow-up, the topic is answered again with that lead.
        text: the follow-up's normal form.
    """
    others = [r for r in ranking if r["name"] != topic and r["name"].startswith(_TOPICS)]
    best = max(others, key=_confidence, default=None)
    if best and best["confidence"] >= _ENOUGH:
        return best
    if any("if" in claim and re.search(claim["if"], text) for claim in metadata.get("claims") or []):
        return {"name": topic, "confidence": _ENOUGH}
    near = max((r for r in others if r["name"] in (metadata.get("next") or [])), key=_confidence, default=None)
    return near if near and near["confidence"] >= _ENOUGH_OF_NEXT else None


def _confidence(ranked: Dict[str, Any]) -> float:
    return float(ranked["confidence"])
