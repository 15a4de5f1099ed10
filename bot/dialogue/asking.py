"""Whether somebody asks something or tells it. Works on the normal form."""

from __future__ import annotations

import re

from bot.rules.guide_manner import UNDECIDED

_QUESTION = re.compile(
    r"[？?]|吗|还是(?!没|未|不|在|老样|那样|这样|先|得)|问一下|请问|想问|先问|什么(?!都|也)|(?<!没)啥(?!都|也)|怎么|咋|干[嘛吗]|为什么|多少钱|多久|几时|何时|几[号天]"
    r"|哪(?:[个家些里边天](?!都|也)|儿|$)|[到寄去在从]哪|谁(?!都|也)|能不能|可不可以|是不是|要不要|行不行|有没有必要|区别"
    r"|是否|能否|可否|有没有|有没得|没得$|哪[种样份次处步]|[要得盖寄发]几[个处种次步]|(?<![这那多怎])么[啊呀]?$|未[呀啊]?$"
    r"|(?:可以|[能也]行|没问题|没事)的?[吧嘛]$|(.)不\1|几份|[了到好完过成](?:没有?|木有)$|^.{3,}(?<![还都也来根])没$|[^还也就我从当然是并先都才很就]不$|[行能要会用]不[啊呀]?$"
)
_LEFT_OPEN = re.compile(r"(?!.*(?:还没|还不|没有?[^，]{1,6}呢|正在|在等|着呢|了呢))(?:.*呢$)")
"""「…呢」 asks, unless it says that something goes on or is not there yet."""


def is_question(normal: str) -> bool:
    """Whether ``normal`` asks for something rather than tells it."""
    text = re.sub(UNDECIDED, "", normal)
    return bool(_QUESTION.search(text) or _LEFT_OPEN.match(text))
