"""What a list of orders is narrowed by beyond one product and one span of days, and all that it leaves out.

A condition that was read is applied or said not to be (:attr:`ListWish.unknown`): words that leave something out must never
end as a list of just that.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Sequence

from actions.list_reading import ListWish, read_list
from actions.resources import in_store, policy
from bot.rules.order_filters import Part, blanked, due_named, left_out, quantities, urgent_named
from bot.rules.order_words import kind_named
from bot.rules.ordering import Stage, last_overdue_payment, stage_of
from bot.rules.workdays import workday_after
from bot.store import Store
from bot.store.keys import customer_key
from bot.store.orders import STAGES_OF
from bot.store.records import Narrowing, Order, OrderKind

_FAMILY = re.compile(r"企业版|商业版")
_OF_DISTRIBUTOR = re.compile(
    r"(?<![等在该归催到])(?P<who>[\u4e00-\u9fff]{2})(?:那边|这边|家)?(?:下|走|出)?的(?=有?[几多]|订?单|客户|都)"
)
_COMPARES = {
    "over": lambda has, wanted: has > wanted,
    "under": lambda has, wanted: has < wanted,
    "least": lambda has, wanted: has >= wanted,
    "most": lambda has, wanted: has <= wanted,
    "exactly": lambda has, wanted: has == wanted,
}


@dataclass(frozen=True)
class Condition:
    """One thing that orders of a list have, or lack where ``keep`` is not set.

    Attributes:
        about: ``product``, ``customer``, ``distributor``, ``kind``, ``due``, or how ``quantity`` compares (``over`` …).
        values: any of them; for ``due`` the first and the last day; for ``kind`` also the day that the list is of.
        keep: whether orders with it are shown or left out.
    """

    about: str
    values: tuple[str, ...]
    keep: bool = True

    def fits(self, order: Order) -> bool:
        """Whether ``order`` stays in the list."""
        return self._has(order) is self.keep

    def _has(self, order: Order) -> bool:
        if self.about in _COMPARES:
            return bool(_COMPARES[self.about](order.quantity, int(self.values[0])))
        if self.about == "due":
            due = due_of(order)
            return due is not None and self.values[0] <= due.isoformat() <= self.values[1]
        if self.about == "kind":
            return self._of_kind(order)
        return any(customer_key(value) in customer_key(getattr(order, self.about)) for value in self.values)

    def _of_kind(self, order: Order) -> bool:
        kind, today = OrderKind(self.values[0]), dt.date.fromisoformat(self.values[1])
        if stage_of(order.progress) not in STAGES_OF[kind]:
            return False
        last = last_overdue_payment(today, policy().provision_days)
        return kind is not OrderKind.OVERDUE or bool(order.money_arrived and order.money_arrived <= last)


@dataclass(frozen=True)
class Wanted(Narrowing):
    """What a list is narrowed by, with conditions that the store knows nothing of."""

    conditions: tuple[Condition, ...] = ()

    def fits(self, order: Order) -> bool:
        """Whether ``order`` is in the narrowed list."""
        return super().fits(order) and all(condition.fits(order) for condition in self.conditions)


def due_of(order: Order) -> Optional[dt.date]:
    """By when the service of ``order`` shall be opened, while it is not."""
    if stage_of(order.progress) is not Stage.PAID or not order.money_arrived:
        return None
    return workday_after(order.money_arrived, policy().provision_days).day


def conditions_of(narrowing: Narrowing) -> tuple[Condition, ...]:
    """The conditions of ``narrowing`` beside the store's own."""
    return narrowing.conditions if isinstance(narrowing, Wanted) else ()


def as_plain(narrowing: Narrowing) -> Optional[Dict[str, Any]]:
    """``narrowing`` as JSON can hold it; None where it holds nothing."""
    if narrowing in (Narrowing(), Wanted()):
        return None
    days = {"first": narrowing.first.isoformat(), "last": narrowing.last.isoformat()}
    return {**dataclasses.asdict(narrowing), **days}


def from_plain(plain: Optional[Dict[str, Any]]) -> Narrowing:
    """The narrowing that :func:`as_plain` made ``plain`` of."""
    if not plain:
        return Narrowing()
    conditions = tuple(
        Condition(one["about"], tuple(one["values"]), one["keep"]) for one in plain.get("conditions") or ()
    )
    narrowing = Narrowing(
        plain["milestone"],
        dt.date.fromisoformat(plain["first"]),
        dt.date.fromisoformat(plain["last"]),
        plain["product"],
        plain["newest"],
    )
    return _with(narrowing, conditions)


def _with(narrowing: Narrowing, conditions: Sequence[Condition]) -> Narrowing:
    """``narrowing`` and ``conditions``."""
    if not conditions:
        return narrowing
    own = {field.name: getattr(narrowing, field.name) for field in dataclasses.fields(Narrowing)}
    return Wanted(**own, conditions=tuple(conditions))


