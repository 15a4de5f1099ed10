"""Everything that the assistant says in one turn, to become one reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

from rasa.core.channels.channel import OutputChannel


@dataclass(frozen=True)
class Said:
    """One message of the assistant.

    Attributes:
        text: with the little Markdown that answers use.
        options: titles of its buttons.
        numbered: whether a number picks one of them.
    """

    text: str
    options: Tuple[str, ...] = ()
    numbered: bool = True


class TurnOutput(OutputChannel):
    """Collects a turn; sending is the channel's business, when the turn is over."""

    def __init__(self, channel: str) -> None:
        """Speak for ``channel``."""
        self._channel = channel
        self._said: List[Said] = []
        self._cards: List[Said] = []
        self.orders: List[Dict[str, Any]] = []
        """The orders that the turn tells of, as ``actions.cards.OrderCard``."""

    def name(self) -> str:  # type: ignore[override]  # Rasa asks the instance, and its parent has a class method
        """The channel's name, for channel-specific responses."""
        return self._channel

    @property
    def said(self) -> List[Said]:
        """The messages in order; the texts of cards only where nothing else was said."""
        return self._said or self._cards

    async def send_text_message(self, recipient_id: str, text: str, **_: Any) -> None:
        """Keep ``text`` as one message (Rasa would cut it at empty lines)."""
        self._said.append(Said(text))

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: List[Dict[str, Any]], **_: Any
    ) -> None:
        """Keep ``text`` with the titles of its buttons; what a button means stays on the server."""
        titles = tuple(str(button["title"]) for button in buttons)
        self._said.append(Said(text, titles, all(button.get("numbered", True) for button in buttons)))

    async def send_custom_json(self, recipient_id: str, json_message: Dict[str, Any], **_: Any) -> None:
        """Keep the text of a card: it repeats in a picture what the message says in words."""
        cards = [part.get("card") or {} for part in json_message.get("parts") or []]
        self.orders += [card for card in cards if card.get("kind") == "order"]
        text = json_message.get("text")
        if isinstance(text, str) and text.strip():
            self._cards.append(Said(text))
