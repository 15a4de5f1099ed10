"""What is known about a customer, in words: one short piece for each fact that was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.rules.customer_facts import CustomerFacts


def in_words(facts: CustomerFacts, words: Mapping[str, Any]) -> Iterator[str]:
    """Each fact that was said; ``words`` are the pieces of ``understood`` in ``data/datacenter.yml``."""
    known = facts.to_dict()
    yield from _users(facts, words)
    for name in ("hmt_side", "travel", "use"):
        if name in known and not (name == "travel" and facts.travellers is not None):
            yield words[name][known[name]]
    if facts.travellers is not None:
        yield words["travellers"].format(n=facts.travellers)
    if facts.travel_share is not None:
        yield words["travel_share"].format(share=f"{facts.travel_share:.0%}")
    if facts.foreign_tenant:
        place = f"（{facts.tenant_place}）" if facts.tenant_place else ""
        yield words["foreign_tenant"][facts.foreign_tenant.value].format(place=place)
    if facts.domain:
        names = [name for name in (facts.foreign_domain, facts.home_domain) if name]
        yield words["domain"][facts.domain.value].format(
            names=f"（{'、'.join(dict.fromkeys(names))}）" if names else ""
        )
    if facts.reverse:
        yield words["reverse"]
    for name in ("today", "mailboxes", "needs_sync"):
        if name in known:
            yield words[name][known[name]]


def _users(facts: CustomerFacts, words: Mapping[str, Any]) -> Iterator[str]:
    if facts.total is not None:
        yield words["total"].format(n=facts.total)
    if facts.mainland is not None:
        yield words["mainland"].format(n=facts.mainland)
    if facts.abroad:
        yield words["abroad"].format(n=facts.abroad)
    elif facts.abroad is not None:
        yield words["no_abroad" if facts.mainland is not None or facts.hmt or facts.hmt_share else "all_mainland"]
    if facts.hmt is not None:
        yield words["hmt"].format(n=facts.hmt)
    share = facts.domestic_share
    if share is None and facts.abroad_share is not None:
        share = 1 - facts.abroad_share - (facts.hmt_share or 0)
    if share and facts.abroad != 0:
        yield words["share"].format(share=f"{share:.0%}")
    elif share == 0 and not facts.hmt_share and facts.mainland is None:
        yield words["all_abroad"]
    if facts.hmt_share:
        yield words["hmt_share"].format(share=f"{facts.hmt_share:.0%}")
    if facts.spread:
        yield words["spread"][facts.spread.value]
