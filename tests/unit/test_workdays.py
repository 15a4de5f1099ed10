"""Working days in China."""

import datetime as dt

import pytest

from bot.rules.workdays import is_known, is_workday, workday_after, workdays_between

D = dt.date


def test_weekend_is_no_working_day():
    assert not is_workday(D(2016, 3, 19))


def test_weekend_worked_in_lieu_is_a_working_day():
    assert is_workday(D(2016, 2, 6))  # Saturday before the Spring Festival of 2016


def test_public_holiday_on_a_weekday_is_no_working_day():
    assert not is_workday(D(2016, 2, 8))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (D(2016, 3, 15), 3, D(2016, 3, 18)),
        (D(2016, 3, 17), 3, D(2016, 3, 22)),  # over a weekend
        (D(2016, 2, 5), 3, D(2016, 2, 15)),  # the 6th and the 14th are worked, the 7th to the 13th are the festival
        (D(2016, 3, 19), 1, D(2016, 3, 21)),  # from a Saturday
    ],
)
def test_counting_passes_over_weekends_and_holidays(start, count, end):
    found = workday_after(start, count)

    assert (found.day, found.exact) == (end, True)


def test_year_without_published_holidays_counts_weekdays_and_says_so():
    friday = D(2099, 10, 2)  # in the National Day week, were it known
    found = workday_after(D(2099, 10, 1), 1)

    assert not is_known(friday)
    assert (found.day, found.exact) == (friday, False)


def test_less_than_one_day_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        workday_after(D(2016, 3, 15), 0)


def test_days_between_count_the_last_but_not_the_first():
    assert workdays_between(D(2016, 3, 17), D(2016, 3, 21)) == 2


def test_days_between_are_none_backwards():
    assert workdays_between(D(2016, 3, 21), D(2016, 3, 17)) == 0


@pytest.mark.parametrize("start", [D(1999, 12, 30), D(2003, 12, 29), D(2015, 9, 5), D(2025, 12, 31)])
def test_days_between_are_those_that_are_counted_one_by_one(start):
    days = [start + dt.timedelta(days=n) for n in range(1, 800)]
    counted = 0
    for day in days:
        counted += is_workday(day)
        assert workdays_between(start, day) == counted
