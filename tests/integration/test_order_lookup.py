"""Finding orders by number and by customer."""

from __future__ import annotations

import time

import pytest
from samples import TODAY, numbers, order, put

from bot.store import Store
from bot.store.records import OrderKind


def test_order_is_found_however_its_number_is_typed(trade: Store):
    put(trade, order(1))

    for typed in ("CSP20160315001", "csp20160315001", "ＣＳＰ２０１６０３１５００１", "csp 2016 0315 001"):
        assert trade.order("P1001", typed) == order(1)


def test_order_of_another_partner_is_not_found(trade: Store):
    put(trade, order(1, partner="P1002"))

    assert trade.order("P1001", "CSP20160315001") is None
    assert trade.orders_ending("P1001", "001") == ()
    assert trade.find_orders("P1001", "晨光").orders == ()
    assert trade.list_orders("P1001", OrderKind.ALL, 0, 10, TODAY, 3).orders == ()


def test_order_of_another_partner_costs_what_an_unknown_one_costs(trade: Store):
    put(trade, *(order(n, partner="P1002") for n in range(1, 200)), *(order(n) for n in range(200, 400)))

    def seconds(number: str) -> float:
        start = time.perf_counter()
        trade.order("P1001", number)
        return time.perf_counter() - start

    foreign, unknown = [], []
    for n in range(1, 200):  # in turns, so that whatever else the machine does falls on both
        foreign.append(seconds(f"CSP20160315{n:03d}"))
        unknown.append(seconds(f"CSP20160316{n:03d}"))

    assert sorted(foreign)[99] == pytest.approx(sorted(unknown)[99], rel=0.4)


def test_last_digits_tell_whether_they_are_unique(trade: Store):
    put(trade, order(1), order(11), order(2), order(21, partner="P1002"))

    assert numbers(trade.orders_ending("P1001", "02")) == ["002"]
    assert len(trade.orders_ending("P1001", "1")) == 2
    assert trade.orders_ending("P1001", "21") == ()
    assert trade.orders_ending("P1001", "") == ()


@pytest.mark.parametrize("fragment", ["晨光", "北京晨光贸易有限公司", "晨", "司", " 晨 光 ", "晨光貿易"])
def test_customer_is_found_by_any_part_of_the_name(trade: Store, fragment: str):
    put(trade, order(1), order(2, "上海明德律师事务所"))

    assert numbers(trade.find_orders("P1001", fragment).orders) == ["001"]


@pytest.mark.parametrize("fragment", ["%", "_", "晨_", "%光", "'", "\\", "\0", "\ud800", "", "晨明", "律师事务所律师"])
def test_wildcards_and_strangers_find_nobody_else(trade: Store, fragment: str):
    put(trade, order(1, "Contoso 100%_Ltd"), order(2, "上海明德律师事务所"))

    assert trade.find_orders("P1001", fragment).orders == ()


def test_latin_name_is_found_in_any_case_and_width(trade: Store):
    put(trade, order(1, "Contoso (中国) Ltd."))

    assert numbers(trade.find_orders("P1001", "ＣＯＮＴＯＳＯ中国").orders) == ["001"]


def test_long_fragment_is_compared_to_its_end(trade: Store):
    name = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    put(trade, order(1, name))

    assert numbers(trade.find_orders("P1001", name).orders) == ["001"]
    assert trade.find_orders("P1001", name[:-1] + "天").orders == ()


def test_several_customers_come_most_urgent_first_and_bounded(trade: Store):
    put(trade, *(order(n, f"晨光{n}公司") for n in range(1, 8)), order(9, "晨光印务", passed=5))

    found = trade.find_orders("P1001", "晨光", limit=5)

    assert numbers(found.orders)[0] == "009"
    assert (len(found.orders), found.more) == (5, True)


def test_fragment_of_very_many_customers_says_that_there_are_more(trade: Store):
    put(trade, *(order(n, f"第{n}公司") for n in range(1, 80)))

    found = trade.find_orders("P1001", "公司", limit=100)

    assert (len(found.orders), found.more) == (50, True)


def test_customer_renamed_is_found_by_the_new_name_only(trade: Store):
    put(trade, order(1), order(2, "上海明德律师事务所"))
    put(trade, order(1, "北京曙光贸易有限公司"))

    assert trade.find_orders("P1001", "晨光").orders == ()
    assert numbers(trade.find_orders("P1001", "曙光").orders) == ["001"]


def test_name_that_another_order_still_has_stays_findable(trade: Store):
    put(trade, order(1), order(2))
    put(trade, order(1, "北京曙光贸易有限公司"))

    assert numbers(trade.find_orders("P1001", "晨光").orders) == ["002"]
