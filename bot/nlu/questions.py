"""Part a message into the questions it may hold: 「盖什么章？原件啥时候寄」 holds two. Looks at the words alone, knows no model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise

MAX_CLAUSES = 12
_NUMBER = r"第[一二三四五六](?:个(?:问题)?)?[，,、是：:]|[1-6][、.．)）]|(?<![一-龥])[一二三四五六][、.．)）]"
_AND = r"还有就是|还有(?!没|什么|啥|哪|多|几)|(?<![要想需得用])另外|然后|顺[便带](?:问(?:一下|下|句)?)?|对了|再问(?:一下|下|句)?|以及|btw|\s*/\s*"
_BORDER = re.compile(
    rf"(?P<mark>[？。！!；;，,、\n]+)|(?<![\da-z])(?P<number>{_NUMBER})[，,]?(?=.{{2}})|(?P<and>{_AND})(?=.{{2}})"
)
_MIN_CHARS = 2
_ASKS = re.compile(
    r"吗|(?<![什怎多那这])么|吧$|呢$|不$|没$|嘛$|(?:什么|啥|谁|哪)(?!都)|怎么|咋|为何|为什么|(?<![没不])多[少久长钱大高快]|(?<![那这好十没])几|何时|何处"
    r"|是否|能否|可以不|行不|([^不没一]).{0,5}[不没]\1|[有没]没?得$|没有$|还是|区别|听说|据说|有人说|没收到|收不到|如何|[呗啊呀咯]$"
    r"|(?<![要需])求|请问|想问|我问|问[一下你您问]|告诉|说说|讲讲|介绍|给[我个一].{0,8}$|发[我下一]|what|who|when|where|how|which|why"
)
_ASKS_STRONGLY = re.compile(
    r"什么时候|啥时候|什么时间|什么章|啥章|多少钱|哪个|哪些|哪里|哪儿|几天|几份|几步|几个|怎么办|吗|呢|什么|啥|怎么|咋|为何|多[少久长钱]"
    r"|几|哪|谁|何时|是否|能否|可不可以|需不需要|有没有|(.)不\1|如何|还是|[不没伐]$|给我"
)
_AFTER_ASKING = 4
"""Characters that may follow an asking word within its question: 「谁盖」, 「什么时候寄」; more where a particle ends it."""
_MOST_ASKING = 6
"""With more asking words than these, speech without punctuation is not cut: it would take long, and has never been seen."""
_FINAL = "啊呀呢吧嘛哦啦"


@dataclass(frozen=True)
class Clause:
    """A piece of a message between two borders.

    Attributes:
        text: without the marks around it.
        asks: whether it asks for something rather than tells it.
    """

    text: str
    asks: bool


def asks(text: str) -> bool:
    """Whether ``text`` (a normal form) asks for something rather than tells it."""
    return bool(_ASKS.search(text))


def clauses(text: str) -> list[Clause]:
    """The pieces of ``text`` (a normal form) that may each be a question of its own, from its beginning.

    「还有」 and its like part it only after something asked: 「协议还有订单要盖章吗」 is one question. 「还是…」 goes on with the one before it.
    """
    pieces: list[tuple[str, bool]] = []  # and whether a mark or a number says that it asks
    begin, numbered = 0, False
    for border in _BORDER.finditer(text):
        if border["and"] and begin < border.start() and not asks(text[begin : border.start()]):
            continue
        pieces.append((text[begin : border.start()].strip(), numbered or "？" in border.group()))
        begin = border.end()
        numbered = bool(border["number"]) or (numbered and not border["mark"])
    pieces.append((text[begin:].strip(), numbered))
    found: list[Clause] = []
    for piece, asked in pieces:
        if found and piece.startswith("还是"):
            found[-1] = Clause(found[-1].text + piece, True)
        elif len(piece) >= _MIN_CHARS:
            found.append(Clause(piece, asked or asks(piece)))
    return found[:MAX_CLAUSES]


def unmarked_cuts(text: str, room: int) -> list[list[str]]:
    """Ways to cut ``text``, said without punctuation, into three or two questions.

    Args:
        text: a normal form, or a clause of one.
        room: characters that each question has to have.
    """
    asked = [match.span() for match in _ASKS_STRONGLY.finditer(text)]
    if len(asked) > _MOST_ASKING:
        return []
    places = {
        place
        for (_, end), (later, _) in pairwise(asked)
        for place in range(end, later + 1)
        if (place <= end + _AFTER_ASKING or text[place - 1] in _FINAL) and not text.startswith("还是", place)
    }
    cuts = []
    for count in (1, 2):
        for borders in combinations(sorted(places), count):
            pieces = [text[begin:end] for begin, end in pairwise((0, *borders, len(text)))]
            if all(len(piece) >= room and _ASKS_STRONGLY.search(piece) for piece in pieces):
                cuts.append(pieces)
    return cuts
