"""Which data centre a customer should buy: every row of fact sheet §2.4, and what must hold for all customers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actions.datacenter_text import DatacenterText, TextsError, checked_texts, load_texts
from bot.rules.customer_facts import (
    Answer,
    Contradiction,
    CustomerFacts,
    Domain,
    Side,
    Spread,
    Today,
    Travel,
    Use,
)
from bot.rules.datacenter import Fact, advise
from bot.rules.datacenter_notes import Caveat, Outcome
from bot.rules.datacenter_verdict import Reason
from bot.rules.policy import load_policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy(ROOT / "data" / "policy.yml")
TEXTS = load_texts(ROOT / "data" / "datacenter.yml")
TEXT = DatacenterText(TEXTS, POLICY)
V21, GLOBAL, FOLLOW, OPEN = Outcome.DOMESTIC_21V, Outcome.GLOBAL, Outcome.FOLLOW_FOREIGN, Outcome.UNDECIDED
CHECKED: dict[str, Any] = {"travel": Travel.FEW, "use": Use.LIGHT, "foreign_tenant": Answer.NO}


def customer(mainland: int, abroad: int, **more: Any) -> CustomerFacts:
    return replace(CustomerFacts(mainland=mainland, abroad=abroad), **more)


# One row for each row of §2.4: its name, the facts, the outcome, and whether a human should look.
SHEET = [
    ("all in the mainland, few travel", customer(100, 0, travel=Travel.FEW), V21, False),
    ("80/20 is preliminary", customer(80, 20), V21, False),
    ("80/20, light use, few travel", customer(80, 20, **CHECKED), V21, False),
    ("80/20, heavy use", customer(80, 20, **{**CHECKED, "use": Use.HEAVY}), OPEN, True),
    ("80/20, nobody knows the use", customer(80, 20, **{**CHECKED, "use": Use.UNKNOWN}), OPEN, True),
    ("95/5", customer(95, 5, **CHECKED), V21, False),
    ("95/5, nobody knows the use", customer(95, 5, **{**CHECKED, "use": Use.UNKNOWN}), V21, False),
    ("exactly 70/30", customer(70, 30, **CHECKED), V21, False),
    ("69/31", customer(69, 31, **CHECKED), OPEN, True),
    ("65/35", customer(65, 35, **CHECKED), OPEN, True),
    ("60/40", customer(60, 40, **CHECKED), OPEN, True),
    ("50/50", customer(50, 50, **CHECKED), OPEN, True),
    ("20/80", customer(20, 80), GLOBAL, False),
    ("10/90", customer(10, 90), GLOBAL, False),
    ("all in the mainland, the sales team travels: how many?", customer(100, 0, travel=Travel.OFTEN), OPEN, False),
    ("all in the mainland, few travel often", customer(100, 0, **CHECKED), V21, False),
    ("all in the mainland, most travel often", customer(100, 0, **{**CHECKED, "travel": Travel.MANY}), GLOBAL, False),
    ("all in the mainland, travel unclear", customer(100, 0, **{**CHECKED, "travel": Travel.UNKNOWN}), OPEN, True),
    ("visitors abroad open files now and then", customer(100, 0, **CHECKED), V21, False),
    ("visitors abroad use it often", customer(100, 0, **{**CHECKED, "use": Use.HEAVY}), OPEN, True),
    ("all in Hong Kong", CustomerFacts(hmt_share=1.0, domestic_share=0.0, **CHECKED), OPEN, True),
    ("same domain as a foreign tenant", CustomerFacts(foreign_tenant=Answer.YES, domain=Domain.SAME), FOLLOW, False),
    (
        "another domain than a foreign tenant",
        customer(90, 10, **{**CHECKED, "foreign_tenant": Answer.YES}, domain=Domain.OTHER),
        V21,
        False,
    ),
    ("domestic tenant, a branch abroad joins", customer(90, 10, reverse=True, domain=Domain.SAME), OPEN, True),
    ("subdomain", customer(90, 10, foreign_tenant=Answer.YES, domain=Domain.SUBDOMAIN), OPEN, True),
    ("domain not decided", customer(90, 10, foreign_tenant=Answer.YES, domain=Domain.UNKNOWN), OPEN, True),
]


@pytest.mark.parametrize(("facts", "outcome", "human"), [row[1:] for row in SHEET], ids=[row[0] for row in SHEET])
def test_every_row_of_the_sheet(facts: CustomerFacts, outcome: Outcome, human: bool) -> None:
    advice = advise(facts, POLICY)
    assert (advice.outcome, advice.needs_human) == (outcome, human)


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (customer(100, 0, **CHECKED), ("F44", "F45", "F46")),
        (customer(10, 90), ("F44", "F47", "F48", "F49")),
        (CustomerFacts(foreign_tenant=Answer.YES, domain=Domain.SAME), ("F51", "F52")),
        (
            customer(10, 90, foreign_tenant=Answer.YES, domain=Domain.OTHER),
            ("F51", "F53", "F54", "F44", "F47", "F48", "F49"),
        ),
    ],
)
def test_the_rules_that_led_there_are_named(facts: CustomerFacts, rules: tuple[str, ...]) -> None:
    assert advise(facts, POLICY).rules == rules


def test_a_customer_nothing_is_known_of_is_asked_for_users_first() -> None:
    advice = advise(CustomerFacts(), POLICY)
    assert (advice.outcome, advice.reason) == (OPEN, Reason.NOTHING_KNOWN)
    assert advice.missing[0] is Fact.USERS
    assert not advice.needs_human


def test_80_20_asks_for_travel_and_use() -> None:
    assert {Fact.TRAVEL, Fact.USE} <= set(advise(customer(80, 20), POLICY).missing)


def test_same_domain_ends_the_questions() -> None:
    assert advise(CustomerFacts(foreign_tenant=Answer.YES, domain=Domain.SAME), POLICY).missing == ()


def test_a_foreign_tenant_makes_the_domain_the_first_question() -> None:
    assert advise(customer(90, 10, foreign_tenant=Answer.YES), POLICY).missing[0] is Fact.DOMAIN


def test_without_a_foreign_tenant_the_domain_is_not_asked() -> None:
    assert Fact.DOMAIN not in advise(customer(90, 10, foreign_tenant=Answer.NO), POLICY).missing


def test_users_mostly_abroad_are_not_asked_how_they_travel() -> None:
    assert advise(customer(10, 90, foreign_tenant=Answer.NO), POLICY).missing == ()


def test_when_most_travel_nobody_counts() -> None:
    assert advise(CustomerFacts(travel=Travel.MANY, foreign_tenant=Answer.NO), POLICY).missing == ()


def test_words_are_enough_when_every_number_they_allow_gives_one_outcome() -> None:
    assert advise(CustomerFacts(spread=Spread.MOSTLY_ABROAD), POLICY).outcome is GLOBAL
    vague = advise(CustomerFacts(spread=Spread.MORE_MAINLAND), POLICY)
    assert vague.outcome is OPEN
    assert Fact.USERS in vague.missing


@pytest.mark.parametrize(("travellers", "level"), [(29, V21), (40, OPEN), (60, GLOBAL)])
def test_a_number_of_travellers_is_judged_by_its_part_of_the_staff(travellers: int, level: Outcome) -> None:
    facts = customer(100, 0, travellers=travellers, use=Use.NONE, foreign_tenant=Answer.NO)
    assert advise(facts, POLICY).outcome is level


def test_hong_kong_is_asked_about_only_when_it_matters() -> None:
    assert Fact.HMT in advise(customer(65, 20, hmt=15), POLICY).missing
    assert Fact.HMT not in advise(customer(95, 0, hmt=5), POLICY).missing


@pytest.mark.parametrize(("side", "outcome"), [(Side.MAINLAND, V21), (Side.ABROAD, OPEN)])
def test_an_agreed_side_for_hong_kong_still_wants_a_human(side: Side, outcome: Outcome) -> None:
    advice = advise(customer(65, 20, hmt=15, hmt_side=side, **CHECKED), POLICY)
    assert (advice.outcome, advice.needs_human) == (outcome, True)
    assert Caveat.HMT in advice.caveats


@pytest.mark.parametrize(
    ("facts", "caveat"),
    [
        (customer(95, 5), Caveat.ABROAD_SLOWER),
        (customer(70, 30), Caveat.AT_THRESHOLD),
        (customer(90, 10, foreign_tenant=Answer.YES, domain=Domain.OTHER), Caveat.ADDRESS_BOOK),
        (
            customer(90, 10, foreign_tenant=Answer.YES, domain=Domain.OTHER, needs_sync=Answer.YES),
            Caveat.SYNC_NEEDED,
        ),
        (customer(90, 10, today=Today.GLOBAL, mailboxes=Answer.YES), Caveat.MIGRATE_MAIL),
        (customer(90, 10, today=Today.GLOBAL, mailboxes=Answer.NO), Caveat.MIGRATE_FILES),
        (customer(10, 90, today=Today.V21), Caveat.MIGRATE_MAIL),
        (customer(90, 10, today=Today.V21_DIRECT), Caveat.WEB_DIRECT_SWITCH),
        (customer(90, 10), Caveat.YEARLY),
        (customer(50, 50), Caveat.TWO_SETS),
        (customer(90, 10, foreign_tenant=Answer.UNKNOWN), Caveat.TENANT_UNCONFIRMED),
        (CustomerFacts(foreign_tenant=Answer.YES, domain=Domain.SAME), Caveat.UNBIND_DOMAIN),
    ],
)
def test_caveats(facts: CustomerFacts, caveat: Caveat) -> None:
    assert caveat in advise(facts, POLICY).caveats


@pytest.mark.parametrize(
    ("facts", "contradiction"),
    [
        (customer(80, 30, total=100), Contradiction.COUNTS_AND_TOTAL),
        (CustomerFacts(total=100, abroad=120), Contradiction.COUNTS_AND_TOTAL),
        (customer(80, 20, domestic_share=0.5), Contradiction.SHARE_AND_COUNTS),
        (CustomerFacts(domestic_share=0.7, abroad_share=0.5), Contradiction.SHARES),
        (customer(80, 20, spread=Spread.MOSTLY_ABROAD), Contradiction.WORDS_AND_NUMBERS),
        (CustomerFacts(domestic_share=0.8, spread=Spread.MORE_ABROAD), Contradiction.WORDS_AND_NUMBERS),
        (customer(10, 0, travellers=50), Contradiction.TRAVELLERS_AND_STAFF),
        (
            CustomerFacts(foreign_domain="abc.com", home_domain="abc.cn", domain=Domain.SAME),
            Contradiction.DOMAINS,
        ),
    ],
)
def test_contradictions_are_reported_and_nothing_is_decided(facts: CustomerFacts, contradiction: Contradiction) -> None:
    advice = advise(facts, POLICY)
    assert contradiction in advice.contradictions
    assert advice.outcome is OPEN
    assert advice.missing


@pytest.mark.parametrize("facts", [customer(55, 45), customer(10, 90), CustomerFacts(abroad_share=0.4)])
def test_users_abroad_of_whom_nobody_uses_it_are_asked_about(facts: CustomerFacts) -> None:
    unused = replace(facts, **{**CHECKED, "use": Use.NONE})
    advice = advise(unused, POLICY)
    assert (advice.contradictions, advice.missing[0]) == ((Contradiction.USERS_AND_USE,), Fact.USE)
    assert "对不上" in TEXT.question(Fact.USE, unused, advice).text


@pytest.mark.parametrize(
    "facts",
    [
        customer(80, 0, **{**CHECKED, "use": Use.NONE}),
        customer(80, 0, hmt=20, hmt_side=Side.ABROAD, **{**CHECKED, "use": Use.NONE}),
        customer(80, 20, **CHECKED),
        customer(75, 25, **{**CHECKED, "use": Use.NONE}),
        customer(80, 20, use=Use.NONE, foreign_tenant=Answer.YES, domain=Domain.SAME),
    ],
)
def test_nothing_is_asked_about_users_abroad_who_are_none_or_do_not_matter(facts: CustomerFacts) -> None:
    assert advise(facts, POLICY).missing == ()


def test_before_the_result_there_are_three_lines_for_a_phone() -> None:
    facts = customer(80, 20)
    told = TEXT.interim(advise(facts, POLICY), facts, CustomerFacts())
    assert told.splitlines() == ["了解到的情况：国内80人；国外20人", "目前偏21V 版，还要核实再定。"]
    nothing_leans = CustomerFacts(spread=Spread.UNKNOWN)
    told = TEXT.interim(advise(nothing_leans, POLICY), nothing_leans, CustomerFacts())
    assert "规则" not in told


def test_two_organisations_are_told_of_when_the_domain_becomes_another() -> None:
    before = CustomerFacts(foreign_tenant=Answer.YES)
    facts = replace(before, domain=Domain.OTHER)
    advice = advise(facts, POLICY)
    assert "通讯簿和日历不同步" in TEXT.interim(advice, facts, before)
    assert "通讯簿" not in TEXT.interim(advice, facts, facts)


@pytest.mark.parametrize(
    ("facts", "named", "words"),
    [
        (customer(100, 0, **CHECKED), GLOBAL, "全球版适合"),
        (customer(10, 90, **CHECKED), V21, "21V 版的前提"),
    ],
)
def test_why_not_the_other_says_what_the_other_needs(facts: CustomerFacts, named: Outcome, words: str) -> None:
    advice = advise(facts, POLICY)
    assert words in TEXT.why(advice, facts, named)
    assert words not in TEXT.why(advice, facts, advice.outcome)


def test_how_to_order_waits_for_the_result() -> None:
    assert "先把版本定下来" in TEXT.how_to_order(advise(customer(80, 20), POLICY))
    assert "web-direct" in TEXT.how_to_order(advise(customer(10, 90, **CHECKED), POLICY))
    assert "五步" in TEXT.how_to_order(advise(customer(90, 10, **CHECKED), POLICY))


def test_a_rounded_share_does_not_contradict_the_counts() -> None:
    assert advise(customer(78, 22, domestic_share=0.8), POLICY).contradictions == ()


def test_undecided_says_what_speaks_for_each_side() -> None:
    advice = advise(customer(80, 20, **{**CHECKED, "use": Use.HEAVY}), POLICY)
    assert advice.for_21v and advice.for_global
    assert advice.leaning is V21


users = st.integers(0, 300)
facts_of_all_kinds = st.builds(
    CustomerFacts,
    mainland=st.none() | users,
    abroad=st.none() | users,
    hmt=st.none() | users,
    total=st.none() | users,
    domestic_share=st.none() | st.floats(0, 1),
    spread=st.none() | st.sampled_from(Spread),
    hmt_side=st.none() | st.sampled_from(Side),
    travel=st.none() | st.sampled_from(Travel),
    travellers=st.none() | users,
    use=st.none() | st.sampled_from(Use),
    foreign_tenant=st.none() | st.sampled_from(Answer),
    domain=st.none() | st.sampled_from(Domain),
    today=st.none() | st.sampled_from(Today),
)
quick = settings(max_examples=25, database=None)


@quick
@given(facts_of_all_kinds, users, users, st.integers(1, 200))
def test_more_domestic_users_never_move_the_result_away_from_21v(
    facts: CustomerFacts, mainland: int, abroad: int, more: int
) -> None:
    fewer = replace(facts, mainland=mainland, abroad=abroad, total=None, domestic_share=None, spread=None)
    grown = replace(fewer, mainland=mainland + more)
    nearness = [GLOBAL, OPEN, V21]
    before, after = advise(fewer, POLICY), advise(grown, POLICY)
    assume(not before.contradictions)
    if before.outcome is FOLLOW:
        assert after.outcome is FOLLOW
    else:
        assert nearness.index(after.outcome) >= nearness.index(before.outcome)


@quick
@given(facts_of_all_kinds)
def test_same_domain_as_a_foreign_tenant_beats_everything(facts: CustomerFacts) -> None:
    advice = advise(replace(facts, foreign_tenant=Answer.YES, domain=Domain.SAME), POLICY)
    assert (advice.outcome, advice.missing) == (FOLLOW, ())


@quick
@given(facts_of_all_kinds)
def test_every_advice_can_be_said_and_the_customer_never_reads_of_margin(facts: CustomerFacts) -> None:
    advice = advise(facts, POLICY)
    assert TEXT.result(advice, facts)
    for fact in advice.missing:
        assert TEXT.question(fact, facts, advice).text
    forwarded = TEXT.for_customer(advice, facts)
    assert not any(word in forwarded for word in ("利润", "折扣", "返点", "赚", "{"))
    assert POLICY.as_of in forwarded


@quick
@given(facts_of_all_kinds)
def test_facts_survive_being_written_down(facts: CustomerFacts) -> None:
    assert CustomerFacts.from_dict(facts.to_dict()) == facts


def test_staff_are_not_sent_to_order_before_the_result_is_final() -> None:
    facts = customer(80, 20)
    assert "下一步" not in TEXT.result(advise(facts, POLICY), facts)
    final = customer(80, 20, **CHECKED)
    assert "下一步" in TEXT.result(advise(final, POLICY), final)


def test_a_missing_sentence_is_named() -> None:
    texts = yaml.safe_load((ROOT / "data" / "datacenter.yml").read_text(encoding="utf-8"))
    del texts["reason"]["silent"]
    with pytest.raises(TextsError, match=r"reason\.silent"):
        checked_texts(texts)


def test_the_share_comes_from_the_policy() -> None:
    stricter = POLICY.copy(update={"domestic_share": 0.9})
    assert advise(customer(80, 20, **CHECKED), stricter).outcome is OPEN
