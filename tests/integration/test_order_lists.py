"""Lists of orders, the most urgent first."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa
from samples import TODAY, numbers, order, put

from bot.rules.ordering import MILESTONES, URGENCY, standing
from bot.store import Store
from bot.store.records import OrderKind
from bot.store.tables import orders


def test_database_and_rules_agree_on_every_combination_of_dates(trade: Store):
    combinations = itertools.product([False, True], repeat=len(MILESTONES))
    several = []
    for count, (problem, *happened) in enumerate(combinations, 1):
        # Each has another date, so that a wrong one would show.
        dates = {name: TODAY + dt.timedelta(days=n) for n, name in enumerate(MILESTONES[1:]) if happened[n]}
        several.append(order(count, problem="缺章" if problem else "", **dates))
    put(trade, *several)

    with trade.reading() as connection:
        rows = connection.execute(sa.select(orders.c.number, orders.c.urgency, orders.c.since)).all()

    assert len(rows) == 256
    stored = {row.number: (URGENCY[row.urgency], row.since) for row in rows}
    for one in several:
        where = standing(one.progress, TODAY, 3)
        assert stored[one.number] == (where.stage, where.since)


@pytest.fixture
def stages(trade: Store) -> Store:
    """Orders at every stage: 001 new … 008 done, 009 has a problem, 010 is overdue."""
    put(trade, *(order(n, passed=n) for n in range(1, 9)), order(9, passed=3, problem="缺章"))
    put(trade, order(10, passed=6, money_arrived=dt.date(2016, 3, 18)))
    put(trade, order(11, partner="P1002"))
    return trade


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (OrderKind.ALL, ["010", "009", "005", "002", "001", "004", "003", "006", "007", "008"]),
        (OrderKind.OPEN, ["010", "009", "005", "002", "001", "004", "003", "006", "007"]),
        (OrderKind.UNPAID, ["009", "005", "002", "001", "004", "003"]),
        (OrderKind.TO_PAY, ["005"]),
        (OrderKind.OVERDUE, ["010"]),
        (OrderKind.PROBLEM, ["009"]),
        (OrderKind.ORIGINALS, ["007"]),
    ],
)
def test_list_shows_its_kind_most_urgent_first(stages: Store, kind: OrderKind, expected: list[str]):
    page = stages.list_orders("P1001", kind, 0, 20, TODAY, 3)

    assert numbers(page.orders) == expected
    assert page.total == len(expected)


def test_pages_of_a_list_make_the_list(stages: Store):
    whole = stages.list_orders("P1001", OrderKind.ALL, 0, 20, TODAY, 3).orders
    pages = [stages.list_orders("P1001", OrderKind.ALL, offset, 3, TODAY, 3).orders for offset in range(0, 12, 3)]

    assert tuple(itertools.chain(*pages)) == whole


def test_overdue_in_the_list_is_overdue_by_the_rules(trade: Store):
    put(trade, *(order(n, passed=6, money_arrived=TODAY - dt.timedelta(days=n)) for n in range(15)))

    listed = trade.list_orders("P1001", OrderKind.OVERDUE, 0, 20, TODAY, 3).orders

    late = {o.number for o in trade.every_order() if standing(o.progress, TODAY, 3).overdue}
    assert {o.number for o in listed} == late
    assert 0 < len(late) < 15
