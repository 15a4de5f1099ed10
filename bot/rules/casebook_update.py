"""Put what a sentence said together with what was known before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.rules.customer_facts import CustomerFacts, Domain, Spread, Travel, Use, counted_users

_COUNTS = ("mainland", "abroad", "hmt")
_SHARES = ("domestic_share", "abroad_share", "hmt_share")


@dataclass(frozen=True)
class Change:
    """What a sentence said.

    Attributes:
        facts: new values by name.
        moves: users to add to a side (negative: to take away).
        places: sides whose number is the sum of single places, and adds to what was known.
        replaces: it is a correction or a what-if: what no longer fits the new numbers goes.
    """

    facts: dict[str, Any]
    moves: dict[str, int] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    replaces: bool = False


def updated(before: CustomerFacts, change: Change) -> CustomerFacts:
    """What is known after ``change``."""
    new = dict(change.facts)
    mainland, abroad, _ = counted_users(before)
    known = {"mainland": mainland, "abroad": abroad, "hmt": before.hmt}
    for side, more in change.moves.items():
        new[side] = max(0, (known[side] or 0) + more)
    for side in change.places & set(new):
        new[side] = (getattr(before, side) or 0) + new[side]
    if change.replaces or change.moves:
        new = {**_stale(before, new, keep_sides=bool(change.moves)), **new}
    elif {*_COUNTS, *_SHARES} & set(new) and before.spread is Spread.UNKNOWN:
        new.setdefault("spread", None)
    return replace(before, **_tidy(before, new))


def _stale(before: CustomerFacts, new: dict[str, Any], keep_sides: bool) -> dict[str, Any]:
    """What the new numbers make wrong, each set to None (or, for a move, to what it was before it)."""
    gone: dict[str, Any] = {}
    counted = set(_COUNTS) & set(new)
    if keep_sides:
        mainland, abroad, _ = counted_users(before)
        gone |= {"mainland": mainland, "abroad": abroad, "total": None}
    if counted:
        gone |= dict.fromkeys([*_SHARES, "spread"])
        sides = [new.get(name, getattr(before, name)) for name in ("mainland", "abroad")]
        if None not in sides:
            gone["total"] = None
    if {*_SHARES, "spread"} & set(new):
        gone |= dict.fromkeys([*_SHARES, "spread"])
        gone |= dict.fromkeys(_COUNTS)
        if not counted:
            gone["total"] = before.total if before.total is not None else _sum(before)
    if "total" in new and not counted:
        gone |= {"mainland": None} if before.abroad is not None else {}
    return gone


def _sum(facts: CustomerFacts) -> int | None:
    mainland, abroad, hmt = counted_users(facts)
    return None if mainland is None or abroad is None else mainland + abroad + hmt


def _tidy(before: CustomerFacts, new: dict[str, Any]) -> dict[str, Any]:
    """Facts that are replaced together: how many travel goes with how often, domains with being the same."""
    if {"travel", "travellers", "travel_share"} & set(new):
        fixed = new.get("travel") in (Travel.NONE, Travel.MANY, Travel.UNKNOWN, Travel.FEW)
        new = {"travellers": None, "travel_share": None, **({} if fixed else {"travel": None}), **new}
    if new.get("abroad") and not before.abroad and before.use is Use.NONE:
        new.setdefault("use", None)  # nobody used it from abroad while nobody was there
    if {"mainland", "abroad"} <= set(new) and "spread" not in new and before.spread is Spread.UNKNOWN:
        new["spread"] = None
    if new.get("domain") in (Domain.SAME, Domain.OTHER) and "home_domain" not in new:
        same = before.home_domain == (new.get("foreign_domain") or before.foreign_domain)
        if before.home_domain and same is not (new["domain"] is Domain.SAME):
            new["home_domain"] = None
    return new


def mirrored(facts: CustomerFacts) -> CustomerFacts:
    """The mainland and abroad exchanged."""
    mainland, abroad, _ = counted_users(facts)
    turned = {
        Spread.MOSTLY_MAINLAND: Spread.MOSTLY_ABROAD,
        Spread.MOSTLY_ABROAD: Spread.MOSTLY_MAINLAND,
        Spread.MORE_MAINLAND: Spread.MORE_ABROAD,
        Spread.MORE_ABROAD: Spread.MORE_MAINLAND,
    }
    return replace(
        facts,
        mainland=abroad,
        abroad=mainland,
        domestic_share=facts.abroad_share,
        abroad_share=facts.domestic_share,
        spread=turned.get(facts.spread, facts.spread) if facts.spread else None,
    )
