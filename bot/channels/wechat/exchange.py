"""One message in, one reply out, within the platform's patience; and what becomes of an answer that is late or too long.

The platform waits 5 s and then delivers again, up to three times. The turn runs once, whoever waits for it:

- in time: its text is the passive reply;
- too late, and the account has the customer-service API: the platform gets an empty reply, the user the answer by that API;
- too late without it: the first deliveries are left waiting, the platform hangs up and asks again, and whichever delivery is
  there when the turn ends gets the answer. The last gets a word that it takes longer; the answer is then kept for the
  user's next message, or for 「更多」.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from rasa.core.channels.channel import UserMessage
from redis.exceptions import RedisError

from bot.channels.wechat.answering import Answering
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.kept import Kept
from bot.channels.wechat.late import Late
from bot.channels.wechat.once import Once, Settled
from bot.channels.wechat.reply import NOTHING, Answer, Cards, Reply, Service
from bot.channels.wechat.words import word

LAST_DELIVERY = 3
"""The delivery that must not go without a reply; some accounts see only two retries."""

log = structlog.get_logger()


class Exchange:
    """The messages of one account."""

    def __init__(
        self,
        *,
        channel: str,
        identity_of: Callable[[str], str],
        once: Once,
        kept: Kept,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        limit: float = 4.5,
        service: Service | None = None,
        menus: bool = False,
        human: bool = False,
        cards: Cards | None = None,
    ) -> None:
        """Answer for one account.

        Args:
            channel: the channel's name.
            identity_of: makes the identity of a sender, whom the assistant speaks with.
            once: which messages are answered.
            kept: texts for later.
            on_new_message: the assistant.
            limit: seconds within which a delivery must be answered.
            service: the customer-service API; None where the account may not use it.
            menus: whether it may push options to click on.
            human: whether the account has human agents to hand over to.
            cards: sends cards, where the platform has them.
        """
        self._channel = channel
        self._identity_of = identity_of
        self._once = once
        self._limit = limit
        self._service = service
        self._answering = Answering(
            channel=channel,
            identity_of=identity_of,
            kept=kept,
            on_new_message=on_new_message,
            service=service,
            menus=menus,
            human=human,
            cards=cards,
        )
        self._late = Late(service, kept, identity_of)
        self._tasks: set[asyncio.Task] = set()
        self._turns: dict[str, list[asyncio.Task]] = {}

    async def reply_to(self, message: Inbound) -> Reply:
        """The reply to one delivery of ``message``."""
        key = f"{self._channel}|{message.once_key}"
        end = time.monotonic() + self._limit
        while True:
            if await self._once.begin(key):
                self._start(self._identity_of(message.sender), self._work(key, message))
            found = await self._once.wait(key, end - time.monotonic())
            if found is not None:
                return Reply.loads(found)
            if time.monotonic() >= end:
                return await self._reply_late(key)

    async def finish(self) -> None:
        """Wait for the turns under way and what they still have to send."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def _reply_late(self, key: str) -> Reply:
        if self._service:
            return Reply.loads(await self._once.postpone(key, NOTHING.dumps()))
        if await self._once.count(key) < LAST_DELIVERY:
            found = await self._once.wait(key, 3 * self._limit)  # the platform hangs up before
            if found is not None:
                return Reply.loads(found)
        return Reply.loads(await self._once.postpone(key, Reply(word("thinking")).dumps()))

    def _start(self, identity: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        self._turns.setdefault(identity, []).append(task)

        def ended(_: asyncio.Task) -> None:
            self._tasks.discard(task)
            self._turns[identity].remove(task)
            if not self._turns[identity]:
                del self._turns[identity]

        task.add_done_callback(ended)

    async def _work(self, key: str, message: Inbound) -> None:
        """Answer ``message``; goes on when nobody waits for it any more."""
        if self._service:
            self._service.contact(message)
        async with self._once.working(key):
            try:
                answer = await self._answering.answer(message, self._before(message))
            except Exception as error:
                log.error(
                    "wechat turn failed", conversation=self._identity_of(message.sender), error=type(error).__name__
                )
                answer = Answer(Reply(word("failed")), text=word("failed"))
            try:
                outcome = await self._once.settle(key, answer.reply.dumps())
            except RedisError as error:  # whoever waits cannot see the reply either, and has told the user so
                log.error("reply not shared", error=type(error).__name__)
                outcome = Settled.OWED
        if outcome is Settled.OWED:
            await self._late.bring(message, answer.text, answer.options)
        elif outcome is Settled.STANDS and answer.rest:
            await self._late.bring_rest(message, answer.rest)

    def _before(self, message: Inbound) -> list[asyncio.Task]:
        """The turns of the same user that began before this one."""
        turns = self._turns[self._identity_of(message.sender)]
        this: Any = asyncio.current_task()
        return turns[: turns.index(this)]
