"""What the guide hears in a message: the case after it, a name that was waited for, another order, the wish to go on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any, Dict, List, Sequence

from rasa_sdk import Tracker

from actions.guide_session import Session
from actions.messages import normal_text
from actions.order_guess import names_an_order
from bot.dialogue.asking import is_question
from bot.dialogue.guide_talk import resumes
from bot.dialogue.routing import GUIDE
from bot.rules.guide import Agreement, Case, Item, position
from bot.rules.guide_answers import means_no
from bot.rules.guide_reading import read_said
from bot.rules.parties import as_customer, parties_in, same_party

REGISTER = re.compile(r"^(?:我?要|想|帮我|请|现在)?登记")
_BARE_NAME = re.compile(r"[\u3400-\u9fffa-z0-9（）()]{2,40}")
_NO_NAME = re.compile(
    r"^(?:好|行|嗯|ok|知道|明白|可以|谢谢|下一步|上一步|继续|带我|我要|我到|登记|取消|第.步)|下单|怎么|客户|公司$|步"
)

_SAYS_MORE = re.compile(r"[没未了盖付寄填签]|还[在是要]")
"""Beside a name: something about how far its order is."""


class Hearing:
    """One message to the guide, as far as it changes or asks nothing but the session."""

    def __init__(self, tracker: Tracker, session: Session) -> None:
        """Hear the latest message of ``tracker`` in the light of ``session``."""
        self._tracker = tracker
        self._session = session
        self._normal = normal_text(tracker)
        self._open = tracker.get_slot("task") == GUIDE

    def is_about_another_order(self) -> bool:
        """Whether the message is nothing but a name that an order goes by, while no name is being waited for."""
        session = self._session
        if session.member is None or not self._open or self._wants_name():
            return False
        name = _BARE_NAME.fullmatch(self._normal) and not _NO_NAME.search(self._normal)
        if _SAYS_MORE.search(self._normal):
            return False
        said = self._read(Case())
        return bool(name) and replace(said, customer=None) == Case() and names_an_order(self._tracker)

    def _goes_on(self) -> bool:
        """Whether the message only wants the guide to go on where it was left."""
        session = self._session
        if self._open and not session.left and not resumes(self._normal):
            return False
        if not session.stored or (session.case == Case() and not session.others):
            return False
        return resumes(self._normal) or (session.left and self._read(session.case) == session.case)

    def _case_to_go_on_with(self) -> Case:
        """The case that was left, if what is said now goes on from there; a step before it is another order."""
        session = self._session
        said, order = self._read(Case()), list(Item)
        left = position(self._with_partner(session.case)).item
        earlier = order.index(position(self._with_partner(said)).item) < order.index(left)
        other = said.customer and session.case.customer and not same_party(said.customer, session.case.customer)
        if said != Case() and (earlier or other):
            session.register, session.prefilled = None, False
            return Case()
        return session.case

    def _read(self, case: Case) -> Case:
        return self._read_text(self._normal, case, self._tracker.latest_message.get("entities") or [])

    def _read_text(self, text: str, case: Case, found: Sequence[Dict[str, Any]] = ()) -> Case:
        if not text:
            return case
        entities: Dict[str, List[Any]] = {}
        for entity in found:
            entities.setdefault(entity["entity"], []).append(entity["value"])
        answers = self._open and self._session.register != "offered" and not REGISTER.search(self._normal)
        asked = position(self._with_partner(case)).item if answers else None
        named = parties_in(text, [case.customer] if case.customer else [])
        by_name = len(named) == 1 and re.search(r"盖|协议|章|签|确认|定了|同意|答应", text)
        after = read_said(as_customer(text, named[0]) if by_name else text, entities, case, asked)
        if len(named) == 1 and (by_name or not after.customer or after.customer.endswith(named[0])):
            after = replace(after, customer=case.customer or named[0] if by_name else named[0])
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
        number = (member and member.partner.agreement_number) or self._session.has_number
        if number and not self._session.prefilled and case.agreement in (None, Agreement.SIGNED):
            return replace(case, agreement=Agreement.NUMBER)
        return case


def _as_typed(name: str, original: str) -> str:
    """``name`` (of the normal form) in the letters that the user typed."""
    folded = unicodedata.normalize("NFKC", original)
    start = folded.lower().find(name)
    return folded[start : start + len(name)] if start >= 0 and len(folded.lower()) == len(folded) else name
