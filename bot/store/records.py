"""What the store hands out and takes: plain values without a database behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.rules.ordering import Progress, Stage
from bot.store.columns import MAX_CHARS, MAX_QUANTITY, MAX_YEARS
from bot.store.keys import customer_key


@dataclass(frozen=True)
class Partner:
    """A reseller; an empty agreement number is "not yet"."""

    number: str
    name: str
    distributor: str
    agreement_number: str = ""
    agreement_signed: dt.date | None = None
    agreement_original_received: dt.date | None = None


@dataclass(frozen=True)
class Order:
    """An order as it is in files: one field a column, dates None while they have not happened."""

    number: str
    partner: str
    distributor: str
    customer: str
    product: str
    quantity: int
    years: int
    created: dt.date
    sealed: dt.date | None = None
    submitted: dt.date | None = None
    checked: dt.date | None = None
    problem: str = ""
    asked_to_pay: dt.date | None = None
    money_arrived: dt.date | None = None
    provisioned: dt.date | None = None
    originals_received: dt.date | None = None
    remark: str = ""

    @property
    def progress(self) -> Progress:
        """What the rules need to tell where it stands."""
        return Progress(
            created=self.created,
            sealed=self.sealed,
            submitted=self.submitted,
            checked=self.checked,
            problem=self.problem,
            asked_to_pay=self.asked_to_pay,
            money_arrived=self.money_arrived,
            provisioned=self.provisioned,
            originals_received=self.originals_received,
        )


class OrderKind(str, Enum):
    """Which orders of a partner a list shows."""

    ALL = "all"
    OPEN = "open"
    UNPAID = "unpaid"
    TO_PAY = "to_pay"
    OVERDUE = "overdue"
    PROBLEM = "problem"
    ORIGINALS = "originals"
    NOT_OPENED = "not_opened"
    OPENED = "opened"
    ARRIVED = "arrived"
    PASSED = "passed"
    OURS = "ours"
    THEIRS = "theirs"
    CREATED = "created"
    SEALED = "sealed"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    PAID = "paid"
    DONE = "done"


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed by beside its kind.

    Attributes:
        milestone: which of :data:`bot.rules.ordering.MILESTONES` lies between ``first`` and ``last`` (both count); empty: none.
        product: what the product's name contains, compared as customers' names are; empty: any.
        newest: by the day of the order, True the newest first, False the oldest first; None: the most urgent first.
    """

    milestone: str = ""
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    product: str = ""
    newest: bool | None = None

    def fits(self, order: Order) -> bool:
        """Whether ``order`` is in the narrowed list."""
        day = getattr(order, self.milestone) if self.milestone else None
        if self.milestone and not (day and self.first <= day <= self.last):
            return False
        return customer_key(self.product) in customer_key(order.product)


@dataclass(frozen=True)
class OrderPage:
    """Part of a list of orders, the most urgent first.

    Attributes:
        orders: this page.
        total: how many the whole list has, counted up to :data:`bot.store.orders.COUNTED`.
        quantity: what the orders of a narrowed list add up to.
        partial: whether a narrowed list was sought in part of the orders only, the most urgent.
    """

    orders: tuple[Order, ...]
    total: int
    quantity: int = 0
    partial: bool = False


@dataclass(frozen=True)
class Matches:
    """Orders found by a part of the customer's name; ``more`` when there are others."""

    orders: tuple[Order, ...]
    more: bool


@dataclass(frozen=True)
class Change:
    """One entry of an order's history: when, by whom, and field → (before, after) as text; a new order has no before."""

    at: dt.datetime
    by: str
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Member:
    """A person bound to a partner: who is behind a channel identity."""

    staff_id: int
    name: str
    partner: Partner


@dataclass(frozen=True)
class StaffEntry:
    """A line of ``csp staff list``."""

    staff_id: int
    partner: str
    name: str
    identities: tuple[str, ...]
    open_codes: int


class BindOutcome(str, Enum):
    """What came of a code."""

    BOUND = "bound"
    ALREADY_BOUND = "already_bound"
    WRONG_CODE = "wrong_code"
    EXPIRED = "expired"
    LOCKED = "locked"


@dataclass(frozen=True)
class Bound:
    """The outcome of binding.

    Attributes:
        outcome: see :class:`BindOutcome`.
        member: who the identity belongs to now; None unless it is bound.
        locked_until: when codes are taken again, if this or earlier wrong codes locked the identity.
    """

    outcome: BindOutcome
    member: Member | None = None
    locked_until: dt.datetime | None = None


@dataclass(frozen=True)
class Notice:
    """A message to a bound identity: an order moved from one stage to another."""

    id: int
    identity: str
    order: Order
    before: Stage
    after: Stage
    created_at: dt.datetime
    attempts: int


@dataclass(frozen=True)
class Draft:
    """An order that the guide registers; it gets its number from the store."""

    customer: str
    product: str
    quantity: int
    years: int = 1
    sealed: dt.date | None = None
    remark: str = ""

    def __post_init__(self) -> None:
        """Refuse what an order could not hold.

        Raises:
            ValueError: a text is empty, too long or not printable, or a number is out of range.
        """
        for name, required in (("customer", True), ("product", True), ("remark", False)):
            text = getattr(self, name)
            if (required and not text) or len(text) > MAX_CHARS[name] or not text.isprintable():
                raise ValueError(f"expected a printable {name} of at most {MAX_CHARS[name]} characters")
        if not (1 <= self.quantity <= MAX_QUANTITY and 1 <= self.years <= MAX_YEARS):
            raise ValueError(f"expected a quantity up to {MAX_QUANTITY} and up to {MAX_YEARS} years")


GuideState = dict[str, Any]
"""What the guide remembers: values that JSON can hold."""
