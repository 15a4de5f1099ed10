"""What an official account sends by itself: late answers and order notices, by the customer-service API.

An account that may not use it keeps the notices, with that reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import redis.asyncio

from bot.channels.wechat.accounts import official_account
from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import NotNow, other
from bot.channels.wechat.notices import keep_delivering, notices_text
from bot.channels.wechat.records import Records
from bot.channels.wechat.service import OfficialService, WindowedSender
from bot.settings import Settings
from bot.shared_redis import open_redis
from bot.store.records import Notice


class OfficialSending:
    """The account's API in this process: its service, and the delivery of notices. Belongs to one event loop."""

    def __init__(self, settings: Settings, records: Records, identity_of: Callable[[str], str]) -> None:
        """Start to deliver the notices for the account's followers.

        Args:
            settings: of the account.
            records: what was sent, and what is to be.
            identity_of: makes an identity of an OpenID.
        """
        self._may_send = settings.wechat_account != "subscription"
        self._shared: redis.asyncio.Redis | None = open_redis(settings.redis_url) if settings.redis_url else None
        self._client = PlatformClient(official_account(settings), self._shared)
        self._sender = WindowedSender(self._client, records)
        self._records = records
        self._service = OfficialService(self._sender, identity_of)
        self._notices = asyncio.ensure_future(keep_delivering(records, identity_of("").rstrip(":"), self._send))

    @classmethod
    async def open(cls, settings: Settings, identity_of: Callable[[str], str]) -> OfficialSending:
        """Open the database and start (see constructor).

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return cls(settings, await asyncio.to_thread(Records.open, settings.database_url), identity_of)

    @property
    def service(self) -> OfficialService | None:
        """The customer-service API; None where the account may not use it."""
        return self._service if self._may_send else None

    async def close(self) -> None:
        """Stop delivering and close the connections."""
        self._notices.cancel()
        await self._sender.settled()
        await self._client.close()
        if self._shared:
            await self._shared.close()
        self._records.close()

    async def _send(self, identity: str, notices: Sequence[Notice]) -> None:
        if not self._may_send:
            raise NotNow(other("no_service"))
        await self._service.send_text(identity.rpartition(":")[2], notices_text(notices))
