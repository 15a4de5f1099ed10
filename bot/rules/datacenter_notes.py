"""What to say with a data-centre recommendation: caveats for the customer, arguments for each side (F41–F58)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from bot.rules.customer_facts import Answer, CustomerFacts, Domain, Today, Travel, Use
from bot.rules.policy import Policy

_JUST = 1e-6


class Outcome(str, Enum):
    """What to buy, and how; ``UNDECIDED`` is an answer too: the rules do not decide."""

    DOMESTIC_21V = "domestic_21v"
    GLOBAL = "global"
    FOLLOW_FOREIGN = "follow_foreign"
    UNDECIDED = "undecided"


class Caveat(str, Enum):
    """Something the customer, or the staff, must know before ordering; the text is in ``data/datacenter.yml``."""

    AT_THRESHOLD = "at_threshold"  # F44: exactly the share counts as reached
    ABROAD_SLOWER = "abroad_slower"  # F43, E27
    TRAVELLERS_SLOWER = "travellers_slower"  # F43, E27
    MAINLAND_SLOWER = "mainland_slower"  # E27
    GLOBAL_PLACES = "global_places"  # F48
    NOT_FOR_MARGIN = "not_for_margin"  # F41–F43, F50; staff only
    ADDRESS_BOOK = "address_book"  # F54, F56–F58
    SYNC_NEEDED = "sync_needed"  # F56–F58
    UNBIND_DOMAIN = "unbind_domain"  # F52, E20
    TENANT_UNCONFIRMED = "tenant_unconfirmed"  # F51
    HMT = "hmt"  # E2
    MIGRATE_MAIL = "migrate_mail"  # F34, F35
    MIGRATE_FILES = "migrate_files"  # F34: without mail the sheet does not say
    WEB_DIRECT_SWITCH = "web_direct_switch"  # F36–F38
    YEARLY = "yearly"  # F39
    LOCK = "lock"  # F40
    TWO_SETS = "two_sets"  # F54


class Argument(str, Enum):
    """What speaks for one side when the rules do not decide."""

    SHARE_REACHED = "share_reached"  # F44
    MOST_IN_MAINLAND = "most_in_mainland"
    FEW_TRAVEL = "few_travel"  # F45
    LITTLE_USE = "little_use"  # F45
    SHARE_NOT_REACHED = "share_not_reached"  # F44
    MANY_ABROAD = "many_abroad"  # F47
    TRAVEL_OFTEN = "travel_often"  # F47
    MOST_TRAVEL = "most_travel"  # F47
    HEAVY_USE = "heavy_use"  # F45


def caveats(
    facts: CustomerFacts,
    outcome: Outcome,
    leaning: Outcome | None,
    share: tuple[float, float] | None,
    travel: Travel | None,
    policy: Policy,
) -> tuple[Caveat, ...]:
    """The caveats that go with ``outcome``; ``share`` is the lowest and highest domestic share, when known."""
    side = leaning or outcome
    found = list(_placed(facts, outcome, side, share, travel, policy))
    if outcome is not Outcome.FOLLOW_FOREIGN and facts.domain is Domain.OTHER and facts.foreign_tenant is not Answer.NO:
        found.append(Caveat.SYNC_NEEDED if facts.needs_sync is Answer.YES else Caveat.ADDRESS_BOOK)
    if outcome is not Outcome.FOLLOW_FOREIGN and facts.foreign_tenant is Answer.UNKNOWN:
        found.append(Caveat.TENANT_UNCONFIRMED)
    if outcome is not Outcome.FOLLOW_FOREIGN and (facts.hmt or facts.hmt_share):
        found.append(Caveat.HMT)
    found += _moved(facts, side)
    if outcome is Outcome.DOMESTIC_21V and facts.today is not Today.V21_DISTRIBUTOR:
        found += [Caveat.YEARLY, Caveat.LOCK]
    return tuple(found)


def _placed(
    facts: CustomerFacts,
    outcome: Outcome,
    side: Outcome,
    share: tuple[float, float] | None,
    travel: Travel | None,
    policy: Policy,
) -> Iterator[Caveat]:
    """Caveats that come from where the users are."""
    if outcome is Outcome.FOLLOW_FOREIGN:
        yield Caveat.UNBIND_DOMAIN
    elif side is Outcome.DOMESTIC_21V:
        if share and abs(share[0] - policy.domestic_share) <= _JUST:
            yield Caveat.AT_THRESHOLD
        if share and share[0] < 1 - _JUST:
            yield Caveat.ABROAD_SLOWER
        if travel is Travel.FEW:
            yield Caveat.TRAVELLERS_SLOWER
    elif side is Outcome.GLOBAL:
        elsewhere = facts.hmt or facts.hmt_share
        if share is None or share[0] > _JUST or (share[1] > _JUST and not elsewhere):
            yield Caveat.MAINLAND_SLOWER
        yield Caveat.GLOBAL_PLACES
        yield Caveat.NOT_FOR_MARGIN
    elif share is not None:
        if 1 - policy.abroad_share + _JUST < share[0] and share[1] < policy.domestic_share - _JUST:
            yield Caveat.TWO_SETS
        yield Caveat.NOT_FOR_MARGIN


def _moved(facts: CustomerFacts, side: Outcome) -> Iterator[Caveat]:
    """Caveats for data that must move from what is in use today (F34–F38)."""
    in_21v = facts.today in (Today.V21, Today.V21_DIRECT, Today.V21_DISTRIBUTOR)
    other_cloud = (side is Outcome.DOMESTIC_21V and facts.today is Today.GLOBAL) or (side is Outcome.GLOBAL and in_21v)
    if other_cloud:
        yield Caveat.MIGRATE_FILES if facts.mailboxes is Answer.NO else Caveat.MIGRATE_MAIL
    if side is Outcome.DOMESTIC_21V and facts.today is Today.V21_DIRECT:
        yield Caveat.WEB_DIRECT_SWITCH


def arguments(
    facts: CustomerFacts, share: tuple[float, float] | None, travel: Travel | None, policy: Policy
) -> tuple[tuple[Argument, ...], tuple[Argument, ...]]:
    """What speaks for 21V and what for the global version."""
    for_21v, for_global = [], []
    if share is not None:
        low, high = share
        if low >= policy.domestic_share - _JUST:
            for_21v.append(Argument.SHARE_REACHED)
        elif low > 0.5:
            for_21v.append(Argument.MOST_IN_MAINLAND)
        if high < policy.domestic_share - _JUST:
            for_global.append(Argument.SHARE_NOT_REACHED)
        if 1 - high > policy.few_abroad_share + _JUST:
            for_global.append(Argument.MANY_ABROAD)
    if travel in (Travel.NONE, Travel.FEW):
        for_21v.append(Argument.FEW_TRAVEL)
    elif travel is Travel.MANY:
        for_global.append(Argument.MOST_TRAVEL)
    elif travel is Travel.OFTEN:
        for_global.append(Argument.TRAVEL_OFTEN)
    if facts.use in (Use.NONE, Use.LIGHT):
        for_21v.append(Argument.LITTLE_USE)
    elif facts.use is Use.HEAVY:
        for_global.append(Argument.HEAVY_USE)
    return tuple(for_21v), tuple(for_global)
