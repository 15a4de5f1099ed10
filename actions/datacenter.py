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
from actions.guide_prompt import guide_prompt
from actions.messages import Mention, mentions, normal_text
from bot.dialogue.routing import GUIDE
from bot.dialogue.verdict import SAME_OR_NOT
from bot.rules.casebook import is_correction, read_statement
from bot.rules.customer_facts import Answer, CustomerFacts
from bot.rules.datacenter import Advice, Fact, advise
from bot.rules.datacenter_notes import Outcome
from bot.rules.policy import Policy, load_policy
from bot.settings import ROOT, settings

TASK = "datacenter"
_NEXT_CUSTOMER = re.compile(
    r"^(?:那|然后|好|嗯|，)*第[二三四五六七八九十2-9](?:个|家)(?!人|问题|方案|步)|(?:另外?|下|再来|又有?|还有)一?(?:个|家)客户|另外?(?:一个|一家|个|家)公司|(?:新|换个?|第二个)客户|重新(?:来|开始|选)|从头"
)
_SUPPOSED = re.compile(r"如果|要是|假如|假设|假使|倘若|万一|若是|换成")
_ASKS = re.compile(r"[呢吗么？]|会不会|怎么|会变")
_WHAT_ABOUT = re.compile(r"^.{1,16}(?:呢|(?:可以|行|能行|可行)(?:吗|么|不)|行不行|可不可以|怎么样|会怎样)[？?。，]*$")
_TOLD = re.compile(r"还有|其实|忘|不止|才|着呢|可多|可少|不对|错|不是|更正|改成")
"""Words of somebody who tells, though he ends in 「呢」."""
_CALLS_FOR_VERDICT = re.compile(r"[选买放用]哪|哪[个边种]|结论|推荐|建议|该选")
_OPENS = re.compile(r"选|推荐|建议|机房|数据中心|版本")
_HMT_ASKED = re.compile(
    r"(?:香港|澳门|台湾|台北|高雄|港澳台?).{0,6}(?:[算属]|是不是|是.{0,2}[国境大]).{0,8}(?:还是|吗|么|哪|怎么|不算|？)|怎么算港澳台?"
)
_VERSIONS = (
    (re.compile(r"21v|国内版|世纪互联"), Outcome.DOMESTIC_21V),
    (re.compile(r"全球版|国际版|海外版"), Outcome.GLOBAL),
)
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
        leaf = tracker.latest_message["leaf"]
        if leaf in _ABOUT_VERDICT and (asked or before != CustomerFacts()):
            spoken_of = case if leaf == "dc/customer_text" else _spoken_of(tracker)  # no what-if is sent to anybody
            _ABOUT_VERDICT[leaf](dispatcher, spoken_of, normal_text(tracker), spoken_of != case)
            return []
        text, found = normal_text(tracker), mentions(tracker)
        if (before.hmt or before.hmt_share) and _HMT_ASKED.search(text):
            return self._explain_hmt(dispatcher, before, before != case)
        what_about = _asks_what_about(text, found, case)
        asks_what_if = what_about or (_SUPPOSED.search(text) and _ASKS.search(text))
        if asked and before == case != CustomerFacts() and asks_what_if:
            _suppose(dispatcher, before, read_statement(text, found, before, what_if=True))
            return []
        supposed = before != case
        if _is_another(text, found, before, asked):
            before, asked, supposed = CustomerFacts(), None, False
        elif (what_about or _SUPPOSED.search(text)) and (supposed or (case != CustomerFacts() and asked is None)):
            before, asked, supposed = case, None, True  # each what-if begins with the same facts
        about_domain = asked is None and before.foreign_tenant is Answer.YES and SAME_OR_NOT.search(text)
        facts = read_statement(text, found, before, Fact.DOMAIN.value if about_domain else asked, what_about)
        advice = advise(facts, _policy())
        question = _texts().question(advice.missing[0], facts, advice) if advice.missing else None
        if before != CustomerFacts() and facts == before and is_correction(text):
            dispatcher.utter_message(text=_texts().not_understood())
        if question and asked and facts == before and _says_nothing(text, found, asked):
            _ask_or_go_on(dispatcher, advice, facts, _texts().nothing_new(), None)
        elif question is None and facts == before != CustomerFacts():  # a result is said once; after it, in short
            _why(dispatcher, facts, text, supposed)
        else:
            self._say(dispatcher, facts, before, question, bool(_CALLS_FOR_VERDICT.search(text)), supposed)
        next_asked: Any = question.fact.value if question else None
        if supposed:
            next_asked = {"fact": next_asked, "supposed": facts.to_dict()}
        kept = [] if supposed else [SlotSet("customer_case", facts.to_dict())]  # a what-if changes no facts
        task = TASK if question else back_to_guide(dispatcher, tracker)
        return [SlotSet("task", task), *kept, SlotSet("asked", next_asked)]

    @staticmethod
    def _say(
        dispatcher: CollectingDispatcher,
        facts: CustomerFacts,
        before: CustomerFacts,
        question: Optional[Question],
        whole: bool,
        supposed: bool,
    ) -> None:
        """The result, or what is noted and the next question; ``whole``: the verdict so far was asked for too."""
        advice = advise(facts, _policy())
        open_case = advice.outcome is Outcome.UNDECIDED and not advice.needs_human
        if question is None or (whole and not open_case and facts != before):
            _whole_result(dispatcher, facts, "", supposed)
            return
        lead = _texts().interim(advice, facts, before, supposed) + "\n" if facts != CustomerFacts() else ""
        dispatcher.utter_message(text=lead + question.text, buttons=question_buttons(question))

    @staticmethod
    def _explain_hmt(dispatcher: CollectingDispatcher, facts: CustomerFacts, supposed: bool) -> List[Dict[str, Any]]:
        """Hong Kong, Macau and Taiwan were asked about: say what is known of them, and ask how to count them here."""
        question = _texts().question(Fact.HMT, facts, advise(facts, _policy()))
        dispatcher.utter_message(text=question.text, buttons=question_buttons(question))
        asked: Any = question.fact.value
        if supposed:
            asked = {"fact": asked, "supposed": facts.to_dict()}
        return [SlotSet("task", TASK), SlotSet("asked", asked)]


