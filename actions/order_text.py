"""What is said about orders. Pure: sentences come from ``data/ordering.yml``, where an order stands from the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any, Dict, List, Optional, Sequence

from actions.order_reading import Aspect
from bot.rules.ordering import Stage, Standing, standing
from bot.store.orders import COUNTED
from bot.store.records import Order, OrderKind, OrderPage
from bot.wording import describe_problem, name_of, reply

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

    def status(self, order: Order, aspect: Optional[Aspect] = None) -> str:
        """Everything about one order; the side that was asked for comes first."""
        where = self.standing(order)
        values = self._values(order, where)
        lines = [] if aspect is None else [reply(f"{aspect.value}.{_side(aspect, order, where)}", **values)]
        lines.append(reply("order", **values))
        if where.stage is Stage.PROBLEM and aspect is not Aspect.PROBLEM:
            lines.append(reply("problem_found", **values))
        lines.append(reply("nothing_left") if where.stage is Stage.DONE else reply("next", **values))
        if where.overdue:
            lines.append(reply("late", **values))
        elif where.due:
            lines.append(reply("due", **values) + self._inexact(where))
        elif where.stage not in (Stage.PROVISIONED, Stage.DONE) and aspect is not Aspect.ETA:
            lines.append(reply("due_unknown"))
        if where.problems:
            lines.append(reply("data_problem", problems="；".join(describe_problem(p) for p in where.problems)))
        return "\n".join(lines)

    def following(self, order: Order) -> str:
        """The next move of ``order`` and who must make it."""
        return reply("next", **self._values(order, self.standing(order)))

    def title(self, order: Order) -> str:
        """An order as a button."""
        return f"{order.customer} {order.number} {name_of(self.standing(order).stage)}"

    def page(self, page: OrderPage, kind: OrderKind, offset: int) -> str:
        """A page of a list."""
        last = offset + len(page.orders)
        if not page.orders:
            return reply("list_end") if offset else reply("list_none", kind=name_of(kind))
        title = "list_many" if page.total >= COUNTED else "list_title"
        lines = [reply(title, kind=name_of(kind), total=page.total, first=offset + 1, last=last)]
        lines += [self._line(order, place) for place, order in enumerate(page.orders, 1)]
        if kind is OrderKind.UNPAID:
            lines.append(reply("list_to_pay"))
        if any(self.standing(order).overdue for order in page.orders):
            lines.append(reply("list_call"))
        return "\n".join(lines)

    def buttons(self, orders: Sequence[Order], aspect: Optional[Aspect] = None) -> List[Dict[str, Any]]:
        """One button an order; picking it answers as if its number had been asked for."""
        return [order_button(self.title(order), order.number, aspect) for order in orders]

    def _line(self, order: Order, place: int) -> str:
        where = self.standing(order)
        extra = ""
        if where.overdue:
            extra = reply("list_late", days=where.late_days)
        elif where.due:
            extra = reply("list_due", due=day_text(where.due.day, self._today))
        elif where.stage is Stage.PROBLEM:
            extra = reply("list_problem", problem=order.problem)
        return reply(
            "list_line",
            place=place,
            customer=order.customer,
            stage=name_of(where.stage),
            extra=extra,
            number=order.number,
        )

    def _inexact(self, where: Standing) -> str:
        return "" if where.due is None or where.due.exact else reply("inexact", due=where.due.day.isoformat())

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
            "action": name_of(where.action),
            "actor": reply(f"actors.{where.actor.value}"),
            "due": day(where.due.day if where.due else None),
            "days": where.late_days,
            "problem": order.problem,
            "checked": day(order.checked),
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
    if where.overdue:
        return "late"
    return "done" if order.provisioned else "in_time" if where.due else "not_yet"
