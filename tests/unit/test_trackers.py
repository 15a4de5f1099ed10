"""Conversations in memory: copies that go on by themselves, the events that count, what no message fills."""

from __future__ import annotations

import asyncio

import pytest
import yaml
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from actions.resources import in_store
from bot.settings import ROOT
from bot.store import Store
from bot.trackers import Conversation, event_of

TURN: list[Event] = [
    ActionExecuted("action_listen"),
    UserUttered("合同要盖章吗", {"name": "faq"}),
    SlotSet("task", "guide"),
    ActionExecuted("action_answer"),
    BotUttered("要盖骑缝章。"),
]


def conversation(events: list[Event], kind: type[DialogueStateTracker] = Conversation) -> DialogueStateTracker:
    slots = [AnySlot(name, [{"type": "custom"}]) for name in ("task", "order")]
    return kind.from_events("rest:anna", events, slots)


def test_copy_has_the_state_and_goes_on_by_itself():
    original = conversation(TURN)

    copied = original.copy()
    copied.update(SlotSet("task", "datacenter"))
    copied.update(UserUttered("取消", {"name": "control"}))

    assert original.get_slot("task") == "guide"
    assert original.latest_message is not None
    assert original.latest_message.text == "合同要盖章吗"
    assert list(original.events) == TURN
    assert list(copied.events)[: len(TURN)] == TURN
    assert copied.get_slot("task") == "datacenter"


@pytest.mark.parametrize(
    "more",
    [
        [],
        [ActionExecuted("action_listen"), UserUttered("取消", {"name": "control"})],
        [ActionReverted()],
        [ActionExecuted("action_listen"), UserUttered("错了", {"name": "faq"}), UserUtteranceReverted()],
        [SessionStarted(), ActionExecuted("action_listen")],
    ],
)
def test_events_that_count_are_those_that_rasa_counts(more: list[Event]):
    events = [*TURN, *more]

    assert conversation(events).applied_events() == conversation(events, DialogueStateTracker).applied_events()


def test_event_is_made_of_its_json_form():
    assert event_of({"event": "slot", "name": "task", "value": "guide"}) == SlotSet("task", "guide")
    with pytest.raises(ValueError, match="nothing_like_it"):
        event_of({"event": "nothing_like_it"})


def test_no_slot_of_the_domain_is_filled_from_a_message():
    """The assistant does not look for slots in messages (``bot/action_loop.py``); a domain that wants it would be ignored."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))

    assert {m["type"] for slot in domain["slots"].values() for m in slot["mappings"]} == {"custom"}
    assert not any("action" in m for slot in domain["slots"].values() for m in slot["mappings"])
    assert "action_validate_slot_mappings" not in domain["actions"]
    assert not domain.get("forms")


def test_store_is_not_asked_on_the_event_loop():
    async def ask() -> None:
        in_store(Store.partner_of, "rest:anna")

    with pytest.raises(RuntimeError, match="event loop"):
        asyncio.run(ask())
