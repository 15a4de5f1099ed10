"""Which customers a message about orders speaks of, when it speaks of more than one: one guide follows one order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.rules.customer_name import (
    CLAUSES,
    TRADES,
    TRADES_AND_THINGS,
    customer_in,
    is_plain_name,
    placed_name,
    without_place,
)

_COMPANY = re.compile(r"([\u3400-\u9fffa-z0-9（）()]{1,24}?)公司")
_BEFORE = re.compile(
    r"^(?:那么?|但是?|不过|还有|另外|然后|同时|一个是|另一个是|我们|我|跟|和|与|给|把|让|等|客户|是|叫|先|再|换[成到]?|改成?|切[换]?到|转到|回到?|弄|办|走|跟|说说?|看看?"
    r"|问|查|帮|这个|那个|至于|就|只|两个|一个|现在|目前|刚才?|手上|有)+"
)
_NO_NAME = re.compile(
    r"^(?:[你他她咱]们?|贵|本|该|[这那哪两几一三二每各]家|快递|物流|母|子|分|总|[国海境][内外]|外国|新|老|大|小|其[他它]|别的|有限|股份|代理商?|双方|两边|刚?来|刚?到|进)$"
    r"|^在|有.{0,2}[分子母总]$|总代|[的了没把盖章付发寄填吗不]"
)
_SEVERAL = re.compile(
    r"(?:[两二三四五几2-9]|好几|多)\s*(?:个|家)(?:不同的?)?(?:客户|公司)|[两二三四五几2-9]\s*张单|[两二三几]单"
)
_SWITCHES = re.compile(
    r"^(?:那|好|行|嗯|就|我|先|再|，)*(?:先|换[成到回]?|切换?[到成回]?|转[到回]|回到?|改成?)(?:去|来)?(?:办|弄|走|跟|说|看|做)?"
)
_BEHIND = re.compile(r"(?:的?[那这]?[张个]?单子?|那[边家])?[吧了。！]*$")
_ANOTHER = re.compile(
    r"(?:换(?:一?[个家])|另外?(?:还有|有)?一?[个家]|还有(?:一?[个家])|又(?:有|来)了?一?[个家]|再(?:来|加|有)一?[个家]|新(?:来了?)?(?:一?[个家])?|下一?[个家])(?:新的?|别的)?客户"
)
_MERELY_ANOTHER = re.compile(
    r"^(?:那|好|我|我们|现在|要|想|再|，)*换一?[个家](?:新的?|别的)?客户(?:吧|了|的|办|弄|走)*[。！]?$"
)
_ASKED_OF_ONE = re.compile(
    r"^(?:那|那么|请问|帮我|看看|看|查|说说|我|我们|现在|，)*◆(?:公司|客户|那边|这边|现在|目前|的)*(?:[那这]一?[张个]?单子?|[那这]个|[那这]家|单子?)?(?:现在|目前|，)*"
    r"(?:呢|到哪|走到|办到|到第?几|在第?几|第几步|还?[缺差少]|进度|进展|情况|什么情况|啥情况|怎么样|下一步|该|卡在)"
)
"""What is asked of the one that ◆ stands for: where it is, what it lacks."""
_WHICH_ONES = re.compile(
    r"(?:几|哪些|哪几|多少|什么)(?:个|家)?客户.{0,4}(?:在走|在办|在跟|在弄|在做|没走完|没办完|进行)|(?:在走|在办|在跟|在弄|在做)的(?:都)?(?:有|是)?(?:哪些|哪几[个家]|几[个家])(?:客户)?"
    r"|(?:跟|办|弄|走|手上)(?:着|了|有)?(?:哪些|哪几[个家]|几[个家])客户|(?:各个?|所有|几个|这些|每个)客户(?:都|各|分别)?(?:走|办)?(?:在|到)(?:哪|第几)"
    r"|[两三四五几各每](?:家|个客户|张单|单)(?:现在)?(?:都|各自?|分别)?(?:走|办)?(?:在|到)了?(?:哪|第几)"
)
_TRADE = re.compile(rf"(?:{TRADES}|{TRADES_AND_THINGS})$")
_CORE = re.compile(r"(?:有限|股份|责任|集团)*(?:公司|厂|店)?$")


def parties_in(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The customers that ``text`` (a normal form) names, in their order: companies, and those ``known`` by any name."""
    found: dict[str, int] = {}
    known = tuple(known)
    for clause in (part for part in CLAUSES.split(text) if part):
        for match in _COMPANY.finditer(clause):
            name = _BEFORE.sub("", match[1])
            if name and not _NO_NAME.search(name):
                named = next((k for k in known if same_party(k, name + "公司")), name + "公司")
                found.setdefault(named, text.index(clause) + match.start())
    for name in known:
        if name not in found and (word := called(name, text)):
            found[name] = text.index(word)
    turns = None if found else _SWITCHES.match(text)
    if turns and is_plain_name(name := _BEHIND.sub("", text[turns.end() :])):
        found[name] = turns.end()  # 「换成鼎盛商贸」
    return tuple(sorted(found, key=lambda name: found[name]))


