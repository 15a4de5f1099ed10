"""The parse of one user message as the rest of the dialogue reads it: Rasa's parse data plus ``leaf`` and ``questions``."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from bot.nlu.normalize import normalize

FALLBACK = "nlu_fallback"


def about_leaf(text: str, leaf: str, confidence: float) -> Dict[str, Any]:
    """The part of the parse data that says which leaf a message means."""
    return {
        "intent": {"name": leaf.split("/")[0], "confidence": confidence},
        "leaf": leaf,
        "questions": [{"leaf": leaf, "confidence": confidence, "text": text}],
    }


def parse_of_leaf(text: str, leaf: str, confidence: float, entities: Optional[List[Dict]] = None) -> Dict[str, Any]:
    """Parse data for a message whose leaf is known without asking the classifier (an option that was picked)."""
    return {
        "text": text,
        "normal": normalize(text).text,
        "entities": entities or [],
        "intent_ranking": [{"name": leaf, "confidence": confidence}],
        **about_leaf(text, leaf, confidence),
    }
