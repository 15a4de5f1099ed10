"""What a corporation's channels need in a running process: the API, the database, the assistant behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import redis.asyncio
from rasa.core.channels.channel import UserMessage

from bot.channels.wechat.cards import notice_card
from bot.channels.wechat.client import Account, PlatformClient
from bot.channels.wechat.exchange import Exchange
from bot.channels.wechat.kept import Kept
from bot.channels.wechat.kf_desk import KfDesk
from bot.channels.wechat.kf_service import KfService
from bot.channels.wechat.notices import keep_delivering, notices_text
from bot.channels.wechat.once import Once, open_once
from bot.channels.wechat.output import TurnOutput
from bot.channels.wechat.records import Records
from bot.channels.wechat.render import cut, merge
from bot.channels.wechat.service import WindowedSender
from bot.channels.wechat.wecom_service import MemberLimits, WeComService
from bot.settings import Settings
from bot.shared_redis import open_redis
from bot.store.records import Notice

KF_CHANNEL = "wxkf"
WECOM_CHANNEL = "wecom"
_KF_PATIENCE = 45.0
"""Seconds that an answer of 微信客服 may take before it is brought like a late one; less than a message's lease."""

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class Running:
    """One account's connections and background work. Belongs to one event loop."""

    def __init__(self, account: Account, settings: Settings, records: Records, kept: Kept) -> None:
        """Connect at the first use."""
        self.settings = settings
        self.records = records
        self.kept = kept
        self.shared: redis.asyncio.Redis | None = open_redis(settings.redis_url) if settings.redis_url else None
        self.client = PlatformClient(account, self.shared)
        self.once: Once = open_once(settings.redis_url)
        self._tasks: list[asyncio.Future] = []

    @classmethod
    async def open(cls, account: Account, settings: Settings) -> Running:
        """Open the database and start.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        url = settings.database_url
        return cls(
            account, settings, await asyncio.to_thread(Records.open, url), await asyncio.to_thread(Kept.open, url)
        )

    def deliver(self, prefix: str, send: Callable[[str, Sequence[Notice]], Awaitable[None]]) -> None:
        """Deliver the notices for identities under ``prefix`` until closed."""
        self._tasks.append(asyncio.ensure_future(keep_delivering(self.records, prefix, send)))

    async def close(self) -> None:
        """Stop and close the connections."""
        for task in self._tasks:
            task.cancel()
        await self.client.close()
        await self.once.close()
        if self.shared:
            await self.shared.close()
        self.records.close()
        self.kept.close()


class Members:
    """The members of a corporation before one application."""

    def __init__(self, running: Running, on_new_message: OnNewMessage) -> None:
        """Answer and notify them."""
        own = running.settings
        corp = own.wecom_corp_id
        self.service = WeComService(running.client, own.wecom_agent_id, MemberLimits(corp, running.shared))
        self.exchange = Exchange(
            channel=WECOM_CHANNEL,
            identity_of=lambda member: f"{WECOM_CHANNEL}:{corp}:{member}",
            once=running.once,
            kept=running.kept,
            on_new_message=on_new_message,
            limit=own.wechat_reply_seconds,
            service=self.service,
            cards=self.service,
        )
        running.deliver(f"{WECOM_CHANNEL}:{corp}", self._send)

    async def _send(self, identity: str, notices: Sequence[Notice]) -> None:
        member = identity.rpartition(":")[2]
        if len(notices) == 1:
            await self.service.send_card(member, notice_card(notices[0]))
        else:
            await self.service.send_text(member, notices_text(notices))


class Customers:
    """The customers of 微信客服."""

    def __init__(self, running: Running, on_new_message: OnNewMessage, notify: bool) -> None:
        """Answer them, and bring them notices if ``notify`` (one channel of a process does)."""
        corp = running.settings.wecom_corp_id
        self._on_new_message = on_new_message
        self.service = KfService(WindowedSender(running.client, running.records), running.client, self._identity)
        self._corp = corp
        exchange = Exchange(
            channel=KF_CHANNEL,
            identity_of=self._identity,
            once=running.once,
            kept=running.kept,
            on_new_message=on_new_message,
            limit=_KF_PATIENCE,
            service=self.service,
            menus=True,
            human=True,
        )
        self._exchange = exchange
        self.desk = KfDesk(
            corp_id=corp,
            client=running.client,
            records=running.records,
            service=self.service,
            exchange=exchange,
            kept=running.kept,
            fallback=self._say,
            servicer=running.settings.wxkf_servicer,
        )
        if notify:
            running.deliver(f"{KF_CHANNEL}:{corp}", self._send)

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self.desk.finish()
        await self._exchange.finish()

    def _identity(self, customer: str) -> str:
        return f"{KF_CHANNEL}:{self._corp}:{customer}"

    async def _say(self, customer: str, text: str) -> str:
        output = TurnOutput(KF_CHANNEL)
        await self._on_new_message(UserMessage(text, output, self._identity(customer), input_channel=KF_CHANNEL))
        return cut(merge(output.said))[0]

    async def _send(self, identity: str, notices: Sequence[Notice]) -> None:
        await self.service.send_text(identity.split(":", 2)[2], notices_text(notices))
