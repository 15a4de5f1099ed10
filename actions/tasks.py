"""The task that waits for an answer, adviser or guide: asked again in one line after something else was answered."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import Part, in_parts
from actions.datacenter import open_question, question_buttons
from actions.guide_prompt import OpenPrompt, guide_prompt
from bot.dialogue.routing import GUIDE


def open_prompt(tracker: Tracker) -> Optional[OpenPrompt]:
    """What the open task waits for; None when none is open."""
    if tracker.get_slot("task") == GUIDE:
        return guide_prompt(tracker)
    question = open_question(tracker)
    return OpenPrompt(question.text, question_buttons(question)) if question else None


def say_with_open_task(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    text: str,
    buttons: Optional[List[Dict[str, Any]]] = None,
    parts: Sequence[Part] = (),
) -> None:
    """Say ``text`` (and the same in ``parts``, for channels that draw cards); a task that waits goes on after it."""
    dispatcher.utter_message(text=text, buttons=buttons or [], json_message=in_parts(*parts) if parts else None)
    waiting = open_prompt(tracker)
    if waiting:
        dispatcher.utter_message(response="utter_back_to_task", open_question=waiting.text, buttons=waiting.buttons)