def names_several(text: str) -> bool:
    """Whether ``text`` says that it is about several customers or orders."""
    return bool(_SEVERAL.search(text))


def chosen(text: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that ``text`` turns to (「先办甲公司」, 「换成甲公司」), or None."""
    if not _SWITCHES.match(text):
        return None
    named = [name for name in names if called(name, text)] or [name for name in names if _place(name, text)]
    return named[0] if len(named) == 1 else None


def another_customer(text: str) -> str | None:
    """The name with which ``text`` turns to a customer who was not spoken of before; empty when it names none."""
    if _MERELY_ANOTHER.match(text):
        return ""
    opens = _ANOTHER.search(text)
    return (customer_in(text[opens.end() :], None) or placed_name(text)) if opens else None


def asks_of(text: str, names: Iterable[str]) -> bool:
    """Whether ``text`` asks how far one of ``names`` is, or turns to it."""
    names = tuple(names)
    forms = (word for name in names for word in (called(name, text), _place(name, text)) if word)
    return any(_ASKED_OF_ONE.match(text.replace(word, "◆", 1)) for word in forms) or bool(chosen(text, names))


def asks_which(text: str) -> bool:
    """Whether ``text`` asks which customers' orders are under way."""
    return bool(_WHICH_ONES.search(text))


def called(name: str, text: str) -> str | None:
    """How ``text`` calls the customer ``name``: in full, without 「公司」, or by what is left without its town and trade."""
    core = _core(name)
    short = without_place(core)
    return next((word for word in (core, short, _TRADE.sub("", short)) if len(word) > 1 and word in text), None) or (
        core if core in text else None
    )


def _place(name: str, text: str) -> str | None:
    place = _core(name).removesuffix(without_place(_core(name)))
    return place if place and place in text else None


def said_of(text: str, names: Iterable[str]) -> dict[str, str]:
    """What ``text`` says of each of ``names``: the clauses from where it is named on."""
    parts: dict[str, list[str]] = {name: [] for name in names}
    current: str | None = None
    for clause in (part for part in CLAUSES.split(text) if part):
        current = next((name for name in parts if called(name, clause)), current)
        if current:
            parts[current].append(as_customer(clause, current))
    return {name: "，".join(filter(None, clauses)) for name, clauses in parts.items()}


def as_customer(text: str, name: str) -> str:
    """``text`` with 「客户」 for ``name``, whose agreement is the one that customers seal."""
    about = text.replace(name, "客户")
    about = about.replace(called(name, about) or name, "客户")
    about = about if "客户" in about else f"客户{about}"
    return re.sub(r"(?<=客户)的?(?=协议)", "的服务", about)


def same_party(one: str, other: str) -> bool:
    """Whether two names mean the same customer, one of them said shorter."""
    short, long = sorted((_core(one.lower()), _core(other.lower())), key=len)
    return bool(short) and (short == long or (len(short) > 1 and short in long))


def draft_customers(guide: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The customers whose orders the slot ``guide`` keeps, the one it is at first."""
    state = guide or {}
    current = (state.get("case") or {}).get("customer")
    return tuple(filter(None, [current, *(state.get("others") or {})]))


def _core(name: str) -> str:
    name = name.lower()
    return _CORE.sub("", name) if len(_CORE.sub("", name)) > 1 else name
