"""Which span of days a question about orders names (「上个月」, 「11月」, 「最近两周」), as of a day. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Callable, Optional

_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, and where the text names them."""

    first: dt.date
    last: dt.date
    start: int
    end: int


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    return {"两": 2, "俩": 2, "半": 0, "几": 0}.get(text, _DIGITS.find(text))


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), following - dt.timedelta(days=1)


def _month_before(today: dt.date, back: int) -> tuple[dt.date, dt.date]:
    months = today.year * 12 + today.month - 1 - back
    return _month(months // 12, months % 12 + 1)


def _week(today: dt.date, back: int, weekday: str) -> tuple[dt.date, dt.date]:
    monday = today - dt.timedelta(days=today.weekday() + 7 * back)
    if weekday:
        day = monday + dt.timedelta(days="一二三四五六日天".index(weekday) % 7 if weekday != "天" else 6)
        return day, day
    return monday, monday + dt.timedelta(days=6)


def _calendar(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    """A month or day by its number; without a year the latest that has begun."""
    month, day = int(match["month"]), match["day"]
    year = int(match["year"]) if match["year"] else today.year
    if not match["year"] and (month, int(day or 1)) > (today.month, today.day):
        year -= 1
    if not day:
        return _month(year, month)
    one = dt.date(year, month, int(day))
    return one, one


def _latest(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    count = _count(match["count"])
    if count < 1:
        raise ValueError("no number")
    days = {"天": 1, "日": 1, "周": 7, "个星期": 7, "星期": 7, "个月": 30, "月": 30, "年": 365}[match["unit"]]
    return today - dt.timedelta(days=count * days - (days == 1)), today


def _day_of_month(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    """The latest day with that number that has begun."""
    months = today.year * 12 + today.month - 1 - (int(match["day"]) > today.day)
    one = dt.date(months // 12, months % 12 + 1, int(match["day"]))
    return one, one


_Reading = Callable[[re.Match[str], dt.date], tuple[dt.date, dt.date]]
_SPANS: tuple[tuple[str, _Reading], ...] = (
    (
        r"(?:(?P<year>20\d\d)[年\-/.])?(?P<month>1[0-2]|0?[1-9])(?:月份?|[\-/])(?P<day>3[01]|[12]\d|0?[1-9])[日号]?(?!\d)",
        _calendar,
    ),
    (r"(?:(?P<year>20\d\d)年)?(?<!\d)(?P<month>1[0-2]|0?[1-9])月份?(?P<day>(?!))?", _calendar),
    (r"大前天", lambda m, today: (today - dt.timedelta(days=3), today - dt.timedelta(days=3))),
    (r"前天", lambda m, today: (today - dt.timedelta(days=2), today - dt.timedelta(days=2))),
    (r"昨天|昨日|昨儿", lambda m, today: (today - dt.timedelta(days=1), today - dt.timedelta(days=1))),
    (r"今天|今日|今儿|当天", lambda m, today: (today, today)),
    (r"上上(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])?", lambda m, today: _week(today, 2, m["day"] or "")),
    (r"上(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])?", lambda m, today: _week(today, 1, m["day"] or "")),
    (r"(?:这|本)(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])?", lambda m, today: _week(today, 0, m["day"] or "")),
    (r"上上(?:个)?月", lambda m, today: _month_before(today, 2)),
    (r"上(?:个)?月", lambda m, today: _month_before(today, 1)),
    (r"(?:这个?|本|当)月", lambda m, today: _month_before(today, 0)),
    (r"(?:今|本)年", lambda m, today: (dt.date(today.year, 1, 1), today)),
    (r"去年", lambda m, today: (dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31))),
    (
        r"(?:最近|近|这|过去|前)(?P<count>\d{1,3}|[一二两三四五六七八九十])(?P<unit>天|日|周|个星期|星期|个月|月|年)(?:内|里|以来)?",
        _latest,
    ),
    (
        r"(?<![\d月\-/.第])(?P<day>3[01]|[12]\d|[1-9])[日号](?=.{0,3}(?:下|付|打|到|开|交|提|审|盖|签|寄|新|的))",
        _day_of_month,
    ),
)
_COMING: tuple[tuple[str, _Reading], ...] = (
    (r"大后天", lambda m, today: (today + dt.timedelta(days=3), today + dt.timedelta(days=3))),
    (r"后天", lambda m, today: (today + dt.timedelta(days=2), today + dt.timedelta(days=2))),
    (r"明[天日儿]", lambda m, today: (today + dt.timedelta(days=1), today + dt.timedelta(days=1))),
    (r"下(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])?", lambda m, today: _week(today, -1, m["day"] or "")),
    (r"下(?:个)?月", lambda m, today: _month_before(today, -1)),
)
"""Days that are still to come: nothing has happened on them, but services shall be opened."""
_COMING_RE = tuple((re.compile(pattern), reading) for pattern, reading in _COMING)
_SPANS_RE = tuple((re.compile(pattern), reading) for pattern, reading in _SPANS)
_LATEST = re.compile(r"最新|最近|最后(?:下|一[张单笔])|刚下|新下")
_OLDEST = re.compile(r"最早|最老|最旧|最先")


def span_named(normal: str, today: dt.date) -> Optional[Span]:
    """The days that ``normal`` names, or None; a date that does not exist is none."""
    return _first_of(_SPANS_RE, normal, today)


def coming_named(normal: str, today: dt.date) -> Optional[Span]:
    """The days after ``today`` that ``normal`` names, or None."""
    return _first_of(_COMING_RE, normal, today)


def _first_of(spans: tuple[tuple[re.Pattern[str], _Reading], ...], normal: str, today: dt.date) -> Optional[Span]:
    for pattern, reading in spans:
        match = pattern.search(normal)
        if match:
            try:
                first, last = reading(match, today)
            except (ValueError, OverflowError):
                return None
            return Span(first, last, *match.span())
    return None


def newest_first(normal: str) -> Optional[bool]:
    """True where the newest orders are wanted, False for the oldest, None where nothing is said of it."""
    return True if _LATEST.search(normal) else False if _OLDEST.search(normal) else None
