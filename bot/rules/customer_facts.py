"""What is known about a customer who wants Office 365, for the data-centre adviser (F41–F58).

``None`` means nobody has said it yet; a member called ``UNKNOWN`` means that somebody was asked and cannot say. Only
the first is worth a question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any

from bot.rules.policy import Policy

TOLERANCE = 0.05
"""How far a spoken share (「九成」) may be from the counted one before the two contradict each other."""
MAJORITY = 0.5
"""Above this part of the staff it is most of them who travel (sheet §2.4, the row on travelling sales teams)."""


class Answer(str, Enum):
    """An answer to a yes/no question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Side(str, Enum):
    """Which side of the mainland's border users are counted on."""

    MAINLAND = "mainland"
    ABROAD = "abroad"
    UNKNOWN = "unknown"


class Spread(str, Enum):
    """Where the users are, said in words instead of numbers; ``MOSTLY`` is the sheet's "by far the most" (F47)."""

    MOSTLY_MAINLAND = "mostly_mainland"
    MORE_MAINLAND = "more_mainland"
    MORE_ABROAD = "more_abroad"
    MOSTLY_ABROAD = "mostly_abroad"
    UNKNOWN = "unknown"


class Travel(str, Enum):
    """Who of the users in the mainland often travels abroad (F45, F47); ``OFTEN``: some do, nobody said how many."""

    NONE = "none"
    FEW = "few"
    OFTEN = "often"
    MANY = "many"
    UNKNOWN = "unknown"


class Use(str, Enum):
    """How heavily people abroad, users or visitors, use the data centre (F45)."""

    NONE = "none"
    LIGHT = "light"
    HEAVY = "heavy"
    UNKNOWN = "unknown"


class Domain(str, Enum):
    """The customer's domain against the one of the company that already has a tenant (F51–F53)."""

    SAME = "same"
    OTHER = "other"
    SUBDOMAIN = "subdomain"
    UNKNOWN = "unknown"


class Today(str, Enum):
    """What the customer uses today (F34–F38); ``V21`` is the 21V version, bought nobody said how."""

    NOTHING = "nothing"
    GLOBAL = "global"
    V21 = "v21"
    V21_DIRECT = "v21_direct"
    V21_DISTRIBUTOR = "v21_distributor"
    OTHER_MAIL = "other_mail"
    UNKNOWN = "unknown"


class Contradiction(str, Enum):
    """Two facts that cannot both be true."""

    COUNTS_AND_TOTAL = "counts_and_total"
    SHARE_AND_COUNTS = "share_and_counts"
    SHARES = "shares"
    WORDS_AND_NUMBERS = "words_and_numbers"
    TRAVELLERS_AND_STAFF = "travellers_and_staff"
    DOMAINS = "domains"
    USERS_AND_USE = "users_and_use"


