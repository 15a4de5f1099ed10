"""Pick one of the options that the assistant has just offered, by number, ordinal or the button's own words.

Buttons carry no power: what a client sends back is plain text. It becomes a choice only if it names an option that stands
in the conversation on the server, so that no client can send an intent of its own making.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.parse import FALLBACK
from bot.nlu.normalize import normalize

_NUMERALS = "一二三四五六七八九"
_PICK = re.compile(
    rf"^(?:我?选|就|要)?(?:第)?\s*([1-9]|[{_NUMERALS}])\s*(?:个|条|项|号|吧|那个)*[.。、）)！]?$"
    rf"|^(?:我|那|再|先|帮我|给我)*(?:看|查|选|点|要)?(?:一?[下看])?第\s*([1-9]|[{_NUMERALS}])\s*(?:个|条|项|张|家|单)(?:单子?)?(?:吧|呢|的)?[.。！]?$"
)
_LAST = re.compile(r"^(?:选|就)?最后(?:一)?(?:个|条|项)(?:吧)?$")
_YES = re.compile(
    r"^(?:是|对|嗯|恩|好|行|可以|没错|就是|是的|对的|对对|嗯嗯|是这个|就这个|ok|yes)(?:的|啊|呀|吧|了)?[。！]?$"
)
_NOISE = re.compile(r"[\s，。！？；：、,.!?;:~～*]+")


def offered_options(tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
    """The buttons of the assistant's latest turn, in the order shown."""
    options: List[Dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            options = [*(event.data.get("buttons") or []), *options]
    return options


def pick_option(text: str, tracker: DialogueStateTracker) -> Optional[Dict[str, Any]]:
    """The offered option that ``text`` picks, or None when it picks none."""
    options = offered_options(tracker)
    option = _named(text, options) or _numbered(text, options)
    if option is None and options and _after_a_miss(tracker) and _YES.match(normalize(text).text):
        option = options[0]
    return option


def _plain(text: str) -> str:
    return _NOISE.sub("", normalize(text).text)


def _named(text: str, options: List[Dict[str, Any]]) -> Optional[Dict[str, Any]]:
    wanted = _plain(text)
    return next((o for o in options if wanted and _plain(o["title"]) == wanted), None)


def _numbered(text: str, options: List[Dict[str, Any]]) -> Optional[Dict[str, Any]]:
    normal = normalize(text).text
    if not all(option.get("numbered", True) for option in options):
        return None
    if options and _LAST.match(normal):
        # Behind the orders of a list stand 「更多」 and 「转人工」, which are none of them.
        return next((option for option in reversed(options) if option.get("leaf") == "order/status"), options[-1])
    match = _PICK.match(normal)
    if not match:
        return None
    digit = match[1] or match[2]
    number = _NUMERALS.find(digit) + 1 or int(digit)
    return options[number - 1] if number <= len(options) else None


def _after_a_miss(tracker: DialogueStateTracker) -> bool:
    latest = tracker.latest_message
    return latest is not None and latest.intent.get("name") == FALLBACK
