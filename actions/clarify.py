"""What to say when the message was not understood well enough to answer it."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.order_guess import names_an_order
from actions.orders import ActionOrders
from actions.tasks import open_prompt

ASKABLE = ("faq/", "order/status", "order/list", "guide/start")
USUAL = ("faq/process_overview", "faq/seal", "faq/dc_rule")
"""Offered where nothing near was asked."""
MAX_TOPICS = 3


class ActionClarify(Action):
    """First miss: one question back with the nearest topics as buttons. Second in a row: what it can do, and a human."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[Dict[str, Any]]:
        """Ask back, or hand over; a bare name that an order goes by is looked up."""
        message = tracker.latest_message
        if not message.get("topic") and await asyncio.to_thread(names_an_order, tracker):
            return await ActionOrders().run(dispatcher, tracker, domain)
        if message.get("cut"):
            dispatcher.utter_message(response="utter_cut")
        if message.get("topic"):
            dispatcher.utter_message(response="utter_nothing_more", topic=message["topic"])
            return _back_to_task(dispatcher, tracker)
        if missed_before(tracker):
            dispatcher.utter_message(response="utter_second_miss")
            return []
        if message["intent"]["name"] == "followup":
            if open_prompt(tracker) is None:
                dispatcher.utter_message(response="utter_which_topic")
            return _back_to_task(dispatcher, tracker)
        nearest = [r["name"] for r in message["intent_ranking"] if r["name"].startswith(ASKABLE)]
        dispatcher.utter_message(response="utter_first_miss", offer=[*nearest, *USUAL][:MAX_TOPICS])
        return []


def _back_to_task(dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
    """A task that waits for an answer asks again in one line."""
    if waiting := open_prompt(tracker):
        dispatcher.utter_message(response="utter_back_to_task", open_question=waiting.text, buttons=waiting.buttons)
    return []


def missed_before(tracker: Tracker) -> bool:
    """Whether the user's turn before the latest one was not understood either."""
    turns = [event for event in tracker.events if event.get("event") == "user"]
    return len(turns) > 1 and turns[-2]["parse_data"]["intent"]["name"] in ("nlu_fallback", "followup")
