"""Sending to followers of an official account by the customer-service API, within the windows that the platform opens.

Source: developers.weixin.qq.com/doc/service, 发送客服消息 (``message/custom/send``).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import structlog

from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import WINDOW_CODES, PlatformError, Unreachable
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.records import Records
from bot.channels.wechat.windows import Contact
from bot.store import StoreUnavailable

OPENING_EVENTS = frozenset({"click", "subscribe", "subscribe_scan", "scan"})
"""Events that open a window; a page that is opened or a place that is told does not."""

log = structlog.get_logger()


def now_utc() -> dt.datetime:
    """The time."""
    return dt.datetime.now(dt.timezone.utc)


class WindowedSender:
    """Counts what is sent to whom, and asks the platform only while it would let a message through."""

    def __init__(self, client: PlatformClient, records: Records, clock: Callable[[], dt.datetime] = now_utc) -> None:
        """Send by ``client``, count in ``records``."""
        self._client = client
        self._records = records
        self._clock = clock
        self._opening: dict[str, asyncio.Task[None]] = {}

    def opened(self, identity: str, contact: Contact, created: int) -> None:
        """The user made contact at ``created`` (seconds since 1970, 0: now). Kept in the background; a send waits for it."""
        now = self._clock()
        at = min(dt.datetime.fromtimestamp(created, dt.timezone.utc), now) if created else now
        task = asyncio.ensure_future(self._open(identity, contact, at, now, self._opening.get(identity)))
        self._opening[identity] = task
        task.add_done_callback(lambda _: self._opening.pop(identity) if self._opening.get(identity) is task else None)

    async def send(self, identity: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send one message to ``identity``.

        Raises:
            PlatformError: it was not sent; :class:`NotNow` before the platform was asked.
            StoreUnavailable: it cannot be counted.
        """
        await self.settled(identity)
        contact = await asyncio.to_thread(self._records.take_send, identity, self._clock())
        try:
            return await self._client.call(path, body)
        except Unreachable:  # it may have got through
            raise
        except PlatformError as error:
            if error.code in WINDOW_CODES:
                await asyncio.to_thread(self._records.use_up, identity)
            else:
                await asyncio.to_thread(self._records.give_back_send, identity, contact)
            raise

    async def settled(self, identity: str | None = None) -> None:
        """Wait until what was said to :meth:`opened` is kept, of one user or of all."""
        waiting = [self._opening[identity]] if identity in self._opening else []
        if identity is None:
            waiting = list(self._opening.values())
        if waiting:
            await asyncio.wait(waiting)

    async def _open(
        self, identity: str, contact: Contact, at: dt.datetime, now: dt.datetime, before: asyncio.Task[None] | None
    ) -> None:
        if before:
            await asyncio.wait([before])
        try:
            await asyncio.to_thread(self._records.open_window, identity, contact, at, now)
        except StoreUnavailable:
            log.warning("window not kept", conversation=identity)


class OfficialService:
    """The customer-service API of one official account."""

    def __init__(self, sender: WindowedSender, identity_of: Callable[[str], str]) -> None:
        """Send by ``sender``; ``identity_of`` makes an identity of an OpenID."""
        self._sender = sender
        self._identity_of = identity_of

    def contact(self, message: Inbound) -> None:
        """The user sent ``message``: whatever window it opens is open."""
        identity = self._identity_of(message.sender)
        if message.kind != "event":
            self._sender.opened(identity, Contact.MESSAGE, message.created)
        elif message.event in OPENING_EVENTS:
            self._sender.opened(identity, Contact.EVENT, message.created)

    async def send_text(self, openid: str, text: str) -> None:
        """Push a text of at most 2048 bytes.

        Raises:
            PlatformError, StoreUnavailable: it was not sent.
        """
        await self._send(openid, {"msgtype": "text", "text": {"content": text}})

    async def send_menu(self, openid: str, head: str, options: list[str], tail: str) -> None:
        """Push a text with options to click on; a click comes back as a text message with the option's words.

        Raises:
            PlatformError, StoreUnavailable: it was not sent.
        """
        items = [{"id": str(number), "content": option} for number, option in enumerate(options, 1)]
        menu = {"head_content": head, "list": items, "tail_content": tail}
        await self._send(openid, {"msgtype": "msgmenu", "msgmenu": menu})

    async def _send(self, openid: str, message: dict[str, Any]) -> None:
        await self._sender.send(self._identity_of(openid), "message/custom/send", {"touser": openid, **message})