@dataclass(frozen=True)
class CustomerFacts:
    """One customer. Numbers are users (accounts); shares are parts of all users, 0–1.

    Attributes:
        mainland, abroad, hmt: users in the mainland, abroad, and in Hong Kong, Macau or Taiwan.
        total: all users, when it was said.
        domestic_share, abroad_share, hmt_share: the same as shares, when they were said as shares.
        spread: the same in words.
        hmt_side: how the customer and the adviser agreed to count users in Hong Kong, Macau and Taiwan (sheet: open).
        travel, travellers, travel_share: who often travels abroad, in words, as a number, as a part of the staff.
        use: use of the data centre from abroad.
        foreign_tenant: whether a foreign company of the group has bought Office 365.
        tenant_place: where that company is, in the user's words.
        domain: same domain as that company or another; ``foreign_domain`` and ``home_domain`` are their names.
        reverse: the tenant is the domestic headquarters' in 21V, a branch abroad wants to join (sheet: not covered).
        today, mailboxes: what is in use now, and whether mail is in it.
        needs_sync: whether address book and calendar must be in step between the companies (F54).
    """

    mainland: int | None = None
    abroad: int | None = None
    hmt: int | None = None
    total: int | None = None
    domestic_share: float | None = None
    abroad_share: float | None = None
    hmt_share: float | None = None
    spread: Spread | None = None
    hmt_side: Side | None = None
    travel: Travel | None = None
    travellers: int | None = None
    travel_share: float | None = None
    use: Use | None = None
    foreign_tenant: Answer | None = None
    tenant_place: str | None = None
    domain: Domain | None = None
    foreign_domain: str | None = None
    home_domain: str | None = None
    reverse: bool = False
    today: Today | None = None
    mailboxes: Answer | None = None
    needs_sync: Answer | None = None

    def to_dict(self) -> dict[str, Any]:
        """What is known, as plain values for a slot or a log."""
        return {
            name: value.value if isinstance(value, Enum) else value
            for name, value in asdict(self).items()
            if value is not None and value is not False
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> CustomerFacts:
        """The facts that :meth:`to_dict` wrote.

        Raises:
            KeyError: a name is not a fact.
            ValueError: a value is not one of its fact's values.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise KeyError(f"no such fact: {', '.join(unknown)}")
        typed: dict[str, Any] = {name: _ENUMS[name](v) if name in _ENUMS else v for name, v in values.items()}
        return cls(**typed)


_ENUMS: dict[str, type[Enum]] = {
    "spread": Spread,
    "hmt_side": Side,
    "travel": Travel,
    "use": Use,
    "foreign_tenant": Answer,
    "domain": Domain,
    "today": Today,
    "mailboxes": Answer,
    "needs_sync": Answer,
}


def counted_users(facts: CustomerFacts) -> tuple[int | None, int | None, int]:
    """Users in the mainland, abroad, and in Hong Kong, Macau and Taiwan; what was not said follows from the total."""
    mainland, abroad, hmt = facts.mainland, facts.abroad, facts.hmt or 0
    if facts.total is not None:
        if mainland is None and abroad is not None:
            mainland = facts.total - abroad - hmt
        elif abroad is None and mainland is not None:
            abroad = facts.total - mainland - hmt
    elif abroad is None and mainland is not None and facts.hmt is not None:
        abroad = 0  # somebody who lists the mainland and Hong Kong has listed all places
    return mainland, abroad, hmt


def domestic_share(facts: CustomerFacts, policy: Policy) -> tuple[float, float] | None:
    """The lowest and the highest domestic share that the facts allow, or None when nothing is known.

    The two differ when only words were said, or when it is open on which side Hong Kong, Macau and Taiwan count.
    """
    mainland, abroad, hmt = counted_users(facts)
    if mainland is not None and abroad is not None and mainland + abroad + hmt > 0:
        everyone = mainland + abroad + hmt
        low, high = mainland / everyone, (mainland + hmt) / everyone
    elif facts.domestic_share is not None:
        low, high = facts.domestic_share, facts.domestic_share + (facts.hmt_share or 0)
    elif facts.abroad_share is not None:
        high = 1 - facts.abroad_share
        low = high - (facts.hmt_share or 0)
    elif facts.spread is not None and facts.spread in _SPREADS:
        return _SPREADS[facts.spread](policy)
    else:
        return None
    if facts.hmt_side is Side.MAINLAND:
        return high, high
    return (low, low) if facts.hmt_side is Side.ABROAD else (low, high)


_JUST = 1e-6
_SPREADS: dict[Spread, Callable[[Policy], tuple[float, float]]] = {
    Spread.MOSTLY_MAINLAND: lambda policy: (policy.abroad_share, 1.0),
    Spread.MORE_MAINLAND: lambda policy: (0.5 + _JUST, 1.0),
    Spread.MORE_ABROAD: lambda policy: (0.0, 0.5 - _JUST),
    Spread.MOSTLY_ABROAD: lambda policy: (0.0, 1 - policy.abroad_share),
}


def travel_level(facts: CustomerFacts, policy: Policy) -> Travel | None:
    """Who travels, a number of travellers turned into a level by their part of the users in the mainland.

    A minority leaves 21V standing, a majority speaks for the global version (§2.4). The sheet calls 30 % "not a few",
    so from ``1 - domestic_share`` up to the majority it is undecided, which is :attr:`Travel.UNKNOWN`.
    """
    share = facts.travel_share
    if facts.travellers is not None:
        mainland = counted_users(facts)[0]
        staff = facts.total if mainland is None else mainland
        if facts.travellers == 0:
            return Travel.NONE
        if staff is None:
            return facts.travel or Travel.OFTEN
        if staff <= 0:
            return Travel.MANY
        share = facts.travellers / staff
    if share is None:
        return facts.travel
    if share > MAJORITY:
        return Travel.MANY
    return Travel.FEW if share < 1 - policy.domestic_share - _JUST else Travel.UNKNOWN


def contradictions(facts: CustomerFacts, policy: Policy) -> tuple[Contradiction, ...]:
    """Facts that cannot be true together."""
    found = []
    mainland, abroad, hmt = counted_users(facts)
    known = [count for count in (mainland, abroad) if count is not None]
    if any(count < 0 for count in known) or (
        facts.total is not None
        and (sum(known) + hmt > facts.total or (len(known) == 2 and sum(known) + hmt != facts.total))
    ):
        found.append(Contradiction.COUNTS_AND_TOTAL)
    shares = [s for s in (facts.domestic_share, facts.abroad_share, facts.hmt_share) if s is not None]
    if sum(shares) > 1 + TOLERANCE or (
        None not in (facts.domestic_share, facts.abroad_share) and sum(shares) < 1 - TOLERANCE
    ):
        found.append(Contradiction.SHARES)
    said = facts.domestic_share if facts.domestic_share is not None else _rest(facts.abroad_share)
    if not found and len(known) == 2 and sum(known) + hmt > 0:
        low, high = known[0] / (sum(known) + hmt), (known[0] + hmt) / (sum(known) + hmt)
        if said is not None and not low - TOLERANCE <= said <= high + TOLERANCE:
            found.append(Contradiction.SHARE_AND_COUNTS)
        if facts.spread is not None and facts.spread in _SPREADS:
            lowest, highest = _SPREADS[facts.spread](policy)
            if high < lowest - TOLERANCE or low > highest + TOLERANCE:
                found.append(Contradiction.WORDS_AND_NUMBERS)
    elif not found and said is not None and not facts.hmt_share and facts.spread in _SPREADS:
        lowest, highest = _SPREADS[facts.spread](policy)
        if said < min(lowest, 0.5) - TOLERANCE or said > max(highest, 0.5) + TOLERANCE:
            found.append(Contradiction.WORDS_AND_NUMBERS)  # most on one side in words, on the other as a share
    staff = facts.total if facts.total is not None else mainland
    if facts.travellers is not None and staff is not None and facts.travellers > staff + (abroad or 0):
        found.append(Contradiction.TRAVELLERS_AND_STAFF)
    if facts.use is Use.NONE and not found and _users_abroad(facts):
        found.append(Contradiction.USERS_AND_USE)
    if facts.foreign_domain and facts.home_domain:
        same = facts.foreign_domain == facts.home_domain
        if (facts.domain is Domain.SAME and not same) or (facts.domain is Domain.OTHER and same):
            found.append(Contradiction.DOMAINS)
    return tuple(found)


def _users_abroad(facts: CustomerFacts) -> bool:
    """Whether a number or a share says that there are users abroad."""
    abroad = counted_users(facts)[1]
    if abroad is not None:
        return abroad > 0
    share = _rest(facts.abroad_share) if facts.domestic_share is None else facts.domestic_share + (facts.hmt_share or 0)
    return share is not None and share < 1 - _JUST


def _rest(share: float | None) -> float | None:
    return None if share is None else 1 - share
