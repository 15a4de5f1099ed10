"""The guide through an order: which of the five steps somebody is at from what they have, and what to ask or do next.

This is the judging table §2.2 of the fact sheet (F11 to F33). What is known of a case is a :class:`Case`; where it stands
is :func:`position`, a function of the case alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Agreement(str, Enum):
    """How far the cooperation agreement with the distributor is (F12 to F15)."""

    NONE = "none"
    SIGNED = "signed"
    """Signed at some time; whether its number is there was not said."""
    STARTED = "started"
    """Signed without a number so far; the scan was not sent."""
    SEALED = "sealed"
    """Signed and sealed now; the scan was not sent."""
    SCAN_SENT = "scan_sent"
    ORIGINAL_SENT = "original_sent"
    NUMBER = "number"


class Sealing(str, Enum):
    """How the customer sealed the service agreement (F19)."""

    NONE = "none"
    UNKNOWN_KIND = "unknown_kind"
    """Sealed; how was not said."""
    PLAIN = "plain"
    CROSS_PAGE = "cross_page"


class Paper(str, Enum):
    """How far the purchase order is (F22, F23)."""

    NOT_FILLED = "not_filled"
    FILLED = "filled"
    SENT = "sent"


class Review(str, Enum):
    """What came of the distributor's look at the documents (F25)."""

    RETURNED = "returned"
    CORRECTED = "corrected"
    """Put right; whether it was sent again was not said."""
    RESENT = "resent"
    PASSED = "passed"
    """Found good; asking for the money is another thing."""


class Item(str, Enum):
    """What is settled one after the other; also what the guide asks about."""

    AGREEMENT = "agreement"
    CONFIRMED = "confirmed"
    SEAL = "seal"
    PAPER = "paper"
    REVIEW = "review"
    NOTICE = "notice"
    PAID = "paid"
    PROVISIONED = "provisioned"
    ORIGINALS = "originals"


class Move(str, Enum):
    """What is to be done or answered next."""

    ASK_AGREEMENT = "ask_agreement"
    ASK_NUMBER = "ask_number"
    SIGN_AGREEMENT = "sign_agreement"
    FINISH_AGREEMENT = "finish_agreement"
    SCAN_AGREEMENT = "scan_agreement"
    SEND_AGREEMENT = "send_agreement"
    GET_NUMBER = "get_number"
    ASK_CONFIRMED = "ask_confirmed"
    CONFIRM = "confirm"
    ASK_SEAL = "ask_seal"
    ASK_SEAL_KIND = "ask_seal_kind"
    SEAL = "seal"
    SEAL_AGAIN = "seal_again"
    ASK_PAPER = "ask_paper"
    FILL_PAPER = "fill_paper"
    SEND_PAPER = "send_paper"
    CORRECT = "correct"
    SEND_AGAIN = "send_again"
    ASK_NOTICE = "ask_notice"
    WAIT_AFTER_CORRECTION = "wait_after_correction"
    WAIT_AFTER_REVIEW = "wait_after_review"
    WAIT_FOR_NOTICE = "wait_for_notice"
    ASK_PAID = "ask_paid"
    PAY = "pay"
    ASK_PROVISIONED = "ask_provisioned"
    WAIT_FOR_PROVISIONING = "wait_for_provisioning"
    SEND_ORIGINALS = "send_originals"
    FINISHED = "finished"


@dataclass(frozen=True)
class Case:
    """What is known; None is "not said"."""

    agreement: Agreement | None = None
    confirmed: bool | None = None
    customer: str | None = None
    product: str | None = None
    quantity: int | None = None
    years: int | None = None
    seal: Sealing | None = None
    paper: Paper | None = None
    review: Review | None = None
    notice: bool | None = None
    paid: bool | None = None
    provisioned: bool | None = None
    originals: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """What is known, as JSON can hold it."""
        return {k: v.value if isinstance(v, Enum) else v for k, v in asdict(self).items() if v is not None}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Case:
        """The case that :meth:`to_dict` wrote; what does not belong to a case is passed over."""
        known = {k: v for k, v in values.items() if k in cls.__dataclass_fields__}
        for name, kind in (("agreement", Agreement), ("seal", Sealing), ("paper", Paper), ("review", Review)):
            if name in known:
                known[name] = kind(known[name])
        return cls(**known)

    @property
    def can_register(self) -> bool:
        """Whether customer, product and quantity of an order are known."""
        return bool(self.customer and self.product and self.quantity)


@dataclass(frozen=True)
class Position:
    """Where a case stands.

    Attributes:
        step: of the five (1 to 5).
        item: what is to be settled.
        move: the question or the task.
        asks: whether ``move`` is a question about what is not known, rather than a task.
        early_payment: paid although the distributor has not asked for it (F26).
        assumes_number: the first step counts as done although nobody said that the agreement's number is there.
    """

    step: int
    item: Item
    move: Move
    asks: bool
    early_payment: bool = False
    assumes_number: bool = False


