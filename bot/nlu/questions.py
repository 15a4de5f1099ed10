"""Split a message into the questions it may hold: 「盖什么章？原件啥时候寄」 holds two."""

from __future__ import annotations

import re

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


def asks(text: str) -> bool:
    """Whether ``text`` (a normal form) asks for something rather than tells it."""
    return bool(_ASKS.search(text))


def question_parts(text: str) -> list[str]:
    """The parts of ``text`` (a normal form) that may each be a question of its own; empty when it is all one."""
    parts = [part for part in _BORDER.split(text) if part and len(part) >= _MIN_CHARS]
    return parts[:MAX_PARTS] if len(parts) > 1 else []
