"""Which customers a message about orders speaks of, when it speaks of more than one: one guide follows one order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.rules.customer_name import CLAUSES

_COMPANY = re.compile(r"([\u3400-\u9fffa-z0-9（）()]{1,24}?)公司")
_BEFORE = re.compile(
    r"^(?:那么?|但是?|不过|还有|另外|然后|同时|一个是|另一个是|我们|我|跟|和|与|给|把|让|等|客户|是|叫|先|再|换[成到]?|改成?|切[换]?到|转到|回到?|弄|办|走|跟|说说?|看看?"
    r"|问|查|帮|这个|那个|至于|就|只|两个|一个|现在|目前|刚才?|手上|有)+"
)
_NO_NAME = re.compile(
    r"^(?:[你他她咱]们?|贵|本|该|[这那哪两几一三二每各]家|快递|物流|母|子|分|总|[国海境][内外]|外国|新|老|大|小|其[他它]|别的|有限|股份|代理商?|双方|两边|刚?来|刚?到|进)$"
    r"|总代|[的了没把盖章付发寄填吗不]"
)
_SEVERAL = re.compile(
    r"(?:[两二三四五几2-9]|好几|多)\s*(?:个|家)(?:不同的?)?(?:客户|公司)|[两二三四五几2-9]\s*张单|[两二三几]单"
)
_SWITCHES = re.compile(
    r"^(?:那|好|行|嗯|就|我|先|，)*(?:先|换成?|换到|切换?到|转到|回到?|改成?)(?:办|弄|走|跟|说|看|做)?"
)
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
        if name not in found and _core(name) in text:
            found[name] = text.index(_core(name))
    return tuple(sorted(found, key=lambda name: found[name]))


def names_several(text: str) -> bool:
    """Whether ``text`` says that it is about several customers or orders."""
    return bool(_SEVERAL.search(text))


def chosen(text: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that ``text`` turns to (「先办甲公司」, 「换成甲公司」), or None."""
    if not _SWITCHES.match(text):
        return None
    named = [name for name in names if _core(name) in text]
    return named[0] if len(named) == 1 else None


def said_of(text: str, names: Iterable[str]) -> dict[str, str]:
    """What ``text`` says of each of ``names``: the clauses from where it is named on."""
    parts: dict[str, list[str]] = {name: [] for name in names}
    current: str | None = None
    for clause in (part for part in CLAUSES.split(text) if part):
        current = next((name for name in parts if _core(name) in clause), current)
        if current:
            parts[current].append(as_customer(clause, current))
    return {name: "，".join(filter(None, clauses)) for name, clauses in parts.items()}


def as_customer(text: str, name: str) -> str:
    """``text`` with 「客户」 for ``name``, whose agreement is the one that customers seal."""
    about = text.replace(name, "客户").replace(_core(name), "客户")
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
