"""From what was said to what WeChat shows: one text, within the platform's bytes, as the XML of a passive reply."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex
from wechatpy.replies import TextReply, TransferCustomerServiceReply

from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.output import Said
from bot.channels.wechat.words import word

MAX_BYTES = 1800
"""UTF-8 bytes of one text; the platform takes 2048 (developers.weixin.qq.com/doc/service, 被动回复 and 客服消息)."""

_CHARACTER = regex.compile(r"\X")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""
_BREAKS = re.compile(r"\n+|(?<=[。！？；!?;])")
_NO_BREAK_BEFORE = 0.6
"""Part of a text that a cut leaves whole before it looks for the end of a sentence."""


def merge(said: Sequence[Said], numbered: bool = True) -> str:
    """All messages of a turn as one text, options as a list at the end.

    Args:
        said: the turn.
        numbered: show the options; False where the platform shows them as buttons.
    """
    parts = [plain(message.text) for message in said if message.text.strip()]
    options = options_of(said)
    if options and numbered:
        parts.append(_listed(options, all(message.numbered for message in said), "\n".join(parts)))
    return "\n\n".join(parts)


def _listed(options: list[str], by_number: bool, above: str) -> str:
    """The options as a list, without those that stand ``above`` with their number already, as in a list of orders."""
    if not by_number:
        return "\n".join(f"· {title}" for title in options)
    lines = [f"{number}. {title}" for number, title in enumerate(options, 1)]
    shown = [line for line in lines if not re.search(rf"(?m)^{re.escape(line)}(?!\w)", above)]
    return "\n".join([*shown, word("options")])


def options_of(said: Sequence[Said]) -> list[str]:
    """The options of a turn, in the order in which numbers pick them."""
    return [title for message in said for title in message.options]


def plain(text: str) -> str:
    """``text`` without Markdown, which WeChat shows as it is, and without what XML cannot hold."""
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text)
    text = re.sub(r"(?m)^(\s*)[-*] ", r"\1· ", text)
    text = re.sub(r"\[([^\]\n]+)\]\((https?://[^)\s]+)\)", r"\1 \2", text)
    return _NO_XML.sub("", text).strip()


def size(text: str) -> int:
    """UTF-8 bytes."""
    return len(text.encode())


def cut(text: str, limit: int = MAX_BYTES) -> tuple[str, str]:
    """``text`` up to ``limit`` bytes and the rest; between characters as users see them, at the end of a sentence if one is near.

    A character that alone is longer than ``limit`` is cut between its code points, so that something always gets through.
    """
    if size(text) <= limit:
        return text, ""
    end = used = 0
    for character in _CHARACTER.finditer(text):
        used += size(character[0])
        if used > limit:
            break
        end = character.end()
    if end == 0:
        while size(text[: end + 1]) <= limit or end == 0:
            end += 1
    least = int(end * _NO_BREAK_BEFORE)
    breaks = [match.end() for match in _BREAKS.finditer(text, least, end) if match.end() > least]
    at = breaks[-1] if breaks else end
    return text[:at].rstrip(), text[at:].lstrip()


def pieces(text: str, limit: int = MAX_BYTES) -> list[str]:
    """``text`` in as many pieces as it needs."""
    found = []
    while text:
        piece, text = cut(text, limit)
        found.append(piece)
    return found


def text_xml(message: Inbound, text: str, now: float) -> str:
    """The passive reply to ``message`` that says ``text``."""
    return str(TextReply(source=message.account, target=message.sender, time=int(now), content=_cdata(text)).render())


def transfer_xml(message: Inbound, now: float) -> str:
    """The passive reply that hands the conversation to the account's human agents."""
    return str(TransferCustomerServiceReply(source=message.account, target=message.sender, time=int(now)).render())


def _cdata(text: str) -> str:
    """``text`` for wechatpy's CDATA section, which a ``]]>`` would otherwise end: it is spread over two sections."""
    return _NO_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
