"""What a message or event asks of the assistant."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.words import asks_for_human, asks_for_more, word

_UNREADABLE = {
    "image": "image",
    "voice": "unheard",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
}
"""Kinds that hold no words, and what is said to them."""


@dataclass(frozen=True)
class Meaning:
    """What to do about a message.

    Attributes:
        ask: text for the assistant; empty if it is not asked.
        say: what is said before its answer, or alone.
        more: the user asks for what was left over; ``ask`` holds where nothing is.
        human: the user wants a human.
        gone: the user has left; nothing is said and nothing kept.
    """

    ask: str = ""
    say: str = ""
    more: bool = False
    human: bool = False
    gone: bool = False

    @property
    def silent(self) -> bool:
        """Whether no reply is expected."""
        return not (self.ask or self.say)


def meaning_of(message: Inbound) -> Meaning:
    """What ``message`` asks for."""
    if message.kind == "event":
        return _of_event(message)
    if message.kind in ("text", "voice") and message.text:
        return _of_words(message.text)
    return Meaning(say=word(_UNREADABLE.get(message.kind, "unknown")))


def _of_words(text: str) -> Meaning:
    if word("unsupported") in text:  # what the platform writes in the place of a sticker
        return Meaning(say=word("unknown"))
    return Meaning(ask=text, more=asks_for_more(text), human=asks_for_human(text))


def _of_event(message: Inbound) -> Meaning:
    if message.event in ("subscribe", "subscribe_scan"):
        return Meaning(ask=word("welcome_asks"), say=word("welcome"))
    if message.event == "scan":
        return Meaning(say=word("scanned"))
    if message.event == "click" and message.key:
        return _of_words(message.key)
    return Meaning(gone=message.event == "unsubscribe")
