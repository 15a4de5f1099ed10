"""Where somebody is in the guide, kept in the conversation's slot and in the store.

The store is what makes a guide go on another day or on another channel of the same person; the slot is what lets it go on
while the store is away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from rasa_sdk import Tracker

from actions.resources import in_store
from bot.rules.guide import Agreement, Case
from bot.store import Store, StoreUnavailable
from bot.store.records import Member


@dataclass
class Session:
    """A guide under way.

    Attributes:
        case: what is known.
        register: None, ``offered`` (a yes or no is being waited for) or ``declined``.
        at: when it was last changed.
        saved: whether the store has it.
        left: whether the user has left it; it goes on where it was when they want it to.
        others: the cases of other customers that were spoken of, by name.
        has_number: whether an order before this one had the agreement's number, which is the user's own and not asked for
            again (F14).
        closed: whether the order is finished; only ``has_number`` and ``others`` are left of it.
        prefilled: whether what the store knows of the partner has been put in, so that 「上一步」 can take it out again.
        member: who is bound to the identity, if anybody.
        stored: whether it was found in the slot or the store, rather than begun now.
        reachable: whether the store could be read.
    """

    case: Case = field(default_factory=Case)
    register: Optional[str] = None
    at: str = ""
    saved: bool = False
    left: bool = False
    others: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    has_number: bool = False
    closed: bool = False
    prefilled: bool = False
    member: Optional[Member] = None
    stored: bool = False
    reachable: bool = True

    def to_dict(self) -> Dict[str, Any]:
        """The part that is kept."""
        return {
            "case": self.case.to_dict(),
            "register": self.register,
            "at": self.at,
            "saved": self.saved,
            "left": self.left,
            "others": self.others,
            "has_number": self.has_number,
            "closed": self.closed,
            "prefilled": self.prefilled,
        }


def load_session(tracker: Tracker) -> Session:
    """The guide of the person behind the conversation, or a new one."""
    slot: Optional[Dict[str, Any]] = tracker.get_slot("guide")
    try:
        member = in_store(Store.partner_of, tracker.sender_id)
        kept: Optional[Dict[str, Any]] = in_store(Store.guide, tracker.sender_id)
    except StoreUnavailable:
        return _session(slot, None, reachable=False)
    # A slot that was saved is what the store had then; another channel may have gone on, or ended it, since.
    newer = slot is not None and not slot.get("saved") and (kept is None or slot["at"] >= kept.get("at", ""))
    later = slot if newer else kept
    return _session(later, member, reachable=True)


def save_session(tracker: Tracker, session: Session, now: dt.datetime) -> None:
    """Keep ``session`` in the store, if that can be reached."""
    session.at, session.saved = now.isoformat(), True
    try:
        in_store(Store.save_guide, tracker.sender_id, session.to_dict(), now)
    except StoreUnavailable:
        session.saved = session.reachable = False


def close_session(tracker: Tracker, session: Session, now: dt.datetime) -> Optional[Dict[str, Any]]:
    """End the guide's order and return what is kept for the next: other customers' orders, and that the number is there.

    What the store knows of the partner need not be kept; a store that is away keeps the order until it is ended there.
    """
    number = session.case.agreement is Agreement.NUMBER
    stored = session.member and session.member.partner.agreement_number
    if session.others or (number and not stored):
        kept = Session(others=session.others, has_number=number, closed=True, left=True)
        save_session(tracker, kept, now)
        return kept.to_dict()
    _drop_session(tracker)
    return None


def _drop_session(tracker: Tracker) -> None:
    try:
        in_store(Store.drop_guide, tracker.sender_id)
    except StoreUnavailable:
        return


def _session(kept: Optional[Dict[str, Any]], member: Optional[Member], reachable: bool) -> Session:
    if not kept:
        return Session(member=member, reachable=reachable)
    return Session(
        case=Case.from_dict(kept.get("case") or {}),
        register=kept.get("register"),
        at=kept.get("at") or "",
        saved=bool(kept.get("saved")),
        left=bool(kept.get("left")),
        others=dict(kept.get("others") or {}),
        has_number=bool(kept.get("has_number")),
        closed=bool(kept.get("closed")),
        prefilled=bool(kept.get("prefilled")),
        member=member,
        stored=not kept.get("closed"),
        reachable=reachable,
    )
