"""Read how the users change from what was known: so many more or fewer, doubled, halved, a tenth more.

Works on a sentence in signs (see :mod:`bot.rules.casebook_signs`). A side whose number is not known yet cannot change; what
is said of it is left to the other readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.rules.casebook_signs import PLACES, SIDE_OF, Signs, people
from bot.rules.customer_facts import CustomerFacts, counted_users

_P, _GAP = f"[{PLACES}]", f"[^，。；！？NS{PLACES}]"
_SIDE = rf"(?:(?P<side>{_P}){_GAP}{{0,6}}?)?"
_AGAIN = r"(?:再|又|还得|还要|还应该?|另外|得|要)"
_NOT_TO = r"(?![到至成为达])"
_MISSED = r"(?:少|漏|忘)(?:算|报|说|写|记|数(?=了))(?:了|掉|上)?|漏(?:了|掉)|没算上?"
_TOO_MANY = r"多(?:算|报|说|写|记)(?:了|出)?|(?:算|报|说|写)多了"
_MORE = rf"(?<![^，])加上?|(?<=总共)加|(?<=一共)加|增加了?|新增了?|多了|多出来?|多招了?|扩招了?|新招了?|又招了?|加了|{_AGAIN}(?:多|加|招|来|添)(?:上|出|了)?"
_FEWER = rf"减少了?|少了|裁了|裁掉了?|撤了|撤掉了?|走了|减掉了?|{_AGAIN}(?:少|减|裁|撤|走)(?:掉|了)?"
_SUPPOSED_MORE, _SUPPOSED_FEWER = r"多|加上?|招|来", r"少|减|裁|撤|走"
_GONE = re.compile(
    rf"(?P<side>{_P})(?:的|那)*(?P<count>N)(?:人|员工|用户|个)*(?:都|全|就|也|先)*(?:裁掉|去掉|撤掉|撤走|减掉|不用了|不买了|不要了?|不算了?|不用算|取消|没了|走了|离职)"
)
_TIMES = re.compile(
    rf"(?:(?P<side>{_P}|总|全部|整个|一共){_GAP}{{0,8}}?)?"
    r"(?:(?P<twice>翻(?:了)?(?:一|1)?(?:倍|番)|加(?:一)?倍|双倍)|翻?(?P<times>[两二三四五2-5])(?:倍|番)|(?P<half>减半|砍半|腰斩))"
)
_RATIO = re.compile(
    rf"(?P<one>{_P}){_GAP}{{0,4}}(?:是|有|相当于|等于|差不多){_GAP}{{0,3}}(?P<other>{_P}){_GAP}{{0,3}}(?P<times>[两二三四五2-5])倍"
)
_PART = re.compile(
    rf"{_SIDE}(?:(?P<less>少|减|砍|裁|撤|走|去)(?:少|掉|了|去)*|(?P<left>只剩)(?:下|了)?|(?P<more>增加|多)了?){_NOT_TO}(?P<count>S)"
)
_RESULT = re.compile(r"(?:一?共|总共|合计|就是|变成|等于|到|成)(?:是|了)?(?P<count>N)")
_HALVES = {"两": 2, "二": 2}


@dataclass
class ChangesRead:
    """What a sentence changes.

    Attributes:
        facts: values to set, by the names of :class:`~bot.rules.customer_facts.CustomerFacts`.
        moves: users to add to a side (negative: to take away).
    """

    facts: dict[str, Any] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)


def read_changes(signs: Signs, so_far: CustomerFacts, supposed: bool) -> tuple[ChangesRead, Signs]:
    """What ``signs`` changes, and the signs without the words that say it.

    Args:
        signs: the sentence.
        so_far: what was known.
        supposed: it is a what-if, in which a mere 「加」 is a change too.
    """
    reader = _Reader(signs, so_far)
    reader.ratio()
    if any(value is not None for value in reader.known.values()) or reader.share is not None:
        reader.read(supposed)
    return reader.result, reader.signs


class _Reader:
    def __init__(self, signs: Signs, so_far: CustomerFacts) -> None:
        mainland, abroad, _ = counted_users(so_far)
        self.signs = signs
        self.values = signs.values
        self.known = {"mainland": mainland, "abroad": abroad, "hmt": so_far.hmt, "total": so_far.total}
        self.share = so_far.domestic_share
        if self.share is None and so_far.abroad_share is not None:
            self.share = 1 - so_far.abroad_share
        self.result = ChangesRead()

    def read(self, supposed: bool) -> None:
        """Everything that changes what was known."""
        self._parts()
        self._times()
        more, fewer = rf"{_MISSED}|{_MORE}", rf"{_TOO_MANY}|{_FEWER}"
        if supposed:
            more, fewer = rf"{more}|{_SUPPOSED_MORE}", rf"{fewer}|{_SUPPOSED_FEWER}"
        for match in self._matches(_GONE):
            self._move(match, SIDE_OF[match["side"]], -self._value(match))
        for verbs, factor in ((more, 1), (fewer, -1)):
            self._counted(verbs, factor)

    def _counted(self, verbs: str, factor: int) -> None:
        pattern = re.compile(
            rf"{_SIDE}(?:{verbs}){_NOT_TO}{_GAP}{{0,2}}(?P<after>{_P})?{_GAP}{{0,2}}(?P<count>N)"
            rf"(?:{_GAP}{{0,2}}(?P<last>{_P})(?=的|人|那|员工|用户|同事|，|。|$|呢))?"
        )
        for match in self._matches(pattern):
            sign = match["after"] or match["last"] or match["side"] or self._carried(match.start())
            self._move(match, SIDE_OF[sign] if sign else self._only_known(), factor * self._value(match))

    def _carried(self, end: int) -> str | None:
        """The side that the sentence spoke of before, when it was one only."""
        sides = re.findall(_P, self.signs.text[:end])
        return sides[-1] if len({SIDE_OF[sign] for sign in sides}) == 1 else None

    def _only_known(self) -> str:
        known = [side for side in ("mainland", "abroad", "hmt") if self.known[side] is not None]
        return known[0] if len(known) == 1 and self.known["total"] is None else "total"

    def _move(self, match: re.Match[str], side: str, more: int) -> None:
        """Add to a side; without one to all users, which no longer fit the sides, so that the adviser asks."""
        before = self.known[side] if side != "total" else self._everybody()
        if before is None:
            return
        self._cover(match)
        if side == "total":
            self.result.facts["total"] = max(0, before + more)
            return
        result = self._result(match.end())
        if result is not None and result not in (before + more, (self._everybody() or 0) + more):
            more = result - before
        self.result.moves[side] = self.result.moves.get(side, 0) + more

    def _result(self, start: int) -> int | None:
        """The number that the sentence says comes of the change (「加上12个，共32」)."""
        found = _RESULT.search(self.signs.text, start)
        if found is None:
            return None
        value: int = self._value(found)
        self._cover(found)
        return value

    def _everybody(self) -> int | None:
        sides = (self.known["mainland"], self.known["abroad"])
        if None in sides:
            return self.known["total"]
        return sum(count for count in (*sides, self.known["hmt"]) if count)

    def ratio(self) -> None:
        """One side as a multiple of the other, which needs nothing known before."""
        for match in self._matches(_RATIO):
            one, other = SIDE_OF[match["one"]], SIDE_OF[match["other"]]
            times = self._times_of(match["times"])
            if {one, other} != {"mainland", "abroad"}:
                continue
            self._cover(match)
            if self.known[other] is not None:
                self.result.facts[one] = times * (self.known[other] or 0)
            else:
                self.result.facts["domestic_share"] = round(
                    times / (1 + times) if one == "mainland" else 1 / (1 + times), 4
                )

    def _times(self) -> None:
        for match in self._matches(_TIMES):
            self._cover(match)
            factor = 0.5 if match["half"] else 2 if match["twice"] else self._times_of(match["times"])
            self._scale(match["side"], factor)

    def _parts(self) -> None:
        for match in self._matches(_PART):
            self._cover(match)
            part = float(self._value(match))
            if match["side"] is None and self._carried(match.start()) is None and self.share is not None:
                self._shift("mainland", part if match["more"] else -part)
                continue
            factor = part if match["left"] else 1 + part if match["more"] else 1 - part
            side = match["side"] or self._carried(match.start())
            if side and self.known[SIDE_OF[side]] is None and self.share is not None and not match["left"]:
                self._shift(SIDE_OF[side], part if match["more"] else -part)
            else:
                self._scale(side, factor)

    def _shift(self, side: str, part: float) -> None:
        """Move a part of all users to a side (「多一成」)."""
        share = (self.share or 0) + (part if side == "mainland" else -part)
        self.result.facts["domestic_share"] = round(min(1.0, max(0.0, share)), 4)

    def _scale(self, sign: str | None, factor: float) -> None:
        """Multiply the users of a side, or all."""
        sides = [SIDE_OF[sign]] if sign in SIDE_OF else ["mainland", "abroad", "hmt"]
        counted = [side for side in sides if self.known[side]]
        for side in counted:
            self.result.moves[side] = round((self.known[side] or 0) * (factor - 1))
        if counted:
            return
        if sign not in SIDE_OF and self.known["total"]:
            self.result.facts["total"] = round(self.known["total"] * factor)
        elif sign in SIDE_OF and self.share is not None:
            domestic, abroad = self.share, 1 - self.share
            domestic, abroad = (domestic * factor, abroad) if sides == ["mainland"] else (domestic, abroad * factor)
            self.result.facts["domestic_share"] = round(domestic / (domestic + abroad), 4)

    def _matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Each match of ``pattern`` that compares nothing."""
        yield from (m for m in pattern.finditer(self.signs.text) if "比" not in m[0].replace("比例", ""))

    def _cover(self, match: re.Match[str]) -> None:
        """Take what was read out of the sentence, so that nobody reads it again."""
        self.signs = self.signs.masked(*match.span(), "·")

    def _value(self, match: re.Match[str]) -> Any:
        return self.values[match.start("count")]

    @staticmethod
    def _times_of(numeral: str) -> int:
        return _HALVES.get(numeral) or people(numeral) or 2
