"""One message, answered once: whoever asks again for the same message gets what was answered the first time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Dict, List, Optional

import structlog
from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.channels.web.hub import Hub
from bot.channels.web.records import Message, WebRecords

CHANNEL = "web"
START_OVER = "取消"
"""What a restart says to the assistant, so that an open task ends."""

log = structlog.get_logger()


def conversation_of(session: str) -> str:
    """The conversation's id, which is also the identity that may be bound."""
    return f"{CHANNEL}:{session}"


class WebOutput(OutputChannel):
    """Keeps each reply in the session and sends it down the open streams as soon as it is there."""

    def __init__(self, say: Callable[[Dict[str, Any]], Awaitable[None]]) -> None:
        """Give every reply to ``say``."""
        self._say = say

    @classmethod
    def name(cls) -> str:
        """The channel's name, for channel-specific responses."""
        return CHANNEL

    async def send_text_message(self, recipient_id: str, text: str, **more: Any) -> None:
        """Say ``text`` as one message (Rasa would cut it at empty lines)."""
        await self._say({"text": text, **_parts(more)})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: List[Dict[str, Any]], **more: Any
    ) -> None:
        """Say ``text`` with the titles of its buttons; what a button means stays on the server."""
        await self._say({"text": text, "buttons": [button["title"] for button in buttons], **_parts(more)})

    async def send_custom_json(self, recipient_id: str, json_message: Dict[str, Any], **_: Any) -> None:
        """Say nothing: it went out with its text."""


def _parts(more: Dict[str, Any]) -> Dict[str, Any]:
    """The message once more in parts, some of them cards, where it has them (:mod:`actions.cards`)."""
    parts = (more.get("custom") or {}).get("parts")
    return {"parts": parts} if parts else {}


class Turns:
    """The turns under way in this process."""

    def __init__(self, records: WebRecords, hub: Hub, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> None:
        """Let ``on_new_message`` answer."""
        self._records = records
        self._hub = hub
        self._on_new_message = on_new_message
        self._running: Dict[tuple[str, str], asyncio.Task] = {}

    def start(self, session: str, message: Message) -> asyncio.Task:
        """Answer a message that is not answered yet; the task goes on when nobody waits for it any more."""
        key = (session, message.client_id or "")
        if key not in self._running:
            task = asyncio.ensure_future(self._answer(session, message))
            task.add_done_callback(lambda _: self._running.pop(key, None))
            self._running[key] = task
        return self._running[key]

    def is_running(self, session: str, client_id: str) -> bool:
        """Whether that message is being answered here."""
        return (session, client_id) in self._running

    async def finish(self, within: float) -> None:
        """Wait ``within`` seconds for the turns under way; who asked the others asks again elsewhere."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=within)

    async def start_over(self, session: str) -> None:
        """End the open task without a word and show an empty conversation from here on."""

        async def keep_quiet(_: Dict[str, Any]) -> None:
            pass

        await self._tell(session, START_OVER, keep_quiet)
        last = await asyncio.to_thread(self._records.hide, session)
        self._hub.publish(session, "cleared", {"to": last})

    async def notify(self, session: str, text: str) -> bool:
        """Say something unasked; False when there is no such session any more."""
        if not await asyncio.to_thread(self._records.exists, session):
            return False
        notice = await asyncio.to_thread(self._records.add_reply, session, {"text": text}, time.time())
        self._hub.publish(session, "message", notice.as_dict())
        return True

    async def _answer(self, session: str, message: Message) -> bool:
        """Whether the message was answered."""
        client_id = message.client_id or ""
        said: List[int] = []

        async def say(content: Dict[str, Any]) -> None:
            if not said:  # what an attempt that was cut short had said does not count
                await asyncio.to_thread(self._records.begin_turn, session, client_id)
            reply = await asyncio.to_thread(self._records.add_reply, session, content, time.time(), client_id)
            said.append(reply.id)
            self._hub.publish(session, "message", reply.as_dict())

        try:
            self._hub.publish(session, "message", message.as_dict())
            intent = await self._tell(session, message.content["text"], say, client_id)
            await asyncio.to_thread(self._records.end_turn, session, client_id, intent)
            if not said:  # another process, or this one before it was stopped, has answered
                for reply in await asyncio.to_thread(self._records.replies, session, client_id):
                    said.append(reply.id)
                    self._hub.publish(session, "message", reply.as_dict())
        except Exception as error:
            log.error("web turn failed", conversation=conversation_of(session), error=type(error).__name__)
            self._hub.publish(session, "failed", {"cid": client_id})
            return False
        self._hub.publish(session, "done", {"cid": client_id, "ids": said})
        return True

    async def _tell(
        self,
        session: str,
        text: str,
        say: Callable[[Dict[str, Any]], Awaitable[None]],
        client_id: Optional[str] = None,
    ) -> Optional[str]:
        """Give ``text`` to the assistant, which answers one ``client_id`` once; returns the intent that it understood."""
        message = UserMessage(
            text, WebOutput(say), conversation_of(session), input_channel=CHANNEL, message_id=client_id
        )
        await self._on_new_message(message)
        parse: Dict[str, Any] = message.parse_data or {}  # type: ignore[assignment]
        return parse.get("leaf") or (parse.get("intent") or {}).get("name")
