"""The parse of one user message as the rest of the dialogue reads it: Rasa's parse data plus ``leaf`` and ``questions``."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

FALLBACK = "nlu_fallback"


def parse_of_leaf(text: str, leaf: str, confidence: float, entities: Optional[List[Dict]] = None) -> Dict[str, Any]:
    """Parse data for a message whose leaf is known without asking the classifier (an option that was picked)."""
    return {
        "text": text,
        "intent": {"name": leaf.split("/")[0], "confidence": confidence},
        "entities": entities or [],
        "leaf": leaf,
        "questions": [{"leaf": leaf, "confidence": confidence, "text": text}],
        "intent_ranking": [{"name": leaf, "confidence": confidence}],
    }
