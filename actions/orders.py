"""Orders in a conversation: binding, where an order stands, lists.

Who asks is the conversation's id (``channel:id``, set by the channel); what may be seen is filtered in the store. The slot
``order`` is the latest order spoken of, ``order_list`` the list that 「更多」 goes on with.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import Part
from actions.messages import normal_text
from actions.order_reading import (
    Asked,
    Aspect,
    bind_code,
    kind_of,
    read_question,
    wants_export,
    wants_more,
    wants_others,
)
from actions.order_text import PAGE, OrderText, order_button
from actions.resources import china_now, in_store, policy
from actions.tasks import say_with_open_task
from bot.dialogue.routing import is_question
from bot.store import Store, StoreUnavailable
from bot.store.records import BindOutcome, Bound, Matches, Member, Order, OrderKind
from bot.wording import reply

_CHOICES = 5
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

Events = List[Dict[str, Any]]


class ActionOrders(Action):
    """Answers the leaves ``order/…``. A store that is away is said, and the conversation goes on."""

    def __init__(self, now: Callable[[], Any] = china_now) -> None:
        """Read the time from ``now`` (with zone, China's)."""
        self._now = now

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_orders"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
        """Answer the latest message."""
        turn = _Turn(dispatcher, tracker, self._now())
        leaf = tracker.latest_message["leaf"]
        code = bind_code(tracker.latest_message.get("text") or "") if leaf == "order/bind" else None
        try:
            if code:
                return await turn.bind(code)
            if leaf == "order/unbind":
                return await turn.unbind()
            member = await in_store(Store.partner_of, tracker.sender_id)
            if leaf == "order/bind":
                return turn.about_binding(member)
            if member is None:
                return turn.say(reply("bind_first"))
            return await (turn.list(member) if leaf == "order/list" else turn.status(member))
        except StoreUnavailable:
            return turn.say(reply("unavailable"), [_human()])


class _Turn:  # its methods say something and return the events that Rasa shall keep
    """One message about orders and its answer."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, now: Any) -> None:
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._now = now
        self._normal = normal_text(tracker)
        self._entities = tracker.latest_message.get("entities") or []
        self._text = OrderText(now.date(), policy().provision_days)

    def say(
        self,
        text: str,
        buttons: Optional[List[Dict[str, Any]]] = None,
        *events: Dict[str, Any],
        parts: Sequence[Part] = (),
    ) -> Events:
        say_with_open_task(self._dispatcher, self._tracker, text, buttons, parts)
        return list(events)

    async def bind(self, code: str) -> Events:
        bound: Bound = await in_store(Store.bind, self._tracker.sender_id, code, self._now)
        if bound.outcome is BindOutcome.LOCKED and bound.locked_until:
            until = bound.locked_until.astimezone(self._now.tzinfo)
            return self.say(reply("locked", until=f"{until:%H:%M}"), [_human()])
        key = bound.outcome.value
        if bound.member:
            text = reply(key, partner=bound.member.partner.name, name=bound.member.name)
            return self.say(text, [_all_orders()], *_FORGET)
        if bound.locked_until and bound.locked_until > self._now:
            until = bound.locked_until.astimezone(self._now.tzinfo)
            return self.say(reply("locked", until=f"{until:%H:%M}"), [_human()])
        return self.say(reply(key), [_human()])

    async def unbind(self) -> Events:
        normal = self._normal
        if not _UNBIND.search(normal) or is_question(normal) or _SOMEBODY_ELSE.search(normal):
            title = reply("buttons.unbind")
            return self.say(reply("how_to_unbind"), [{"title": title, "payload": title, "leaf": "order/unbind"}])
        was_bound = await in_store(Store.unbind, self._tracker.sender_id)
        return self.say(reply("unbound" if was_bound else "not_bound"), None, *_FORGET)

    def about_binding(self, member: Optional[Member]) -> Events:
        if member is None:
            return self.say(reply("bind_first"))
        return self.say(reply("bind_to", partner=member.partner.name, name=member.name), [_all_orders()])

    async def status(self, member: Member) -> Events:
        if wants_export(self._normal):
            return self.say(reply("export_refused"), [_all_orders(), _human()])
        asked = self._asked()
        partner = member.partner.number
        if asked.numbers:
            found = [await in_store(Store.order, partner, number) for number in asked.numbers]
            return await self._show([order for order in found if order], asked)
        if asked.digits:
            return await self._choose(Matches(await in_store(_ending, partner, asked.digits), False), asked)
        matches = await in_store(_by_customer, partner, asked)
        if matches.orders or asked.customer:
            return await self._choose(matches, asked)
        latest = self._tracker.get_slot("order")
        if latest and (asked.this or asked.aspect):
            order = await in_store(Store.order, partner, latest)
            if order:
                return await self._show([order], asked)
        if asked.guesses and not asked.aspect and not asked.this:
            return self._not_found()
        return await self._ask_which(member, asked)

    def _asked(self) -> Asked:
        picked = next((e["value"] for e in self._entities if e["entity"] == "order_aspect"), None)
        if any(e["entity"] == "order_number" and "normal_start" not in e for e in self._entities):
            numbers = tuple(str(e["value"]) for e in self._entities if e["entity"] == "order_number")
            return Asked(numbers, None, None, (), Aspect(picked) if picked else None, False)
        return read_question(self._normal, self._entities)

    async def _show(self, orders: Sequence[Order], asked: Asked) -> Events:
        if not orders:
            return self._not_found()
        papers = {o.number: await in_store(Store.documents, o.partner, o.number) for o in orders if asked.aspect}
        told = [(order, asked.aspect, papers.get(order.number, ())) for order in orders]
        text = "\n\n".join(self._text.status(*one) for one in told)
        parts = [part for one in told for part in self._text.parts(*one)]
        late = any(self._text.standing(order).overdue for order in orders)
        return self.say(text, [_human()] if late else None, SlotSet("order", orders[-1].number), parts=parts)

    async def _choose(self, matches: Matches, asked: Asked) -> Events:
        if len(matches.orders) < 2:
            return await self._show(matches.orders, asked)
        buttons = self._text.buttons(matches.orders[:_CHOICES], asked.aspect)
        more = matches.more or len(matches.orders) > _CHOICES
        return self.say(reply("several_more" if more else "several"), buttons)

    def _not_found(self) -> Events:
        return self.say(reply("not_found"), [_all_orders()])

    async def _ask_which(self, member: Member, asked: Asked) -> Events:
        """No order is named: the only one that the question fits, or the most urgent to choose from."""
        if asked.aspect:
            return await self._list(member, _LIST_OF[asked.aspect], 0, asked.aspect)
        page = await self._page(member, OrderKind.OPEN, 0)
        if len(page.orders) == 1 and page.total == 1:
            return await self._show(page.orders, asked)
        if not page.orders:
            return await self._list(member, OrderKind.ALL, 0)
        return self.say(reply("which"), [*self._text.buttons(page.orders), _all_orders()])

    async def list(self, member: Member) -> Events:
        if wants_export(self._normal):
            return self.say(reply("export_refused"), [_all_orders(), _human()])
        if wants_others(self._normal):
            return self.say(reply("others_refused"), [_all_orders()])
        before = self._tracker.get_slot("order_list") or {}
        picked = next((e["value"] for e in self._entities if e["entity"] == "order_page"), None)
        if picked is None and before and wants_more(self._normal):
            picked = before
        if picked:
            return await self._list(member, OrderKind(picked["kind"]), int(picked["offset"]))
        return await self._list(member, kind_of(self._normal), 0)

    async def _list(self, member: Member, kind: OrderKind, offset: int, aspect: Optional[Aspect] = None) -> Events:
        page = await self._page(member, kind, offset)
        if aspect and page.total == 1 and aspect is not Aspect.ETA:
            return await self._show(page.orders, Asked((), None, None, (), aspect, False))
        buttons = [order_button(order.customer, order.number) for order in page.orders]
        if len({b["title"] for b in buttons}) < len(buttons):
            buttons = self._text.buttons(page.orders)
        following = None
        if page.total > offset + len(page.orders) and page.orders:
            following = {"kind": kind.value, "offset": offset + len(page.orders)}
            title = reply("buttons.more")
            entities = [{"entity": "order_page", "value": following}]
            buttons.append({"title": title, "payload": title, "leaf": "order/list", "entities": entities})
        if any(self._text.standing(order).overdue for order in page.orders):
            buttons.append(_human())
        return self.say(self._text.page(page, kind, offset), buttons, SlotSet("order_list", following))

    async def _page(self, member: Member, kind: OrderKind, offset: int) -> Any:
        days = policy().provision_days
        return await in_store(Store.list_orders, member.partner.number, kind, offset, PAGE, self._now.date(), days)


def _ending(store: Store, partner: str, digits: str) -> tuple[Order, ...]:
    return store.orders_ending(partner, digits, _CHOICES + 1)


def _by_customer(store: Store, partner: str, asked: Asked) -> Matches:
    """The orders of the first name in the message that fits a customer."""
    for name in asked.guesses:
        matches = store.find_orders(partner, name)
        if matches.orders:
            return matches
    return Matches((), False)


def _human() -> Dict[str, Any]:
    title = reply("buttons.human")
    return {"title": title, "payload": title, "leaf": "human/request"}


def _all_orders() -> Dict[str, Any]:
    title = reply("buttons.all")
    return {"title": title, "payload": title, "leaf": "order/list"}


_FORGET = (SlotSet("order", None), SlotSet("order_list", None))
