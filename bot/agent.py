"""Rasa's agent as this assistant runs it: actions in the process, and messages read in the light of what was just said."""

from __future__ import annotations

import asyncio
import copy
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Optional, Tuple, Union

import structlog
from rasa.core.actions.action import Action, RemoteAction
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.conversations import SnapshotTrackerStore
from bot.dialogue.aside import without_aside
from bot.dialogue.options import pick_option
from bot.dialogue.parse import FALLBACK, about_leaf, parse_of_leaf
from bot.dialogue.routing import GUIDE
from bot.in_context import ContextReading
from bot.in_process_actions import InProcessAction, InProcessActions
from bot.locks import open_locks
from bot.metrics import FALLBACKS, TURN_ERRORS, TURNS, UNDER_WAY, stage
from bot.model_loading import OrderedRunner, ServingStorage
from bot.nlu.entities import NAMES_WANTED
from bot.nlu.one_at_a_time import understanding
from bot.rule_memory import RuleMemory
from bot.settings import Settings

log = structlog.get_logger()

TURNS_AT_ONCE = 8
"""Turns that one process works on; more would share the same processor and all end later. The others wait in order."""


class _AnsweredBefore(Exception):
    """The conversation already holds this message: it came again, because whoever answered it did not get to say so."""


class ContextProcessor(ContextReading, MessageProcessor):
    """Reads a message in the light of the conversation: options that were offered, the topic before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Load the model (see parent class)."""
        super().__init__(*args, **kwargs)
        # Beside the event loop, which goes on meanwhile. Two: one understands while the other embeds.
        self._threads = ThreadPoolExecutor(2, "understand")
        self._rules = RuleMemory(super()._predict_next_with_tracker)

    @staticmethod
    def _load_model(model_path: Union[str, Path]) -> Tuple[str, ModelMetadata, GraphRunner]:
        """Unpack and load a model (see parent class), for answering only."""
        with TemporaryDirectory() as folder:
            metadata, runner = load_predict_graph_runner(Path(folder), Path(model_path), ServingStorage, OrderedRunner)
        return Path(model_path).name, metadata, runner

    async def _parsed(
        self, message: UserMessage, tracker: Optional[DialogueStateTracker], names: bool = False
    ) -> Dict[str, Any]:
        """What the model says of ``message`` alone; ``names``: a customer's name is looked for whatever it asks."""
        if names:
            hint = {**(message.metadata or {}), NAMES_WANTED: True}
            message = UserMessage(message.text, message_id=message.message_id, metadata=hint)
        before = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._understood, message, before)

    def _understood(self, message: UserMessage, tracker: DialogueStateTracker) -> Dict[str, Any]:
        with understanding:
            return self._parse_message_with_graph(message, tracker)

    async def handle_message(self, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        """Answer a message (see parent class); one whose ``message_id`` was answered before changes and says nothing."""
        with stage("total"):
            try:
                return await super().handle_message(message)
            except _AnsweredBefore:
                return None

    async def fetch_tracker_and_update_session(
        self, sender_id: str, output_channel: Optional[OutputChannel] = None, metadata: Optional[Dict] = None
    ) -> DialogueStateTracker:
        """Load a conversation (see parent class)."""
        with stage("load"):
            return await super().fetch_tracker_and_update_session(sender_id, output_channel, metadata)

    async def save_tracker(self, tracker: DialogueStateTracker) -> None:
        """Save a conversation (see parent class)."""
        with stage("save"):
            await super().save_tracker(tracker)

    async def _handle_message_with_tracker(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        for event in reversed(tracker.events):
            if isinstance(event, UserUttered) and event.message_id == message.message_id:
                message.parse_data = event.parse_data  # type: ignore[assignment]
                raise _AnsweredBefore
        with stage("understand"):
            await super()._handle_message_with_tracker(message, tracker)

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """The policy's prediction (see parent class)."""
        if tracker.followup_action is not None:  # what an action has said comes next is taken off the tracker itself
            return super()._predict_next_with_tracker(tracker)
        return self._rules.predict(tracker)

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> Tuple[Action, PolicyPrediction]:
        """The next action (see parent class)."""
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        if isinstance(action, RemoteAction) and isinstance(self.action_endpoint, InProcessActions):
            action = InProcessAction(action.name(), self.action_endpoint)
        return action, prediction

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        with stage("act"):
            await super()._run_prediction_loop(output_channel, tracker)

    async def parse_message(
        self,
        message: UserMessage,
        tracker: Optional[DialogueStateTracker] = None,
        only_output_properties: bool = True,
    ) -> Dict[str, Any]:
        """Parse data of ``message`` (see parent class)."""
        option = pick_option(message.text or "", tracker) if tracker else None
        if option and "leaf" in option:
            parse = parse_of_leaf(option["title"], option["leaf"], 1.0, option.get("entities"))
        else:
            said = UserMessage(
                option["title"] if option else without_aside(message.text or ""), metadata=message.metadata
            )
            in_guide = tracker is not None and tracker.get_slot("task") == GUIDE
            parse = await self._parsed(said, tracker, names=in_guide)
            if option and "means" in option:  # read like any answer, but it cannot mean anything else
                parse = {**parse, **about_leaf(option["title"], option["means"], 1.0)}
            elif tracker:
                parse = await self._in_context(said, tracker, parse)
        message.parse_data = parse  # type: ignore[assignment]  # for the log line of the turn
        return parse


class ResellerAgent(Agent):
    """Rasa's agent with :class:`ContextProcessor` and one log line a turn."""

    tracker_store: TrackerStore

    def __init__(self, places: Optional[asyncio.Semaphore] = None, **parts: Any) -> None:
        """An agent of ``parts`` (see parent class); agents of one process share ``places``."""
        super().__init__(**parts)
        self.places = places or asyncio.Semaphore(TURNS_AT_ONCE)

    @staticmethod
    def _create_tracker_store(store: Optional[TrackerStore], domain: Domain) -> TrackerStore:
        """Use ``store`` as it is: Rasa's wrapper goes on with an empty conversation when the store fails."""
        if store is None:
            raise ValueError("this agent needs a tracker store")
        store.domain = domain
        return store

    def load_model(self, model_path: Union[str, Path], fingerprint: Optional[str] = None) -> None:
        """Load a model (see parent class)."""
        self.processor = ContextProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        self.nlg.use(self.domain.responses)  # type: ignore[attr-defined]

    async def warm_up(self) -> None:
        """Load what is loaded at first use, so that the first user does not wait for it.

        The sentence is one that no stage of the classifier is sure of: all of them are asked.
        """
        await self.parse_message("骑缝章怎么盖 qwzx")

    async def handle_message(self, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        """Answer one message (see parent class) and log the turn without its text."""
        message.text = without_commands(message.text or "")
        started = time.perf_counter()
        channel = message.input_channel or "none"
        try:
            with UNDER_WAY.track_inprogress():
                replies = await self._in_turn(message)
        except Exception:
            TURN_ERRORS.labels(channel).inc()
            raise
        parse: Dict[str, Any] = message.parse_data or {}  # type: ignore[assignment]
        intent = parse.get("intent") or {}
        TURNS.labels(channel, intent.get("name") or "none").inc()
        if intent.get("name") == FALLBACK:
            FALLBACKS.labels(channel).inc()
        log.info(
            "turn",
            conversation=message.sender_id,
            intent=parse.get("leaf") or intent.get("name"),
            confidence=round(intent.get("confidence") or 0.0, 3),
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        return replies

    async def _in_turn(self, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        async with AsyncExitStack() as turn:
            with stage("wait"):
                await turn.enter_async_context(self.places)
            with stage("lock"):
                await turn.enter_async_context(self.lock_store.lock(message.sender_id))
            return await self.processor.handle_message(message)  # type: ignore[union-attr]


def without_commands(text: str) -> str:
    """``text`` with a leading slash made full width: Rasa would take it for an intent, which no user may send."""
    stripped = text.lstrip()
    return "／" + stripped[1:] if stripped.startswith("/") else text


def load_agent(model: Path, settings: Settings, broker: EventBroker | None = None) -> ResellerAgent:
    """Build the agent for ``model`` as the settings say; ``broker`` gets every event of every conversation."""
    agent = ResellerAgent(
        generator=EndpointConfig(type="bot.nlg.PolicyNLG"),
        # Without Redis one process alone uses a database.
        tracker_store=SnapshotTrackerStore(settings.database_url, event_broker=broker, shared=bool(settings.redis_url)),
        lock_store=open_locks(settings.redis_url),
        action_endpoint=EndpointConfig(settings.action_url) if settings.action_url else InProcessActions(),
    )
    agent.load_model(model)
    return agent


def load_beside(agent: ResellerAgent, model: Path) -> ResellerAgent:
    """An agent for ``model`` that has conversations and locks in common with ``agent``, which goes on as it is."""
    new = ResellerAgent(
        generator=EndpointConfig(type="bot.nlg.PolicyNLG"),
        tracker_store=copy.copy(agent.tracker_store),  # the same tables and memory under a domain of its own
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        places=agent.places,
    )
    new.load_model(model)
    return new
