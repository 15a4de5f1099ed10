"""Rasa's agent as this assistant runs it: one message of a conversation at a time, a few at once, a log line each."""

from __future__ import annotations

import asyncio
import copy
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

import structlog
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from bot.conversations import SnapshotTrackerStore
from bot.dialogue.parse import FALLBACK
from bot.in_process_actions import InProcessActions
from bot.locks import open_locks
from bot.metrics import FALLBACKS, TURN_ERRORS, TURNS, UNDER_WAY, stage
from bot.processor import ContextProcessor
from bot.settings import Settings

log = structlog.get_logger()

TURNS_AT_ONCE = 8
"""Turns that one process works on; more would share the same processor and all end later. The others wait in order."""


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
