"""Three processes behind a load balancer, 500 conversations, and one process that is killed in the middle."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aio_pika
import pytest
import sqlalchemy as sa
from services import BROKER, Assistant, RoundRobin, Widget, browser, start

from bot.channels.web.streams import HEARTBEAT

CONVERSATIONS = 500
WATCHED = 25
"""Visitors who also have a stream of events open."""
TALK = ["服务协议盖什么章", "那原件呢"]
"""The second message is understood from the first one only."""
WITHIN = 240
"""Seconds in which everybody must be answered, on a machine that others use too."""


@pytest.fixture(scope="module")
def service(
    model: Path, database_url: str, redis_url: str, broker_url: str, tmp_path_factory: Any
) -> Iterator[list[Assistant]]:
    folder = tmp_path_factory.mktemp("processes")
    settings = {"CSP_DATABASE_URL": database_url, "CSP_REDIS_URL": redis_url, "CSP_BROKER_URL": broker_url}
    assistants = [start(folder, model, **settings) for _ in range(3)]
    try:
        for assistant in assistants:
            assistant.wait_until_ready()
        yield assistants
    finally:
        for assistant in assistants:
            assistant.stop()


class Crowd:
    """What happened while everybody talked."""

    def __init__(self) -> None:
        self.expected: list[list[str]] = []
        self.widgets: list[Widget] = []
        self.histories: list[list[dict[str, Any]]] = []
        self.streams: list[set[int]] = []
        self.answered = 0
        self.answered_at_kill = 0
        self.events: set[tuple[str, str]] = set()
        self.seconds = 0.0

    @property
    def untold(self) -> int:
        """Messages of which RabbitMQ has not heard."""
        told = {message_id for _, message_id in self.events}
        return len({client_id for widget in self.widgets for client_id in widget.sent} - told)

    @property
    def retries(self) -> int:
        """How often a message was sent again: no fewer than were under way in the process that was killed."""
        return sum(widget.retries for widget in self.widgets)


async def _talk(widget: Widget, crowd: Crowd) -> None:
    await widget.open()
    for text in TALK:
        await widget.say(text)
        crowd.answered += 1


async def _collect(crowd: Crowd, channel: aio_pika.abc.AbstractChannel) -> None:
    """Take the user events that the assistants publish."""

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        event = json.loads(message.body)
        if event["event"] == "user":
            crowd.events.add((event["sender_id"], event["message_id"]))

    queue = await channel.declare_queue(exclusive=True)
    await queue.bind("rasa-exchange")
    await queue.consume(take, no_ack=True)


async def _kill_in_the_middle(crowd: Crowd, assistant: Assistant) -> None:
    while crowd.answered < CONVERSATIONS * len(TALK) * 0.4:
        await asyncio.sleep(0.02)
    assistant.process.send_signal(signal.SIGKILL)
    crowd.answered_at_kill = crowd.answered


async def _scene(service: list[Assistant]) -> Crowd:
    crowd = Crowd()
    connection = await aio_pika.connect(BROKER)
    await _collect(crowd, await connection.channel())
    helpers: list[asyncio.Future] = []
    async with browser() as http, RoundRobin([assistant.port for assistant in service]) as proxy:
        model_talker = await Widget(service[0].url, http).open()
        for text in TALK:
            await model_talker.say(text)
        crowd.expected = _answers(await model_talker.history(), model_talker)

        crowd.widgets = [Widget(proxy.url, http) for _ in range(CONVERSATIONS)]
        for widget in crowd.widgets[:WATCHED]:
            await widget.open()
            seen: set[int] = set()
            crowd.streams.append(seen)
            helpers.append(asyncio.ensure_future(widget.follow(seen)))
        started = time.monotonic()
        helpers.append(asyncio.ensure_future(_kill_in_the_middle(crowd, service[1])))
        await asyncio.wait_for(asyncio.gather(*(_talk(widget, crowd) for widget in crowd.widgets)), WITHIN)
        crowd.seconds = time.monotonic() - started
        crowd.histories = await asyncio.gather(*(widget.history() for widget in crowd.widgets))
        await _catch_up(crowd)
        for helper in helpers:
            helper.cancel()
        # Before the connection is closed: whoever leaves its queue then waits for an answer that does not come.
        await asyncio.wait(helpers, timeout=20)
    await connection.close()
    return crowd


async def _catch_up(crowd: Crowd) -> None:
    """Wait for the streams (what a killed process had no time to push comes with the heartbeat) and for the events."""
    until = time.monotonic() + HEARTBEAT + 10
    while time.monotonic() < until and (
        crowd.untold > crowd.retries
        or any(
            not {message["id"] for message in history} <= seen for seen, history in zip(crowd.streams, crowd.histories)
        )
    ):
        await asyncio.sleep(0.1)


def _answers(history: list[dict[str, Any]], widget: Widget) -> list[list[str]]:
    return [[m["text"] for m in history if m.get("reply") == client_id] for client_id in widget.sent]


@pytest.fixture(scope="module")
def crowd(service: list[Assistant]) -> Crowd:
    happened = asyncio.run(_scene(service))
    print(f"\n{CONVERSATIONS * len(TALK)} messages in {happened.seconds:.1f} s")
    return happened


def test_one_process_was_killed_while_messages_were_under_way(crowd: Crowd, service: list[Assistant]):
    assert service[1].process.wait() == -signal.SIGKILL
    assert crowd.answered_at_kill < CONVERSATIONS * len(TALK) * 0.6
    assert crowd.retries > 0


def test_every_message_is_answered_exactly_once(crowd: Crowd):
    assert all(crowd.expected)
    different = [
        (widget.token, answers)
        for widget, history in zip(crowd.widgets, crowd.histories)
        if (answers := _answers(history, widget)) != crowd.expected
    ]
    assert different == []


def test_every_conversation_is_in_order(crowd: Crowd):
    for widget, history in zip(crowd.widgets, crowd.histories):
        order = [message.get("cid") or message["reply"] for message in history]
        assert [one for one, before in zip(order, [None, *order]) if one != before] == widget.sent
        assert all(message["done"] for message in history if message["role"] == "user")


def test_each_message_stands_in_its_conversation_once(crowd: Crowd, database_url: str):
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT events FROM conversations")).scalars().all()
    engine.dispose()
    found = {tuple(event["message_id"] for event in json.loads(events) if event["event"] == "user") for events in rows}
    assert {tuple(widget.sent) for widget in crowd.widgets} <= found


def test_streams_saw_every_message_whatever_process_said_it(crowd: Crowd):
    for seen, history in zip(crowd.streams, crowd.histories):
        assert {message["id"] for message in history} <= seen


def test_every_turn_is_told_to_rabbitmq(crowd: Crowd):
    assert crowd.untold <= crowd.retries
