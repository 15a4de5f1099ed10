"""What is kept of a conversation, and when it is read again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered

from bot.conversations import SnapshotTrackerStore
from bot.settings import ROOT
from bot.snapshots import KEPT_TURNS, latest_events


def _said(text: str) -> dict:
    return {
        "event": "user",
        "text": text,
        "message_id": f"id of {text}",
        "metadata": {"model_id": "m"},
        "parse_data": {"leaf": "faq/seal", "entities": [{"entity": "seal"}], "intent_ranking": [1], "text_tokens": [[0, 1]]},
    }  # fmt: skip


def test_what_later_turns_look_at_is_kept_and_nothing_else():
    bot = {
        "event": "bot",
        "text": "骑缝章",
        "data": {"buttons": [{"title": "原件呢"}]},
        "metadata": {"utter_action": "u"},
    }

    user, reply = latest_events([_said("盖什么章"), {"event": "slot", "name": "task"}, bot])

    assert user == {
        "event": "user",
        "text": "盖什么章",
        "message_id": "id of 盖什么章",
        "parse_data": {"leaf": "faq/seal", "entities": [{"entity": "seal"}]},
    }
    assert reply == {"event": "bot", "text": "骑缝章", "data": {"buttons": [{"title": "原件呢"}]}}


def test_the_latest_turns_are_kept():
    kept = latest_events([_said(str(number)) for number in range(KEPT_TURNS + 5)])

    assert [event["text"] for event in kept] == [str(number) for number in range(5, KEPT_TURNS + 5)]


@pytest.mark.parametrize(("shared", "reads"), [(True, 3), (False, 1)])
def test_a_process_that_is_alone_reads_a_conversation_once(tmp_path: Path, shared: bool, reads: int):
    store = SnapshotTrackerStore(f"sqlite:///{tmp_path}/c.db", Domain.load(str(ROOT / "domain.yml")), shared=shared)
    statements: list[str] = []

    @sa.event.listens_for(store._table._engine, "before_cursor_execute")
    def _count(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    async def talk() -> list[str]:
        for text in ("一", "二", "三"):
            tracker = await store.get_or_create_tracker("rest:anna")
            tracker.update(UserUttered(text))
            await store.save(tracker)
        return [event.text for event in tracker.events if isinstance(event, UserUttered)]

    assert asyncio.run(talk()) == ["一", "二", "三"]
    assert sum(statement.startswith("SELECT") for statement in statements) == reads
