"""From a message to its answer: what is said without the assistant, its turn, and what is added to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from rasa.core.channels.channel import UserMessage

from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.kept import Kept
from bot.channels.wechat.meaning import Meaning, meaning_of
from bot.channels.wechat.output import Said, TurnOutput
from bot.channels.wechat.render import MAX_BYTES, cut, merge, options_of, size
from bot.channels.wechat.reply import NOTHING, Answer, Cards, Reply, Service, why
from bot.channels.wechat.words import word
from bot.store import StoreUnavailable

MAX_HEAD = 1024
"""Bytes before clickable options."""
MAX_OPTIONS = 10

log = structlog.get_logger()


class Answering:
    """Answers the messages of one account."""

    def __init__(
        self,
        *,
        channel: str,
        identity_of: Callable[[str], str],
        kept: Kept,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        service: Service | None,
        menus: bool,
        human: bool,
        cards: Cards | None,
    ) -> None:
        """Answer by ``on_new_message``; the rest as :class:`bot.channels.wechat.exchange.Exchange` explains it."""
        self._channel = channel
        self._identity_of = identity_of
        self._kept = kept
        self._on_new_message = on_new_message
        self._service = service
        self._menus = menus
        self._human = human
        self._cards = cards

    async def answer(self, message: Inbound, before: Sequence[asyncio.Task]) -> Answer:
        """The answer to ``message``; ``before`` are the same user's messages that are still being answered."""
        meaning = meaning_of(message)
        identity = self._identity_of(message.sender)
        if meaning.silent:
            if meaning.gone:
                await asyncio.to_thread(self._kept.take, identity, True)
            return Answer(NOTHING)
        if meaning.more:
            left = await self._left_over(identity, before)
            if left:
                return self._fitted("\n\n".join(left))
        if meaning.human and self._human:
            return Answer(Reply(transfer=True))
        return await self._asked(message, meaning, before)

    async def _left_over(self, identity: str, before: Sequence[asyncio.Task]) -> list[str]:
        """What the user has not got yet; waits for answers that are still being found."""
        if before:
            await asyncio.wait(before)
        return await asyncio.to_thread(self._kept.take, identity, True)

    async def _asked(self, message: Inbound, meaning: Meaning, before: Sequence[asyncio.Task]) -> Answer:
        identity = self._identity_of(message.sender)
        said = [Said(meaning.say)] if meaning.say else []
        output = TurnOutput(self._channel)
        asked = UserMessage(meaning.ask, output, identity, input_channel=self._channel)
        turn = self._on_new_message(asked) if meaning.ask else asyncio.sleep(0)
        _, left = await asyncio.gather(turn, asyncio.to_thread(self._kept.has, identity))
        if self._human and _picked_human(asked):
            return Answer(Reply(transfer=True))
        said += output.said
        if left or before:  # what the turns before have kept is there: this one waited for them
            owed = await asyncio.to_thread(self._kept.take, identity, False)
            said = [*([Said(word("earlier") + "\n" + "\n\n".join(owed))] if owed else []), *said]
        if await self._sent_as_card(message, said, output.orders) or await self._sent_as_menu(message, said):
            return Answer(NOTHING)
        return self._fitted(merge(said, numbered=False), merge(said))

    async def _sent_as_card(self, message: Inbound, said: list[Said], orders: list[dict[str, Any]]) -> bool:
        """Whether the turn was one order, and went out as a card."""
        if not self._cards or len(said) != 1 or len(orders) != 1:
            return False
        try:
            await self._cards.send_order(message.sender, orders[0], options_of(said))
        except PlatformError as error:
            log.warning("card not sent", error=why(error))
            return False
        return True

    async def _sent_as_menu(self, message: Inbound, said: list[Said]) -> bool:
        options, head = options_of(said), merge(said, numbered=False)
        if not (self._service and self._menus and 0 < len(options) <= MAX_OPTIONS and size(head) <= MAX_HEAD):
            return False
        try:
            await self._service.send_menu(message.sender, head, options, "")
        except (PlatformError, StoreUnavailable) as error:
            log.warning("menu not sent", error=why(error))
            return False
        return True

    def _fitted(self, text: str, with_options: str = "") -> Answer:
        """``text``, with the list of its options behind it, as one reply, and what must come after it."""
        whole = with_options or text
        head, rest = cut(whole)
        if rest and not self._service:
            hint = "\n\n" + word("more")
            head, rest = cut(whole, MAX_BYTES - size(hint))
            head += hint
        return Answer(Reply(head), rest, text, whole[len(text) :].strip())


def _picked_human(message: UserMessage) -> bool:
    """Whether the user picked an option that leads to a human: such a pick, and nothing that the model guesses, is sure."""
    parse: dict[str, Any] = message.parse_data or {}  # type: ignore[assignment]
    return parse.get("leaf") == "human/request" and (parse.get("intent") or {}).get("confidence") == 1.0
