"""Where an order stands: its stage, the next move, who must make it and by when, all from the dates of what happened.

The process is F11 of the fact sheet (five steps, described in :mod:`bot.rules.steps`). An order passes eight milestones;
the furthest one that has a date decides the stage, so a later date never moves an order back. Dates that cannot all be
true are reported as :class:`DataProblem` and change nothing else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from bot.rules.steps import Actor
from bot.rules.workdays import Workday, workday_after, workdays_between


class Stage(str, Enum):
    """What an order waits for, named after what happened last."""

    CREATED = "created"
    SEALED = "sealed"
    SUBMITTED = "submitted"
    PROBLEM = "problem"
    CHECKED = "checked"
    TO_PAY = "to_pay"
    PAID = "paid"
    PROVISIONED = "provisioned"
    DONE = "done"


class Action(str, Enum):
    """The next move."""

    SEAL_AGREEMENT = "seal_agreement"
    SUBMIT_PURCHASE_ORDER = "submit_purchase_order"
    CHECK_DOCUMENTS = "check_documents"
    CORRECT_DOCUMENTS = "correct_documents"
    ASK_TO_PAY = "ask_to_pay"
    PAY = "pay"
    PROVISION = "provision"
    SEND_ORIGINALS = "send_originals"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Progress:
    """What has happened to an order, in the order it should; None (or an empty problem) is "not yet".

    ``problem`` is what the distributor found wrong in the documents (F25); it counts until they are checked.
    """

    created: dt.date
    sealed: dt.date | None = None
    submitted: dt.date | None = None
    checked: dt.date | None = None
    problem: str = ""
    asked_to_pay: dt.date | None = None
    money_arrived: dt.date | None = None
    provisioned: dt.date | None = None
    originals_received: dt.date | None = None


MILESTONES = (
    "created",
    "sealed",
    "submitted",
    "checked",
    "asked_to_pay",
    "money_arrived",
    "provisioned",
    "originals_received",
)
"""The dates of :class:`Progress` in the order they should have."""


@dataclass(frozen=True)
class _Next:
    step: int
    action: Action
    actor: Actor


_NEXT = {
    Stage.CREATED: _Next(2, Action.SEAL_AGREEMENT, Actor.CUSTOMER),  # F19
    Stage.SEALED: _Next(3, Action.SUBMIT_PURCHASE_ORDER, Actor.PARTNER),  # F22 F23
    Stage.SUBMITTED: _Next(4, Action.CHECK_DOCUMENTS, Actor.DISTRIBUTOR),  # F25
    Stage.PROBLEM: _Next(4, Action.CORRECT_DOCUMENTS, Actor.PARTNER),  # F25
    Stage.CHECKED: _Next(4, Action.ASK_TO_PAY, Actor.DISTRIBUTOR),  # F25
    Stage.TO_PAY: _Next(4, Action.PAY, Actor.PARTNER),  # F26
    Stage.PAID: _Next(5, Action.PROVISION, Actor.DISTRIBUTOR),  # F31
    Stage.PROVISIONED: _Next(5, Action.SEND_ORIGINALS, Actor.PARTNER),  # F24
    Stage.DONE: _Next(5, Action.NOTHING, Actor.NOBODY),
}

STEP_ENDS_WITH = {2: "sealed", 3: "submitted", 4: "money_arrived", 5: "originals_received"}
"""The milestone that completes each step; the first belongs to the partner, not to an order (F14)."""

URGENCY = (
    Stage.PROBLEM,
    Stage.TO_PAY,
    Stage.SEALED,
    Stage.CREATED,
    Stage.CHECKED,
    Stage.SUBMITTED,
    Stage.PAID,
    Stage.PROVISIONED,
    Stage.DONE,
)
"""Stages, the most urgent first: the reseller's own moves before those of the distributor. Overdue orders precede all."""


class Fault(str, Enum):
    """Why dates cannot all be true."""

    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    IN_FUTURE = "in_future"


