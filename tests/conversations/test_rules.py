"""What the rules say next is remembered; it must be what they would say."""

from __future__ import annotations

import time

import pytest
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import UserUttered

from bot.server import chat_once

TALK = (
    "你好",
    "骑缝章怎么盖",
    "那原件呢",
    "带我下单",
    "客户要30个E3",
    "下一步",
    "付款给谁",
    "取消",
    "查单",
    "asdf qwer",
    "好的谢谢",
)


@pytest.fixture
def talked(agent, loop, sender) -> str:
    """A conversation that has been through every kind of answer."""
    for text in TALK:
        loop.run_until_complete(chat_once(agent, sender, text))
    return sender


def test_remembered_predictions_are_those_of_the_whole_talk(agent, loop, talked):
    tracker = loop.run_until_complete(agent.tracker_store.retrieve(talked))
    checked = 0
    for end in range(1, len(tracker.events) + 1):
        part = tracker.init_copy()
        for event in list(tracker.events)[:end]:
            part.update(event)
        if part.followup_action or part.latest_action_name is None:
            continue
        whole = MessageProcessor._predict_next_with_tracker(agent.processor, part.copy())
        remembered = agent.processor._rules.predict(part)
        assert remembered.max_confidence_index == whole.max_confidence_index
        assert [type(event) for event in remembered.events] == [type(event) for event in whole.events]
        checked += 1

    assert checked > len(TALK)


def test_remembered_events_are_of_now(agent, loop, talked):
    tracker = loop.run_until_complete(agent.tracker_store.retrieve(talked))
    events = list(tracker.events)
    asked = tracker.init_copy()
    for event in events[: max(n for n, event in enumerate(events) if isinstance(event, UserUttered)) + 1]:
        asked.update(event)
    agent.processor._rules.predict(asked)
    before = time.time()
    again = agent.processor._rules.predict(asked)

    assert again.events
    assert all(event.timestamp >= before for event in again.events)
