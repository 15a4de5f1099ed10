"""How a message goes through Rasa: the conversation is loaded, the message read in its light, actions answer, all is saved."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Optional, Tuple, Union

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_loop import ActionLoop
from bot.dialogue.aside import without_aside
from bot.dialogue.options import pick_option
from bot.dialogue.parse import about_leaf, parse_of_leaf
from bot.dialogue.routing import GUIDE
from bot.in_context import ContextReading
from bot.metrics import stage
from bot.model_loading import OrderedRunner, ServingStorage
from bot.nlu.entities import NAMES_WANTED
from bot.nlu.one_at_a_time import understanding


class _AnsweredBefore(Exception):
    """The conversation already holds this message: it came again, because whoever answered it did not get to say so."""


class ContextProcessor(ContextReading, ActionLoop):
    """Reads a message in the light of the conversation: options that were offered, the topic before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Load the model (see parent class)."""
        super().__init__(*args, **kwargs)
        # Beside the event loop, which goes on meanwhile. Two: one understands while the other embeds.
        self._threads = ThreadPoolExecutor(2, "understand")

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
            if type(event) is UserUttered and event.message_id == message.message_id:  # isinstance asks Rasa's ABC
                message.parse_data = event.parse_data  # type: ignore[assignment]
                raise _AnsweredBefore
        with stage("understand"):
            await super()._handle_message_with_tracker(message, tracker)

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
