"""A sentence in signs: every place, number, share, domain and version becomes one capital letter.

The normal form of a message has no capitals, so that patterns over the signs are short: ``CN人，FN人`` is a number of
people in a city of the mainland and another abroad.

=====  =============================================  =====  =========================================
``M``  the mainland as a whole                        ``N``  a number (of people)
``C``  a place in the mainland                        ``S``  a share
``A``  abroad as a whole                              ``D``  a domain
``F``  a place abroad                                 ``G``  the global version
``H``  Hong Kong, Macau or Taiwan                     ``V``  the 21V version
=====  =============================================  =====  =========================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import cn2an

PLACES = "MCAFH"
SIDE_OF = {"M": "mainland", "C": "mainland", "A": "abroad", "F": "abroad", "H": "hmt"}
"""Place to the fact that counts the users there."""


class Found(Protocol):
    """A piece of the sentence that the entity finder knows: what it is, where, and its value."""

    @property
    def entity(self) -> str:
        """Name of the entity."""

    @property
    def start(self) -> int:
        """Where it begins in the normal form."""

    @property
    def end(self) -> int:
        """Where it ends in the normal form."""

    @property
    def value(self) -> Any:
        """A share (0–1), a side for a place, a name."""


@dataclass(frozen=True)
class Signs:
    """``text`` with a sign for every piece; ``values[i]`` is what the sign at ``i`` stands for, None for other text."""

    text: str
    values: tuple[Any, ...]

    def masked(self, start: int, end: int, with_: str = "，") -> Signs:
        """The same with ``[start:end]`` covered (by default with breaks), so that no later reader sees it."""
        width = end - start
        return Signs(
            self.text[:start] + with_ * width + self.text[end:],
            (*self.values[:start], *[None] * width, *self.values[end:]),
        )


class Ratio(float):
    """A share written as one side to the other, which only the users on two sides are."""


_NUMERAL = r"(?:\d+(?:\.\d+)?(?:[万千]|[kw](?![a-z]))|\d+(?:,\d{3})+|\d+|[零一二两三四五六七八九十百千万]+|俩|仨)"
_PERSON = (
    r"人(?!民|才|数|事)|用户(?!数)|员工|账号|帐号|账户|同事|许可|license|users?|席位|老外|外籍|工程师|老师"
    r"|people|person"
)
_NUMBER = re.compile(
    rf"(?<![第每周期几数a-z.\-\d])(?P<numeral>{_NUMERAL})(?P<about>[几来多余]?)\s*(?P<unit>个|位|名|号|口)?(?:以上|左右)?(?:的?(?P<person>{_PERSON}))?"
    r"(?!\s*(?:[%％年月天次趟家周块元步款套版倍样v:]|小时|分之|成|半))"
)
_NOT_PEOPLE = re.compile(
    r"\s*(?:月|小时|办事处|办公|地点|据点|网点|部门|团队|公司|客户|版本|域名|厂|总部|分|国家|城市|地方|数据|方案|组织|租户|新|不同|子|\.|单|问题|样|后缀|星期|季|礼拜|企业)"
)
_NOBODY = re.compile(
    r"(?:没有?|无)(?=一(?:个|位|名))|一(?:个|位|名)(?:人|员工|用户)?(?=(?:出差|出国|出去|去国外)?的?(?:人)?(?:都|也)(?:没|不|木))"
)
"""「没有一个人」, 「一个都没有」: the "one" counts nobody."""
_AFTER_ONE = re.compile(r"在|是|驻|常|都|左右|没|经|老|要|出|国|境|海|住")
_GENERIC = {"国内", "境内", "大陆", "中国", "内地", "国内这边", "国外", "境外", "海外", "外国"}
_EXTRA_PLACES = [
    (re.compile(r"国[类纳]|过内|guonei|本地|当地|我们这边?(?!个)|(?<![a-z])(?:mainland\s+)?china(?![a-z])"), "M"),
    (re.compile(r"国歪|过外|guowai|(?<![a-z])(?:overseas|abroad)(?![a-z])|外面(?=有)|外地(?!人)(?=国)"), "A"),
]
_NATIONALITY = re.compile(r"外国人|外籍|[美英德法日韩印]国?(?:国)?人(?=在)|老外")
_SIDES = {"mainland": ("M", "C"), "abroad": ("A", "F"), "hmt": ("H", "H")}
_OVER = re.compile(r"(?:超过?了?|多于|不止|不到|不足|少于|大于|小于)$")
_UNDER = re.compile(r"(?:不到|不足|少于|小于)了?$")
_AND_MORE = re.compile(r"以上|以下|还多|多(?=[，。在的人]|$)|不到")
_HALVES = re.compile(r"五五开|(?:一比一|1:1)(?!0)|五五")
_RATIO = re.compile(
    r"(?P<first>[一二三四五六七八九])(?:比?(?P<second>[一二三四五六七八九])(?:开|分)|比(?P<alone>[一二三四五六七八九]))"
    r"|(?<!\d)(?P<tenth>[1-9])\s*(?:比|:|：)\s*(?P<rest>[1-9])(?!\d)|(?<!\d)(?P<digit>[1-9])(?P<other>[1-9])(?=开)"
    r"|(?<!\d)(?P<percent>[1-9]\d)\s*(?:比|:|：|/|对)\s*(?P<left>[1-9]\d)(?!\d)|^(?:大概|差不多)?(?P<one>[一二三四五六七八九])(?P<two>[一二三四五六七八九])(?=吧|左右|$)"
)
_TENTHS_OF_SIDES = re.compile(
    r"[国境][内外](?P<first>[一二三四五六七八九])[，、比]?[国境海][内外](?P<second>[一二三四五六七八九])(?![十百千万成人个位名号点])"
)
"""「国内三国外七」: of ten."""


def to_signs(text: str, found: Iterable[Found]) -> Signs:
    """Put signs into ``text``, a normal form, for what was ``found`` in it and for the numbers it holds."""
    pieces = _pieces(text, list(found))
    pieces += _numbers(text, pieces)
    signs, values, done = [], [], 0
    for start, end, sign, value in sorted(pieces):
        signs.append(text[done:start] + sign)
        values += [None] * (start - done) + [value]
        done = end
    signs.append(text[done:])
    values += [None] * (len(text) - done)
    return Signs("".join(signs), tuple(values))


def people(numeral: str, about: str = "") -> int | None:
    """The number that ``numeral`` writes; ``about`` a suffix for "some more", which adds half of ten.

    Of two neighbours ("two or three") it is the larger.
    """
    plain = numeral.replace(",", "")
    if short := re.fullmatch(r"(\d+(?:\.\d+)?)([万千kw])", plain):
        return round(float(short[1]) * (1000 if short[2] in "千k" else 10000))
    if about_two := re.fullmatch("([一二两三四五六七八])([二两三四五六七八九])([十百千万]?)", plain):
        plain = about_two[2] + about_two[3]
    if plain in ("俩", "仨"):
        return 2 if plain == "俩" else 3
    try:
        value = float(cn2an.cn2an(plain, "smart"))
    except (ValueError, KeyError):
        return None
    return int(value) + (5 if about == "几" else 0)


def _pieces(text: str, found: list[Found]) -> list[tuple[int, int, str, Any]]:
    nationalities = [m.span() for m in _NATIONALITY.finditer(text)]
    pieces: list[tuple[int, int, str, Any]] = []

    def add(start: int, end: int, sign: str, value: Any) -> None:
        if not any(start < e and s < end for s, e, *_ in pieces):
            pieces.append((start, end, sign, value))

    for piece in found:
        word = text[piece.start : piece.end]
        if piece.entity == "place" and piece.value in _SIDES:
            if not any(s <= piece.start < e for s, e in nationalities):
                general, special = _SIDES[piece.value]
                add(piece.start, piece.end, general if word in _GENERIC else special, word)
        elif piece.entity == "share":
            vague = _OVER.search(text[: piece.start]) or _AND_MORE.match(text, piece.end)
            if vague and "半" in word and "成" not in word:
                continue  # 「超过一半」 is no number: see casebook_spread
            # 「不到七成」 does not reach seven tenths, which a rule may ask for
            under = 0.01 if _UNDER.search(text[: piece.start]) else 0
            add(piece.start, piece.end, "S", round(float(piece.value) - under, 4))
        elif piece.entity == "domain":
            add(piece.start, piece.end, "D", str(piece.value))
        elif piece.entity == "version":
            add(piece.start, piece.end, "V" if str(piece.value).startswith("21V") else "G", word)
        elif piece.entity in ("date", "money", "order_number", "agreement_number", "step"):
            add(piece.start, piece.end, "·", None)
    for pattern, sign in _EXTRA_PLACES:
        for match in pattern.finditer(text):
            add(match.start(), match.end(), sign, match[0])
    for match in _HALVES.finditer(text):
        add(match.start(), match.end(), "S", 0.5)
    if not _RATIO.search(text) and (sides := _TENTHS_OF_SIDES.search(text)):
        first, second = people(sides["first"]), people(sides["second"])
        if first and second and first + second == 10:
            add(*sides.span("first"), "S", first / 10)
            add(*sides.span("second"), "S", second / 10)
    for match in _RATIO.finditer(text):
        numerals = [numeral for numeral in match.groups() if numeral]
        first, second = people(numerals[0]), people(numerals[-1])
        if first and second and first + second in (10, 100):
            add(match.start(), match.end(), "S", Ratio(first / (first + second)))
    return pieces


def _numbers(text: str, taken: list[tuple[int, int, str, Any]]) -> list[tuple[int, int, str, Any]]:
    numbers = []
    nobody = {position for match in _NOBODY.finditer(text) for position in match.span()}
    places = {start for start, _, sign, _ in taken if sign in PLACES}
    for match in _NUMBER.finditer(text):
        if any(match.start() < end and start < match.end() for start, end, *_ in taken) or match.start() in nobody:
            continue
        numeral, unit, person = match["numeral"], match["unit"], match["person"]
        rest = text[match.end() :]
        bare = not unit and not person
        last = not rest or rest[0] in "，。；！？"
        after_place = (
            last
            and not _RATIO.search(text)
            and any(end == match.start() and sign in PLACES for _, end, sign, _ in taken)
        )
        if (
            bare
            and not after_place
            and (numeral == "365" or (not numeral.isdigit() and len(numeral) < 2 and numeral not in "俩仨"))
        ):
            continue
        if bare and numeral in ("千万", "万一", "十万", "一千", "一一", "一二", "一两", "两三", "三四"):
            continue
        only = last and re.search("(?:就|只有|才|仅|有)$", text[: match.start()])
        listed = match.end() + len(rest) - len(rest.lstrip("，、 ")) in places  # 「30新加坡5」: nothing new
        if not person and (
            (_NOT_PEOPLE.match(rest) and not listed)
            or (unit and numeral in "一1" and not _AFTER_ONE.match(rest) and not only)
        ):
            continue
        value = people(numeral, match["about"])
        if value is not None:
            numbers.append((match.start(), match.end(), "N", value))
    return numbers
