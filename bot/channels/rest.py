"""The REST channel: ``POST /webhooks/rest/webhook`` with ``{"sender": …, "message": …}``, answered with a list of messages.

With ``"cards": true`` a message that has a structured form also carries it as ``custom`` (see :mod:`actions.cards`); its
text says the same.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import Any, Awaitable, Callable, Dict, List

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

MAX_BODY = 8 * 1024
"""Bytes of a request body that are read."""
MAX_SENDER = 128
"""Characters of a sender's name."""

log = structlog.get_logger()


class Refused(Exception):
    """A request that is not answered; carries the HTTP status and a reason in Chinese."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep status and reason."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


class RestOutput(CollectingOutputChannel):
    """Collects the turn's messages; a text stays one message, and buttons show title and payload only."""

    def __init__(self, cards: bool = False) -> None:
        """Add the structured form of messages where ``cards`` are wanted."""
        super().__init__()
        self._cards = cards

    @classmethod
    def name(cls) -> str:
        """The channel's name, for channel-specific responses."""
        return "rest"

    async def send_text_message(self, recipient_id: str, text: str, **more: Any) -> None:
        """Keep ``text`` as one message (Rasa would cut it at empty lines)."""
        await self._persist_message({"recipient_id": recipient_id, "text": text, **self._custom(more)})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: List[Dict[str, Any]], **more: Any
    ) -> None:
        """Keep ``text`` and its buttons; what a button means stays on the server."""
        shown = [{"title": b["title"], "payload": b["title"]} for b in buttons]
        await self._persist_message(
            {"recipient_id": recipient_id, "text": text, "buttons": shown, **self._custom(more)}
        )

    async def send_custom_json(self, recipient_id: str, json_message: Dict[str, Any], **_: Any) -> None:
        """Say nothing: it went out with its text."""

    def _custom(self, more: Dict[str, Any]) -> Dict[str, Any]:
        return {"custom": more["custom"]} if self._cards and more.get("custom") else {}


class RestChannel(InputChannel):
    """Rasa input channel for programs that talk JSON over HTTP."""

    def __init__(self, token: str = "") -> None:
        """Demand ``token`` (query ``?token=`` or ``Authorization: Bearer``) unless it is empty."""
        self._token = token

    @classmethod
    def name(cls) -> str:
        """The channel's name: its URL, and the prefix of its conversations."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes (see parent class)."""
        routes = Blueprint("rest_channel")

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                sender, text, cards = self._read(request)
            except Refused as refused:
                return response.json({"error": refused.reason}, status=refused.status, ensure_ascii=False)
            collector = RestOutput(cards)
            # A client that hangs up must not stop a turn half-way: what was said is kept and the next turn builds on it.
            await asyncio.shield(
                on_new_message(UserMessage(text, collector, f"{self.name()}:{sender}", input_channel=self.name()))
            )
            for message in collector.messages:
                message["recipient_id"] = sender
            return response.json(collector.messages, ensure_ascii=False)

        return routes

    def _read(self, request: Request) -> tuple[str, str, bool]:
        """Sender and text of a request, and whether cards are wanted.

        Raises:
            Refused: the token is wrong or the body is not what the channel takes.
        """
        if self._token and not self._authorised(request):
            raise Refused(401, "需要正确的 token。")
        if len(request.body) > MAX_BODY:
            raise Refused(413, f"请求体不能超过 {MAX_BODY // 1024} KB。")
        try:
            body = request.json
        except Exception as error:  # Sanic raises its own error for anything that is not JSON
            raise Refused(400, "请求体应是 JSON。") from error
        if not isinstance(body, dict):
            raise Refused(400, '请求体应是 JSON 对象：{"sender": …, "message": …}。')
        sender, text, cards = body.get("sender"), body.get("message"), body.get("cards", False)
        if not isinstance(sender, str) or not sender.strip() or len(sender) > MAX_SENDER or "\0" in sender:
            raise Refused(400, f"sender 应是 1–{MAX_SENDER} 个字符的文字。")
        if not isinstance(text, str) or not text.strip():
            raise Refused(400, "message 应是不为空的文字。")
        if not isinstance(cards, bool):
            raise Refused(400, "cards 应是 true 或 false。")
        try:
            (sender + text).encode()
        except UnicodeEncodeError as error:  # half a character: JSON allows it, no database takes it
            raise Refused(400, "sender 和 message 里有不完整的字符。") from error
        return sender.strip(), text, cards

    def _authorised(self, request: Request) -> bool:
        given = request.token or request.args.get("token") or ""
        return hmac.compare_digest(given.encode(), self._token.encode())
