"""The guide through an order in a conversation: takes what was said, tells the step, what to do next, and registers.

The slot ``task`` is ``guide`` while an answer is being waited for; ``guide`` holds the state (see
:mod:`actions.guide_session`).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guide_hearing import REGISTER, Hearing
from actions.guide_parties import Outcome, begin_another, end_other, follow, listed
from actions.guide_prompt import guide_texts
from actions.guide_session import Session, close_session, load_session, save_session
from actions.guide_text import Prompt
from actions.order_text import PAGE, OrderText
from actions.orders import ActionOrders
from actions.resources import china_now, in_store, policy
from bot.dialogue.guide_talk import (
    begins_next_order,
    goes_on,
    is_newcomer,
    means_some_agreement,
    recalls,
    starts_over,
)
from bot.dialogue.routing import GUIDE
from bot.rules.guide import Agreement, Case, Move, Sealing, position
from bot.rules.guide_answers import means_no, means_yes
from bot.rules.guide_manner import Manner, clauses, manner_of
from bot.rules.guide_reading import is_short_answer, says_something
from bot.rules.guide_remarks import Remark, asks_where, remark_on
from bot.rules.guide_steps import settle, settled_to_register, step_back
from bot.rules.parties import asks_of, asks_which
from bot.store import NoNumberLeft, Store, StoreUnavailable, UnknownPartner
from bot.store.records import Draft, Order, OrderKind

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
        """Answer the latest message, off the event loop."""
        return await asyncio.to_thread(self._answer, dispatcher, tracker)

    def _answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        turn = _Turn(dispatcher, tracker, self._now(), load_session(tracker))
        if turn.is_about_another_order():
            events = ActionOrders(self._now).answer(dispatcher, tracker)
            dispatcher.utter_message(text=guide_texts().layout("is_it_new", customer=tracker.latest_message["text"]))
            return events
        return turn.answer()


class _Turn(Hearing):
    """One message to the guide and its answer; methods return the events that Rasa shall keep."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, now: Any, session: Session) -> None:
        super().__init__(tracker, session)
        self._dispatcher = dispatcher
        self._now = now
        self._texts = guide_texts()
        self._lead: List[str] = []

    def answer(self) -> Events:
        leaf = self._tracker.latest_message["leaf"]
        session, before = self._session, self._session.case
        if leaf == "control/cancel":
            if self._open and (end := end_other(session, self._normal)):
                self._lead.append(self._texts.layout(end[0], other=end[1]))
                return self._tell(before)
            session.left = True
            save_session(self._tracker, session, self._now)
            self._dispatcher.utter_message(text=self._texts.layout("cancelled"))
            return [SlotSet("task", None), SlotSet("guide", session.to_dict())]
        if begins_next_order(self._normal) and leaf in ("guide/start", "control/restart", "guide/where"):
            begin_another(session)
            self._lead.append(self._texts.layout("next_order"))
            session.case = self._read(session.case)
            return self._tell(before=Case())
        anew = starts_over(self._normal)
        if (leaf == "control/restart" and (anew or not self._tells())) or (leaf == "guide/start" and anew):
            session.case, session.register, session.prefilled, session.has_number = Case(), None, False, False
            self._lead.append(self._texts.layout("restarted"))
            if session.others:
                self._lead.append(self._texts.layout("others_kept", names="、".join(session.others)))
            return self._tell(before=Case())
        if leaf != "guide/start" and self._goes_on():
            return self._resume()
        if leaf == "guide/next" and not goes_on(self._normal):
            if session.register == "offered":
                session.register = "declined"
            known = self._with_partner(before)
            said = self._read(known)
            asks = any(manner_of(*clause) is Manner.ASKED for clause in clauses(self._normal))
            session.case = said if said != known or asks else settle(said)
            stays = session.case == known and session.stored and not asks
            return self._tell(before, Remark.NOT_BY_NEXT if stays else None)
        if leaf == "guide/back":
            if position(self._with_partner(before)).step == 1:
                self._lead.append(self._texts.layout("first_step"))
            session.case = step_back(self._with_partner(before))
            return self._tell(before)
        if leaf == "guide/start":
            return self._start()
        return self._take()

    def _start(self) -> Events:
        session = self._session
        said = Case() if is_newcomer(self._normal) else self._read(Case())
        same = said.customer is None or said.customer == session.case.customer
        if session.stored and not session.left and session.case != Case() and same:
            before, session.case = session.case, self._read(session.case)
            return self._resume(before, begun=True)
        if not same:
            begin_another(session, said.customer)
            said = replace(said, agreement=said.agreement or session.case.agreement)
        elif not session.closed:
            session.has_number = False
        session.case, session.register, session.prefilled = said, None, False
        self._lead.append(self._texts.layout("start"))
        return self._tell(before=Case())

    def _take(self) -> Events:
        """A statement, an answer, or 「我到第几步了」."""
        session = self._session
        if recalls(self._normal) and (self._open or session.stored):
            self._lead.append(self._texts.recalled(session.case))
            return self._tell(session.case)
        if asks_which(self._normal) and (cases := listed(session)):
            self._say([], self._texts.cases(cases))
            return []
        if not self._open and means_some_agreement(self._normal):
            which = self._texts.which_agreement()
            self._say([], which)
            return []
        outcome = follow(session, self._normal, self._read_text, [d.name for d in policy().distributors])
        if outcome.ask:
            return self._ask_whose(outcome)
        if outcome.switched:
            name = session.case.customer
            self._lead.append(self._texts.layout("switched" if name else "next_order", customer=name))
        before = session.case
        after = self._read(before)
        if outcome.switched:
            after = replace(after, customer=before.customer)
        if session.left and not self._open and not outcome.switched:
            before = self._case_to_go_on_with()
            after = self._read(before)
        if session.register == "offered" and after == before:
            if means_yes(self._normal) or REGISTER.search(self._normal):
                return self._register()
            if means_no(self._normal):
                session.register = "declined"
                self._lead.append(self._texts.register("declined", before))
                return self._tell(before)
        if REGISTER.search(self._normal) and session.register != "offered":
            session.register = None
        session.closed = False
        if after == before and self._open and self._wants_name():
            after = replace(before, customer=self._normal)
        if not self._open and not session.stored and after == Case():
            return self._ask_where()
        session.case = after
        asks = asks_where(self._normal) or (after.customer and asks_of(self._normal, [after.customer]))
        told = after != before or outcome.switched or asks or REGISTER.search(self._normal)
        return self._tell(before, None if told or not self._open else remark_on(self._normal, after))

    def _tells(self) -> bool:
        """Whether the message tells something: 「重新盖了」 is no wish to start over."""
        return is_short_answer(self._normal) or says_something(self._normal)

    def _ask_whose(self, outcome: Outcome) -> Events:
        """Ask which order: several customers were spoken of, or another than the one that is followed."""
        session = self._session
        current = session.case.customer
        names = [name for name in outcome.names if name != current]
        values = {"names": "、".join(outcome.names), "other": "、".join(names), "customer": current}
        buttons = self._texts.switches(outcome.names if outcome.ask == "one_at_a_time" else names)
        save_session(self._tracker, session, self._now)
        self._say([], Prompt(self._texts.layout(outcome.ask or "", **values), buttons))
        return [SlotSet("task", GUIDE), SlotSet("asked", None), SlotSet("guide", session.to_dict())]

    def _resume(self, before: Optional[Case] = None, begun: bool = False) -> Events:
        """Go on where the guide was; ``begun``: the user has asked for it anew."""
        session = self._session
        if begun or session.left or not self._open:
            step = position(self._with_partner(session.case)).step
            self._lead.append(self._texts.layout("resumed", step=step))
        return self._tell(before or session.case)

    def _tell(self, before: Case, remark: Optional[Remark] = None) -> Events:
        """Say the step, the checklist and the next move; offer to register when that is possible.

        A message that changed nothing is answered with ``remark`` in place of step and checklist, which would hide that.
        """
        session = self._session
        known = self._with_partner(session.case)
        number = ""
        if known.agreement != session.case.agreement and session.member:
            number = session.member.partner.agreement_number
        session.has_number = known.agreement is Agreement.NUMBER
        session.prefilled = session.member is not None or session.has_number
        session.case, session.left, session.closed = known, False, False
        noted = self._texts.noted(before, known, number)
        step = self._texts.remark(remark, known) if remark else self._texts.step(known)
        lines = [*self._lead, *([noted] if noted else []), step]
        prompt: Optional[Prompt] = self._texts.prompt(known)
        finished = position(known).move is Move.FINISHED
        if session.member and session.register is None and settled_to_register(known):
            if known.can_register:
                session.register = "offered"
            else:
                lines.append(self._texts.register("missing", known, missing=self._texts.missing(known)))
        if session.register == "offered":
            lines.append(prompt.text if prompt else "")
            prompt = self._texts.register_prompt(known)
        elif finished:
            kept = close_session(self._tracker, session, self._now)
            self._say([*lines, self._texts.others_left(session.others)], prompt)
            return _closed(kept)
        save_session(self._tracker, session, self._now)
        if not session.reachable:
            lines.append(self._texts.layout("not_saved"))
        self._say(lines, prompt)
        return [SlotSet("task", GUIDE), SlotSet("asked", None), SlotSet("guide", session.to_dict())]

    def _say(self, lines: List[str], prompt: Optional[Prompt]) -> None:
        text = "\n".join([line for line in lines if line] + ([prompt.text] if prompt else []))
        self._dispatcher.utter_message(text=text, buttons=list(prompt.buttons) if prompt else [])

    def _register(self) -> Events:
        session, case = self._session, self._session.case
        if session.member is None:
            session.register = None
            return self._tell(case)
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
            order: Order = in_store(Store.register_draft, partner, draft, by, self._now, self._now.date())
        except ValueError as error:
            if isinstance(error, UnknownPartner):
                raise
            return self._cannot_register("wrong")
        except NoNumberLeft:
            return self._cannot_register("full")
        except StoreUnavailable:
            return self._cannot_register("unavailable")
        kept = close_session(self._tracker, session, self._now)
        following = OrderText(self._now.date(), policy().provision_days).following(order)
        text = self._texts.register("done", case, number=order.number, next=following)
        self._say([text], None)
        return [*_closed(kept), SlotSet("order", order.number)]

    def _cannot_register(self, reason: str) -> Events:
        self._lead.append(self._texts.register(reason, self._session.case))
        self._session.register = "declined"
        return self._tell(self._session.case)

    def _ask_where(self) -> Events:
        """「我到第几步了」 with nothing to judge by: which order, or what is at hand."""
        member = self._session.member
        if member:
            days = policy().provision_days
            try:
                page = in_store(
                    Store.list_orders, member.partner.number, OrderKind.OPEN, 0, PAGE, self._now.date(), days
                )
            except StoreUnavailable:
                page = None
            if page and page.orders:
                buttons = OrderText(self._now.date(), days).buttons(page.orders)
                self._dispatcher.utter_message(text=self._texts.layout("which_order"), buttons=buttons)
                return []
        self._lead.append(self._texts.layout("nothing_known"))
        return self._tell(Case())


def _closed(kept: Optional[Dict[str, Any]]) -> Events:
    return [SlotSet("task", None), SlotSet("guide", kept)]
