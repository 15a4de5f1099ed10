"""The papers of an order, each by itself, in step with the order's own dates."""

from __future__ import annotations

import datetime as dt

import pytest
from samples import NOW, TODAY, order, put

from bot.rules.documents import OrderDocument
from bot.rules.ordering import Stage, stage_of
from bot.rules.steps import Document
from bot.store import Store

AGREEMENT, PAPER = Document.SERVICE_AGREEMENT, Document.PURCHASE_ORDER
NUMBER = order(1).number
EARLIER = TODAY - dt.timedelta(days=3)


@pytest.fixture
def sealed(trade: Store) -> Store:
    """A store with an order that the customer has sealed."""
    put(trade, order(1, passed=2))
    return trade


def now_of(store: Store):
    found = store.order("P1001", NUMBER)
    assert found
    return found


def test_order_whose_papers_nobody_has_spoken_of_has_none(sealed: Store):
    assert sealed.documents("P1001", NUMBER) == ()


def test_order_moves_on_when_both_papers_have(sealed: Store):
    sealed.set_document(NUMBER, AGREEMENT, {"scan_received": EARLIER}, "cli:root", NOW)
    assert stage_of(now_of(sealed).progress) is Stage.SEALED
    sealed.set_document(NUMBER, PAPER, {"scan_received": TODAY}, "cli:root", NOW)

    assert now_of(sealed).submitted == TODAY
    assert sealed.documents("P1001", NUMBER) == (
        OrderDocument(AGREEMENT, scan_received=EARLIER),
        OrderDocument(PAPER, scan_received=TODAY),
    )


def test_problem_of_a_paper_is_the_orders_until_it_is_cleared(sealed: Store):
    sealed.put_order(order(1, passed=3), "test", NOW)
    sealed.set_document(NUMBER, AGREEMENT, {"problem": "只盖了公章"}, "cli:root", NOW)
    assert now_of(sealed).problem == "《服务协议》：只盖了公章"
    assert stage_of(now_of(sealed).progress) is Stage.PROBLEM

    sealed.set_document(NUMBER, AGREEMENT, {"problem": ""}, "cli:root", NOW)

    assert stage_of(now_of(sealed).progress) is Stage.SUBMITTED


def test_what_an_import_says_of_the_order_holds_for_both_papers(sealed: Store):
    sealed.set_document(NUMBER, AGREEMENT, {"original_sent": EARLIER, "original_received": EARLIER}, "cli:root", NOW)
    sealed.put_order(order(1, passed=8), "import:a.csv", NOW)

    received = now_of(sealed).originals_received
    assert [d.original_received for d in sealed.documents("P1001", NUMBER)] == [EARLIER, received]

    sealed.put_order(order(1, passed=7), "import:a.csv", NOW)

    assert [d.original_received for d in sealed.documents("P1001", NUMBER)] == [None, None]
    assert sealed.documents("P1001", NUMBER)[0].original_sent == EARLIER


def test_history_tells_of_papers_too_and_notices_are_written_once(sealed: Store):
    sealed.bind("rest:anna", sealed.invite("P1001", "王敏", NOW), NOW)
    sealed.set_document(NUMBER, AGREEMENT, {"scan_received": TODAY}, "cli:root", NOW)
    sealed.set_document(NUMBER, PAPER, {"scan_received": TODAY}, "cli:root", NOW)
    sealed.set_document(NUMBER, PAPER, {"scan_received": TODAY}, "cli:root", NOW)

    fields = [change.fields for change in sealed.history_of(NUMBER)[1:]]

    assert {"service_agreement.scan_received": ("", TODAY.isoformat())} in fields
    assert {"submitted": ("", TODAY.isoformat())} in fields
    assert len(fields) == 3
    assert len(sealed.waiting_notices("rest", NOW)) == 1


def test_papers_of_another_partners_order_are_those_of_no_order(sealed: Store):
    sealed.set_document(NUMBER, AGREEMENT, {"scan_received": TODAY}, "cli:root", NOW)

    assert sealed.documents("P1002", NUMBER) == sealed.documents("P1002", "CSP20160315999") == ()
    assert len(sealed.documents("P1001", NUMBER.lower())) == 2
