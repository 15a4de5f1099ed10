"""Sending to members by a WeCom application: texts, and order cards with buttons.

Source: developer.work.weixin.qq.com/document/path/90236. What is above the member's limits is dropped there without a word,
so it is not sent but refused here.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import redis.asyncio

from bot.channels.web.limits import RateLimit, SharedRateLimit
from bot.channels.wechat.cards import order_card
from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import NotNow, PlatformError, explain, other
from bot.channels.wechat.inbound import Inbound

A_MINUTE, AN_HOUR = 30, 1000
"""Messages to one member (path/90312)."""
NO_SUCH_MEMBER = 81013


class MemberLimits:
    """How often one member may be written to.

    A bucket of half the limit that fills at half the rate never lets more than the limit through in any such span.
    """

    def __init__(self, corp_id: str, shared: redis.asyncio.Redis | None) -> None:
        """Count in this process, or in ``shared`` for all."""
        self._limits: list[RateLimit] = []
        for count, seconds in ((A_MINUTE, 60.0), (AN_HOUR, 3600.0)):
            if shared:
                name = f"wecom:{corp_id}:{count}"
                self._limits.append(SharedRateLimit(shared, name, count // 2, seconds))
            else:
                self._limits.append(RateLimit(count // 2, seconds))

    async def take(self, member: str) -> None:
        """Count one message to ``member``.

        Raises:
            NotNow: it would be too many.
        """
        waits = [await limit.permit(member) for limit in self._limits]
        if max(waits):
            sentence = other("too_fast", minute=A_MINUTE, hour=AN_HOUR, seconds=max(waits))
            raise NotNow(sentence, float(max(waits)))


class WeComService:
    """``message/send`` of one application."""

    def __init__(self, client: PlatformClient, agent_id: int, limits: MemberLimits) -> None:
        """Send as ``agent_id``."""
        self._client = client
        self._agent_id = agent_id
        self._limits = limits

    def contact(self, message: Inbound) -> None:
        """Members can be written to at any time."""

    async def send_text(self, openid: str, text: str) -> None:
        """Send a text of at most 2048 bytes to a member (``openid`` is their UserID).

        Raises:
            PlatformError: it was not sent.
        """
        await self._send(openid, {"msgtype": "text", "text": {"content": text}})

    async def send_menu(self, openid: str, head: str, options: list[str], tail: str) -> None:
        """Send a text with its options as a numbered list: members have no menus to click on.

        Raises:
            PlatformError: it was not sent.
        """
        lines = [f"{number}. {option}" for number, option in enumerate(options, 1)]
        await self.send_text(openid, "\n".join(part for part in (head, *lines, tail) if part))

    async def send_order(self, openid: str, order: dict[str, Any], options: list[str]) -> None:
        """Send an order (``actions.cards.OrderCard``) as a card with buttons.

        Raises:
            PlatformError: it was not sent.
        """
        await self.send_card(openid, order_card(order, options))

    async def send_card(self, openid: str, card: dict[str, Any]) -> None:
        """Send a template card (see :mod:`bot.channels.wechat.cards`).

        Raises:
            PlatformError: it was not sent.
        """
        unique = {"task_id": f"csp-{secrets.token_hex(12)}"}
        await self._send(openid, {"msgtype": "template_card", "template_card": {**card, **unique}})

    async def _send(self, member: str, message: dict[str, Any]) -> None:
        await self._limits.take(member)
        answer = await self._client.call("message/send", {"touser": member, "agentid": self._agent_id, **message})
        refused: Sequence[str] = str(answer.get("invaliduser") or "").lower().split("|")
        if member.lower() in refused:  # the call as a whole counts as good
            raise PlatformError(explain("wecom", NO_SUCH_MEMBER), NO_SUCH_MEMBER)
