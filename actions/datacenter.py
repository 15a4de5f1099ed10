"""The data-centre adviser in a conversation: takes what was said, asks what could still change the outcome, recommends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.datacenter_text import DatacenterText, Question, load_texts
from actions.messages import Mention, mentions, normal_text
from bot.rules.casebook import read_statement
from bot.rules.customer_facts import CustomerFacts
from bot.rules.datacenter import Advice, Fact, advise
from bot.rules.datacenter_notes import Outcome
from bot.rules.policy import Policy, load_policy
from bot.settings import ROOT, settings

TASK = "datacenter"
_NEXT_CUSTOMER = re.compile(
    r"(?:另外?|下|再来|又有?|还有)一?(?:个|家)客户|另外?(?:一个|一家|个|家)公司|(?:新|换个?|第二个)客户|重新(?:来|开始|选)|从头"
)
_SUPPOSED = re.compile(r"如果|要是|假如|假设|假使|倘若|万一|若是|换成")
_WHOLE_CUSTOMER = re.compile(r"客户|公司|他们|我们|一家|单位")


@lru_cache(maxsize=1)
def _policy() -> Policy:
    return load_policy(settings().policy_file)


@lru_cache(maxsize=1)
def _texts() -> DatacenterText:
    return DatacenterText(load_texts(ROOT / "data" / "datacenter.yml"), _policy())


class ActionDatacenter(Action):
    """One turn of the adviser. The slot ``customer_case`` holds the facts, ``asked`` the fact that was asked for."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_datacenter"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Read the message, then ask or recommend."""
        before = CustomerFacts.from_dict(tracker.get_slot("customer_case") or {})
        if tracker.latest_message["leaf"] == "dc/customer_text" and before != CustomerFacts():
            advice = advise(before, _policy())
            dispatcher.utter_message(text=_texts().for_customer(advice, before))
            return []
        text, found, asked = normal_text(tracker), mentions(tracker), tracker.get_slot("asked")
        if _is_another(text, found, before, asked):
            before, asked = CustomerFacts(), None
        facts = read_statement(text, found, before, asked)
        advice = advise(facts, _policy())
        question = _texts().question(advice.missing[0], facts, advice) if advice.missing else None
        self._say(dispatcher, facts, advice, question)
        if before != CustomerFacts() and asked is None and _SUPPOSED.search(text):
            return []  # a what-if is answered from the same facts and changes none of them
        return [
            SlotSet("task", TASK if question else None),
            SlotSet("customer_case", facts.to_dict()),
            SlotSet("asked", question.fact.value if question else None),
        ]

    @staticmethod
    def _say(
        dispatcher: CollectingDispatcher, facts: CustomerFacts, advice: Advice, question: Optional[Question]
    ) -> None:
        if question is None:
            dispatcher.utter_message(text=_texts().result(advice, facts), buttons=_next_steps(advice))
            return
        known = facts != CustomerFacts()
        if advice.outcome is Outcome.UNDECIDED and not advice.needs_human:
            lead = _texts().understood(facts) + "\n" if known else ""
        else:
            lead = _texts().result(advice, facts) + "\n"
        dispatcher.utter_message(text=lead + question.text, buttons=question_buttons(question))


def question_buttons(question: Question) -> List[Dict[str, Any]]:
    """The question's buttons; a number answers a question about users, so there it does not pick a button."""
    numbered = question.fact is not Fact.USERS
    return [{"title": t, "payload": t, "numbered": numbered} for t in question.buttons]


def open_question(tracker: Tracker) -> Optional[Question]:
    """The question that the adviser is waiting for, to be asked again after something else was answered."""
    if tracker.get_slot("task") != TASK:
        return None
    facts = CustomerFacts.from_dict(tracker.get_slot("customer_case") or {})
    advice = advise(facts, _policy())
    return _texts().question(advice.missing[0], facts, advice) if advice.missing else None


def _is_another(text: str, found: List[Mention], before: CustomerFacts, asked: Optional[str]) -> bool:
    """Whether the message begins with another customer: said so, or described anew after a recommendation."""
    if _NEXT_CUSTOMER.search(text):
        return True
    described = any(m.entity in ("people", "share") for m in found) and _WHOLE_CUSTOMER.search(text)
    corrects = re.search(r"不对|错|改|如果|要是|假如|其实", text)
    return before != CustomerFacts() and asked is None and bool(described) and not corrects


def _next_steps(advice: Advice) -> List[Dict[str, Any]]:
    buttons = [{"title": "发给客户的版本", "payload": "发给客户的版本", "leaf": "dc/customer_text"}]
    if advice.outcome is Outcome.DOMESTIC_21V:
        buttons.append({"title": "开始下单", "payload": "开始下单", "leaf": "guide/start"})
    if advice.outcome is Outcome.GLOBAL:
        buttons.append({"title": "全球版怎么下单？", "payload": "全球版怎么下单？", "leaf": "faq/dc_global_order"})
    if advice.needs_human:
        buttons.append({"title": "转人工", "payload": "转人工", "leaf": "human/request"})
    return buttons
