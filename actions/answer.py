"""Answer what was asked: one reply for each question in the message."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.tasks import open_prompt


class ActionAnswer(Action):
    """Says the response of every leaf that the message asks for; only the last one offers what to ask next.

    A task that waits for an answer asks again in one line.
    """

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Answer the latest message."""
        message = tracker.latest_message
        if message.get("cut"):
            dispatcher.utter_message(response="utter_cut")
        *others, last = message["questions"]
        for question in others:
            dispatcher.utter_message(response=f"utter_{question['leaf']}", question=question["text"], offer=[])
        waiting = open_prompt(tracker)
        dispatcher.utter_message(response=f"utter_{last['leaf']}", question=last["text"], offer=[] if waiting else None)
        if waiting:
            dispatcher.utter_message(response="utter_back_to_task", open_question=waiting.text, buttons=waiting.buttons)
        return []
