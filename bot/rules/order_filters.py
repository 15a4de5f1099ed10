"""What a question for orders leaves out (「E3的除外」), and by how many users or which coming day it narrows them. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Iterator, Optional

from bot.rules.order_dates import Span, coming_named, span_named

_END = r"(?=[，。？?]|$)"
_SHOWN = r"(?:列|看|管|报|算|显示|出现)"
_ORDERS = r"(?:的?(?:单子?|订单|那些|那几[张个]))?"
_OUT = (
    re.compile(
        rf"除(?:了|去|掉|开)?(?!外)(?P<what>[^，。？?]{{1,12}}?)(?:的|{_ORDERS})(?:以外|之外|外)?(?:的)?"
        r"(?=，|(?<![成首])都|全|其[他它余]|还(?:有|剩)|剩|别的|哪|有[哪几]|列|我|单|$)"
    ),
    re.compile(r"(?:^|(?<=[，。？?]))(?P<what>[^，。？?]{1,12}?)的?(?:单子?)?(?:除外|(?:以外|之外)的?(?:单子?)?)"),
    re.compile(
        rf"(?:^|(?<=[，。？?]))(?P<what>[^，。？?]{{1,12}}?)的?(?:单子?)?就?(?:不用|别|不要|不必|不)再?{_SHOWN}(?:了|进来|出来)?{_END}"
    ),
    re.compile(
        rf"(?:不要|不用|别|不必|不算|不看|不列|不含|不包括|不包含|排除|去掉|剔除|跳过)再?{_SHOWN}?(?:了|出来|进来)?(?!{_SHOWN})"
        rf"(?P<what>[^，。？?]{{1,12}}?)的(?:单子?|订单|那些)?{_END}"
    ),
    re.compile(
        rf"(?<![是要])不是(?!都|已)(?P<what>[^，。？?吗]{{1,10}}?)的(?:单子?|订单)?(?:有哪些|有几.|呢|都)?{_END}"
    ),
    re.compile(rf"(?<![除是])非(?P<what>[^，。？?]{{1,8}}?)的(?:单子?|订单)?{_END}"),
    re.compile(
        r"(?<!有)(?:没有?|未|尚未|不)(?P<what>超期|逾期|超时|延误|延期|过期|(?:材料)?有?(?:问题|毛病|异常)|被?(?:退回|打回|驳回))"
        rf"(?:的|过的)(?:单子?|订单|客户)?(?:都?有?哪.|[有是]?几.|列.*|呢|有多少)*{_END}"
    ),
)
"""Ways to say what is not wanted; ``what`` is that. A question that doubts (「没有超期的吧」, 「不是付了吗」) is none."""
_USERS = r"(?:个|人|名|套|用户|账号|帐号|许可|席位?)"
_NO_TIME = r"(?!\d|\s*(?:工作日|月|星期|礼拜|周|天|日|小时|年|万|元|块|张|单|笔))"
_QUANTITIES = (
    ("over", re.compile(rf"(?<!不)(?:超过|大于|多于|高于)(\d+){_NO_TIME}(?!个(?:工作日|月|星期)){_USERS}*")),
    ("under", re.compile(rf"(?<!不)(?:小于|少于|低于|不到|不足)(\d+){_NO_TIME}(?!个(?:工作日|月|星期)){_USERS}*")),
    ("least", re.compile(rf"(?:至少|不少于|不低于)(\d+){_USERS}+(?!工作日|月|星期)|(\d+){_USERS}*(?:以上|往上)")),
    ("most", re.compile(rf"(?:至多|不超过|不多于)(\d+){_USERS}+(?!工作日|月|星期)|(\d+){_USERS}*(?:以下|以内|往下)")),
    (
        "exactly",
        re.compile(rf"(?<![\d第])(\d+){_USERS}+的(?=(?:那|这|哪)?(?:一|几)?(?:张|个|笔)?(?:订?单|家|客户)|[呢？?]|$)"),
    ),
)
_SHALL_OPEN = re.compile(r"(?:要|该|应该|应当|得|会|能|可以)开(?:通|好)?|到期限|期限|截止")
_URGENT = re.compile(r"(?:最|比较|特别)(?:紧急|着急|急|要紧|紧迫)的?(?:单子?|那[张个单])?")


@dataclass(frozen=True)
class Part:
    """Something that a message says about the orders it wants.

    Attributes:
        start: where it begins.
        end: where it ends.
        words: all of it.
        what: what is meant by it: the words for what is left out, or how a number narrows (``over``, ``exactly`` …).
        number: that number.
    """

    start: int
    end: int
    words: str
    what: str
    number: int = 0


def left_out(normal: str) -> tuple[Part, ...]:
    """What ``normal`` does not want, in its order."""
    return tuple(sorted(_apart(_parts_left_out(normal)), key=lambda part: part.start))


def _parts_left_out(normal: str) -> Iterator[Part]:
    for pattern in _OUT:
        for match in pattern.finditer(normal):
            yield Part(*match.span(), match[0], match["what"])


def _apart(parts: Iterator[Part]) -> list[Part]:
    """The first of ``parts`` that lie in the same place."""
    found: list[Part] = []
    for part in parts:
        if all(part.end <= other.start or other.end <= part.start for other in found):
            found.append(part)
    return found


def quantities(normal: str) -> tuple[Part, ...]:
    """The numbers of users that ``normal`` narrows by."""
    return tuple(
        _apart(
            Part(*match.span(), match[0], how, int(next(filter(None, match.groups()))))
            for how, pattern in _QUANTITIES
            for match in pattern.finditer(normal)
        )
    )


def due_named(normal: str, today: dt.date) -> Optional[Span]:
    """The days on which services shall be opened that ``normal`` asks for (「下周该开通的」), with the words for it."""
    coming = coming_named(normal, today)
    span = coming or span_named(normal, today)
    if span is None:
        return None
    verb = _SHALL_OPEN.match(normal, span.end) or (
        re.compile("开(?:通|好)?").match(normal, span.end) if coming else None
    )
    return Span(span.first, span.last, span.start, verb.end()) if verb else None


def urgent_named(normal: str) -> Optional[tuple[int, int]]:
    """Where ``normal`` asks for the most urgent orders."""
    match = _URGENT.search(normal)
    return match.span() if match else None


def blanked(normal: str, start: int, end: int) -> str:
    """``normal`` without what lies between; all the rest stays in its place."""
    return normal[:start] + "，" * (end - start) + normal[end:]
