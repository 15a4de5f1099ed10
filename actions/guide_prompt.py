"""What the guide waits with, wherever the talk has gone in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker

from actions.guide_text import GuideText, load_guide_texts, waiting_for
from actions.resources import policy
from bot.dialogue.guide_talk import under_way
from bot.settings import ROOT


@dataclass(frozen=True)
class OpenPrompt:
    """What is being waited for."""

    text: str
    buttons: List[Dict[str, Any]]


def guide_texts() -> GuideText:
    """The guide's sentences with the policy's values."""
    return GuideText(load_guide_texts(ROOT / "data" / "guide.yml"), policy().placeholders())


def guide_prompt(tracker: Tracker) -> Optional[OpenPrompt]:
    """What the guide waits for that is open, or that the adviser has interrupted; None when there is none."""
    state = tracker.get_slot("guide")
    if not under_way(state):
        return None
    prompt = waiting_for(state or {}, guide_texts())
    return OpenPrompt(prompt.text, list(prompt.buttons)) if prompt else None
