"""Who may ask: codes, bindings, locks, and the guide that follows a person."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from samples import BLUE, FAR, MINUTE, NOW

from bot.store import Store, UnknownPartner
from bot.store.keys import CODE_ALPHABET, CODE_CHARS
from bot.store.records import BindOutcome
from bot.store.tables import bind_codes

WRONG = "22222222"


def test_code_binds_however_it_is_typed(trade: Store):
    for n, typed in enumerate([str.lower, lambda c: " ".join(c), lambda c: "".join(chr(ord(x) + 0xFEE0) for x in c)]):
        code = trade.invite("P1001", "王敏", NOW)
        bound = trade.bind(f"web:{n}", typed(code), NOW)
        assert bound.outcome is BindOutcome.BOUND
        assert bound.member == trade.partner_of(f"web:{n}")
    assert bound.member is not None
    assert (bound.member.name, bound.member.partner) == ("王敏", FAR)


def test_code_has_eight_characters_that_do_not_look_alike(trade: Store):
    code = trade.invite("P1001", "王敏", NOW)

    assert len(code) == CODE_CHARS
    assert set(code) <= set(CODE_ALPHABET)
    assert not set("0O1IL") & set(CODE_ALPHABET)


def test_code_is_stored_hashed(trade: Store):
    code = trade.invite("P1001", "王敏", NOW)

    with trade.reading() as connection:
        kept = connection.execute(sa.select(bind_codes)).first()
    assert code not in str(kept)


def test_code_works_once(trade: Store):
    code = trade.invite("P1001", "王敏", NOW)
    trade.bind("web:1", code, NOW)

    assert trade.bind("web:2", code, NOW).outcome is BindOutcome.EXPIRED
    assert trade.partner_of("web:2") is None


def test_code_used_by_many_at_once_binds_one(trade: Store):
    code = trade.invite("P1001", "王敏", NOW)
    outcomes = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(trade.bind(f"web:{n}", code, NOW).outcome))
        for n in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(BindOutcome.BOUND) == 1


def test_code_is_good_for_seven_days(trade: Store):
    late = trade.invite("P1001", "王敏", NOW)
    early = trade.invite("P1001", "王敏", NOW)

    assert trade.bind("web:1", late, NOW + dt.timedelta(days=7)).outcome is BindOutcome.EXPIRED
    assert trade.bind("web:2", early, NOW + dt.timedelta(days=7) - MINUTE).outcome is BindOutcome.BOUND


def test_five_wrong_codes_lock_for_fifteen_minutes(trade: Store):
    code = trade.invite("P1001", "王敏", NOW)
    tries = [trade.bind("web:1", WRONG, NOW + n * MINUTE) for n in range(5)]

    assert [t.outcome for t in tries] == [BindOutcome.WRONG_CODE] * 5
    assert tries[4].locked_until == NOW + 19 * MINUTE
    assert trade.bind("web:1", code, NOW + 5 * MINUTE).outcome is BindOutcome.LOCKED
    assert trade.bind("web:1", code, NOW + 18 * MINUTE).locked_until == NOW + 19 * MINUTE
    assert trade.bind("web:1", code, NOW + 19 * MINUTE).outcome is BindOutcome.BOUND


def test_wrong_codes_over_a_longer_time_do_not_lock(trade: Store):
    for n in range(6):
        outcome = trade.bind("web:1", WRONG, NOW + n * 4 * MINUTE).outcome

    assert outcome is BindOutcome.WRONG_CODE


def test_lock_holds_for_its_identity_only(trade: Store):
    for _ in range(5):
        trade.bind("web:1", WRONG, NOW)

    assert trade.bind("web:2", trade.invite("P1001", "王敏", NOW), NOW).outcome is BindOutcome.BOUND


@pytest.mark.parametrize("junk", ["", "　", "\0", "\ud800", "'; DROP TABLE staff; --", "绑" * 500])
def test_junk_is_a_wrong_code(trade: Store, junk: str):
    assert trade.bind("web:1", junk, NOW).outcome is BindOutcome.WRONG_CODE


def test_identity_belongs_to_one_partner_at_a_time(trade: Store):
    trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW)
    other = trade.invite("P1002", "李强", NOW)

    refused = trade.bind("web:1", other, NOW)
    trade.unbind("web:1")
    bound = trade.bind("web:1", other, NOW)

    assert refused.outcome is BindOutcome.ALREADY_BOUND
    assert refused.member is not None and refused.member.partner == FAR
    assert bound.member is not None and bound.member.partner == BLUE


def test_unbinding_is_told_apart_from_not_being_bound(trade: Store):
    trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW)

    assert trade.unbind("web:1") is True
    assert trade.unbind("web:1") is False
    assert trade.partner_of("web:1") is None


def test_inviting_for_an_unknown_partner_is_refused(trade: Store):
    with pytest.raises(UnknownPartner):
        trade.invite("P9999", "王敏", NOW)


def test_revoked_member_loses_identities_and_codes(trade: Store):
    trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW)
    open_code = trade.invite("P1001", "王敏", NOW)
    (entry,) = trade.staff_list(NOW, "P1001")

    assert (entry.name, entry.identities, entry.open_codes) == ("王敏", ("web:1",), 1)
    assert trade.revoke(entry.staff_id, NOW) is True
    assert trade.partner_of("web:1") is None
    assert trade.bind("web:2", open_code, NOW).outcome is BindOutcome.WRONG_CODE
    assert trade.staff_list(NOW) == ()
    assert trade.revoke(entry.staff_id, NOW) is False


def test_revoked_name_may_be_invited_again(trade: Store):
    trade.invite("P1001", "王敏", NOW)
    trade.revoke(trade.staff_list(NOW)[0].staff_id, NOW)

    assert trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW).outcome is BindOutcome.BOUND


def test_guide_is_kept_and_dropped(trade: Store):
    trade.save_guide("web:1", {"step": 1}, NOW)
    trade.save_guide("web:1", {"step": 2, "customer": "晨光"}, NOW)

    assert trade.guide("web:1") == {"step": 2, "customer": "晨光"}
    assert trade.guide("web:2") is None
    trade.drop_guide("web:1")
    assert trade.guide("web:1") is None


def test_guide_follows_the_person_to_another_channel(trade: Store):
    trade.save_guide("web:1", {"step": 2}, NOW)
    trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW)
    trade.bind("wechat:9", trade.invite("P1001", "王敏", NOW), NOW)
    trade.bind("wechat:8", trade.invite("P1001", "李强", NOW), NOW)

    assert trade.guide("wechat:9") == {"step": 2}
    assert trade.guide("wechat:8") is None
