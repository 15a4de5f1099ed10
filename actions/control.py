"""Cancel and start over; yes and no to nothing in particular."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.datacenter import back_to_guide, begin_anew
from actions.guide import ActionGuide
from bot.dialogue.routing import GUIDE

_FORGOTTEN = ("task", "asked", "customer_case")


class ActionControl(Action):
    """Ends the task that is open, or says that none is; the guide ends or begins anew by itself."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_control"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[Dict[str, Any]]:
        """Act on the control word."""
        word, task = tracker.latest_message["leaf"], tracker.get_slot("task")
        again = word == "control/restart" and not task and tracker.get_slot("guide")
        if (word in ("control/cancel", "control/restart") and task == GUIDE) or again:
            return await ActionGuide().run(dispatcher, tracker, domain)
        if word in ("control/cancel", "control/restart") and (
            tracker.get_slot("task") or tracker.get_slot("customer_case")
        ):
            forgotten = [SlotSet(slot, None) for slot in _FORGOTTEN]
            if word == "control/restart":
                return [*forgotten, *begin_anew(dispatcher)]
            dispatcher.utter_message(response="utter_cancelled")
            return [*forgotten, SlotSet("task", back_to_guide(dispatcher, tracker))]
        said = "utter_nothing_asked" if word in ("control/affirm", "control/deny") else "utter_nothing_open"
        dispatcher.utter_message(response=said)
        return []