def read_wish(partner: str, normal: str, entities: List[Dict[str, Any]], today: dt.date) -> ListWish:
    """What ``normal`` asks a list to hold, as :func:`read_list` does, with what it leaves out and what else narrows it."""
    reading = _Reading(normal, entities, today)
    for part in left_out(normal):
        reading.leave_out(partner, part)
    reading.narrow()
    wish = read_list(reading.text, reading.entities, today)
    kind = OrderKind.OPEN if reading.urgent and wish.kind is OrderKind.ALL else wish.kind
    return dataclasses.replace(
        wish,
        kind=kind,
        narrowing=_with(wish.narrowing, reading.conditions),
        unknown=(*reading.not_known, *wish.unknown),
    )


def filters(normal: str, entities: List[Dict[str, Any]], today: dt.date) -> bool:
    """Whether ``normal`` narrows a list in a way that no single order is asked for."""
    reading = _Reading(normal, entities, today)
    reading.narrow()
    return bool(reading.conditions or left_out(normal))


class _Reading:
    """A message from which conditions are taken, one after the other; what is taken is blanked."""

    def __init__(self, normal: str, entities: List[Dict[str, Any]], today: dt.date) -> None:
        self.text = normal
        self.entities = list(entities)
        self.conditions: List[Condition] = []
        self.not_known: List[str] = []
        self.urgent = False
        self._today = today

    def leave_out(self, partner: str, part: Part) -> None:
        """Take the words ``part``, which leave something out; what that is nobody knows is said."""
        for at, what in _pieces(part, self.text):
            inside = [e for e in self.entities if at <= e.get("normal_start", -1) < at + len(what)]
            condition = self._meant(partner, what, inside)
            if condition:
                self._add(condition)
            else:
                self.not_known.append(part.words)
        self._take(part.start, part.end)

    def _add(self, condition: Condition) -> None:
        """Put ``condition`` to those of its sort: of several products that are left out none is shown."""
        for place, other in enumerate(self.conditions):
            same = (other.about, other.keep) == (condition.about, condition.keep)
            if same and condition.about in ("product", "customer", "distributor"):
                merged = dataclasses.replace(other, values=(*other.values, *condition.values))
                self.conditions[place] = merged
                return
        self.conditions.append(condition)

    def _meant(self, partner: str, what: str, inside: Sequence[Dict[str, Any]]) -> Optional[Condition]:
        what = re.sub(r"^(?:已经?|那些|所有|全部)(?=..)|(?:那些|那几[张个]|的|客户|公司|单子?)+$", "", what)
        value = next((str(e["value"]) for e in inside if e["entity"] == "product"), "")
        family = _FAMILY.search(what) if not value or value.endswith("版") else None
        if value or family:  # never the plan alone: 「e3」 stands in every 「Office365」
            return Condition("product", (family[0][:-1] if family else value,), False)
        kind = kind_named(what + "的") or kind_named(what)
        if kind:
            return Condition("kind", (kind, self._today.isoformat()), False)
        distributor = next((str(e["value"]) for e in inside if e["entity"] == "distributor"), "")
        if distributor:
            return Condition("distributor", (distributor,), False)
        named = len(what) > 1 and (in_store(Store.find_orders, partner, what, 1)).orders
        return Condition("customer", (what,), False) if named else None

    def narrow(self) -> None:
        """Take what narrows: several products, numbers of users, coming days, a distributor."""
        products = {str(e["value"]): e for e in self.entities if e["entity"] == "product" and "normal_start" in e}
        if len(products) > 1:
            self.conditions.append(Condition("product", tuple(products)))
            for entity in products.values():
                self._take(entity["normal_start"], entity["normal_end"])
        for part in quantities(self.text):
            self.conditions.append(Condition(part.what, (str(part.number),)))
            self._take(part.start, part.end)
        if due := due_named(self.text, self._today):
            self.conditions.append(Condition("due", (due.first.isoformat(), due.last.isoformat())))
            self._take(due.start, due.end)
        self._narrow_by_distributor()
        if urgent := urgent_named(self.text):
            self.urgent = True
            self._take(*urgent)

    def _narrow_by_distributor(self) -> None:
        for match in _OF_DISTRIBUTOR.finditer(self.text):
            for entity in self.entities:
                start = entity.get("normal_start", -1)
                if entity["entity"] == "distributor" and start == match.start("who"):
                    self.conditions.append(Condition("distributor", (str(entity["value"]),)))
                    self._take(start, match.end())
                    return

    def _take(self, start: int, end: int) -> None:
        self.text = blanked(self.text, start, end)
        self.entities = [e for e in self.entities if not start <= e.get("normal_start", -1) < end]


def _pieces(part: Part, normal: str) -> Iterator[tuple[int, str]]:
    """What ``part`` leaves out, one by one, and where in ``normal`` it stands."""
    at = normal.find(part.what, part.start)
    for match in re.finditer(r"(?:(?!和|跟|与|及|、|以及|还有).)+", part.what):
        yield at + match.start(), match[0]