def _question(advice: Advice, facts: CustomerFacts) -> Optional[Question]:
    return _texts().question(advice.missing[0], facts, advice) if advice.missing else None


def _ask_or_go_on(dispatcher: CollectingDispatcher, advice: Advice, facts: CustomerFacts, text: str, card: Any) -> None:
    """Say ``text`` (and ``card``), then the question that is open, or what can be done next."""
    question = _question(advice, facts)
    if question is None:
        custom = in_parts(card) if card else None
        dispatcher.utter_message(text=text, buttons=_next_steps(advice), json_message=custom)
        return
    custom = in_parts(card, question.text) if card else None
    dispatcher.utter_message(text=f"{text}\n{question.text}", buttons=question_buttons(question), json_message=custom)


def _whole_result(dispatcher: CollectingDispatcher, facts: CustomerFacts, _: str, supposed: bool) -> None:
    """Everything, as a card too."""
    advice, texts = advise(facts, _policy()), _texts()
    result, card = texts.result(advice, facts, supposed), texts.card(advice, facts, supposed)
    _ask_or_go_on(dispatcher, advice, facts, result, card)


def _why(dispatcher: CollectingDispatcher, facts: CustomerFacts, text: str, supposed: bool) -> None:
    """The verdict with its reasons, and what the version that was named would need."""
    advice = advise(facts, _policy())
    named = next((version for pattern, version in _VERSIONS if pattern.search(text)), None)
    _ask_or_go_on(dispatcher, advice, facts, _texts().why(advice, facts, named, supposed), None)


def _how_to_order(dispatcher: CollectingDispatcher, facts: CustomerFacts, _: str, __: bool) -> None:
    advice = advise(facts, _policy())
    _ask_or_go_on(dispatcher, advice, facts, _texts().how_to_order(advice), None)


def _for_customer(dispatcher: CollectingDispatcher, facts: CustomerFacts, _: str, __: bool) -> None:
    """The text to forward; none while what was said does not fit together."""
    advice = advise(facts, _policy())
    question = _question(advice, facts)
    if advice.contradictions and question:
        dispatcher.utter_message(text=question.text, buttons=question_buttons(question))
    else:
        dispatcher.utter_message(text=_texts().for_customer(advice, facts))


_ABOUT_VERDICT = {
    "dc/result": _whole_result,
    "dc/why": _why,
    "dc/order": _how_to_order,
    "dc/customer_text": _for_customer,
}
"""Questions about the verdict (see :mod:`bot.dialogue.verdict`); none changes what is known."""


def _suppose(dispatcher: CollectingDispatcher, before: CustomerFacts, supposed: CustomerFacts) -> None:
    """A what-if while a question is open: answered in short, then the same question for the customer as he is."""
    texts, advice = _texts(), advise(before, _policy())
    said = texts.not_understood() if supposed == before else texts.supposed(advise(supposed, _policy()), supposed)
    _ask_or_go_on(dispatcher, advice, before, said, None)


def _asks_what_about(text: str, found: List[Mention], case: CustomerFacts) -> bool:
    """Whether a question puts something in the place of what is known (「用abc.cn呢」, 「70比30呢」) without an "if"."""
    if case == CustomerFacts() or _TOLD.search(text) or not _WHAT_ABOUT.search(text):
        return False
    new = read_statement(text, found, case, what_if=True).to_dict()
    return any(new.get(name) != value for name, value in case.to_dict().items())


def _says_nothing(text: str, found: List[Mention], asked: str) -> bool:
    """Whether a message that should answer a question holds nothing that the adviser understands."""
    if len(text) < 2 or _OPENS.search(text):
        return False
    return read_statement(text, found, CustomerFacts(), asked) == CustomerFacts()


def _spoken_of(tracker: Tracker) -> CustomerFacts:
    """The facts that the latest verdict was about: the customer's, or those of a what-if."""
    asked = tracker.get_slot("asked")
    values = asked["supposed"] if isinstance(asked, dict) else tracker.get_slot("customer_case")
    return CustomerFacts.from_dict(values or {})


def back_to_guide(dispatcher: CollectingDispatcher, tracker: Tracker) -> Optional[str]:
    """Go on with the guide that the adviser has interrupted, if there is one; the task that is open then."""
    waiting = guide_prompt(tracker)
    if waiting is None:
        return None
    dispatcher.utter_message(response="utter_back_to_task", open_question=waiting.text, buttons=waiting.buttons)
    return GUIDE


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
    if isinstance(asked, dict) and asked["fact"] is None:  # a what-if that was answered: only a question about it is
        return case, case, None
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
