"""Orders in a conversation: binding, where an order stands, lists.

Who asks is the conversation's id (``channel:id``, set by the channel); what may be seen is filtered in the store. The slot
``order`` is the latest order spoken of, ``order_list`` the list shown last (:mod:`actions.order_lists`).
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any, Callable, Dict, Optional, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.list_reading import read_list, which_meant
from actions.order_filters import filters
from actions.order_lists import ListTurn, is_own_name
from actions.order_reading import MAX_ORDERS, Asked, Aspect, bind_code, read_question, stranger_named, wants_export
from actions.order_sound import sounding_like
from actions.order_turn import CHOICES, Events, all_orders, human
from actions.resources import china_now, in_store
from bot.dialogue.routing import is_question
from bot.rules.order_words import place_named, step_named
from bot.store import Store, StoreUnavailable
from bot.store.records import BindOutcome, Bound, Matches, Member, Order, OrderKind
from bot.wording import reply

_UNBIND = re.compile(
    r"解绑|解邦|接绑|退绑|换绑|unbind|log ?out|登出|退出(登录|这个)|(取消|解除|撤掉?|注销|断开|删).{0,6}(绑|关联)|绑定.{0,6}(取消|撤|删|解)"
)
_SOMEBODY_ELSE = re.compile(r"同事|员工|别人|他|她|小[\u4e00-\u9fff]|他们|停掉")
_LIST_OF = {
    Aspect.PROBLEM: OrderKind.PROBLEM,
    Aspect.ORIGINALS: OrderKind.ORIGINALS,
    Aspect.PAID: OrderKind.UNPAID,
    Aspect.OVERDUE: OrderKind.OVERDUE,
    Aspect.ETA: OrderKind.OPEN,
}
"""What is listed when a side is asked for and no order is named."""


class ActionOrders(Action):
    """Answers the leaves ``order/…``. A store that is away is said, and the conversation goes on."""

    def __init__(self, now: Callable[[], Any] = china_now) -> None:
        """Read the time from ``now`` (with zone, China's)."""
        self._now = now

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_orders"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Answer the latest message, off the event loop."""
        return await asyncio.to_thread(self.answer, dispatcher, tracker)

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Answer the latest message."""
        turn = _Turn(dispatcher, tracker, self._now())
        leaf = tracker.latest_message["leaf"]
        code = bind_code(tracker.latest_message.get("text") or "") if leaf == "order/bind" else None
        try:
            if code:
                return turn.bind(code)
            if leaf == "order/unbind":
                return turn.unbind()
            member = in_store(Store.partner_of, tracker.sender_id)
            if leaf == "order/bind":
                return turn.about_binding(member)
            if member is None:
                return turn.say(reply("bind_first"))
            return turn.list(member) if leaf == "order/list" else turn.status(member)
        except StoreUnavailable:
            return turn.say(reply("unavailable"), [human()])


class _Turn(ListTurn):
    """One message about binding or orders and its answer."""

    def bind(self, code: str) -> Events:
        bound: Bound = in_store(Store.bind, self._tracker.sender_id, code, self._now)
        if bound.outcome is BindOutcome.LOCKED and bound.locked_until:
            until = bound.locked_until.astimezone(self._now.tzinfo)
            return self.say(reply("locked", until=f"{until:%H:%M}"), [human()])
        key = bound.outcome.value
        if bound.member:
            text = reply(key, partner=bound.member.partner.name, name=bound.member.name)
            return self.say(text, [all_orders()], *_FORGET)
        if bound.locked_until and bound.locked_until > self._now:
            until = bound.locked_until.astimezone(self._now.tzinfo)
            return self.say(reply("locked", until=f"{until:%H:%M}"), [human()])
        return self.say(reply(key), [human()])

    def unbind(self) -> Events:
        normal = self._normal
        if not _UNBIND.search(normal) or is_question(normal) or _SOMEBODY_ELSE.search(normal):
            title = reply("buttons.unbind")
            return self.say(reply("how_to_unbind"), [{"title": title, "payload": title, "leaf": "order/unbind"}])
        was_bound = in_store(Store.unbind, self._tracker.sender_id)
        return self.say(reply("unbound" if was_bound else "not_bound"), None, *_FORGET)

    def about_binding(self, member: Optional[Member]) -> Events:
        if member is None:
            return self.say(reply("bind_first"))
        return self.say(reply("bind_to", partner=member.partner.name, name=member.name), [all_orders()])

    def status(self, member: Member) -> Events:
        """Answer about one order, or a few that were named; which one, where that is not clear."""
        if wants_export(self._normal):
            return self.say(reply("export_refused"), [all_orders(), human()])
        asked = self._asked()
        partner = member.partner.number
        if asked.numbers:
            found = [in_store(Store.order, partner, number) for number in asked.numbers]
            return self.show([order for order in found if order], asked)
        if step := step_named(self._normal):
            return self.beside(member, step, asked)
        place = place_named(self._normal)
        if self._tracker.get_slot("order_list") and place is not None:
            return self.at_place(member, place, asked)
        if asked.digits:
            return self._choose(Matches(in_store(_ending, partner, asked.digits), False), asked)
        if filters(self._normal, self._entities, self._now.date()):
            return self.wished(member, self.wish(member), asked)
        named = in_store(_by_customer, partner, asked, self._normal)
        if named.each:
            return self.show(named.matches.orders, asked)
        if named.matches.orders or asked.customer:
            return self._choose(named.matches, asked)
        owner = read_list(self._normal, self._entities, self._now.date()).owner
        if owner and not asked.this and not is_own_name(owner, member):
            return self.not_found()  # 「李强的单超期了吗」: nobody's orders are answered as if they were his
        if meant := which_meant(self._normal, self._now.date()):
            wish = read_list(meant, [], self._now.date())
            return self.wished(member, dataclasses.replace(wish, names=()), asked)
        stranger = None if asked.this else stranger_named(self._normal)
        if stranger and not is_own_name(stranger, member):
            return self.not_found()  # never the order before, as if it were theirs
        latest = self._tracker.get_slot("order")
        if latest and (asked.this or asked.aspect):
            order = in_store(Store.order, partner, latest)
            if order:
                return self.show([order], asked)
        if asked.guesses and not asked.aspect and not asked.this:
            return self.not_found()
        return self._ask_which(member, asked)

    def _asked(self) -> Asked:
        picked = next((e["value"] for e in self._entities if e["entity"] == "order_aspect"), None)
        if any(e["entity"] == "order_number" and "normal_start" not in e for e in self._entities):
            numbers = tuple(str(e["value"]) for e in self._entities if e["entity"] == "order_number")
            return Asked(numbers, None, None, (), Aspect(picked) if picked else None, False)
        return read_question(self._normal, self._entities)

    def _choose(self, matches: Matches, asked: Asked) -> Events:
        if len(matches.orders) < 2:
            return self.show(matches.orders, asked)
        buttons = self._text.buttons(matches.orders[:CHOICES], asked.aspect)
        more = matches.more or len(matches.orders) > CHOICES
        return self.say(reply("several_more" if more else "several"), buttons)

    def _ask_which(self, member: Member, asked: Asked) -> Events:
        """No order is named: the only one that the question fits, or the most urgent to choose from."""
        if asked.aspect in _LIST_OF:
            return self.show_list(member, _LIST_OF[asked.aspect], 0, aspect=asked.aspect)
        page = self._page(member, OrderKind.OPEN, 0)
        if len(page.orders) == 1 and page.total == 1:
            return self.show(page.orders, asked)
        if not page.orders:
            return self.show_list(member, OrderKind.ALL, 0)
        return self.say(reply("which"), [*self._text.buttons(page.orders, asked.aspect), all_orders()])


def _ending(store: Store, partner: str, digits: str) -> tuple[Order, ...]:
    return store.orders_ending(partner, digits, CHOICES + 1)


@dataclasses.dataclass(frozen=True)
class _Named:
    """The orders of the customers that a message names; ``each``: one order of each of several."""

    matches: Matches
    each: bool = False


def _by_customer(store: Store, partner: str, asked: Asked, normal: str) -> _Named:
    """The orders of the customers that the names in the message fit.

    Of several names that fit, those of one customer (「北京的晨光」) are taken together; different customers are all
    answered where the message joins them (「晨光和海河」).
    """
    groups = sorted(asked.names, key=lambda names: normal.find(names[0])) if asked.joined else asked.names
    hits = [matches for names in groups if (matches := _first_hit(store, partner, names)).orders]
    if not hits:
        return _Named(sounding_like(store, partner, (names[0] for names in asked.names)))
    if len(hits) < 2:
        return _Named(hits[0])
    common = [order for order in hits[0].orders if all(order in other.orders for other in hits[1:])]
    if common:
        return _Named(Matches(tuple(common), any(matches.more for matches in hits)))
    if not asked.joined:
        return _Named(hits[0])
    found = tuple(dict.fromkeys(order for matches in hits for order in matches.orders))
    each = all(len(matches.orders) == 1 for matches in hits) and len(found) <= MAX_ORDERS
    return _Named(Matches(found, any(matches.more for matches in hits)), each)


def _first_hit(store: Store, partner: str, names: Sequence[str]) -> Matches:
    """The orders of the first of ``names`` that fits a customer."""
    return next((found for name in names if (found := store.find_orders(partner, name)).orders), Matches((), False))


_FORGET = (SlotSet("order", None), SlotSet("order_list", None))
