"""What is said about orders. Pure: sentences come from ``data/ordering.yml``, where an order stands from the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from actions.cards import OrderCard, Part, StepMark, WaitingFor
from actions.order_filters import Condition, conditions_of
from actions.order_reading import Aspect
from bot.rules.documents import OrderDocument
from bot.rules.ordering import STEP_ENDS_WITH, Stage, Standing, standing
from bot.rules.steps import STEPS
from bot.rules.workdays import workday_after
from bot.store.orders import COUNTED
from bot.store.records import Narrowing, Order, OrderKind, OrderPage
from bot.wording import describe_problem, name_of, name_of_step, reply

PAGE = 5
"""Orders on a page of a list."""
_WEEKDAYS = "一二三四五六日"


def day_text(day: dt.date, today: dt.date) -> str:
    """「3月18日（周五）」, with its year when it is not this year's."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


class OrderText:
    """Replies about orders on a day."""

    def __init__(self, today: dt.date, provision_days: int) -> None:
        """Speak as of ``today``; ``provision_days`` is the policy's."""
        self._today = today
        self._provision_days = provision_days

    def standing(self, order: Order) -> Standing:
        """Where ``order`` stands."""
        return standing(order.progress, self._today, self._provision_days)

    def status(self, order: Order, aspect: Optional[Aspect] = None, papers: Sequence[OrderDocument] = ()) -> str:
        """Everything about one order; the side that was asked for comes first, with what is known of single papers."""
        where = self.standing(order)
        values = self._values(order, where)
        lines = [
            *_answer(aspect, order, where, values),
            *self._papers(aspect, papers),
            reply("order", **values),
            *_problem(aspect, where, values),
        ]
        lines.append(reply("nothing_left") if where.stage is Stage.DONE else reply("next", **values))
        if where.overdue:
            lines.append(reply("late", **values))
        elif where.due:
            lines.append(reply("due", **values))
        return "\n".join([*lines, *_remarks(aspect, where)])

    def parts(
        self, order: Order, aspect: Optional[Aspect] = None, papers: Sequence[OrderDocument] = ()
    ) -> Tuple[Part, ...]:
        """What :meth:`status` says, around a card."""
        where = self.standing(order)
        values = self._values(order, where)
        after = list(_problem(aspect, where, values))
        if where.overdue:
            after.append(reply("list_call"))
        after += _remarks(aspect, where)
        before = [*_answer(aspect, order, where, values), *self._papers(aspect, papers)]
        return ("\n".join(before), self._card(order, where), "\n".join(after))

    def _papers(self, aspect: Optional[Aspect], papers: Sequence[OrderDocument]) -> Iterator[str]:
        """What is known of single papers about the side that was asked for."""
        said = {Aspect.ORIGINALS: _original_of, Aspect.PROBLEM: _check_of}
        if papers and aspect in said:
            found = (said[aspect](paper) for paper in papers)
            sentences = [
                reply(
                    f"papers.{key}",
                    paper=name_of(paper.kind),
                    day=day_text(day, self._today) if day else "",
                    problem=paper.problem,
                )
                for paper, (key, day) in zip(papers, found)
            ]
            yield reply("papers.each", papers="；".join(sentences))

    def _card(self, order: Order, where: Standing) -> OrderCard:
        nothing_left = where.stage is Stage.DONE
        return OrderCard(
            number=order.number,
            customer=order.customer,
            product=order.product,
            quantity=order.quantity,
            years=order.years,
            stage=name_of(where.stage),
            since=where.since.isoformat(),
            steps=tuple(_mark(order, where, step.number) for step in STEPS),
            waiting_for=None if nothing_left else WaitingFor(name_of(where.action), name_of(where.actor)),
            due=where.due.day.isoformat() if where.due else None,
            overdue=where.late_days,
        )

    def following(self, order: Order) -> str:
        """The next move of ``order`` and who must make it."""
        return reply("next", **self._values(order, self.standing(order)))

    def title(self, order: Order) -> str:
        """An order as a button."""
        return f"{order.customer} {order.number} {name_of(self.standing(order).stage)}"

    def label(self, kind: OrderKind, narrowing: Narrowing, customer: str = "") -> str:
        """What a list is called: its kind and all that it is narrowed by."""
        parts = [name_of(kind)] if kind is not OrderKind.ALL else []
        if customer:
            parts.append(reply("narrow.customer", customer=customer))
        if narrowing.product:
            parts.append(reply("narrow.product", product=narrowing.product))
        if narrowing.milestone:
            first, last = day_text(narrowing.first, self._today), day_text(narrowing.last, self._today)
            days = first if first == last else reply("narrow.days", first=first, last=last)
            parts.append(reply(f"narrow.{narrowing.milestone}", days=days))
        parts += [self._condition(condition) for condition in conditions_of(narrowing)]
        return "、".join(parts) or name_of(kind)

    def _condition(self, condition: Condition) -> str:
        values = list(condition.values)
        if condition.about == "kind":
            values = [name_of(OrderKind(values[0]))]
        if condition.about == "due":
            days = [day_text(dt.date.fromisoformat(value), self._today) for value in dict.fromkeys(values)]
            values = [days[0] if len(days) == 1 else reply("narrow.days", first=days[0], last=days[1])]
        group = "narrow_by" if condition.keep else "left_out"
        return reply(f"{group}.{condition.about}", values=" 或 ".join(values))

    def page(self, page: OrderPage, label: str, offset: int, newest: Optional[bool] = None) -> str:
        """A page of the list that is called ``label``."""
        last = offset + len(page.orders)
        if not page.orders:
            return reply("list_end") if offset else reply("list_none", kind=label)
        title = "list_many" if page.total >= COUNTED else "list_title"
        sequence = reply({None: "sequence.urgent", True: "sequence.newest", False: "sequence.oldest"}[newest])
        lines = [reply(title, kind=label, total=page.total, first=offset + 1, last=last, sequence=sequence)]
        dated = newest is not None
        lines += [self._line(order, place, dated) for place, order in enumerate(page.orders, offset + 1)]
        if any(self.standing(order).overdue for order in page.orders):
            lines.append(reply("list_call"))
        return "\n".join(lines)

    def counts(self, partner: str, counts: Mapping[Stage, int]) -> str:
        """How many orders ``partner`` has, and at which stages."""
        stages = "，".join(reply("count_of", stage=name_of(stage), count=count) for stage, count in counts.items())
        total = sum(counts.values())
        key = "count_none" if not total else "count_many" if max(counts.values()) >= COUNTED else "count"
        return reply(key, partner=partner, total=total, stages=stages)

    def buttons(self, orders: Sequence[Order], aspect: Optional[Aspect] = None) -> List[Dict[str, Any]]:
        """One button an order; picking it answers as if its number had been asked for."""
        return [order_button(self.title(order), order.number, aspect) for order in orders]

    def _line(self, order: Order, place: int, dated: bool = False) -> str:
        where = self.standing(order)
        extra = reply("list_ordered", day=day_text(order.created, self._today)) if dated else ""
        if where.overdue:
            extra += reply("list_late", days=where.late_days)
        elif where.due:
            extra += reply("list_due", due=day_text(where.due.day, self._today))
        elif where.stage is Stage.PROBLEM:
            extra += reply("list_problem", problem=order.problem)
        return reply(
            "list_line",
            place=place,
            customer=order.customer,
            stage=name_of(where.stage),
            extra=extra,
            number=order.number,
        )

    def _values(self, order: Order, where: Standing) -> Dict[str, Any]:
        def day(value: Optional[dt.date]) -> str:
            return day_text(value, self._today) if value else ""

        return {
            "customer": order.customer,
            "number": order.number,
            "product": order.product,
            "quantity": order.quantity,
            "years": order.years,
            "stage": name_of(where.stage),
            "step": where.step,
            "since": day(where.since),
            "created": day(order.created),
            "action": name_of(where.action),
            "actor": reply(f"actors.{where.actor.value}"),
            "due": day(where.due.day if where.due else None),
            "days": where.late_days,
            "problem": order.problem,
            "checked": day(order.checked),
            "sealed": day(order.sealed),
            "submitted": day(order.submitted),
            "should": day(order.money_arrived and workday_after(order.money_arrived, self._provision_days).day),
            "asked": day(order.asked_to_pay),
            "paid": day(order.money_arrived),
            "provisioned": day(order.provisioned),
            "received": day(order.originals_received),
        }


