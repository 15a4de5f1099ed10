"""Answer what was asked: one reply for each question in the message."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionAnswer(Action):
    """Says the response of every leaf that the message asks for; only the last one offers what to ask next."""

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
        dispatcher.utter_message(response=f"utter_{last['leaf']}", question=last["text"])
        return []
