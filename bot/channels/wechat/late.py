"""Answers that come after the reply: pushed where the account may do that, and kept where it may not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.kept import Kept
from bot.channels.wechat.render import pieces
from bot.channels.wechat.reply import Service, why
from bot.store import StoreUnavailable

MAX_SENDS = 4
"""Texts of one answer that are pushed; a user's message opens five."""
_AFTER_REPLY = 1.0
"""Seconds by which the rest of an answer follows its beginning, so that it does not overtake it."""

log = structlog.get_logger()


class Late:
    """Brings late answers to the users of one account."""

    def __init__(self, service: Service | None, kept: Kept, identity_of: Callable[[str], str]) -> None:
        """Push by ``service``, or keep in ``kept``."""
        self._service = service
        self._kept = kept
        self._identity_of = identity_of

    async def bring_rest(self, message: Inbound, rest: str) -> None:
        """Push the ``rest`` of a long answer, or keep it until the user asks for more."""
        if self._service:
            await asyncio.sleep(_AFTER_REPLY)
            await self.bring(message, rest)
        else:
            await self._keep(message, rest, owed=False)

    async def bring(self, message: Inbound, text: str, options: str = "") -> None:
        """Push ``text``; what cannot be pushed waits for the user's next message.

        Its ``options`` are waiting for 「更多」 only: behind another answer, their numbers would pick something else.
        """
        waiting = pieces(f"{text}\n\n{options}".strip())
        count = len(waiting)
        try:
            for _ in range(MAX_SENDS if self._service else 0):
                if not waiting:
                    return
                await self._service.send_text(message.sender, waiting[0])  # type: ignore[union-attr]
                del waiting[0]
        except (PlatformError, StoreUnavailable) as error:
            log.warning("answer kept for the next message", error=why(error))
        if waiting and len(waiting) < count:
            await self._keep(message, "\n".join(waiting), owed=True)
        elif waiting:
            await self._keep(message, text, owed=True)
            await self._keep(message, options, owed=False)

    async def _keep(self, message: Inbound, text: str, owed: bool) -> None:
        if not text:
            return
        try:
            await asyncio.to_thread(self._kept.keep, self._identity_of(message.sender), text, owed, time.time())
        except StoreUnavailable:
            log.error("text not kept", conversation=self._identity_of(message.sender))
