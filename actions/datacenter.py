"""The data-centre adviser in a conversation: takes what was said, asks what could still change the outcome, recommends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import in_parts
from actions.datacenter_text import DatacenterText, Question, load_texts
from actions.messages import Mention, mentions, normal_text
from bot.rules.casebook import is_correction, read_statement
from bot.rules.customer_facts import CustomerFacts
from bot.rules.datacenter import Advice, Fact, advise
from bot.rules.datacenter_notes import Outcome
from bot.rules.policy import Policy, load_policy
from bot.settings import ROOT, settings

TASK = "datacenter"
_NEXT_CUSTOMER = re.compile(
    r"^(?:那|然后|好|嗯|，)*第[二三四五六七八九十2-9](?:个|家)(?!人|问题|方案|步)|(?:另外?|下|再来|又有?|还有)一?(?:个|家)客户|另外?(?:一个|一家|个|家)公司|(?:新|换个?|第二个)客户|重新(?:来|开始|选)|从头"
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
    """One turn of the adviser.

    The slot ``customer_case`` holds the facts, ``asked`` the fact that was asked for; while a what-if is open, together with
    the facts that are supposed.
    """

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_datacenter"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Read the message, then ask or recommend."""
        case, before, asked = _state(tracker)
        if tracker.latest_message["leaf"] == "dc/customer_text" and before != CustomerFacts():
            advice = advise(before, _policy())
            dispatcher.utter_message(text=_texts().for_customer(advice, before))
            return []
        text, found = normal_text(tracker), mentions(tracker)
        supposed = before != case
        if _is_another(text, found, before, asked):
            before, asked, supposed = CustomerFacts(), None, False
        elif _SUPPOSED.search(text) and (supposed or (case != CustomerFacts() and asked is None)):
            before, asked, supposed = case, None, True  # each what-if begins with the same facts
        facts = read_statement(text, found, before, asked)
        advice = advise(facts, _policy())
        question = _texts().question(advice.missing[0], facts, advice) if advice.missing else None
        if before != CustomerFacts() and facts == before and is_correction(text):
            dispatcher.utter_message(text=_texts().not_understood())
        self._say(dispatcher, facts, advice, question)
        next_asked: Any = question.fact.value if question else None
        if supposed and question:
            next_asked = {"fact": next_asked, "supposed": facts.to_dict()}
        kept = [] if supposed else [SlotSet("customer_case", facts.to_dict())]  # a what-if changes no facts
        return [SlotSet("task", TASK if question else None), *kept, SlotSet("asked", next_asked)]

    @staticmethod
    def _say(
        dispatcher: CollectingDispatcher, facts: CustomerFacts, advice: Advice, question: Optional[Question]
    ) -> None:
        if question is None:
            dispatcher.utter_message(
                text=_texts().result(advice, facts),
                buttons=_next_steps(advice),
                json_message=in_parts(_texts().card(advice, facts)),
            )
            return
        known = facts != CustomerFacts()
        custom = None
        if advice.outcome is Outcome.UNDECIDED and not advice.needs_human:
            lead = _texts().understood(facts) + "\n" if known else ""
        else:
            lead = _texts().result(advice, facts) + "\n"
            custom = in_parts(_texts().card(advice, facts), question.text)
        dispatcher.utter_message(text=lead + question.text, buttons=question_buttons(question), json_message=custom)


def begin_anew(dispatcher: CollectingDispatcher) -> List[Dict[str, Any]]:
    """Ask the first question about a customer of whom nothing is known yet; the events that Rasa shall keep."""
    facts = CustomerFacts()
    advice = advise(facts, _policy())
    question = _texts().question(advice.missing[0], facts, advice)
    dispatcher.utter_message(text=_texts().restarted() + question.text, buttons=question_buttons(question))
    return [SlotSet("task", TASK), SlotSet("asked", question.fact.value)]


def _state(tracker: Tracker) -> Tuple[CustomerFacts, CustomerFacts, Optional[str]]:
    """The customer's facts, those that the question is about (others while a what-if is open), and the fact asked for."""
    case = CustomerFacts.from_dict(tracker.get_slot("customer_case") or {})
    asked = tracker.get_slot("asked")
    if isinstance(asked, dict):
        return case, CustomerFacts.from_dict(asked["supposed"]), asked["fact"]
    return case, case, asked


def question_buttons(question: Question) -> List[Dict[str, Any]]:
    """The question's buttons; a number answers a question about users, so there it does not pick a button."""
    numbered = question.fact is not Fact.USERS
    return [{"title": t, "payload": t, "numbered": numbered, "means": "dc/case"} for t in question.buttons]


def open_question(tracker: Tracker) -> Optional[Question]:
    """The question that the adviser is waiting for, to be asked again after something else was answered."""
    if tracker.get_slot("task") != TASK:
        return None
    _, facts, _ = _state(tracker)
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
