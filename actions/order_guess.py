"""Whether a few words that mean nothing else name a customer who has an order."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions.messages import normal_text
from actions.order_reading import read_question
from actions.resources import in_store
from bot.store import Store, StoreUnavailable

_LONGEST = 20


def names_an_order(tracker: Tracker) -> bool:
    """Whether the latest message is little more than the name (or the end of the number) of an order of the user's company."""
    normal = normal_text(tracker)
    if not normal or len(normal) > _LONGEST:
        return False
    asked = read_question(normal, tracker.latest_message.get("entities") or [])
    if not (asked.guesses or asked.digits):
        return False
    try:
        member = in_store(Store.partner_of, tracker.sender_id)
        return member is not None and in_store(_found, member.partner.number, asked.digits, asked.guesses)
    except StoreUnavailable:
        return False


def _found(store: Store, partner: str, digits: str | None, guesses: tuple[str, ...]) -> bool:
    if digits and store.orders_ending(partner, digits, 1):
        return True
    return any(store.find_orders(partner, name).orders for name in guesses)
