"""Lists of orders in a conversation: what is asked for, page by page, and single orders by their place in the list.

The slot ``order_list`` is the list that was shown last: its ``kind`` and what it is narrowed by (``narrow``), the numbers of
the orders ``shown`` so far, and at which ``offset`` the next page begins (None: there is none).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Optional, Sequence, Tuple

from rasa_sdk.events import SlotSet

from actions.list_reading import ListWish, by_arrival, narrows
from actions.order_filters import as_plain, from_plain, read_wish
from actions.order_reading import Asked, Aspect, apart, wants_export, wants_others
from actions.order_text import PAGE, order_button
from actions.order_turn import Events, Turn, all_orders, human
from actions.resources import in_store, policy
from bot.rules.order_words import wants_next_page, wants_page_before
from bot.store import Store
from bot.store.orders import STAGES_OF
from bot.store.records import Member, Narrowing, Order, OrderKind, OrderPage
from bot.wording import reply

_ALL = Narrowing()
_NAMES_TRIED = 3
_FOUND_BY_NAME = 30
"""Orders of the customers that a name fits, at most."""


class ListTurn(Turn):
    """A message that asks for a list, and its answer."""

    def list(self, member: Member) -> Events:
        """Show what the message asks for; what was not understood of it is said."""
        if wants_export(self._normal):
            return self.say(reply("export_refused"), [all_orders(), human()])
        if wants_others(self._normal):
            return self.say(reply("others_refused"), [all_orders()])
        before = self._tracker.get_slot("order_list") or {}
        picked = next((e["value"] for e in self._entities if e["entity"] == "order_page"), None)
        if picked is None and before and wants_next_page(self._normal):
            if before.get("offset") is None:
                return self.say(reply("list_end"), [all_orders()])
            picked = before
        if picked is None and before and wants_page_before(self._normal):
            page = (len(before.get("shown") or ()) - 1) // PAGE  # the one on show, counted from 0
            picked = {**before, "offset": max(0, page - 1) * PAGE}
        if picked:
            shown = (before.get("shown") or [])[: int(picked["offset"])]
            return self.show_list(
                member, OrderKind(picked["kind"]), int(picked["offset"]), from_plain(picked.get("narrow")), shown=shown
            )
        return self.wished(member, self.wish(member))

    def wish(self, member: Member) -> ListWish:
        """The list that the message asks for."""
        return read_wish(member.partner.number, self._normal, self._entities, self._now.date())

    def wished(self, member: Member, wish: ListWish, asked: Optional[Asked] = None) -> Events:
        """The list of ``wish``; with ``asked`` the order itself, when there is but one."""
        own = [name for name in wish.names if not is_own_name(name, member)]
        names, orders = self._of_customers(member, own)
        parts = apart(wish.owner) if wish.owner in own and wish.owner not in names else ()
        if parts:  # 「晨光和海河的单」
            names, orders = self._of_customers(member, parts)
        strangers = [part for part in parts if part not in names]
        if parts and names:
            wish = replace(wish, owner=None, told=())
        if wish.owner in own and wish.owner not in names:
            return self.say(reply("list_nobody", name=wish.owner), [all_orders()])
        missing = [name for name in wish.told if name in own and name not in names]
        notes = [reply("not_narrowed", words="」「".join([*wish.unknown, *missing]))] if wish.unknown or missing else []
        notes += [reply("list_nobody", name=name) for name in strangers]
        if wish.dropped:
            notes.append(reply("not_by_day", words=wish.dropped, kind=self._text.label(wish.kind, _ALL)))
        if by_arrival(wish, self._normal):
            notes.append(reply("by_arrival"))
        if names:
            return self._named(wish, names, orders, notes, asked)
        if wish.sums:
            return self._sum(member, wish, notes)
        if wish.counts and wish.kind is OrderKind.ALL and not narrows(wish):
            counts = in_store(Store.stage_counts, member.partner.number)
            notes.append(self._text.counts(member.partner.name, counts))
        return self.show_list(member, wish.kind, 0, wish.narrowing, asked=asked, notes=notes)

    def _of_customers(self, member: Member, names: Sequence[str]) -> Tuple[List[str], List[Order]]:
        """Those of ``names`` that customers have, and their orders, in order."""
        known: List[str] = []
        found: Dict[str, Order] = {}
        for name in names[:_NAMES_TRIED]:
            matches = in_store(Store.find_orders, member.partner.number, name, _FOUND_BY_NAME)
            if matches.orders:
                known.append(name)
                found.update({order.number: order for order in matches.orders})
        return known, list(found.values())

    def _named(
        self, wish: ListWish, names: List[str], orders: List[Order], notes: List[str], asked: Optional[Asked]
    ) -> Events:
        """The orders of the customers that were named, as far as they fit the rest of ``wish``."""
        fitting = [order for order in orders if self._fits(order, wish)]
        label = self._text.label(wish.kind, wish.narrowing, "、".join(names))
        if not fitting:
            notes.append(reply("list_none", kind=label))
            if len(orders) == 1:
                return self.show(orders, asked or Asked((), None, None, (), None, False), "\n".join(notes))
            return self.say("\n".join(notes), [*self._text.buttons(orders[:PAGE]), all_orders()])
        if len(fitting) == 1 and not wish.counts:
            return self.show(fitting, asked or Asked((), None, None, (), None, False), "\n".join(notes))
        page = OrderPage(tuple(fitting), len(fitting))
        text = self._text.page(page, label, 0, wish.narrowing.newest)
        shown = {
            "kind": wish.kind.value,
            "offset": None,
            "shown": [order.number for order in fitting],
            "whole": len(fitting),
        }
        return self._say_list("\n".join([*notes, text]), page, 0, None, shown)

    def _fits(self, order: Order, wish: ListWish) -> bool:
        where = self._text.standing(order)
        late = where.overdue or wish.kind is not OrderKind.OVERDUE
        return late and where.stage in STAGES_OF[wish.kind] and wish.narrowing.fits(order)

    def _sum(self, member: Member, wish: ListWish, notes: List[str]) -> Events:
        page = self._page(member, wish.kind, 0, wish.narrowing, whole=True)
        label = self._text.label(wish.kind, wish.narrowing)
        notes.append(reply("list_sum", kind=label, total=page.total, quantity=page.quantity))
        if page.partial:
            notes.append(reply("list_partial"))
        return self.say("\n".join(notes), [all_orders()])

    def show_list(
        self,
        member: Member,
        kind: OrderKind,
        offset: int,
        narrowing: Narrowing = _ALL,
        aspect: Optional[Aspect] = None,
        asked: Optional[Asked] = None,
        notes: Sequence[str] = (),
        shown: Sequence[str] = (),
    ) -> Events:
        """A page of a list; the order itself where one is asked about (``aspect``, ``asked``) and there is but one."""
        page = self._page(member, kind, offset, narrowing)
        alone = page.total == 1 and (asked is not None or (aspect is not None and aspect is not Aspect.ETA))
        newest = narrowing.newest is not None and asked is not None and page.orders
        if alone or newest:
            side = Asked((), None, None, (), asked.aspect if asked else aspect, False)
            return self.show(page.orders[:1], side, "\n".join(notes))
        label = self._text.label(kind, narrowing)
        text = self._text.page(page, label, offset, narrowing.newest)
        if page.partial:
            text += "\n" + reply("list_partial")
        if kind is OrderKind.UNPAID and page.orders:
            text += "\n" + reply("list_to_pay")
        following = offset + len(page.orders) if page.orders and page.total > offset + len(page.orders) else None
        state = {"kind": kind.value, "offset": following, "narrow": as_plain(narrowing)}
        numbers = [*shown, *(order.number for order in page.orders)]
        return self._say_list(
            "\n".join([*notes, text]),
            page,
            offset,
            state if following is not None else None,
            {**state, "shown": numbers},
        )

    def _say_list(
        self, text: str, page: OrderPage, offset: int, following: Optional[Dict[str, Any]], state: Dict[str, Any]
    ) -> Events:
        shown = page.orders[:PAGE]
        buttons = [order_button(order.customer, order.number) for order in shown]
        if len({b["title"] for b in buttons}) < len(buttons):
            buttons = self._text.buttons(shown)
        if following:
            title = reply("buttons.more")
            entities = [{"entity": "order_page", "value": following}]
            buttons.append({"title": title, "payload": title, "leaf": "order/list", "entities": entities})
        if any(self._text.standing(order).overdue for order in page.orders):
            buttons.append(human())
        if not page.orders:
            buttons.append(all_orders())
        if offset:  # the page's numbers go on from the one before, so that 「第七个」 is no place among the buttons
            buttons = [{**button, "numbered": False} for button in buttons]
        only = page.orders[0].number if len(page.orders) == 1 else None
        return self.say(text, buttons, SlotSet("order_list", state), SlotSet("order", only))

    def at_place(self, member: Member, place: int, asked: Asked) -> Events:
        """The order at ``place`` of the list shown last: from 1, or from -1 backwards."""
        before = self._tracker.get_slot("order_list") or {}
        if place < 0:
            place += self._total(member, before) + 1
        order = self._placed(member, place, before)
        if order is None:
            return self.say(reply("no_such_place"), [all_orders()])
        return [*self.show([order], asked), SlotSet("order_list", {**before, "at": place})]

    def beside(self, member: Member, step: int, asked: Asked) -> Events:
        """The order after the one spoken of (``step`` 1) or before it (-1) in the list shown last."""
        before = self._tracker.get_slot("order_list")
        if not before:
            return self.show_list(member, OrderKind.ALL, 0, notes=[reply("no_list_yet")])
        latest, shown = self._tracker.get_slot("order"), before.get("shown") or []
        place = step + (shown.index(latest) + 1 if latest in shown else before.get("at") or 0)
        if place < 1 or self._placed(member, place, before) is None:
            return self.say(reply("list_end" if step > 0 else "list_begin"), [all_orders()])
        return self.at_place(member, place, asked)

    def _total(self, member: Member, before: Dict[str, Any]) -> int:
        """How many orders the list ``before`` has."""
        if before.get("offset") is None:
            return len(before.get("shown") or ())
        page = self._page(member, OrderKind(before["kind"]), 0, from_plain(before.get("narrow")))
        return page.total

    def _placed(self, member: Member, place: int, before: Dict[str, Any]) -> Optional[Order]:
        """The order at ``place`` of the list ``before``; None: there is no such place."""
        shown: List[str] = before.get("shown") or []
        if 0 < place <= len(shown):
            return in_store(Store.order, member.partner.number, shown[place - 1])
        if before.get("whole") or place < 1:
            return None
        kind, narrowing = OrderKind(before["kind"]), from_plain(before.get("narrow"))
        page = self._page(member, kind, place - 1, narrowing)
        return page.orders[0] if page.orders else None

    def _page(
        self, member: Member, kind: OrderKind, offset: int, narrowing: Narrowing = _ALL, whole: bool = False
    ) -> OrderPage:
        today, days = self._now.date(), policy().provision_days
        partner = member.partner.number
        if narrowing == _ALL and not whole:
            page: OrderPage = in_store(Store.list_orders, partner, kind, offset, PAGE, today, days)
        else:
            page = in_store(Store.narrowed_orders, partner, kind, narrowing, offset, PAGE, today, days)
        return page


def is_own_name(name: str, member: Member) -> bool:
    """Whether ``name`` is the asker or the asker's company."""
    return len(name) > 1 and (
        name in member.partner.name or name == member.name or name == member.partner.number.lower()
    )
