"""Sending to customers by 微信客服: texts, options to click on, words that answer an event.

Sources: developer.work.weixin.qq.com/document/path/94677 (kf/send_msg), 95122 (kf/send_msg_on_event).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import PlatformError, other
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.render import size
from bot.channels.wechat.service import WindowedSender
from bot.channels.wechat.windows import Contact

MAX_HEAD, MAX_ITEMS, MAX_ITEM = 1024, 10, 128
"""Bytes before the options, how many there may be, bytes of one."""


def customer_of(account: str, external_userid: str) -> str:
    """Who writes: the account (open_kfid) that they write to, and their id. Neither holds a colon."""
    return f"{account}:{external_userid}"


def menu_of(head: str, options: Sequence[str], tail: str = "") -> dict[str, Any]:
    """A message with options; a click comes back as a text message with the option's words.

    Raises:
        PlatformError: it is larger than the platform takes.
    """
    if not (0 < len(options) <= MAX_ITEMS and size(head) <= MAX_HEAD and all(size(o) <= MAX_ITEM for o in options)):
        raise PlatformError(other("menu_too_large"))
    items = [
        {"type": "click", "click": {"id": str(number), "content": option}} for number, option in enumerate(options, 1)
    ]
    menu: dict[str, Any] = {"head_content": head, "list": items}
    if tail:
        menu["tail_content"] = tail
    return {"msgtype": "msgmenu", "msgmenu": menu}


class KfService:
    """``kf/send_msg`` within the windows that customers open."""

    def __init__(self, sender: WindowedSender, client: PlatformClient, identity_of: Callable[[str], str]) -> None:
        """Send by ``sender``; ``identity_of`` makes an identity of :func:`customer_of`."""
        self._sender = sender
        self._client = client
        self.identity = identity_of

    def contact(self, message: Inbound) -> None:
        """A customer's message opens the window."""
        if message.kind != "event":
            self._sender.opened(self.identity(message.sender), Contact.MESSAGE, message.created)

    async def send_text(self, openid: str, text: str) -> None:
        """Send a text of at most 2048 bytes to a customer (``openid`` is :func:`customer_of`).

        Raises:
            PlatformError, StoreUnavailable: it was not sent.
        """
        await self._send(openid, {"msgtype": "text", "text": {"content": text}})

    async def send_menu(self, openid: str, head: str, options: list[str], tail: str) -> None:
        """Send a text with options to click on.

        Raises:
            PlatformError, StoreUnavailable: it was not sent.
        """
        await self._send(openid, menu_of(head, options, tail))

    async def answer_event(self, code: str, message: dict[str, Any]) -> None:
        """Send the one message that an event allows; a welcome within 20 s.

        Raises:
            PlatformError: it was not sent.
        """
        await self._client.call("kf/send_msg_on_event", {"code": code, **message})

    async def settled(self) -> None:
        """Wait until every contact is kept."""
        await self._sender.settled()

    async def _send(self, customer: str, message: dict[str, Any]) -> None:
        account, external_userid = customer.split(":", 1)
        body = {"touser": external_userid, "open_kfid": account, **message}
        await self._sender.send(self.identity(customer), "kf/send_msg", body)
