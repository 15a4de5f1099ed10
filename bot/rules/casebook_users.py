"""Read where a customer's users are from a sentence in signs (see :mod:`bot.rules.casebook_signs`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.rules.casebook_signs import PLACES, SIDE_OF, Signs
from bot.rules.customer_facts import Spread

_P, _GAP = f"[{PLACES}]", f"[^，。NS{PLACES}]"
_EXCEPT = re.compile(
    rf"除(?:了|开|去)?(?P<own>{_P})?的?(?P<count>N|老板|老总){_GAP}{{0,6}}?(?:(?P<where>{_P}){_GAP}{{0,6}})?(?:之外|以外|外)?，?"
    rf"{_GAP}{{0,3}}(?:其余|其他|剩下|别的|全|都|均){_GAP}{{0,6}}(?P<side>{_P})"
)
_TOTAL = re.compile(
    rf"(?:总共|一共|总计|合计|共计|统共|拢共|总数|总人数|合起来|加起来|全公司|全部|总的?|共){_GAP}{{0,6}}(?P<count>N)"
)
_EACH = re.compile(r"各(?:自|有|占)?(?:大概)?(?P<count>N)")
_ALL_OF = re.compile(
    rf"(?P<count>N){_GAP}{{0,4}}(?:全部|全|都|均){_GAP}{{0,4}}(?:在|驻|是){_GAP}{{0,2}}(?P<side>{_P}(?:[和跟、及与]?{_P})*)"
)
_ALL = re.compile(
    rf"(?P<not>不是|并非|没|其余|其他|剩下)?(?:人|员工)*(?P<all>全部|全|都|均|清一色|所有人?){_GAP}{{0,3}}(?:在|驻|是)?{_GAP}{{0,4}}(?P<side>{_P}(?:[和跟、及与]?{_P})*)"
)
_IN = re.compile(rf"(?P<count>[NS]){_GAP}{{0,7}}?(?:在|驻|于|住|是){_GAP}{{0,3}}?(?P<side>{_P})")
_REST = re.compile(rf"(?:其余|其他|其它|剩下|剩余|余下){_GAP}{{0,8}}(?P<side>{_P})")
_NONE = [
    re.compile(
        rf"(?:没有?|无|零)(?:什么|任何)?(?:人|员工|用户)?(?:在|驻)?(?P<side>{_P})(?:的|用户|员工|人|业务)*(?=[，。]|$)"
    ),
    re.compile(
        rf"(?P<side>{_P})(?:那边|这边|的话|人)?(?:也|都|是|就)*(?:没有?人?|一个人?[都也]没有?|为?零)(?:了|的)?(?=[，。]|$)"
    ),
    re.compile(
        r"(?:把|去掉|不算)?(?P<side>[AFH])(?:那)?(?:批|些|边|部分)*的?人?(?:都|全)*(?:去掉|裁掉|撤掉|撤回来|不要|不算|撤了)(?![NS·])"
    ),
    re.compile(r"只给(?P<side>[MC])的?人买"),
]
_MOSTLY = re.compile(
    rf"(?:绝大部分|绝大多数|几乎|基本上?|差不多|大都){_GAP}{{0,6}}(?:在|驻|是|全|都){_GAP}{{0,2}}(?P<side>{_P})"
)
_MORE = [
    re.compile(rf"(?:大部分|大多数?|多数|主要|大半|过半|多半){_GAP}{{0,6}}(?P<side>{_P})"),
    re.compile(rf"(?P<side>{_P})(?:的|人|用户)*(?:比较|居|占)?(?:大头|多(?![少点])|大半|为主|占多数)"),
]
_HARDLY = re.compile(
    rf"(?P<side>{_P})(?:的|人|那边|也|就|只有?)*(?:没几个|没多少|个别|极少|很少|几个)(?:人)?(?=[，。]|$)"
)
_MINORITY = re.compile(rf"(?P<side>{_P})(?:的|人|只)*占?(?:一?小半|少数)")
_ADDED = re.compile(r"另外|还有|再加|外加|加上|还得|也")


@dataclass
class UsersRead:
    """What a sentence says about where the users are.

    Attributes:
        facts: values to set, by the names of :class:`~bot.rules.customer_facts.CustomerFacts`.
        places: sides whose number was only the sum of single places, so that it adds to what was said before.
        loose: a number that names no side and no total.
        sideless: whether the domestic share is one that names no side.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    loose: int | None = None
    sideless: bool = False


def read_users(signs: Signs) -> UsersRead:
    """Read ``signs``."""
    return _Reader(signs).read()


