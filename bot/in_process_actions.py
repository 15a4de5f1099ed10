"""Actions in this process, where Rasa would call an action server."""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


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


class InProcessAction(RemoteAction):
    """An action whose answer comes from :class:`InProcessActions`."""

    def _validate_action_result(self, result: Dict[str, Any]) -> bool:
        """The SDK made the answer; checking it, and its schema anew each time, takes longer than most actions (10 ms)."""
        return True
