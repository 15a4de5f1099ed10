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

_ASKING = r"(?:多久|多长时间|几天|多少天|(?:什么|啥)时候|几时|何时|多少钱|谁|在?哪里?|几份)"
_BARE = re.compile(
    rf"^(?:那|大概|一般|最快|最晚|还|要|得|是|由)*(?P<asked>{_ASKING}(?:之?内)?(?:能|会|可以|才|要|来|去|给|得)*"
    r"(?:开|补|出|寄|给|发|到|办|弄|好|盖|付|交|填|签|做|拿)?|盖(?:什么|哪种|啥)章)章?(?:好|完|到|下来)?(?:的|呢|啊|呀|了)*[？?]?$"
)
"""A question word and at most a verb: nothing in it says what it is about."""


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


def asks_about_topic(text: str, metadata: Dict[str, Any]) -> bool:
    """Whether a bare question (「多久开」 after who makes out the invoice) is one that the answer before has a claim for.

    Alone it is taken for what most people mean by these words. The claim must speak of the verb too: 「什么时候付」 after
    an answer that knows when to fill in a form does not ask about the form.

    Args:
        text: the message's normal form.
        metadata: of the latest answer.
    """
    bare = _BARE.search(text)
    if bare is None:
        return False
    needed = bare.end("asked")
    found = (re.search(claim["if"], text) for claim in metadata.get("claims") or [] if "if" in claim)
    return any(match.group() and match.end() >= needed for match in found if match)


def has_claim_for(text: str, metadata: Dict[str, Any]) -> bool:
    """Whether one of the ``claims`` of an answer's ``metadata`` fits ``text``, a normal form."""
    return any("if" in claim and re.search(claim["if"], text) for claim in metadata.get("claims") or [])


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
    if has_claim_for(text, metadata):
        return {"name": topic, "confidence": _ENOUGH}
    near = max((r for r in others if r["name"] in (metadata.get("next") or [])), key=_confidence, default=None)
    return near if near and near["confidence"] >= _ENOUGH_OF_NEXT else None


def _confidence(ranked: Dict[str, Any]) -> float:
    return float(ranked["confidence"])
