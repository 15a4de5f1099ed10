"""Split a message into the questions it may hold: 「盖什么章？原件啥时候寄」 holds two."""

from __future__ import annotations

import re

MAX_PARTS = 8
_MIN_CHARS = 4
_BORDER = re.compile(
    r"[？?。！!；;\n]+"
    r"|(?<![\d\w])(?:第[一二三四五六][，,、是]|[一二三四五六1-6][、.．)）])[，,]?(?=.{4})"
    r"|[，,、\s]+(?=(?:还有|另外|顺便|再问|再一个|以及|对了|然后|还想问|同时|那|要不要|是不是|能不能|怎么|多久|什么时候|谁|几))"
    r"|(?<=[吗呢么])[，,、\s]+"
    r"|(?:还有就是|还有|另外|顺便问(?:一下|下|句)?|再问(?:一下|下|句)?|以及)(?=.{4})"
)
_COMMA = re.compile(r"[，,、\s]+")


def question_parts(text: str) -> list[str]:
    """The parts of ``text`` (a normal form) that may each be a question; one part when there is nothing to split."""
    parts = [part.strip("，,、 ") for part in _BORDER.split(text)]
    parts = [part for part in parts if len(part) >= _MIN_CHARS]
    if len(parts) == 1 and len(text) > 3 * _MIN_CHARS:
        parts = [part for part in _COMMA.split(text) if len(part) >= _MIN_CHARS] or parts
    return parts if 1 < len(parts) <= MAX_PARTS else [text]