@dataclass(frozen=True)
class DataProblem:
    """A fault in the dates of an order.

    Attributes:
        fault: what is wrong.
        field: the field of :class:`Progress` that is wrong or missing.
        other: the field it contradicts: one that happened although ``field`` is missing, or that should be earlier.
    """

    fault: Fault
    field: str
    other: str | None = None


@dataclass(frozen=True)
class Standing:
    """Everything about where an order stands on a day.

    Attributes:
        stage: see :class:`Stage`.
        step: which of the five steps it is in (1 to 5).
        action: the next move.
        actor: who must make it.
        since: when the stage began (a problem has no date of its own: when the documents were submitted).
        due: by when the service should be provisioned (F31), once the money is in and until it is provisioned.
        late_days: working days past ``due``; 0 while it is not overdue.
        problems: faults in the dates.
    """

    stage: Stage
    step: int
    action: Action
    actor: Actor
    since: dt.date
    due: Workday | None
    late_days: int
    problems: tuple[DataProblem, ...]

    @property
    def overdue(self) -> bool:
        """Whether the day of provisioning has passed."""
        return self.late_days > 0


def stage_of(progress: Progress) -> Stage:
    """The stage of an order: its furthest milestone; originals only close an order that is provisioned."""
    if progress.provisioned:
        return Stage.DONE if progress.originals_received else Stage.PROVISIONED
    if progress.money_arrived:
        return Stage.PAID
    if progress.asked_to_pay:
        return Stage.TO_PAY
    if progress.checked:
        return Stage.CHECKED
    if progress.problem:
        return Stage.PROBLEM
    if progress.submitted:
        return Stage.SUBMITTED
    return Stage.SEALED if progress.sealed else Stage.CREATED


def standing(progress: Progress, today: dt.date, provision_days: int) -> Standing:
    """Where an order stands on ``today``.

    Args:
        progress: what has happened.
        today: the date in China.
        provision_days: working days from money in to provisioning (F31; ``policy.provision_days``).
    """
    stage = stage_of(progress)
    following = _NEXT[stage]
    due = None
    if stage is Stage.PAID and progress.money_arrived:
        due = workday_after(progress.money_arrived, provision_days)
    return Standing(
        stage=stage,
        step=following.step,
        action=following.action,
        actor=following.actor,
        since=_since(progress, stage),
        due=due,
        late_days=_late_days(due.day, today) if due else 0,
        problems=data_problems(progress, today),
    )


def _since(progress: Progress, stage: Stage) -> dt.date:
    if stage is Stage.DONE and progress.originals_received:
        return progress.originals_received
    dates = (getattr(progress, name) for name in reversed(MILESTONES[:-1]))
    return next(day for day in dates if day)


def _late_days(due: dt.date, today: dt.date) -> int:
    """A day after ``due`` is late by at least 1, also on a weekend."""
    return max(workdays_between(due, today), int(today > due))


def last_overdue_payment(today: dt.date, provision_days: int) -> dt.date:
    """The latest day of money in for which provisioning is overdue on ``today``; every earlier day is overdue too."""
    day = today
    while workday_after(day, provision_days).day >= today:
        day -= dt.timedelta(days=1)
    return day


def data_problems(progress: Progress, today: dt.date) -> tuple[DataProblem, ...]:
    """Every milestone that was skipped, precedes the one before it, or lies after ``today``."""
    found = []
    happened = {name: day for name in MILESTONES if (day := getattr(progress, name)) is not None}
    names = list(happened)
    for index, name in enumerate(MILESTONES):
        later = next((n for n in MILESTONES[index + 1 :] if n in happened), None)
        if name not in happened and later:
            found.append(DataProblem(Fault.MISSING, name, later))
    if progress.problem and not progress.submitted:
        found.append(DataProblem(Fault.MISSING, "submitted", "problem"))
    for earlier, later in pairwise(names):
        if happened[later] < happened[earlier]:
            found.append(DataProblem(Fault.OUT_OF_ORDER, later, earlier))
    found += [DataProblem(Fault.IN_FUTURE, name) for name in names if happened[name] > today]
    return tuple(found)