_STEP = {
    Item.AGREEMENT: 1,
    Item.CONFIRMED: 2,
    Item.SEAL: 2,
    Item.PAPER: 3,
    Item.REVIEW: 4,
    Item.NOTICE: 4,
    Item.PAID: 4,
    Item.PROVISIONED: 5,
    Item.ORIGINALS: 5,
}
ITEMS = tuple(Item)
SETTLED: dict[Item, Any] = {
    Item.AGREEMENT: Agreement.NUMBER,
    Item.CONFIRMED: True,
    Item.SEAL: Sealing.CROSS_PAGE,
    Item.PAPER: Paper.SENT,
    Item.REVIEW: Review.PASSED,
    Item.NOTICE: True,
    Item.PAID: True,
    Item.PROVISIONED: True,
    Item.ORIGINALS: True,
}
_AFTER_REVIEW = {Review.RESENT: Move.WAIT_AFTER_CORRECTION, Review.PASSED: Move.WAIT_AFTER_REVIEW}
"""What waiting for the notice looks like when it is known what the distributor said of the documents."""
_MOVES: dict[Item, dict[Any, Move]] = {
    Item.AGREEMENT: {
        None: Move.ASK_AGREEMENT,
        Agreement.SIGNED: Move.ASK_NUMBER,
        Agreement.NONE: Move.SIGN_AGREEMENT,
        Agreement.STARTED: Move.FINISH_AGREEMENT,
        Agreement.SEALED: Move.SCAN_AGREEMENT,
        Agreement.SCAN_SENT: Move.SEND_AGREEMENT,
        Agreement.ORIGINAL_SENT: Move.GET_NUMBER,
    },
    Item.CONFIRMED: {None: Move.ASK_CONFIRMED, False: Move.CONFIRM},
    Item.SEAL: {
        None: Move.ASK_SEAL,
        Sealing.UNKNOWN_KIND: Move.ASK_SEAL_KIND,
        Sealing.NONE: Move.SEAL,
        Sealing.PLAIN: Move.SEAL_AGAIN,
    },
    Item.PAPER: {None: Move.ASK_PAPER, Paper.NOT_FILLED: Move.FILL_PAPER, Paper.FILLED: Move.SEND_PAPER},
    Item.REVIEW: {Review.RETURNED: Move.CORRECT, Review.CORRECTED: Move.SEND_AGAIN},
    Item.NOTICE: {None: Move.ASK_NOTICE, False: Move.WAIT_FOR_NOTICE},
    Item.PAID: {None: Move.ASK_PAID, False: Move.PAY},
    Item.PROVISIONED: {None: Move.ASK_PROVISIONED, False: Move.WAIT_FOR_PROVISIONING},
    Item.ORIGINALS: {None: Move.SEND_ORIGINALS, False: Move.SEND_ORIGINALS},
}
_QUESTIONS = {
    Move.ASK_AGREEMENT,
    Move.ASK_NUMBER,
    Move.ASK_CONFIRMED,
    Move.ASK_SEAL,
    Move.ASK_SEAL_KIND,
    Move.ASK_PAPER,
    Move.ASK_NOTICE,
    Move.ASK_PAID,
    Move.ASK_PROVISIONED,
}


def position(case: Case) -> Position:
    """Where ``case`` stands: at the first item that is not settled.

    Something that was not said counts as settled when something after it has happened, since a distributor asks for no
    money without documents and provisions nothing without money. Something that was said to be missing does not: an
    agreement with the wrong seal comes back even if everything was sent (F19, F25).
    """
    early = case.paid is True and case.notice is False and not case.provisioned
    for item in ITEMS:
        value = getattr(case, item.value)
        if value == SETTLED[item] or _passed(case, item):
            continue
        move = _MOVES[item][value]
        if item is Item.NOTICE and case.review:
            move = _AFTER_REVIEW.get(case.review, move)
        assumes = item is not Item.AGREEMENT and case.agreement in (None, Agreement.SIGNED) and _STEP[item] < 4
        return Position(_STEP[item], item, move, move in _QUESTIONS, early, assumes)
    return Position(5, Item.ORIGINALS, Move.FINISHED, False)


def _passed(case: Case, item: Item) -> bool:
    """Whether ``item`` needs no question, because what happened later cannot have happened without it."""
    value = getattr(case, item.value)
    money = bool(case.notice or case.paid or case.provisioned)
    sent = money or case.paper is Paper.SENT
    if item is Item.AGREEMENT:
        return value in (None, Agreement.SIGNED) and (sent or case.paper is not None or case.seal is not None)
    if item is Item.CONFIRMED:
        terms = bool(case.product and case.quantity) or case.seal is not None
        return (value is None and terms) or sent or case.paper is not None
    if item is Item.SEAL:
        return (value is None and sent) or (value is Sealing.UNKNOWN_KIND and money)
    if item is Item.PAPER:
        return money
    if item is Item.REVIEW:
        return value in (None, Review.RESENT) or bool(case.provisioned)
    if item is Item.NOTICE:
        return bool(case.provisioned or (value is None and case.paid))
    return item is Item.PAID and bool(case.provisioned)


def is_asked(case: Case, item: Item) -> bool:
    """Whether the guide asks about ``item`` rather than telling what to do; a bare yes or no answers nothing else."""
    return _MOVES[item].get(getattr(case, item.value)) in _QUESTIONS
