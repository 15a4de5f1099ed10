"""The stock assistant's action server: ``rasa run actions --actions tests.bench.stock.actions``.

Orders, guide and control words are the project's own actions, so both assistants ask the same database the same
questions; what this project's NLU tells them is made here from what DIET says. The data centre is a Rasa form whose
answers are read, and whose recommendation is made, by the project's rules.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions.control import ActionControl
from actions.datacenter_text import DatacenterText, load_texts
from actions.guide import ActionGuide
from actions.messages import Mention
from actions.orders import ActionOrders
from actions.resources import policy
from bot.nlu.normalize import normalize
from bot.nlu.values import find_values
from bot.rules.casebook import read_statement
from bot.rules.customer_facts import CustomerFacts
from bot.rules.datacenter import Fact, advise
from bot.settings import ROOT
from tests.bench.stock.project import FORM, FORM_SLOTS, leaf_of


@lru_cache(maxsize=1)
def _texts() -> DatacenterText:
    return DatacenterText(load_texts(ROOT / "data" / "datacenter.yml"), policy())


def complete(tracker: Tracker) -> Tracker:
    """``tracker`` with the latest message as the project's actions read it: leaf, normal form, entities with values."""
    message = tracker.latest_message
    normal = normalize(message.get("text") or "").text
    entities = [
        {"entity": f.entity, "value": f.value, "normal_start": f.start, "normal_end": f.end}
        for f in find_values(normal)
    ]
    for entity in message.get("entities") or []:
        name = normalize(str(entity["value"])).text
        start = normal.find(name) if name else -1
        if start >= 0:
            entities.append(
                {"entity": entity["entity"], "value": name, "normal_start": start, "normal_end": start + len(name)}
            )
    leaf = leaf_of(message["intent"]["name"])
    tracker.latest_message = {**message, "leaf": leaf, "normal": normal, "entities": entities}
    return tracker


class StockOrders(ActionOrders):
    """The project's order action behind DIET."""

    def name(self) -> str:
        return "action_stock_orders"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict]:
        return await super().run(dispatcher, complete(tracker), domain)


class StockGuide(ActionGuide):
    """The project's guide behind DIET."""

    def name(self) -> str:
        return "action_stock_guide"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict]:
        return await super().run(dispatcher, complete(tracker), domain)


class StockControl(ActionControl):
    """The project's control words behind DIET."""

    def name(self) -> str:
        return "action_stock_control"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict]:
        return await super().run(dispatcher, complete(tracker), domain)


class ValidateDatacenterForm(FormValidationAction):
    """Reads each answer of the form into the customer's facts."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def validate_dc_users(self, value: Any, _: Any, tracker: Tracker, __: Any) -> dict[str, Any]:
        return _read("dc_users", value, tracker, Fact.USERS)

    def validate_dc_travel(self, value: Any, _: Any, tracker: Tracker, __: Any) -> dict[str, Any]:
        return _read("dc_travel", value, tracker, Fact.TRAVEL)

    def validate_dc_tenant(self, value: Any, _: Any, tracker: Tracker, __: Any) -> dict[str, Any]:
        return _read("dc_tenant", value, tracker, Fact.TENANT)


def _read(slot: str, value: Any, tracker: Tracker, asked: Fact) -> dict[str, Any]:
    normal = normalize(str(value)).text
    mentions = [Mention(f.entity, f.start, f.end, f.value) for f in find_values(normal)]
    before = CustomerFacts.from_dict(tracker.get_slot("customer_case") or {})
    facts = read_statement(normal, mentions, before, asked.value)
    return {slot: value, "customer_case": facts.to_dict()}


class Recommend(Action):
    """The form's end: the recommendation, and an empty form for the next customer."""

    def name(self) -> str:
        return "action_stock_recommend"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict]:
        facts = CustomerFacts.from_dict(tracker.get_slot("customer_case") or {})
        advice = advise(facts, policy())
        for_customer = tracker.latest_message["intent"]["name"] == "dc_customer_text"
        dispatcher.utter_message(
            text=_texts().for_customer(advice, facts) if for_customer else _texts().result(advice, facts)
        )
        return [SlotSet(slot, None) for slot in (*FORM_SLOTS, *([] if for_customer else ["customer_case"]))]
