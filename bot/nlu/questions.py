"""Split a message into the questions it may hold: 「盖什么章？原件啥时候寄」 holds two."""

from __future__ import annotations

import re
from itertools import pairwise

MAX_PARTS = 12
_MIN_CHARS = 4
_BORDER = re.compile(
    r"[？?。！!；;，,、\n\s]+"
    r"|(?<![\da-z])(?:第[一二三四五六][，,、是]|[1-6][、.．)）]|(?<![一-龥])[一二三四五六][、.．)）])[，,]?(?=.{4})"
    r"|(?:还有就是|还有|另外|顺便问(?:一下|下|句)?|再问(?:一下|下|句)?|以及)(?=.{4})"
)
_ASKS = re.compile(
    r"吗|么$|吧$|呢$|不$|没$|嘛$|什么|啥|怎么|咋|为何|为什么|多少|多久|多长|几|哪|谁|何时|何处|是否|能不能|能否|可不可以|可以不|行不|要不要|用不用|需不需"
    r"|是不是|对不对|有没有|会不会|该不该|还是|区别|听说|据说|如何|[呗啊]$|求|请问|告诉|说说|讲讲|介绍|问"
)

_ASKS_STRONGLY = re.compile(
    r"吗|呢|什么|啥|怎么|咋|为何|多少|多久|多长|几|哪|谁|何时|是否|能否|可不可以|需不需要|有没有|(.)不\1|如何|还是|[不没伐]$|给我"
)
_AFTER_ASKING = 4
"""Characters that may follow an asking word within its question: 「谁盖」, 「什么时候寄」."""


def asks(text: str) -> bool:
    """Whether ``text`` (a normal form) asks for something rather than tells it."""
    return bool(_ASKS.search(text))


def question_parts(text: str) -> list[str]:
    """The parts of ``text`` (a normal form) that may each be a question of its own; empty when it is all one."""
    parts = [part for part in _BORDER.split(text) if part and len(part) >= _MIN_CHARS]
    return parts[:MAX_PARTS] if len(parts) > 1 else []


def unmarked_borders(text: str) -> list[tuple[str, str]]:
    """Ways to part ``text``, voice input without punctuation, into two questions; empty when it asks only once."""
    asked = [match.span() for match in _ASKS_STRONGLY.finditer(text)]
    borders = {
        place
        for (_, end), (later, _) in pairwise(asked)
        for place in range(end, min(end + _AFTER_ASKING, later) + 1)
        if place >= _MIN_CHARS and len(text) - place >= _MIN_CHARS
    }
    return [(text[:place], text[place:]) for place in sorted(borders)]
