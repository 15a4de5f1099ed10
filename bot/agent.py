"""Rasa's agent as this assistant runs it: actions in the process, and messages read in the light of what was just said."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Union
from urllib.parse import unquote, urlsplit

import redis
import structlog
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.brokers.pika import PikaEventBroker
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.conversations import SnapshotTrackerStore
from bot.dialogue.followup import FOLLOWUP, latest_topic, leaf_of_followup
from bot.dialogue.options import pick_option
from bot.dialogue.parse import FALLBACK, about_leaf, parse_of_leaf
from bot.dialogue.routing import leaf_after_order, leaf_in_task
from bot.settings import Settings

log = structlog.get_logger()

EVENT_QUEUE = "csp.conversations"


class InProcessActions(EndpointConfig):
    """An action endpoint that runs the ``actions`` package here instead of calling a server.

    Rasa hands an action call to ``EndpointConfig.request``; this answers it with the SDK's own executor, so actions are
    written and tested as for a server and can move to one by setting ``CSP_ACTION_URL``.
    """

    def __init__(self) -> None:
        """Import the ``actions`` package and register what it holds."""
        super().__init__(url="in-process:actions", selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_: Any, json: Optional[Dict[str, Any]] = None, **__: Any) -> Optional[Any]:
        """Run the action that ``json`` (Rasa's action call) names and return what it said and changed."""
        try:
            return await self._executor.run(json)  # type: ignore[arg-type]
        except ActionExecutionRejection as rejection:
            raise ClientResponseError(400, str(rejection), "{}") from rejection


class ContextProcessor(MessageProcessor):
    """Reads a message in the light of the conversation: options that were offered, the topic before."""

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
            said = UserMessage(option["title"]) if option else message
            parse = await super().parse_message(said, tracker, only_output_properties)
            if tracker:
                parse = await self._in_context(said, tracker, parse)
        message.parse_data = parse  # type: ignore[assignment]  # for the log line of the turn
        return parse

    async def _in_context(
        self, message: UserMessage, tracker: DialogueStateTracker, parse: Dict[str, Any]
    ) -> Dict[str, Any]:
        """``parse`` as the open task or the topic before makes it."""
        leaf = leaf_in_task(parse, tracker.get_slot("task"))
        if leaf is None and tracker.latest_message:
            latest = (tracker.latest_message.parse_data or {}).get("leaf")
            leaf = leaf_after_order(parse, tracker.get_slot("order"), latest)
        if leaf is not None:
            return {**parse, **about_leaf(message.text or "", leaf, parse["intent"]["confidence"])}
        if parse["intent"]["name"] in (FOLLOWUP, FALLBACK):
            return await self._with_topic(message, tracker, parse)
        return parse

    async def _with_topic(
        self, message: UserMessage, tracker: DialogueStateTracker, parse: Dict[str, Any]
    ) -> Dict[str, Any]:
        """Read a follow-up again with the words of its topic before it; ``parse`` where that makes no sense either."""
        topic = latest_topic(tracker)
        if topic is None or not (parse["intent"]["name"] == FOLLOWUP or parse["short"]):
            return parse
        response = (self.domain.responses.get(f"utter_{topic}") or [{}])[0]
        metadata = response.get("metadata") or {}
        context = metadata.get("context", "")
        again = await super().parse_message(UserMessage(f"{context}，{message.text}"), tracker)
        leaf = leaf_of_followup(again["intent_ranking"], topic, metadata, parse.get("normal") or "")
        if leaf is None:
            return {**parse, "topic": context} if parse["intent"]["name"] == FOLLOWUP else parse
        return parse_of_leaf(message.text or "", leaf["name"], leaf["confidence"], parse["entities"])


class ResellerAgent(Agent):
    """Rasa's agent with :class:`ContextProcessor` and one log line a turn."""

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
        self.nlg.responses = self.domain.responses  # type: ignore[attr-defined]

    async def warm_up(self) -> None:
        """Load what is loaded at first use, so that the first user does not wait for it."""
        await self.parse_message("骑缝章怎么盖")

    async def handle_message(self, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        """Answer one message (see parent class) and log the turn without its text."""
        message.text = without_commands(message.text or "")
        started = time.perf_counter()
        replies = await super().handle_message(message)
        parse: Dict[str, Any] = message.parse_data or {}  # type: ignore[assignment]
        intent = parse.get("intent") or {}
        log.info(
            "turn",
            conversation=message.sender_id,
            intent=parse.get("leaf") or intent.get("name"),
            confidence=round(intent.get("confidence") or 0.0, 3),
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        return replies


def without_commands(text: str) -> str:
    """``text`` with a leading slash made full width: Rasa would take it for an intent, which no user may send."""
    stripped = text.lstrip()
    return "／" + stripped[1:] if stripped.startswith("/") else text


def load_agent(model: Path, settings: Settings, broker: EventBroker | None = None) -> ResellerAgent:
    """Build the agent for ``model`` as the settings say; ``broker`` gets every event of every conversation."""
    actions = EndpointConfig(settings.action_url) if settings.action_url else InProcessActions()
    agent = ResellerAgent(
        generator=EndpointConfig(type="bot.nlg.PolicyNLG"),
        tracker_store=SnapshotTrackerStore(settings.database_url, event_broker=broker),
        lock_store=lock_store(settings.redis_url),
        action_endpoint=actions,
    )
    agent.load_model(model)
    return agent


async def open_broker(url: str) -> EventBroker:
    """Connect to RabbitMQ at ``url``; events that it does not take at once are kept and sent later.

    Raises:
        AMQPConnectionError: it cannot be reached.
    """
    address = urlsplit(url)
    broker = PikaEventBroker(
        host=address.hostname or "localhost",
        username=unquote(address.username or "guest"),
        password=unquote(address.password or "guest"),
        port=address.port or 5672,
        queues=[EVENT_QUEUE],
        connection_attempts=3,
        retry_delay_in_seconds=1,
    )
    await broker.connect()
    return broker


def lock_store(redis_url: str) -> LockStore:
    """Locks that keep a conversation's messages in order: in this process, or in Redis for several."""
    if not redis_url:
        return InMemoryLockStore()
    options = redis.connection.parse_url(redis_url)
    return RedisLockStore(
        host=options.get("host", "localhost"),
        port=options.get("port", 6379),
        db=options.get("db", 0),
        username=options.get("username"),
        password=options.get("password"),
        use_ssl=redis_url.startswith("rediss://"),
    )
