"""The guide's position moved by a command: 「下一步」 and 「上一步」."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.rules.guide import ITEMS, SETTLED, Agreement, Case, Item, Move, Paper, Review, Sealing, position

_DONE: dict[Move, dict[str, Any]] = {
    Move.SIGN_AGREEMENT: {"agreement": Agreement.STARTED},
    Move.FINISH_AGREEMENT: {"agreement": Agreement.SCAN_SENT},
    Move.SCAN_AGREEMENT: {"agreement": Agreement.SCAN_SENT},
    Move.SEND_AGREEMENT: {"agreement": Agreement.ORIGINAL_SENT},
    Move.CONFIRM: {"confirmed": True},
    Move.SEAL: {"seal": Sealing.UNKNOWN_KIND},
    Move.SEAL_AGAIN: {"seal": Sealing.UNKNOWN_KIND},
    Move.FILL_PAPER: {"paper": Paper.FILLED},
    Move.SEND_PAPER: {"paper": Paper.SENT},
    Move.CORRECT: {"review": Review.CORRECTED},
    Move.SEND_AGAIN: {"review": Review.RESENT},
    Move.SEND_ORIGINALS: {"originals": True},
}


def settle(case: Case) -> Case:
    """「下一步」: the task that was told is done.

    A question is not answered by it, nor does it make others act (a number, a notice, provisioning); it is no payment.
    """
    return replace(case, **_DONE.get(position(case).move, {}))


_CLOSING = {1: Item.AGREEMENT, 2: Item.SEAL, 3: Item.PAPER, 4: Item.PAID}
"""The item that ends a step."""


def step_back(case: Case) -> Case:
    """「上一步」: the step before is open again, with everything after it; the first step has none before it."""
    where = position(case)
    if where.step == 1:
        return case
    target = ITEMS.index(_CLOSING[where.step - 1])
    reopened = replace(case, **{item.value: None for item in ITEMS[target:] if item is not Item.CONFIRMED})
    if where.step == 2:
        return replace(reopened, confirmed=None)
    # What was implied by later items is now said, so that the question before is not asked again.
    return replace(reopened, **{item.value: SETTLED[item] for item in ITEMS[:target]})


def settled_to_register(case: Case) -> bool:
    """Whether the three questions before an order are answered: agreement, terms, how it is sealed."""
    where = position(case)
    return ITEMS.index(where.item) > ITEMS.index(Item.SEAL) or where.move in (Move.SEAL, Move.SEAL_AGAIN)
