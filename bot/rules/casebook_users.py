"""Read where a customer's users are from a sentence in signs (see :mod:`bot.rules.casebook_signs`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.rules.casebook_signs import PLACES, SIDE_OF, Ratio, Signs, people
from bot.rules.casebook_spread import NATIONALITY, only_some, sides_without_users, spread_in_words
from bot.rules.customer_facts import Spread

_P, _GAP = f"[{PLACES}]", f"[^，。NS{PLACES}]"
_EXCEPT = re.compile(
    rf"除(?:了|开|去)?(?P<own>{_P})?的?(?P<count>N|老板|老总|[^，。NS{PLACES}都全在]{{1,6}}?){_GAP}{{0,6}}?(?:(?P<where>{_P}){_GAP}{{0,6}})?(?:之外|以外|外)?，?"
    rf"{_GAP}{{0,3}}(?:其余|其他|剩下|别的|全|都|均){_GAP}{{0,6}}(?P<side>{_P})"
)
_ONLY_BOSS = re.compile(
    rf"[MC]{_GAP}{{0,4}}，?(?:就|只有|只)(?:一个)?(?:老板|老总|总经理){_GAP}{{0,5}}(?:在|住)(?P<side>[AF])"
)
_TOTAL = re.compile(
    rf"(?:总共|一共|总计|合计|共计|统共|拢共|总数|总人数|合起来|加起来|全公司|全部|总的?|共){_GAP}{{0,6}}(?P<count>N)"
)
_EACH = re.compile(r"各(?:自|有|占)?(?:大概)?(?P<count>N)")
_EACH_SHARE = re.compile(rf"{_P}[和跟、及与]?{_P}(?:[和跟、及与]?{_P})*各(?:自|有|占)?(?:大概)?(?P<count>S)")
_ALL_OF = re.compile(
    rf"(?P<count>N){_GAP}{{0,4}}(?:全部|全|都|均){_GAP}{{0,4}}(?:在|驻|是){_GAP}{{0,2}}(?P<side>{_P}(?:[和跟、及与]?{_P})*)"
)
_ALL = re.compile(
    rf"(?P<not>不是|并非|没|其余|其他|剩下)?(?:人|员工)*(?P<all>全部|全|都|均|清一色|所有人?|(?<![^，。])(?:人|员工)(?=在))(?!{_GAP}{{0,7}}(?:去|飞|跑|往|有人|出差|出国)){_GAP}{{0,3}}(?:在|驻|是)?{_GAP}{{0,4}}(?P<side>{_P}(?:[和跟、及与]?{_P})*)"
)
_IN = re.compile(rf"(?P<count>[NS]){_GAP}{{0,7}}?(?:在|驻|于|住|是){_GAP}{{0,3}}?(?P<side>{_P})")
_REST = re.compile(rf"(?:其余|其他|其它|剩下|剩余|余下){_GAP}{{0,8}}(?P<side>{_P})")
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
        self.rest: str | None = None

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
            if match["count"] == "N" or match["count"] in ("老板", "老总"):
                self.result.facts[other] = self._value(match, "count") if match["count"] == "N" else 1
            self.result.facts["spread"] = Spread.MOSTLY_MAINLAND if side == "mainland" else Spread.MOSTLY_ABROAD
            self.refined |= {side, other}

        if boss := _ONLY_BOSS.search(self.signs.text):
            self.result.facts.update({SIDE_OF[boss["side"]]: 1, "spread": Spread.MOSTLY_MAINLAND})
            self.refined |= {"mainland", "abroad"}

    def _each(self) -> None:
        for match in self._take(_EACH):
            clause = re.split("[，。]", self.signs.text[: match.start()])[-1]
            offices = re.search(
                r"([两二三四五六七八九2-9])(?:家|个|处)(?:分公司|子公司|公司|办事处|工厂|厂|分部)?$", clause
            )
            for sign in re.findall(_P, clause) or ["M", "A"]:
                count = self._value(match, "count") * ((people(offices[1]) or 1) if offices else 1)
                self.pairs.append((sign, count, sign in "CFH", False, match.start()))

        for match in self._take(_EACH_SHARE):
            self.shares += [(sign, self._value(match, "count")) for sign in re.findall(_P, match[0])]

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
            self.rest = side
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
                if token == "S" and (order := "".join(t for _, t in tokens)) in ("MAS", "AMS"):
                    sign = order[0]
                if sign is None and "p" not in kinds:
                    sign = carried
                if sign is None:
                    if token == "N" and not only_some(clause[0], self.signs.text):
                        loose.append(self.signs.values[index])
                    elif token == "S" and not NATIONALITY.search(clause[0]):
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
        if self.rest == "mainland" and {SIDE_OF[p[0]] for p in self.pairs} == {"hmt"}:
            facts.setdefault("abroad", 0)  # 「香港五个，其他人都在广州」
        names = {"mainland": "domestic_share", "abroad": "abroad_share", "hmt": "hmt_share"}
        halves = [share for _, share in self.shares if share == 0.5]
        one_sided = {sign for sign, _ in self.shares if sign} and not self._both_sides()
        if halves and len(halves) == len(self.shares) and not self.pairs and not one_sided:
            self._halves()
            return
        if halves and len(halves) == len(self.shares) == 1 and not self.pairs and self._sides() == {"mainland", "hmt"}:
            self._halves()
            return
        for sign, share in self.shares:
            if sign and names[SIDE_OF[sign]] not in facts:
                facts[names[SIDE_OF[sign]]] = float(share)
            elif not sign and len(self.shares) == 1 and not self.pairs:
                facts["domestic_share"] = float(share)
                self.result.sideless = not isinstance(share, Ratio)

    def _sides(self) -> set[str]:
        return {SIDE_OF[s] for s in re.findall(_P, self.signs.text)}

    def _both_sides(self) -> bool:
        return {"mainland", "abroad"} <= self._sides()

    def _halves(self) -> None:
        """Half of the users on each side that was named, the mainland and abroad where none was."""
        hmt = "hmt" in self._sides()
        self.result.facts["domestic_share"] = 0.0 if hmt and "mainland" not in self._sides() else 0.5
        if hmt:
            self.result.facts["hmt_share"] = 0.5
        self.result.sideless = not self._sides()

    def _words(self, had_quantity: bool) -> None:
        """All, none, most, hardly any."""
        text, facts = self.signs.text, self.result.facts
        for side in sides_without_users(text):
            facts.setdefault(side, 0)
        if (spread := spread_in_words(text)) is not None:
            if not {"mainland", "abroad"} <= set(facts) and not {"domestic_share", "abroad_share"} & set(facts):
                facts.setdefault("spread", spread)
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
