"""Writing orders: history, ownership, drafts."""

from __future__ import annotations

import threading

import pytest
from samples import MINUTE, NOW, TODAY, numbers, order, put

from bot.store import OtherPartner, Store, UnknownPartner
from bot.store.records import Draft


def test_order_with_unknown_partner_is_refused(trade: Store):
    with pytest.raises(UnknownPartner):
        trade.put_order(order(1, partner="P9999"), "test", NOW)


def test_order_does_not_change_hands(trade: Store):
    put(trade, order(1))

    with pytest.raises(OtherPartner):
        trade.put_order(order(1, partner="P1002"), "test", NOW)
    assert trade.order("P1001", order(1).number) == order(1)


def test_history_tells_who_changed_what_and_when(trade: Store):
    trade.put_order(order(1), "import:a.csv", NOW)
    trade.put_order(order(1, sealed=TODAY), "cli:root", NOW + MINUTE)

    first, second = trade.history_of("csp20160315001")

    assert (first.by, first.at, first.fields["quantity"]) == ("import:a.csv", NOW, ("", "25"))
    assert (second.by, second.at) == ("cli:root", NOW + MINUTE)
    assert second.fields == {"sealed": ("", "2016-03-25")}
    assert second.at.tzinfo is not None


def test_same_order_again_leaves_no_history(trade: Store):
    put(trade, order(1))
    put(trade, order(1))

    assert len(trade.history_of(order(1).number)) == 1


def test_draft_gets_a_number_and_is_found(trade: Store):
    made = trade.register_draft("P1002", Draft("北京晨光贸易有限公司", "E3", 25), "guide", NOW, TODAY)

    assert made.number == "CSP20160325999"
    assert trade.order("P1002", made.number) == made
    assert made.distributor == "英迈"
    assert numbers(trade.find_orders("P1002", "晨光").orders) == ["999"]


def test_drafts_of_one_moment_get_different_numbers(trade: Store):
    made = []

    def register(partner: str) -> None:
        made.append(trade.register_draft(partner, Draft("晨光", "E3", 25), "guide", NOW, TODAY).number)

    threads = [threading.Thread(target=register, args=(p,)) for p in ("P1001", "P1002") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 6


@pytest.mark.parametrize("wrong", [{"customer": ""}, {"customer": "长" * 101}, {"product": "a\0b"}, {"quantity": 0}])
def test_draft_that_no_order_could_hold_is_refused(wrong: dict):
    with pytest.raises(ValueError, match="expected"):
        Draft(**({"customer": "晨光", "product": "E3", "quantity": 1} | wrong))
