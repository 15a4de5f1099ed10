"""A customer's name typed by its sound (「西湖设及院」): other characters, the same syllables."""

from __future__ import annotations

from typing import Iterable

from pypinyin import lazy_pinyin

from bot.store import Store
from bot.store.records import Matches

_SHORTEST = 3
"""Characters of a name that is sought by its sound; two sound like too many."""


def sounding_like(store: Store, partner: str, names: Iterable[str]) -> Matches:
    """The orders whose customer sounds like the first of ``names`` that any does; two of its characters must be right."""
    for name in names:
        pairs = [name[at : at + 2] for at in range(len(name) - 1)] if len(name) >= _SHORTEST else []
        for pair in dict.fromkeys(pairs):
            found = store.find_orders(partner, pair)
            fitting = tuple(order for order in found.orders if _sounds_in(name, order.customer))
            if fitting:
                return Matches(fitting, found.more)
    return Matches((), False)


def _sounds_in(name: str, customer: str) -> bool:
    wanted, has = lazy_pinyin(name), lazy_pinyin(customer)
    return any(has[at : at + len(wanted)] == wanted for at in range(len(has) - len(wanted) + 1))
