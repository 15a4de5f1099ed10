"""Results that a channel may show as a card: the same message once more, in parts.

A message always says everything in its text. Beside it, ``custom`` may hold ``{"parts": [{"text": …} | {"card": {…}}, …]}``:
the same content in order, for a channel that draws cards. One that does not shows the text and nothing else. Dates are ISO,
names are Chinese, texts may hold ``**bold**``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, Optional, Tuple, Union


@dataclass(frozen=True)
class StepMark:
    """One of the five steps of an order.

    Attributes:
        name: short, for a progress bar.
        state: ``done``, ``now`` or ``todo``.
        date: when it was done, where that is known.
    """

    name: str
    state: str
    date: Optional[str] = None


@dataclass(frozen=True)
class WaitingFor:
    """The next move of an order, and who must make it."""

    action: str
    actor: str


@dataclass(frozen=True)
class OrderCard:
    """Where an order stands.

    Attributes:
        since: when its stage began.
        waiting_for: None when nothing is left.
        due: by when the service should be there; None while nothing says so.
        overdue: working days past ``due``.
    """

    number: str
    customer: str
    product: str
    quantity: int
    years: int
    stage: str
    since: str
    steps: Tuple[StepMark, ...]
    waiting_for: Optional[WaitingFor]
    due: Optional[str]
    overdue: int
    kind: str = "order"


@dataclass(frozen=True)
class DatacenterCard:
    """The recommendation of a data centre.

    Attributes:
        preliminary: whether an answer could still change it.
        next: what to do or to find out now.
    """

    facts: Tuple[str, ...]
    recommendation: str
    preliminary: bool
    reasons: Tuple[str, ...]
    caveats: Tuple[str, ...]
    next: Tuple[str, ...]
    kind: str = "datacenter"


Part = Union[str, OrderCard, DatacenterCard]


def in_parts(*parts: Part) -> Dict[str, Any]:
    """``custom`` of a message that is made of ``parts``; empty texts are left out."""
    return {"parts": [{"text": part} if isinstance(part, str) else {"card": asdict(part)} for part in parts if part]}