def order_button(title: str, number: str, aspect: Optional[Aspect] = None) -> Dict[str, Any]:
    """A button that asks for the order ``number``."""
    entities = [{"entity": "order_number", "value": number}]
    if aspect:
        entities.append({"entity": "order_aspect", "value": aspect.value})
    return {"title": title, "payload": title, "leaf": "order/status", "entities": entities}


def _answer(aspect: Optional[Aspect], order: Order, where: Standing, values: Dict[str, Any]) -> Iterator[str]:
    """The side that was asked for."""
    if aspect is not None:
        yield reply(f"{aspect.value}.{_side(aspect, order, where)}", **values)


def _original_of(paper: OrderDocument) -> Tuple[str, Optional[dt.date]]:
    """Which sentence tells where the original of ``paper`` is, and since when."""
    if paper.original_received:
        return "original_received", paper.original_received
    return ("original_sent", paper.original_sent) if paper.original_sent else ("original_here", None)


def _check_of(paper: OrderDocument) -> Tuple[str, Optional[dt.date]]:
    """Which sentence tells how far the check of ``paper`` is, and since when."""
    if paper.checked:
        return "checked", paper.checked
    if paper.problem:
        return "problem", None
    return ("scan_received", paper.scan_received) if paper.scan_received else ("scan_missing", None)


