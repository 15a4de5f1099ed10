"""What a message is answered with, and by what else an account may send."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.inbound import Inbound


class Service(Protocol):
    """The customer-service API of an account.

    Sending raises :class:`PlatformError` or :class:`StoreUnavailable` when the message did not get through.
    """

    def contact(self, message: Inbound) -> None:
        """Take note that the user wrote or clicked, which allows to send."""

    async def send_text(self, openid: str, text: str) -> None:
        """Push a text."""

    async def send_menu(self, openid: str, head: str, options: list[str], tail: str) -> None:
        """Push a text with options to click on."""


class Cards(Protocol):
    """Cards that an account may send. Raises :class:`PlatformError` when one did not get through."""

    async def send_order(self, openid: str, order: dict[str, Any], options: list[str]) -> None:
        """Push an order (``actions.cards.OrderCard``) with buttons."""


@dataclass(frozen=True)
class Reply:
    """What a delivery is answered with: ``text``, a handover to a human, or (neither) nothing."""

    text: str = ""
    transfer: bool = False

    def dumps(self) -> str:
        """For the store of replies."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def loads(cls, kept: str) -> Reply:
        """From the store of replies."""
        return cls(**json.loads(kept))


NOTHING = Reply()


@dataclass(frozen=True)
class Answer:
    """A turn's outcome.

    Attributes:
        reply: what the delivery is answered with.
        rest: what did not fit in it.
        text: everything, should the reply come too late, without options.
        options: the list of its options.
    """

    reply: Reply
    rest: str = ""
    text: str = ""
    options: str = ""


def why(error: Exception) -> str:
    """A line for the log; a database's own words may hold its address."""
    return str(error) if isinstance(error, PlatformError) else type(error).__name__
