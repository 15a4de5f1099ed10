"""The Chinese names of what the rules speak of, read from ``data/ordering.yml``."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Any

import yaml

from bot.rules.ordering import Action, DataProblem, Fault, Stage
from bot.rules.policy import load_policy
from bot.rules.steps import Actor, AgreementState, Document, Form, OriginalDue, Repeat, Seal
from bot.settings import ROOT, settings
from bot.store.columns import ORDER_COLUMNS
from bot.store.records import OrderKind

SECTIONS: dict[type[Enum], str] = {
    Stage: "stages",
    Action: "actions",
    Actor: "actors",
    Document: "documents",
    Seal: "seals",
    Form: "forms",
    OriginalDue: "originals",
    Repeat: "repeats",
    AgreementState: "agreement_states",
    Fault: "faults",
    OrderKind: "kinds",
}
"""Where in the file each enumeration has its names."""


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    names: dict[str, Any] = yaml.safe_load((ROOT / "data" / "ordering.yml").read_text(encoding="utf-8"))
    return names


def name_of(value: Enum) -> str:
    """What users call ``value``.

    Raises:
        KeyError: ``data/ordering.yml`` has no name for it.
    """
    return str(_names()[SECTIONS[type(value)]][value.value])


def name_of_step(number: int) -> str:
    """What users call one of the five steps, in few words.

    Raises:
        KeyError: ``data/ordering.yml`` has no name for it.
    """
    return str(_names()["steps"][number])


def describe_problem(problem: DataProblem) -> str:
    """The sentence for a fault in an order's dates, with the names of its columns."""
    return name_of(problem.fault).format(
        field=ORDER_COLUMNS[problem.field], other=ORDER_COLUMNS.get(problem.other or "", "")
    )


def reply(key: str, **values: object) -> str:
    """The sentence ``replies.key`` (``a.b`` for one of a group), filled from ``values`` and the policy.

    Raises:
        KeyError: ``data/ordering.yml`` has no such sentence, or it needs a value that is not given.
    """
    found: Any = _names()["replies"]
    for part in key.split("."):
        found = found[part]
    return str(found).format_map({**_policy_values(), **values})


@lru_cache(maxsize=1)
def _policy_values() -> dict[str, str]:
    return load_policy(settings().policy_file).placeholders()
