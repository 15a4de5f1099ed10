"""The two papers of an order that go to the distributor, each by itself (F19 to F25, table §2.1 of the fact sheet).

An order's own dates speak of both papers at once. What is known of a single paper is kept beside them, and the two are
kept in step: a milestone of the order is reached when both papers have reached it, and what is said of the order holds for
both papers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.rules.steps import Document

SUBMITTED = (Document.SERVICE_AGREEMENT, Document.PURCHASE_ORDER)
"""The papers that the distributor gets with every order (F23)."""


@dataclass(frozen=True)
class OrderDocument:
    """How far one paper of an order is; None (or an empty problem) is "not yet".

    Attributes:
        kind: one of :data:`SUBMITTED`.
        scan_received: when the distributor got the scan.
        checked: when the distributor found it good.
        problem: what the distributor found wrong in it.
        original_sent: when the original was sent off (F24: after provisioning).
        original_received: when the distributor got the original.
    """

    kind: Document
    scan_received: dt.date | None = None
    checked: dt.date | None = None
    problem: str = ""
    original_sent: dt.date | None = None
    original_received: dt.date | None = None


def as_order_says(order: Mapping[str, Any]) -> tuple[OrderDocument, ...]:
    """Both papers while nothing is known of either but the order's own dates (fields of ``Progress``)."""
    known = {of_paper: order[field] for field, of_paper in _MILESTONES.items()}
    return tuple(OrderDocument(kind, **known) for kind in SUBMITTED)


_MILESTONES = {
    "submitted": "scan_received",
    "checked": "checked",
    "originals_received": "original_received",
}
"""Field of :class:`bot.rules.ordering.Progress` to the one of the paper that it sums up."""


def order_in_step(
    before: Sequence[OrderDocument], after: Sequence[OrderDocument], name_of: Callable[[Document], str]
) -> dict[str, Any]:
    """What a change of papers changes in their order, by the fields of :class:`bot.rules.ordering.Progress`.

    Args:
        before: the papers known so far.
        after: the papers known now.
        name_of: what users call a paper, for the problem's text.
    """
    changes: dict[str, Any] = {}
    for field, of_paper in _MILESTONES.items():
        old, new = _latest(before, of_paper), _latest(after, of_paper)
        if old != new:
            changes[field] = new
    if [(d.kind, d.problem) for d in before if d.problem] != [(d.kind, d.problem) for d in after if d.problem]:
        changes["problem"] = "；".join(f"{name_of(d.kind)}：{d.problem}" for d in after if d.problem)
    return changes


def _latest(papers: Sequence[OrderDocument], field: str) -> dt.date | None:
    """When the last of both papers reached a milestone; None while one has not."""
    days = [getattr(paper, field) for paper in papers]
    return max(days) if len(days) == len(SUBMITTED) and all(days) else None


def documents_in_step(
    papers: Sequence[OrderDocument], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[OrderDocument, ...]:
    """The papers after their order has changed by itself (an import).

    Args:
        papers: those that something is known of.
        before: the order's fields (of :class:`bot.rules.ordering.Progress`) as they were.
        after: the same as they are now.
    """
    changed = list(papers)
    for field, of_paper in _MILESTONES.items():
        new = after[field]
        if new == before[field]:
            continue
        for place, paper in enumerate(changed):
            day: Any = (getattr(paper, of_paper) or new) if new else None
            changed[place] = replace(paper, **{of_paper: day})
    if after["problem"] != before["problem"]:
        changed = [replace(d, problem="") for d in changed]
    return tuple(changed)
