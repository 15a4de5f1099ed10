"""Which data centre a customer should buy: facts in, recommendation with reasons out (F41–F58, fact sheet §2.4).

Three rules. Rule 3 comes first: the same domain as a foreign company that already has a tenant must follow that tenant
(F51, F52). Otherwise rule 1: enough users in the mainland, few travel abroad, little use from abroad → 21V through a
distributor (F44–F46). Rule 2: by far the most users abroad, or most staff often abroad → global, web-direct (F47–F49).
Between them the sheet is silent, and so is this module: it says what speaks for each side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import product
from typing import Any

from bot.rules.customer_facts import (
    Answer,
    Contradiction,
    CustomerFacts,
    Domain,
    Side,
    Spread,
    Travel,
    Use,
    contradictions,
    domestic_share,
    travel_level,
)
from bot.rules.datacenter_notes import Argument, Caveat, Outcome, arguments, caveats
from bot.rules.datacenter_verdict import Case, Reason, by_domain, by_share, decide
from bot.rules.policy import Policy


class Fact(str, Enum):
    """A fact worth asking for; the order breaks ties between facts that could change the outcome equally much."""

    USERS = "users"
    HMT = "hmt"
    TENANT = "tenant"
    DOMAIN = "domain"
    TRAVEL = "travel"
    USE = "use"


_RULES: dict[Reason, tuple[str, ...]] = {
    Reason.SAME_DOMAIN: ("F51", "F52"),
    Reason.MOSTLY_MAINLAND: ("F44", "F45", "F46"),
    Reason.SHARE_REACHED: ("F44", "F45", "F46"),
    Reason.MOSTLY_ABROAD: ("F44", "F47", "F48", "F49"),
    Reason.MOST_TRAVEL: ("F47", "F48", "F49"),
    Reason.SILENT: ("F44", "F47"),
    Reason.TRAVEL_HOW_MANY: ("F45", "F47"),
    Reason.TRAVEL_UNKNOWN: ("F45", "F47"),
    Reason.HEAVY_USE: ("F44", "F45"),
    Reason.USE_UNKNOWN: ("F44", "F45"),
    Reason.HMT: ("F44",),
    Reason.TENANT_OPEN: ("F51",),
    Reason.TENANT_UNKNOWN: ("F51", "F52"),
    Reason.DOMAIN_OPEN: ("F51",),
    Reason.DOMAIN_UNKNOWN: ("F51",),
    Reason.SUBDOMAIN: ("F51", "F52"),
    Reason.REVERSE: ("F52",),
}
_NOT_ENOUGH_SAID = {
    Reason.NOTHING_KNOWN,
    Reason.CONTRADICTION,
    Reason.USERS_VAGUE,
    Reason.TENANT_OPEN,
    Reason.DOMAIN_OPEN,
    Reason.TRAVEL_HOW_MANY,
}


@dataclass(frozen=True)
class Advice:
    """The recommendation for one customer.

    Attributes:
        outcome, reason, leaning: the verdict.
        rules: the facts of the sheet that led there, by number.
        missing: what could still change the outcome, most first; empty means that the outcome is final.
        caveats: what the customer must be told with it.
        needs_human: the sheet does not cover the case; a colleague should look.
        contradictions: facts that cannot be true together.
        for_21v, for_global: what speaks for each side.
    """

    outcome: Outcome
    reason: Reason
    leaning: Outcome | None
    rules: tuple[str, ...]
    missing: tuple[Fact, ...]
    caveats: tuple[Caveat, ...]
    needs_human: bool
    contradictions: tuple[Contradiction, ...]
    for_21v: tuple[Argument, ...]
    for_global: tuple[Argument, ...]

    @property
    def preliminary(self) -> bool:
        """Whether an answer could still change the outcome."""
        return bool(self.missing)


def advise(facts: CustomerFacts, policy: Policy) -> Advice:
    """The recommendation for ``facts``; pure, and never fails: what is unknown is reported in ``missing``."""
    found = _worth_asking(facts, policy)
    case = _case(facts, found, policy)
    verdict = decide(case, policy)
    missing = _missing(case, facts, policy)
    if Contradiction.USERS_AND_USE in found and by_domain(case) is None:
        missing = (
            Fact.USE,
            *(fact for fact in missing if fact is not Fact.USE),
        )  # who does not use it is no user of it
    share = None if case.low is None or case.high is None else (case.low, case.high)
    hmt_matters = _hmt_matters(facts, case, policy)
    rules = _RULES.get(verdict.reason, ())
    if facts.foreign_tenant is Answer.YES and facts.domain is Domain.OTHER:
        rules = ("F51", "F53", "F54", *rules)
    for_21v, for_global = arguments(facts, share, case.travel, policy)
    return Advice(
        outcome=verdict.outcome,
        reason=verdict.reason,
        leaning=verdict.leaning,
        rules=rules,
        missing=missing,
        caveats=caveats(facts, verdict.outcome, verdict.leaning, share, case.travel, policy),
        needs_human=hmt_matters or (verdict.outcome is Outcome.UNDECIDED and verdict.reason not in _NOT_ENOUGH_SAID),
        contradictions=found,
        for_21v=for_21v,
        for_global=for_global,
    )


def _worth_asking(facts: CustomerFacts, policy: Policy) -> tuple[Contradiction, ...]:
    """The contradictions, without one that changes nothing: users abroad who do not use it, where 21V is right anyway."""
    found = contradictions(facts, policy)
    if Contradiction.USERS_AND_USE not in found or facts.hmt or facts.hmt_share:
        return found
    rest = tuple(c for c in found if c is not Contradiction.USERS_AND_USE)
    case = _case(facts, rest, policy)
    nobody_abroad = case._replace(low=1.0, high=1.0)
    return rest if decide(case, policy).outcome is decide(nobody_abroad, policy).outcome else found


def _case(facts: CustomerFacts, found: tuple[Contradiction, ...], policy: Policy) -> Case:
    share = domestic_share(facts, policy)
    hmt = (facts.hmt or 0) > 0 or (facts.hmt_share or 0) > 0
    return Case(
        low=share[0] if share else None,
        high=share[1] if share else None,
        users_unknown=facts.spread is Spread.UNKNOWN,
        hmt_open=hmt and facts.hmt_side in (None, Side.UNKNOWN),
        counts_contradict=any(c not in (Contradiction.DOMAINS, Contradiction.USERS_AND_USE) for c in found),
        domains_contradict=Contradiction.DOMAINS in found,
        travel=travel_level(facts, policy),
        use=None if Contradiction.USERS_AND_USE in found else facts.use,
        tenant=facts.foreign_tenant,
        domain=facts.domain,
        reverse=facts.reverse,
    )


def _missing(case: Case, facts: CustomerFacts, policy: Policy) -> tuple[Fact, ...]:
    """What could still change the outcome, most first, found by trying the values of everything that is open."""
    weights = dict(_weighed(case, _open(case, facts, policy), policy))
    if case.tenant is None and not case.reverse and not case.domains_contradict:
        weights.pop(Fact.DOMAIN, None)  # the same as which domain is the next question, once a foreign tenant is known
    order = list(Fact)
    return tuple(
        sorted((f for f, w in weights.items() if w > 0), key=lambda f: (-round(weights[f], 6), order.index(f)))
    )


_Choices = tuple[tuple[Fact, tuple[Any, ...]], ...]


@lru_cache(maxsize=1024)  # a message asks twice, the next one often again; trying everything takes a millisecond
def _weighed(case: Case, choices: _Choices, policy: Policy) -> tuple[tuple[Fact, float], ...]:
    """How likely an answer about each fact changes the outcome."""
    weights: dict[Fact, float] = {}
    outcomes = {
        picked: decide(case._replace(**{k: v for values in picked for k, v in values}), policy).outcome
        for picked in product(*(values for _, values in choices))
    }
    for index, (fact, _) in enumerate(choices):
        groups: dict[tuple, list[Outcome]] = {}
        for picked, outcome in outcomes.items():
            groups.setdefault((*picked[:index], *picked[index + 1 :]), []).append(outcome)
        weights[fact] = sum(_disagreement(group) for group in groups.values()) / len(groups)
    return tuple(weights.items())


def _disagreement(outcomes: list[Outcome]) -> float:
    """How likely two of the ``outcomes`` differ."""
    return 1 - sum((outcomes.count(o) / len(outcomes)) ** 2 for o in set(outcomes))


def _open(case: Case, facts: CustomerFacts, policy: Policy) -> _Choices:
    """Every fact worth asking for, with the values that an answer could give, as changes to the case."""
    choices: list[tuple[Fact, tuple[Any, ...]]] = []
    vague = case.low != case.high and not case.hmt_open
    if (case.low is None and not case.users_unknown) or vague or case.counts_contradict:
        settled = (("counts_contradict", False), ("hmt_open", False))
        shares = [s for s in _typical_shares(policy) if not vague or (case.low or 0) <= s <= (case.high or 1)]
        shares += [s for s in (case.low, case.high) if vague and s is not None]
        choices.append((Fact.USERS, tuple((("low", s), ("high", s), *settled) for s in shares)))
    elif case.hmt_open and facts.hmt_side is None:
        sides = (case.low, case.high)
        choices.append((Fact.HMT, tuple((("low", s), ("high", s), ("hmt_open", False)) for s in sides)))
    if case.tenant is None and not case.reverse:
        choices.append((Fact.TENANT, tuple((("tenant", a),) for a in (Answer.YES, Answer.NO))))
    if case.domain is None or case.domains_contradict:
        settled_domain = ("domains_contradict", False)
        choices.append((Fact.DOMAIN, tuple((("domain", d), settled_domain) for d in (Domain.SAME, Domain.OTHER))))
    if case.travel in (None, Travel.OFTEN):
        none = () if case.travel is Travel.OFTEN else (Travel.NONE,)
        choices.append((Fact.TRAVEL, tuple((("travel", t),) for t in (*none, Travel.FEW, Travel.MANY))))
    if case.use is None:
        choices.append((Fact.USE, tuple((("use", u),) for u in (Use.NONE, Use.LIGHT, Use.HEAVY))))
    return tuple(choices)


def _typical_shares(policy: Policy) -> tuple[float, ...]:
    """One domestic share for each stretch on which the rules do not change."""
    few, enough, most_abroad = 1 - policy.few_abroad_share, policy.domestic_share, 1 - policy.abroad_share
    return ((1 + few) / 2, (few + enough) / 2, (enough + most_abroad) / 2, most_abroad / 2)


def _hmt_matters(facts: CustomerFacts, case: Case, policy: Policy) -> bool:
    """Whether the outcome hangs on where Hong Kong, Macau and Taiwan count, whatever was agreed (sheet: confirm)."""
    if not (facts.hmt or facts.hmt_share) or by_domain(case) is not None or case.travel is Travel.MANY:
        return False
    share = domestic_share(replace(facts, hmt_side=None), policy)
    return share is not None and len({by_share(s, case, policy).outcome for s in share}) > 1
