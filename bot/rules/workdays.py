"""Working days in China: weekends, public holidays and the weekends worked in lieu of them.

The holidays of a year are published late in the year before, so the newest years are not in the calendar yet. There the
weekday decides, and the answer says that it is not exact.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass

from chinese_calendar import holidays, workdays

CHINA = dt.timezone(dt.timedelta(hours=8))
"""The zone whose dates count; it has no summer time."""
_ONE_DAY = dt.timedelta(days=1)
_FRIDAY = 4
_WORKED_WEEKENDS = sorted(day for day in workdays if day.weekday() > _FRIDAY)
_FREE_WEEKDAYS = sorted(day for day in holidays if day.weekday() <= _FRIDAY and day not in workdays)
_KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)


@dataclass(frozen=True)
class Workday:
    """A working day that was counted to.

    Attributes:
        day: the date.
        exact: False when a day on the way lies in a year whose holidays are not known, so only weekends were left out.
    """

    day: dt.date
    exact: bool


def is_known(day: dt.date) -> bool:
    """Whether the calendar has the holidays of the year of ``day``."""
    return day.year in _KNOWN_YEARS


def is_workday(day: dt.date) -> bool:
    """Whether people work on ``day``; Monday to Friday in a year that :func:`is_known` denies."""
    return day in workdays or (day.weekday() <= _FRIDAY and day not in holidays)


def workday_after(day: dt.date, count: int) -> Workday:
    """The working day ``count`` working days after ``day``, which is not counted itself.

    Raises:
        ValueError: ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"expected at least 1 working day, got {count}")
    exact = True
    while count:
        day += _ONE_DAY
        exact = exact and is_known(day)
        count -= is_workday(day)
    return Workday(day, exact)


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
    return max(0, _workdays_until(end) - _workdays_until(start))


def _workdays_until(day: dt.date) -> int:
    """Working days since the first Monday of the calendar (1 January of year 1), without looking at each: an order may be years old."""
    weeks, days = divmod(day.toordinal(), 7)
    return 5 * weeks + min(days, 5) + bisect_right(_WORKED_WEEKENDS, day) - bisect_right(_FREE_WEEKDAYS, day)
