"""Where the time of a message goes: ``python -m tests.bench.stages``.

Runs the assistant in this process, asks it unseen questions and times the parts of a turn with the processor time of the
thread they run in, so that other work on the machine does not count. A part's time is its own, without the parts inside it;
what no part claims is Rasa's own processing. The network is not in it (``make bench`` has it).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import importlib
import os
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any

from bot.logs import configure_logs, quiet_libraries
from bot.rules.workdays import CHINA
from bot.store import open_store
from tests.bench.load.messages import LENGTH, Kind, Speaker, history
from tests.bench.orders import fill, made_orders

PARTS = {
    "sentence embedding": ["bot.nlu.leaf_model:embed"],
    "features and linear model": ["bot.nlu.leaf_model:LeafModel.probabilities"],
    "entities (spaCy and patterns)": ["bot.nlu.entities:SpacyEntities.process"],
    "words (jieba)": ["bot.nlu.tokenizer:DomainTokenizer.process"],
    "questions in the message": ["bot.nlu.classifier:LeafClassifier.process"],
    "graph around the components": ["rasa.core.processor:MessageProcessor._parse_message_with_graph"],
    "option, task, topic": [
        "bot.processor:pick_option",
        "bot.in_context:leaf_in_task",
        "bot.in_context:leaf_after_order",
    ],
    "policy": ["rasa.core.processor:MessageProcessor._predict_next_with_tracker"],
    "tracker for the action call": ["rasa.core.actions.action:RemoteAction._action_call_format"],
    "tracker copies": [
        "bot.trackers:Conversation.copy",
        "rasa.shared.core.trackers:DialogueStateTracker.init_copy",
    ],
    "tracker from the snapshot": ["bot.conversations:SnapshotTrackerStore._tracker"],
    "snapshot to and from the database (JSON, SQL)": ["bot.snapshots:Snapshots.read", "bot.snapshots:Snapshots.write"],
    "orders in the database": ["bot.store.database:Database.reading"],
    "answers' leads and buttons": ["bot.nlg:_lead", "bot.nlg:PolicyNLG.buttons"],
    "log line": ["structlog._output:PrintLogger.msg"],
    "debug texts that nobody reads": ["copy:deepcopy"],
}
MESSAGES = 120
ENOUGH = 12
"""Turns after which a conversation's snapshot has its full size: turn 200 has what turn 13 has."""


class Clock:
    """Adds up each part's own processor time, over all threads."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._open = threading.local()

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function`` with its time added to ``part``."""

        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            stack = self._open.__dict__.setdefault("stack", [])
            inside = [0.0]
            stack.append(inside)
            begun = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                taken = time.thread_time() - begun
                stack.pop()
                self.seconds[part] += taken - inside[0]
                self.calls[part] += 1
                if stack:
                    stack[-1][0] += taken

        return run


def watch(clock: Clock) -> None:
    """Put ``clock`` around every part."""
    for part, places in PARTS.items():
        for place in places:
            module, _, path = place.partition(":")
            *owners, name = path.split(".")
            owner: Any = importlib.import_module(module)
            for step in owners:
                owner = getattr(owner, step)
            setattr(owner, name, clock.timed(part, getattr(owner, name)))


async def measure(kind: Kind, turn: int) -> tuple[Clock, float, float]:
    """The parts' clock, and milliseconds of a message: wall clock, and processor time of all threads."""
    from bot.agent import load_agent
    from bot.server import chat_once
    from bot.settings import settings
    from bot.training import ensure_model

    clock = Clock()
    watch(clock)  # before loading: Rasa's graph keeps the functions that it finds then
    agent = load_agent(ensure_model(settings().model_dir)[0], settings())
    store = open_store(settings().database_url)
    fill(store, 100)
    speaker = Speaker([order for order in made_orders(100) if order.partner == "P1001"])
    now = dt.datetime.now(CHINA)
    visits = [(f"rest:{n}", speaker.visit(kind).messages) for n in range(MESSAGES // LENGTH)]
    for sender, _ in visits:
        store.bind(sender, store.invite("P1001", "王敏", now), now)
    talk = history(min(turn - 1, ENOUGH), speaker)
    for sender, _ in visits:
        for message in talk:
            await chat_once(agent, sender, message)
    for message in (message for any_kind in Kind for message in speaker.visit(any_kind).messages):
        await chat_once(agent, "rest:warm", message)
    clock.seconds.clear()
    clock.calls.clear()
    wall, processor = time.perf_counter(), time.process_time()
    for sender, messages in visits:
        for message in messages:
            await chat_once(agent, sender, message)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    store.close()
    return clock, 1000 * wall / MESSAGES, 1000 * processor / MESSAGES


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.FAQ)
    parser.add_argument("--turn", type=int, default=1)
    options = parser.parse_args()
    quiet_libraries()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CSP_DATABASE_URL"] = f"sqlite:///{folder}/stages.db"
        configure_logs(with_text=False)
        clock, wall, processor = asyncio.run(measure(options.kind, options.turn))
    print(f"{options.kind.value}, turn {options.turn}: {processor:.1f} ms of processor time, {wall:.1f} ms in all\n")
    print("| part | ms a message | calls a message |\n|---|---|---|")
    rest = processor
    for part, seconds in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        rest -= 1000 * seconds / MESSAGES
        print(f"| {part} | {1000 * seconds / MESSAGES:.2f} | {clock.calls[part] / MESSAGES:.1f} |")
    print(f"| Rasa's processing and everything else | {rest:.2f} | |")


if __name__ == "__main__":
    main()
