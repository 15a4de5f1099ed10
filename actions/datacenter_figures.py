"""How a recommendation compares the customer's share of users with the line of a rule (F44, F47)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.rules.customer_facts import CustomerFacts, Spread, domestic_share
from bot.rules.policy import Policy

_JUST = 1e-6


def compared(facts: CustomerFacts, policy: Policy, texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A clause for each side, 「国外用户占90%，超过80%的线」; it names no figure when the customer gave none.

    Args:
        facts: the customer.
        policy: the lines.
        texts: per side (``mainland``, ``abroad``) the clauses ``over``, ``at`` and ``unsaid``.
    """
    share = domestic_share(facts, policy)
    in_words = facts.spread is not None and facts.spread is not Spread.UNKNOWN and facts.domestic_share is None
    counted = facts.abroad_share is not None or (facts.mainland is not None and facts.abroad is not None)
    if share is None or (in_words and not counted and share[0] != share[1]):
        return {side: clauses["unsaid"] for side, clauses in texts.items()}
    low, high = share
    sides = {"mainland": (low, high, policy.domestic_share), "abroad": (1 - high, 1 - low, policy.abroad_share)}
    return {side: _clause(texts[side], *values) for side, values in sides.items()}


def _clause(texts: Mapping[str, str], low: float, high: float, line: float) -> str:
    figure = _percent(low, line) if high - low <= _JUST else f"{_percent(low, line)}到{_percent(high, line)}"
    return texts["at" if abs(low - line) <= _JUST else "over"].replace("{figure}", figure)


def _percent(share: float, line: float) -> str:
    """Whole per cent, unless that would look like the line itself."""
    whole = f"{share:.0%}"
    return whole if whole != f"{line:.0%}" or abs(share - line) <= _JUST else f"{share:.1%}"
