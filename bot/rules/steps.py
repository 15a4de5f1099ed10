"""The five steps of an order and their documents (F11 to F33, tables §2.1 and §2.2 of the fact sheet).

What the sheet does not say is ``UNSTATED`` here, so that nobody invents it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum


class Actor(str, Enum):
    """Who does something or must do it."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    DISTRIBUTOR = "distributor"
    NOBODY = "nobody"


class Document(str, Enum):
    """The papers of an order."""

    COOPERATION_AGREEMENT = "cooperation_agreement"
    CONTRACT = "contract"
    SERVICE_AGREEMENT = "service_agreement"
    PURCHASE_ORDER = "purchase_order"


class Seal(str, Enum):
    """How a document is sealed; ``CROSS_PAGE`` is 骑缝章."""

    PLAIN = "plain"
    CROSS_PAGE = "cross_page"
    UNSTATED = "unstated"


class Form(str, Enum):
    """In which form a document goes to the distributor before its original."""

    SCAN = "scan"
    ELECTRONIC = "electronic"


class OriginalDue(str, Enum):
    """When the original goes to the distributor."""

    AFTER_SCAN = "after_scan"
    AFTER_PROVISIONING = "after_provisioning"
    NEVER = "never"


class Repeat(str, Enum):
    """How often a document is needed."""

    FIRST_TIME_ONLY = "first_time_only"
    EVERY_CUSTOMER = "every_customer"
    EVERY_ORDER = "every_order"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class DocumentRule:
    """What is known about a document.

    Attributes:
        parties: between whom it is; for the service agreement the sheet names only who seals it.
        sealed_by: who must seal it; empty when the sheet does not say.
        forms: what goes to the distributor first; empty when the document is none of its business.
    """

    parties: tuple[Actor, ...]
    sealed_by: tuple[Actor, ...]
    seal: Seal
    forms: tuple[Form, ...]
    original: OriginalDue
    repeat: Repeat


DOCUMENTS = {
    Document.COOPERATION_AGREEMENT: DocumentRule(  # F12 F14 F15
        parties=(Actor.PARTNER, Actor.DISTRIBUTOR),
        sealed_by=(Actor.PARTNER,),
        seal=Seal.PLAIN,
        forms=(Form.SCAN,),
        original=OriginalDue.AFTER_SCAN,
        repeat=Repeat.FIRST_TIME_ONLY,
    ),
    Document.CONTRACT: DocumentRule(  # F16 F17
        parties=(Actor.PARTNER, Actor.CUSTOMER),
        sealed_by=(Actor.PARTNER, Actor.CUSTOMER),
        seal=Seal.UNSTATED,
        forms=(),
        original=OriginalDue.NEVER,
        repeat=Repeat.EVERY_CUSTOMER,
    ),
    Document.SERVICE_AGREEMENT: DocumentRule(  # F19 F20 F23 F24
        parties=(Actor.CUSTOMER,),
        sealed_by=(Actor.CUSTOMER,),
        seal=Seal.CROSS_PAGE,
        forms=(Form.SCAN,),
        original=OriginalDue.AFTER_PROVISIONING,
        repeat=Repeat.UNSTATED,
    ),
    Document.PURCHASE_ORDER: DocumentRule(  # F22 F23 F24
        parties=(Actor.PARTNER, Actor.DISTRIBUTOR),
        sealed_by=(),
        seal=Seal.UNSTATED,
        forms=(Form.SCAN, Form.ELECTRONIC),
        original=OriginalDue.AFTER_PROVISIONING,
        repeat=Repeat.EVERY_ORDER,
    ),
}


@dataclass(frozen=True)
class Step:
    """One of the five steps: its number, who acts in it, and the documents that it needs."""

    number: int
    actors: tuple[Actor, ...]
    documents: tuple[Document, ...]


STEPS = (  # F11
    Step(1, (Actor.PARTNER, Actor.DISTRIBUTOR), (Document.COOPERATION_AGREEMENT,)),
    Step(2, (Actor.PARTNER, Actor.CUSTOMER), (Document.CONTRACT, Document.SERVICE_AGREEMENT)),
    Step(3, (Actor.PARTNER,), (Document.SERVICE_AGREEMENT, Document.PURCHASE_ORDER)),
    Step(4, (Actor.DISTRIBUTOR, Actor.PARTNER), ()),
    Step(5, (Actor.DISTRIBUTOR,), (Document.SERVICE_AGREEMENT, Document.PURCHASE_ORDER)),
)


class AgreementState(str, Enum):
    """How far a partner is with step 1."""

    NOT_SIGNED = "not_signed"
    ORIGINAL_DUE = "original_due"
    NUMBER_DUE = "number_due"
    COMPLETE = "complete"


def agreement_state(number: str, signed: dt.date | None, original_received: dt.date | None) -> AgreementState:
    """How far step 1 is: sealed and scanned, original sent, own number received (F14, F15)."""
    if not (number or signed or original_received):
        return AgreementState.NOT_SIGNED
    if not original_received:
        return AgreementState.ORIGINAL_DUE
    return AgreementState.COMPLETE if number else AgreementState.NUMBER_DUE