def _problem(aspect: Optional[Aspect], where: Standing, values: Dict[str, Any]) -> Iterator[str]:
    if where.stage is Stage.PROBLEM and aspect is not Aspect.PROBLEM:
        yield reply("problem_found", **values)


def _remarks(aspect: Optional[Aspect], where: Standing) -> Iterator[str]:
    """Why the day is not certain or not known yet, and what cannot be true."""
    if where.due and not where.due.exact and not where.overdue:
        yield reply("inexact", due=where.due.day.isoformat())
    if not where.due and where.stage not in (Stage.PROVISIONED, Stage.DONE) and aspect not in (Aspect.ETA, Aspect.DUE):
        yield reply("due_unknown")
    if where.problems:
        yield reply("data_problem", problems="；".join(describe_problem(p) for p in where.problems))


def _mark(order: Order, where: Standing, step: int) -> StepMark:
    if step < where.step or where.stage is Stage.DONE:
        day = getattr(order, STEP_ENDS_WITH[step]) if step in STEP_ENDS_WITH else None
        return StepMark(name_of_step(step), "done", day.isoformat() if day else None)
    return StepMark(name_of_step(step), "now" if step == where.step else "todo")


def _side(aspect: Aspect, order: Order, where: Standing) -> str:
    """Which sentence answers ``aspect``."""
    if aspect is Aspect.ETA:
        if order.provisioned:
            return "provisioned"
        return "late" if where.overdue else "due" if where.due else "unknown"
    if aspect is Aspect.PROBLEM:
        if where.stage is Stage.PROBLEM:
            return "found"
        return "checked" if order.checked else "submitted" if order.submitted else "early"
    if aspect is Aspect.ORIGINALS:
        return "received" if order.originals_received else "due" if order.provisioned else "early"
    if aspect is Aspect.PAID:
        return "arrived" if order.money_arrived else "asked" if order.asked_to_pay else "early"
    if aspect is Aspect.CHASE:
        return "late" if where.overdue else where.actor.value
    if aspect is Aspect.CONTENT:
        return "all"
    if aspect is Aspect.ACTOR:
        return where.actor.value
    if aspect is Aspect.DUE:
        return "unknown" if not order.money_arrived else "opened" if order.provisioned else "known"
    if aspect in (Aspect.SEALED, Aspect.SUBMITTED, Aspect.ASKED):
        return "happened" if getattr(order, aspect.value) else "not_yet"
    if where.overdue:
        return "late"
    return "done" if order.provisioned else "in_time" if where.due else "not_yet"
