"""The three rules for one case: what they say about domestic share, travel, use from abroad and domain (F44–F53)."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from bot.rules.customer_facts import Answer, Domain, Travel, Use
from bot.rules.datacenter_notes import Outcome
from bot.rules.policy import Policy

_JUST = 1e-6


class Reason(str, Enum):
    """Why the outcome is what it is; each has its sentence in ``data/datacenter.yml``."""

    SAME_DOMAIN = "same_domain"
    MOSTLY_MAINLAND = "mostly_mainland"
    SHARE_REACHED = "share_reached"
    MOSTLY_ABROAD = "mostly_abroad"
    MOST_TRAVEL = "most_travel"
    NOTHING_KNOWN = "nothing_known"
    CONTRADICTION = "contradiction"
    USERS_VAGUE = "users_vague"
    USERS_UNKNOWN = "users_unknown"
    SILENT = "silent"
    TRAVEL_HOW_MANY = "travel_how_many"
    TRAVEL_UNKNOWN = "travel_unknown"
    HEAVY_USE = "heavy_use"
    USE_UNKNOWN = "use_unknown"
    HMT = "hmt"
    TENANT_OPEN = "tenant_open"
    TENANT_UNKNOWN = "tenant_unknown"
    DOMAIN_OPEN = "domain_open"
    DOMAIN_UNKNOWN = "domain_unknown"
    SUBDOMAIN = "subdomain"
    REVERSE = "reverse"


class Verdict(NamedTuple):
    """What the rules say; ``leaning`` is the side an undecided case is nearer to, when the sheet names one."""

    outcome: Outcome
    reason: Reason
    leaning: Outcome | None = None


class Case(NamedTuple):
    """The facts as far as the rules look at them; ``low``–``high`` is the domestic share."""

    low: float | None
    high: float | None
    users_unknown: bool
    hmt_open: bool
    counts_contradict: bool
    domains_contradict: bool
    travel: Travel | None
    use: Use | None
    tenant: Answer | None
    domain: Domain | None
    reverse: bool


def decide(case: Case, policy: Policy) -> Verdict:
    """What the rules say: the domain first, then travel of most, then the share."""
    verdict = by_domain(case)
    if verdict is not None:
        return verdict
    if case.counts_contradict:
        return Verdict(Outcome.UNDECIDED, Reason.CONTRADICTION)
    if case.travel is Travel.MANY:
        return Verdict(Outcome.GLOBAL, Reason.MOST_TRAVEL)
    if case.low is None or case.high is None:
        return Verdict(Outcome.UNDECIDED, Reason.USERS_UNKNOWN if case.users_unknown else Reason.NOTHING_KNOWN)
    low, high = by_share(case.low, case, policy), by_share(case.high, case, policy)
    if low.outcome is high.outcome:
        return low
    if case.hmt_open:
        # The sheet: 21V is in the mainland only (E2), so count them outside it and let an adviser confirm.
        return Verdict(Outcome.UNDECIDED, Reason.HMT, None if low.outcome is Outcome.UNDECIDED else low.outcome)
    return Verdict(Outcome.UNDECIDED, Reason.USERS_VAGUE)


def by_domain(case: Case) -> Verdict | None:
    """Rule 3 (F51–F53); None when it leaves the choice to rules 1 and 2."""
    undecided = Outcome.UNDECIDED
    if case.domains_contradict:
        return Verdict(undecided, Reason.CONTRADICTION)
    if case.reverse:
        if case.domain is Domain.OTHER:
            return None
        if case.domain is None:
            return Verdict(undecided, Reason.DOMAIN_OPEN)
        return Verdict(undecided, Reason.REVERSE, Outcome.DOMESTIC_21V)
    if case.tenant is Answer.NO or case.domain is Domain.OTHER:
        return None
    if case.tenant is Answer.YES:
        if case.domain is None:
            return Verdict(undecided, Reason.DOMAIN_OPEN)
        if case.domain is Domain.SAME:
            return Verdict(Outcome.FOLLOW_FOREIGN, Reason.SAME_DOMAIN)
        return Verdict(undecided, Reason.SUBDOMAIN if case.domain is Domain.SUBDOMAIN else Reason.DOMAIN_UNKNOWN)
    if case.domain in (Domain.SAME, Domain.SUBDOMAIN):
        return Verdict(undecided, Reason.TENANT_OPEN if case.tenant is None else Reason.TENANT_UNKNOWN)
    return None


def by_share(share: float, case: Case, policy: Policy) -> Verdict:
    """Rules 1 and 2 for one domestic share; a fact nobody has said yet counts as the ordinary case."""
    if share <= 1 - policy.abroad_share + _JUST:
        return Verdict(Outcome.GLOBAL, Reason.MOSTLY_ABROAD)
    if share < policy.domestic_share - _JUST:
        return Verdict(Outcome.UNDECIDED, Reason.SILENT)
    if case.travel is Travel.OFTEN:
        return Verdict(Outcome.UNDECIDED, Reason.TRAVEL_HOW_MANY)
    if case.travel is Travel.UNKNOWN:
        return Verdict(Outcome.UNDECIDED, Reason.TRAVEL_UNKNOWN)
    if case.use is Use.HEAVY:
        return Verdict(Outcome.UNDECIDED, Reason.HEAVY_USE, Outcome.DOMESTIC_21V)
    if case.use is Use.UNKNOWN and 1 - share > policy.few_abroad_share + _JUST:
        return Verdict(Outcome.UNDECIDED, Reason.USE_UNKNOWN, Outcome.DOMESTIC_21V)
    checked = case.travel is not None and case.use in (Use.NONE, Use.LIGHT)
    return Verdict(Outcome.DOMESTIC_21V, Reason.MOSTLY_MAINLAND if checked else Reason.SHARE_REACHED)