class _Reader:
    def __init__(self, signs: Signs) -> None:
        self.signs = signs
        self.result = UsersRead()
        self.pairs: list[tuple[str, float, bool, bool, int]] = []  # sign, value, a place of its own, added, where
        self.shares: list[tuple[str, float]] = []
        self.refined: set[str] = set()

    def read(self) -> UsersRead:
        had_quantity = bool(re.search("[NS]", self.signs.text))
        self._replaced()
        self._except()
        self._each()
        self._all_of()
        self._pairs_with_in()
        self._totals()
        self._rest()
        self._clauses()
        self._settle()
        self._words(had_quantity)
        return self.result

    def _take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Each match of ``pattern``; its numbers are then gone, its places stay."""
        for match in list(pattern.finditer(self.signs.text)):
            yield match
            for index in range(*match.span()):
                if self.signs.text[index] in "NS":
                    self.signs = self.signs.masked(index, index + 1, "·")

    def _value(self, match: re.Match[str], group: str) -> Any:
        return self.signs.values[match.start(group)]

    def _count(self, match: re.Match[str], sign: str) -> None:
        index = match.start("count")
        added = bool(_ADDED.search(re.split("[，。]", self.signs.text[:index])[-1]))
        if self.signs.text[index] == "S":
            self.shares.append((sign, self.signs.values[index]))
        else:
            self.pairs.append((sign, self.signs.values[index], sign in "CFH", added, index))

    def _replaced(self) -> None:
        """A number that another one takes the place of is not read."""
        for match in re.finditer(
            r"([NS])(?:人|的|用户)*(?:变成?|改成|改为|换成|涨到|降到)(?=[NS])|(?:撤|减|裁|砍)[掉少]?(S)",
            self.signs.text,
        ):
            index = match.start(match.lastindex or 0)
            self.signs = self.signs.masked(index, index + 1, "·")

    def _except(self) -> None:
        for match in self._take(_EXCEPT):
            side = SIDE_OF[match["side"]]
            own = match["own"] or match["where"]
            other = SIDE_OF[own] if own else ("abroad" if side == "mainland" else "mainland")
            count = self._value(match, "count") if match["count"] == "N" else 1
            self.result.facts[other] = count
            self.result.facts["spread"] = Spread.MOSTLY_MAINLAND if side == "mainland" else Spread.MOSTLY_ABROAD
            self.refined |= {side, other}

    def _each(self) -> None:
        for match in self._take(_EACH):
            before = re.findall(_P, re.split("[，。]", self.signs.text[: match.start()])[-1]) or ["M", "A"]
            for sign in before:
                self.pairs.append((sign, self._value(match, "count"), sign in "CFH", False, match.start()))

    def _all_of(self) -> None:
        for match in self._take(_ALL_OF):
            sides = {SIDE_OF[s] for s in re.findall(_P, match["side"])}
            alone = self.signs.text.count("N") == 1 and "S" not in self.signs.text and not self.pairs
            if len(sides) > 1:
                self.result.facts["total"] = self._value(match, "count")
                continue
            owner = re.search(rf"({_P}){_GAP}{{0,8}}$", self.signs.text[: match.start()])
            self._count(match, owner[1] if owner else match["side"][0])
            if alone and (not owner or owner[1] == match["side"][0]):
                self._only(sides.pop())
            self.refined |= sides

    def _pairs_with_in(self) -> None:
        """A number followed by where these people are."""
        for match in self._take(_IN):
            self._count(match, match["side"])
            self.signs = self.signs.masked(match.start("side"), match.end("side"), "·")

    def _totals(self) -> None:
        for match in self._take(_TOTAL):
            clause = re.split("[，。]", self.signs.text[: match.start()])[-1]
            sides = {SIDE_OF[s] for s in re.findall(_P, clause)}
            if len(sides) == 1 and not self.pairs:
                self._count(match, re.findall(_P, clause)[-1])
            else:
                self.result.facts["total"] = self._value(match, "count")

    def _rest(self) -> None:
        for match in _REST.finditer(self.signs.text):
            side = SIDE_OF[match["side"]]
            said = sum(share for _, share in self.shares)
            if self.shares and side not in {SIDE_OF[s] for s, _ in self.shares}:
                self.shares.append((match["side"], round(1 - said, 4)))
            elif side == "hmt" and self.pairs and "total" in self.result.facts:
                self.pairs.append(
                    ("H", self.result.facts["total"] - sum(p[1] for p in self.pairs), True, False, match.start())
                )
            self.refined.add(side)

    def _clauses(self) -> None:
        """Numbers and shares that stand next to a place; a clause without places takes the last one before it."""
        carried: str | None = None
        loose: list[int] = []
        for clause in re.finditer(r"[^，。；！？]+", self.signs.text):
            tokens = [(m.start(), m[0]) for m in re.finditer(f"[NS{PLACES}]", self.signs.text[: clause.end()])]
            tokens = [(i, t) for i, t in tokens if i >= clause.start()]
            kinds = "".join("q" if t in "NS" else "p" for _, t in tokens)
            after = kinds.startswith("q") and kinds.endswith("p")
            used = False
            for position, (index, token) in enumerate(tokens):
                if token not in "NS":
                    continue
                used = True
                neighbour = position + (1 if after else -1)
                sign = tokens[neighbour][1] if 0 <= neighbour < len(tokens) and kinds[neighbour] == "p" else None
                if token == "S" and "".join(t for _, t in tokens) == "MAS":
                    sign = "M"
                if sign is None and "p" not in kinds:
                    sign = carried
                if sign is None:
                    if token == "N" and not re.search("外籍|外国人|老外", clause[0]):
                        loose.append(self.signs.values[index])
                    elif token == "S":
                        self.shares.append(("", self.signs.values[index]))
                    continue
                known = self.signs.text[index - 1] == "那" if index else False
                if token == "S":
                    self.shares.append((sign, self.signs.values[index]))
                elif not (known and SIDE_OF[sign] in {SIDE_OF[p[0]] for p in self.pairs}):
                    added = bool(_ADDED.search(self.signs.text[clause.start() : index]))
                    self.pairs.append((sign, self.signs.values[index], sign in "CFH", added, index))
            if "p" in kinds:
                carried = None if used or _ALL.search(clause[0]) else tokens[-1][1]
            elif used:
                carried = None
        if len(loose) == 1:
            self.result.loose = loose[0]

    def _settle(self) -> None:
        facts = self.result.facts
        self.pairs.sort(key=lambda pair: pair[4])
        for side in ("mainland", "abroad", "hmt"):
            whole = [(v, added) for s, v, own, added, _ in self.pairs if SIDE_OF[s] == side and not own]
            single = [(v, added) for s, v, own, added, _ in self.pairs if SIDE_OF[s] == side and own]
            if whole:
                facts[side] = int(whole[0][0] + sum(v for v, added in [*whole[1:], *single] if added))
            elif single:
                facts[side] = int(sum(v for v, _ in single))
                self.result.places.add(side)
        names = {"mainland": "domestic_share", "abroad": "abroad_share", "hmt": "hmt_share"}
        halves = [share for _, share in self.shares if share == 0.5]
        one_sided = {sign for sign, _ in self.shares if sign} and not self._both_sides()
        if halves and len(halves) == len(self.shares) and not self.pairs and not one_sided:
            facts["domestic_share"] = 0.5
            return
        for sign, share in self.shares:
            if sign and names[SIDE_OF[sign]] not in facts:
                facts[names[SIDE_OF[sign]]] = share
            elif not sign and len(self.shares) == 1 and not self.pairs:
                facts["domestic_share"] = share
                self.result.sideless = True

    def _both_sides(self) -> bool:
        return {"mainland", "abroad"} <= {SIDE_OF[s] for s in re.findall(_P, self.signs.text)}

    def _words(self, had_quantity: bool) -> None:
        """All, none, most, hardly any."""
        text, facts = self.signs.text, self.result.facts
        for pattern in _NONE:
            for match in pattern.finditer(text):
                side = "abroad" if match.re.pattern.startswith("只给") else SIDE_OF[match["side"]]
                facts.setdefault(side, 0)
        opposite = {"mainland": "abroad", "abroad": "mainland", "hmt": "mainland"}
        found = [(m, True) for m in _MOSTLY.finditer(text)] + [(m, False) for p in _MORE for m in p.finditer(text)]
        spread = [(SIDE_OF[m["side"]], mostly) for m, mostly in found]
        spread += [(opposite[SIDE_OF[m["side"]]], True) for m in _HARDLY.finditer(text)]
        spread += [(opposite[SIDE_OF[m["side"]]], False) for m in _MINORITY.finditer(text)]
        if spread:
            side, mostly = spread[0]
            name = f"{'mostly' if mostly else 'more'}_{'mainland' if side == 'mainland' else 'abroad'}"
            if not {"mainland", "abroad"} <= set(facts) and not {"domestic_share", "abroad_share"} & set(facts):
                facts.setdefault("spread", Spread(name))
            return
        for match in _ALL.finditer(text):
            sides = {SIDE_OF[s] for s in re.findall(_P, match["side"])}
            before = re.split("[。]", text[: match.start()])[-1]
            counted = {SIDE_OF[p[0]] for p in self.pairs if p[1] > 0}
            if (
                match["not"]
                or len(sides) > 1
                or sides & self.refined
                or counted - sides
                or self.shares
                or before.endswith("除")
            ):
                continue
            side = sides.pop()
            self._only(side)
            if not had_quantity:
                facts.setdefault(
                    {"mainland": "domestic_share", "abroad": "abroad_share", "hmt": "hmt_share"}[side], 1.0
                )

    def _only(self, side: str) -> None:
        """Every user is on ``side``."""
        if side == "hmt":
            if self.result.loose is not None:
                self.result.facts.setdefault("hmt", self.result.loose)
            self.result.facts.setdefault("domestic_share", 0.0)
            self.result.facts.setdefault("hmt_share", 1.0)
            return
        self.result.facts.setdefault("abroad" if side == "mainland" else "mainland", 0)
