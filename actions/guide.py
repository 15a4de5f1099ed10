"""The guide through an order in a conversation: takes what was said, tells the step, what to do next, and registers.

The slot ``task`` is ``guide`` while an answer is being waited for; ``guide`` holds the state (see
:mod:`actions.guide_session`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guide_session import Session, drop_session, load_session, save_session
from actions.guide_text import Prompt
from actions.messages import normal_text
from actions.order_text import PAGE, OrderText
from actions.resources import china_now, in_store, policy
from actions.tasks import guide_texts
from bot.dialogue.routing import GUIDE, is_question
from bot.rules.guide import Agreement, Case, Item, Move, Sealing, position, settle, step_back
from bot.rules.guide_reading import means_no, means_yes, read_said
from bot.store import NoNumberLeft, Store, StoreUnavailable, UnknownPartner
from bot.store.records import Draft, Order, OrderKind

_REGISTER = re.compile(r"^(?:我?要|想|帮我|请|现在)?登记")
_RESUME = re.compile(r"^(?!.*(?:下|往|next)).*(?:继续|接着)")
"""Goes on with the question that is open: it does not say that what was asked for is done."""
_RESTART = re.compile(r"重来|从头|重新(?:来|开始|走|弄)")
_BARE_NAME = re.compile(r"[\u3400-\u9fffa-z0-9（）()]{2,40}")
_NO_NAME = re.compile(
    r"^(?:好|行|嗯|ok|知道|明白|可以|谢谢|下一步|上一步|继续|带我|我要|我到|登记|取消|第.步)|下单|怎么|客户|公司$|步"
)

Events = List[Dict[str, Any]]


class ActionGuide(Action):
    """Answers the leaves ``guide/…``, and cancelling and starting over while the guide is open."""

    def __init__(self, now: Callable[[], Any] = china_now) -> None:
        """Read the time from ``now`` (with zone, China's)."""
        self._now = now

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_guide"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Answer the latest message."""
        return await _Turn(dispatcher, tracker, self._now(), await load_session(tracker)).answer()


class _Turn:
    """One message to the guide and its answer; methods return the events that Rasa shall keep."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, now: Any, session: Session) -> None:
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._now = now
        self._session = session
        self._texts = guide_texts()
        self._normal = normal_text(tracker)
        self._open = tracker.get_slot("task") == GUIDE
        self._lead: List[str] = []

    async def answer(self) -> Events:
        leaf = self._tracker.latest_message["leaf"]
        if leaf == "control/cancel":
            await drop_session(self._tracker)
            self._dispatcher.utter_message(text=self._texts.layout("cancelled"))
            return _closed()
        session, before = self._session, self._session.case
        if leaf == "control/restart" or (leaf == "guide/start" and _RESTART.search(self._normal)):
            session.case, session.register, session.prefilled = Case(), None, False
            self._lead.append(self._texts.layout("restarted"))
            return await self._tell(before=Case())
        if leaf == "guide/next" and not _RESUME.search(self._normal):
            if session.register == "offered":
                session.register = "declined"
            said = self._read(self._with_partner(before))
            session.case = said if said != self._with_partner(before) else settle(said)
            return await self._tell(before)
        if leaf == "guide/back":
            if position(self._with_partner(before)).step == 1:
                self._lead.append(self._texts.layout("first_step"))
            session.case = step_back(self._with_partner(before))
            return await self._tell(before)
        if leaf == "guide/start":
            return await self._start()
        return await self._take()

    async def _start(self) -> Events:
        session = self._session
        said = self._read(Case())
        same = said.customer is None or said.customer == session.case.customer
        if session.stored and session.case != Case() and same:
            before, session.case = session.case, self._read(session.case)
            step = position(self._with_partner(session.case)).step
            self._lead.append(self._texts.layout("resumed", step=step))
            return await self._tell(before)
        session.case, session.register, session.prefilled = said, None, False
        self._lead.append(self._texts.layout("start"))
        return await self._tell(before=Case())

    async def _take(self) -> Events:
        """A statement, an answer, or 「我到第几步了」."""
        session, before = self._session, self._session.case
        after = self._read(before)
        if session.register == "offered" and after == before:
            if means_yes(self._normal) or _REGISTER.search(self._normal):
                return await self._register()
            if means_no(self._normal):
                session.register = "declined"
                self._lead.append(self._texts.register("declined", before))
                return await self._tell(before)
        if _REGISTER.search(self._normal) and session.register != "offered":
            session.register = None
        if after == before and self._open and self._wants_name():
            after = replace(before, customer=self._normal)
        if not self._open and not session.stored and after == Case():
            return await self._ask_where()
        session.case = after
        return await self._tell(before)

    def _read(self, case: Case) -> Case:
        entities: Dict[str, List[Any]] = {}
        for entity in self._tracker.latest_message.get("entities") or []:
            entities.setdefault(entity["entity"], []).append(entity["value"])
        answers = self._open and self._session.register != "offered" and not _REGISTER.search(self._normal)
        asked = position(self._with_partner(case)).item if answers else None
        after = read_said(self._normal, entities, case, asked)
        if after.customer and after.customer != case.customer:
            after = replace(after, customer=_as_typed(after.customer, self._tracker.latest_message.get("text") or ""))
        return after

    def _wants_name(self) -> bool:
        """Whether a short message can be the customer's name, which alone is missing to register."""
        case = self._session.case
        missing = bool(self._session.member and case.product and case.quantity and not case.customer)
        name = _BARE_NAME.fullmatch(self._normal) and not _NO_NAME.search(self._normal)
        return missing and bool(name) and not is_question(self._normal) and not means_no(self._normal)

    def _with_partner(self, case: Case) -> Case:
        """``case`` with the agreement number that the store knows of, unless the user says otherwise."""
        member = self._session.member
        if self._session.prefilled or member is None:
            return case
        if member.partner.agreement_number and case.agreement in (None, Agreement.SIGNED):
            return replace(case, agreement=Agreement.NUMBER)
        return case

    async def _tell(self, before: Case) -> Events:
        """Say the step, the checklist and the next move; offer to register when that is possible."""
        session = self._session
        known = self._with_partner(session.case)
        number = ""
        if known.agreement != session.case.agreement and session.member:
            number = session.member.partner.agreement_number
        session.case, session.prefilled = known, session.member is not None
        noted = self._texts.noted(before, known, number)
        lines = [*self._lead, *([noted] if noted else []), self._texts.step(known)]
        prompt: Optional[Prompt] = self._texts.prompt(known)
        finished = position(known).move is Move.FINISHED
        if session.member and session.register is None and _settled_to_register(known):
            if known.can_register:
                session.register = "offered"
            else:
                lines.append(self._texts.register("missing", known, missing=self._texts.missing(known)))
        if session.register == "offered":
            lines.append(prompt.text if prompt else "")
            prompt = self._texts.register_prompt(known)
        elif finished:
            await drop_session(self._tracker)
            self._say(lines, prompt)
            return _closed()
        await save_session(self._tracker, session, self._now)
        if not session.reachable:
            lines.append(self._texts.layout("not_saved"))
        self._say(lines, prompt)
        return [SlotSet("task", GUIDE), SlotSet("asked", None), SlotSet("guide", session.to_dict())]

    def _say(self, lines: List[str], prompt: Optional[Prompt]) -> None:
        text = "\n".join([line for line in lines if line] + ([prompt.text] if prompt else []))
        self._dispatcher.utter_message(text=text, buttons=list(prompt.buttons) if prompt else [])

    async def _register(self) -> Events:
        session, case = self._session, self._session.case
        if session.member is None:
            session.register = None
            return await self._tell(case)
        try:
            draft = Draft(
                customer=case.customer or "",
                product=case.product or "",
                quantity=case.quantity or 0,
                years=case.years or 1,
                sealed=self._now.date() if case.seal is Sealing.CROSS_PAGE else None,
            )
            by = f"guide:{session.member.staff_id}"
            partner = session.member.partner.number
            order: Order = await in_store(Store.register_draft, partner, draft, by, self._now, self._now.date())
        except ValueError as error:
            if isinstance(error, UnknownPartner):
                raise
            return await self._cannot_register("wrong")
        except NoNumberLeft:
            return await self._cannot_register("full")
        except StoreUnavailable:
            return await self._cannot_register("unavailable")
        await drop_session(self._tracker)
        following = OrderText(self._now.date(), policy().provision_days).following(order)
        text = self._texts.register("done", case, number=order.number, next=following)
        self._dispatcher.utter_message(text=text)
        return [*_closed(), SlotSet("order", order.number)]

    async def _cannot_register(self, reason: str) -> Events:
        self._lead.append(self._texts.register(reason, self._session.case))
        self._session.register = "declined"
        return await self._tell(self._session.case)

    async def _ask_where(self) -> Events:
        """「我到第几步了」 with nothing to judge by: which order, or what is at hand."""
        member = self._session.member
        if member:
            days = policy().provision_days
            try:
                page = await in_store(
                    Store.list_orders, member.partner.number, OrderKind.OPEN, 0, PAGE, self._now.date(), days
                )
            except StoreUnavailable:
                page = None
            if page and page.orders:
                buttons = OrderText(self._now.date(), days).buttons(page.orders)
                self._dispatcher.utter_message(text=self._texts.layout("which_order"), buttons=buttons)
                return []
        self._lead.append(self._texts.layout("nothing_known"))
        return await self._tell(Case())


def _settled_to_register(case: Case) -> bool:
    """Whether the three questions before an order are answered: agreement, terms, how it is sealed."""
    where = position(case)
    order = list(Item)
    return order.index(where.item) > order.index(Item.SEAL) or where.move in (Move.SEAL, Move.SEAL_AGAIN)


def _as_typed(name: str, original: str) -> str:
    """``name`` (of the normal form) in the letters that the user typed."""
    folded = unicodedata.normalize("NFKC", original)
    start = folded.lower().find(name)
    return folded[start : start + len(name)] if start >= 0 and len(folded.lower()) == len(folded) else name


def _closed() -> Events:
    return [SlotSet("task", None), SlotSet("guide", None)]
