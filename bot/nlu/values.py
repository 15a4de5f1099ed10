"""Find regular language in a normal form (numbers, shares, domains, dates …) and give each a value.

Pure functions over text; the entity extractor turns what they find into Rasa entities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Iterator

import cn2an

_DIGITS = r"(?:\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千万]+)"
_TENTHS = r"[一二两三四五六七八九123456789]"
_TLD = r"(?:com|cn|net|org|edu|gov|io|co|de|jp|uk|fr|us|hk|tw|sg|kr|eu|biz|info|me|cc|tech|cloud|group|asia)"


@dataclass(frozen=True)
class Found:
    """A piece of the normal form: which entity it is, where, and what it is worth."""

    entity: str
    start: int
    end: int
    value: Any


def number(text: str) -> float | None:
    """The number that ``text`` writes in digits or Chinese numerals (「120」「一百二」「两百」「3万」), else None."""
    try:
        return float(cn2an.cn2an(text.replace(",", "").replace("〇", "零"), "smart"))
    except (ValueError, KeyError):
        return None


def _whole(text: str) -> int | None:
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def _tenths(match: re.Match[str]) -> float | None:
    """「七成」 is 0.7, 「九成五」 0.95, 「七八成」 0.75 (the middle)."""
    digits = [number(d) for d in match["tenths"]]
    if any(d is None for d in digits):
        return None
    share = sum(d for d in digits if d) / len(digits) / 10
    if match["half"]:
        share += (number(match["half"]) or 0) / 100 if match["half"] != "半" else 0.05
    return round(share, 4)


def _percent(match: re.Match[str]) -> float | None:
    value = number(match["percent"] or match["spoken"])
    return round(value / 100, 4) if value is not None and value <= 100 else None


def _fraction(match: re.Match[str]) -> float | None:
    below, above = number(match["below"]), number(match["above"])
    return round(above / below, 4) if below and above is not None and above <= below else None


def _money(match: re.Match[str]) -> float | None:
    value = number(match["amount"] + ("万" if match["wan"] else ""))
    return value


def _order(match: re.Match[str]) -> str:
    return "CSP" + re.sub(r"\D", "", match[0])


def _agreement(match: re.Match[str]) -> str:
    return re.sub(r"\s+", "", match[0]).upper()


def _date(match: re.Match[str]) -> str:
    year, month, day = match["year"], match["month"], match["day"]
    return "-".join(part for part in (year, f"{int(month):02d}", f"{int(day):02d}" if day else None) if part)


ORDER_NUMBER = re.compile(r"(?<![a-z0-9])csp[\s\-_]*\d{4}[\s\-]?\d{2}[\s\-]?\d{2}[\s\-]?\d{3}(?!\d)")

_RULES: list[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Any]]] = [
    ("order_number", ORDER_NUMBER, _order),
    ("agreement_number", re.compile(r"(?<![a-z])hz\s*-?\s*\d{4}\s*-?\s*\d{3,6}(?!\d)"), _agreement),
    (
        "domain",
        re.compile(rf"(?<![a-z0-9@.\-])(?:[a-z0-9][a-z0-9\-]{{0,62}}\.)+{_TLD}(?![a-z0-9\-])"),
        lambda m: m[0],
    ),
    (
        "date",
        re.compile(
            r"(?:(?P<year>20\d\d)[年\-/.])?(?P<month>1[0-2]|0?[1-9])[月\-/](?P<day>3[01]|[12]\d|0?[1-9])[日号]?(?!\d)"
        ),
        _date,
    ),
    ("date", re.compile(r"(?P<year>20\d\d)年(?P<month>1[0-2]|0?[1-9])月(?P<day>(?!))?"), _date),
    (
        "date",
        re.compile(
            r"今天|明天|后天|昨天|前天|上周[一二三四五六日天]?|下周[一二三四五六日天]?|这周|本周|上个月|下个月|月底|月初|年底"
        ),
        lambda m: m[0],
    ),
    ("share", re.compile(rf"(?P<tenths>{_TENTHS}{{1,2}})成(?P<half>半|{_TENTHS})?(?!立|功|都|本|交|为|员)"), _tenths),
    (
        "share",
        re.compile(r"(?P<percent>\d+(?:\.\d+)?)\s*[%％]|百分之(?P<spoken>[零一二三四五六七八九十百两\d.]+)"),
        _percent,
    ),
    ("share", re.compile(r"(?P<below>[二两三四五六七八九十\d]+)分之(?P<above>[一二两三四五六七八九十\d]+)"), _fraction),
    ("share", re.compile(r"(?:一|各|对)半|半数"), lambda _: 0.5),
    ("money", re.compile(rf"(?P<amount>{_DIGITS})(?P<wan>w|万)?(?:块钱?|元|rmb|人民币)"), _money),
    (
        "people",
        re.compile(
            rf"(?P<count>{_DIGITS})\s*(?:来|多)?\s*(?:个|位|名)?\s*"
            r"(?:人|用户|员工|账号|帐号|账户|同事|邮箱|许可|license|user|点|席位|用户数|老外|工程师|销售)(?!民)"
        ),
        lambda m: _whole(m["count"]),
    ),
]


def find_values(text: str) -> Iterator[Found]:
    """Yield what ``text`` (a normal form) holds, longest rules first; overlapping finds are dropped."""
    taken: list[tuple[int, int]] = []
    for entity, pattern, value_of in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            value = value_of(match)
            if value is not None:
                taken.append(match.span())
                yield Found(entity, match.start(), match.end(), value)
