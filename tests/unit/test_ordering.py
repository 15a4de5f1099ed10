"""Where an order stands."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.ordering import (
    MILESTONES,
    URGENCY,
    Action,
    Fault,
    Progress,
    Stage,
    data_problems,
    last_overdue_payment,
    stage_of,
    standing,
)
from bot.rules.steps import DOCUMENTS, STEPS, Actor, AgreementState, Document, OriginalDue, Seal, agreement_state
from bot.wording import SECTIONS, describe_problem, name_of

D = dt.date
TODAY = D(2016, 3, 25)
DAYS = st.dates(D(2015, 1, 1), D(2017, 12, 31))
MAYBE = st.none() | DAYS
PROGRESS = st.builds(
    Progress,
    created=DAYS,
    problem=st.sampled_from(["", "缺骑缝章"]),
    **{name: MAYBE for name in MILESTONES[1:]},
)
FORWARD = [
    Stage.CREATED,
    Stage.SEALED,
    Stage.SUBMITTED,
    Stage.PROBLEM,
    Stage.CHECKED,
    Stage.TO_PAY,
    Stage.PAID,
    Stage.PROVISIONED,
    Stage.DONE,
]


def after(count: int, **more: object) -> Progress:
    """An order that has passed ``count`` milestones, a day each from 2016-03-14 (Monday) on."""
    dates = {name: D(2016, 3, 14) + dt.timedelta(days=n) for n, name in enumerate(MILESTONES[:count])}
    return Progress(**{**dates, **more})


@pytest.mark.parametrize(
    ("progress", "stage", "step", "action", "actor"),
    [
        (after(1), Stage.CREATED, 2, Action.SEAL_AGREEMENT, Actor.CUSTOMER),
        (after(2), Stage.SEALED, 3, Action.SUBMIT_PURCHASE_ORDER, Actor.PARTNER),
        (after(3), Stage.SUBMITTED, 4, Action.CHECK_DOCUMENTS, Actor.DISTRIBUTOR),
        (after(3, problem="缺章"), Stage.PROBLEM, 4, Action.CORRECT_DOCUMENTS, Actor.PARTNER),
        (after(4), Stage.CHECKED, 4, Action.ASK_TO_PAY, Actor.DISTRIBUTOR),
        (after(4, problem="缺章"), Stage.CHECKED, 4, Action.ASK_TO_PAY, Actor.DISTRIBUTOR),
        (after(5), Stage.TO_PAY, 4, Action.PAY, Actor.PARTNER),
        (after(6), Stage.PAID, 5, Action.PROVISION, Actor.DISTRIBUTOR),
        (after(7), Stage.PROVISIONED, 5, Action.SEND_ORIGINALS, Actor.PARTNER),
        (after(8), Stage.DONE, 5, Action.NOTHING, Actor.NOBODY),
    ],
)
def test_each_milestone_leads_to_its_stage_and_next_move(progress, stage, step, action, actor):
    where = standing(progress, TODAY, 3)

    assert (where.stage, where.step, where.action, where.actor) == (stage, step, action, actor)
    assert where.problems == ()


@given(PROGRESS, DAYS)
def test_every_combination_of_dates_has_one_stage_and_a_next_move(progress, today):
    where = standing(progress, today, 3)

    assert [stage for stage in Stage if stage is where.stage] == [where.stage]
    assert where.stage is stage_of(progress)
    assert where.since in dataclasses.astuple(progress)
    assert (where.due is not None) == (where.stage is Stage.PAID)


@given(PROGRESS, st.sampled_from(MILESTONES[1:]), DAYS)
def test_a_date_more_never_moves_an_order_back(progress, name, day):
    more = dataclasses.replace(progress, **{name: day})

    assert FORWARD.index(stage_of(more)) >= FORWARD.index(stage_of(progress))


@given(PROGRESS)
def test_a_problem_never_moves_an_order_back(progress):
    more = dataclasses.replace(progress, problem="缺章")

    assert FORWARD.index(stage_of(more)) >= FORWARD.index(stage_of(progress))


@given(PROGRESS)
def test_dates_without_faults_are_complete_and_in_order(progress):
    faults = data_problems(progress, D(2018, 1, 1))
    dates = [getattr(progress, name) for name in MILESTONES]
    happened = [day for day in dates if day]
    impossible = dates[: len(happened)] != happened or happened != sorted(happened)

    assert bool(faults) == (impossible or bool(progress.problem and not progress.submitted))


def test_provisioned_before_paid_is_reported():
    unpaid = dataclasses.replace(after(7), money_arrived=None)
    late_money = dataclasses.replace(after(7), money_arrived=D(2016, 3, 24))

    missing = data_problems(unpaid, TODAY)
    wrong = data_problems(late_money, TODAY)

    assert [(p.fault, p.field, p.other) for p in missing] == [(Fault.MISSING, "money_arrived", "provisioned")]
    assert [(p.fault, p.field, p.other) for p in wrong] == [(Fault.OUT_OF_ORDER, "provisioned", "money_arrived")]


def test_date_after_today_is_reported():
    found = data_problems(after(1), D(2016, 3, 13))

    assert [(p.fault, p.field) for p in found] == [(Fault.IN_FUTURE, "created")]


def test_problem_without_documents_is_reported():
    found = data_problems(after(2, problem="缺章"), TODAY)

    assert [(p.fault, p.field, p.other) for p in found] == [(Fault.MISSING, "submitted", "problem")]


def test_due_date_is_three_working_days_after_the_money():
    where = standing(after(6), D(2016, 3, 22), 3)  # money in on Saturday the 19th

    assert where.due is not None
    assert (where.due.day, where.due.exact, where.overdue) == (D(2016, 3, 23), True, False)


def test_due_date_follows_the_policy():
    where = standing(after(6), D(2016, 3, 22), 5)

    assert where.due is not None
    assert where.due.day == D(2016, 3, 25)


def test_day_after_the_due_date_is_overdue_by_one_working_day():
    where = standing(after(6), D(2016, 3, 24), 3)

    assert (where.overdue, where.late_days) == (True, 1)


def test_weekend_after_the_due_date_is_overdue_too():
    friday_due = dataclasses.replace(after(6), money_arrived=D(2016, 3, 15))

    assert standing(friday_due, D(2016, 3, 19), 3).overdue


@given(DAYS, DAYS, st.integers(1, 10))
def test_last_overdue_payment_divides_overdue_from_not_overdue(today, money, days):
    overdue = standing(after(6, money_arrived=money), today, days).overdue

    assert overdue == (money <= last_overdue_payment(today, days))


def test_urgency_ranks_every_stage_once():
    assert sorted(URGENCY) == sorted(Stage)


def test_cross_page_seal_is_the_customers_on_the_service_agreement_only():
    sealed = [document for document, rule in DOCUMENTS.items() if rule.seal is Seal.CROSS_PAGE]

    assert sealed == [Document.SERVICE_AGREEMENT]
    assert DOCUMENTS[Document.SERVICE_AGREEMENT].sealed_by == (Actor.CUSTOMER,)


def test_originals_of_an_order_wait_for_provisioning_but_the_cooperation_agreement_does_not():
    assert DOCUMENTS[Document.COOPERATION_AGREEMENT].original is OriginalDue.AFTER_SCAN
    assert DOCUMENTS[Document.SERVICE_AGREEMENT].original is OriginalDue.AFTER_PROVISIONING
    assert DOCUMENTS[Document.PURCHASE_ORDER].original is OriginalDue.AFTER_PROVISIONING


def test_there_are_five_steps_in_order():
    assert [step.number for step in STEPS] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("number", "signed", "received", "state"),
    [
        ("", None, None, AgreementState.NOT_SIGNED),
        ("HZ-2016-0123", D(2016, 1, 11), None, AgreementState.ORIGINAL_DUE),
        ("", D(2016, 1, 11), D(2016, 1, 18), AgreementState.NUMBER_DUE),
        ("HZ-2016-0123", D(2016, 1, 11), D(2016, 1, 18), AgreementState.COMPLETE),
    ],
)
def test_cooperation_agreement_goes_through_its_states(number, signed, received, state):
    assert agreement_state(number, signed, received) is state


def test_everything_the_rules_say_has_a_chinese_name():
    for kind in SECTIONS:
        for value in kind:
            assert name_of(value)


def test_fault_is_told_with_the_names_of_the_columns():
    unpaid = dataclasses.replace(after(7), money_arrived=None)

    assert describe_problem(data_problems(unpaid, TODAY)[0]) == "「开通日期」已填，「到账日期」却空着"
