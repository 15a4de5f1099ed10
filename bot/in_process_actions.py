"""Actions in this process, where Rasa would call an action server."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.trackers import event_of


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
        return await self._executor.run(json)  # type: ignore[arg-type]


class InProcessAction(RemoteAction):
    """An action whose answer comes from :class:`InProcessActions`: made by the SDK, it is taken without being checked."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> List[Event]:
        """What the action said, and the events that it returned (see parent class)."""
        result: Any = await self.action_endpoint.request(json=self._action_call_format(tracker, domain))
        said = await self._utter_responses(result["responses"], output_channel, nlg, tracker)
        return [*said, *(event_of(event) for event in result["events"])]
