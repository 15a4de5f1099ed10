"""What a message asks a list of orders to hold: which kind, which days, which product, whose. Pure functions over text.

What is left over when all that was understood is taken away may be a customer's name, or a condition that nobody here
knows of; the caller says so, for a condition that was passed over must not look as if it had been applied.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from actions.order_reading import without_question_words
from bot.rules.order_dates import Span, newest_first, span_named
from bot.rules.order_words import kind_named, without_kind
from bot.store.records import Narrowing, OrderKind

_DATED_BY = {
    OrderKind.OPENED: "provisioned",
    OrderKind.DONE: "originals_received",
    OrderKind.ARRIVED: "money_arrived",
    OrderKind.PASSED: "checked",
}
"""The milestone whose day a list of what has happened is narrowed by."""
_ORDERED = re.compile(r"下的|下了|下单|新增|新下|订的|登记|创建|签的")
_PAYING = re.compile(r"付|打款|打钱|交钱")
_ANY_PRODUCT = "Office 365"
_FAMILY = re.compile(r"企业版(?!e)|商业版")
"""Products of several plans; in their names the plan stands behind or within the word."""
_COUNTS = re.compile(
    r"[几多]少?(?:个|张|条|笔)?(?:订|定)?单|[几多]少?(?:张|条|笔)|(?:有|共|是|剩|还|了)几个?(?:没|$|[？?。])|有多少|总数|总共|一共|共几|统计|how many"
)
_SUMS = re.compile(
    r"(?:卖|下|开|订|买|走|出)(?:了|过|出)?(?:去)?(?:多少|几)(?:个|套|用户|人|账号|许可)|(?:多少|几)(?:个|套)?(?:用户|账号|许可|席位)|(?:用户|账号|许可|数量).{0,3}(?:合计|总[数共]|加起来|汇总)"
    r"|(?:合计|总[数共]|加起来|一共)(?:多少)?(?:个)?(?:用户|账号|许可|数量)"
)
_HARD = re.compile(
    r"(?:超过|大于|多于|高于|小于|少于|低于|不到|不足|满)\d+|\d+(?:个|人|用户|套)*(?:以上|以下|以内)|金额|总额|多少钱|价格|单价|利润|销售额|最贵|最便宜"
    r"|(?:用户|数量|人数|单子?)?最[大小多少][的]?|(?:明|后)天|下(?:个)?(?:周|星期|月)|月底|年底|(?:快|要|将)?到期限?|续费|卡[住着]|急的?单?$"
)
"""Conditions that no list has, in words that would else be taken for filling."""
_OWNER = re.compile(
    r"^(?:帮我|请|麻烦|给我|我要|我想|查|看|一下|下|那|列出?|我们家|咱们?家|俺家|我们|咱们?|公司|，)*(?P<who>[\u4e00-\u9fffa-z]{2,12}?)(?:(?:手[里上]|名下|那边|负责|经手|跟|下)的?(?:有)?|的有?|有没有的?|(?<!所)有|下了|一?共有)(?:几|多少|哪些|订?单|定单|单子|客户|全部|所有|都)"
)
_SELF = re.compile(
    r"我|咱|俺|自己|本公司|，|客户|谁|哪|什么|啥|[了没住最多期限开该在被快慢些那这问还单刚]|^家|登记|前任"
)
_ATTRIBUTE = re.compile(
    r"([\u4e00-\u9fffa-z0-9]{2,14})的(?:全部|所有|那?几|多少|哪些|这些|那些)*(?:订单|定单|单|客户|有|都|呢|$)"
)
_FILLING = re.compile(
    r"一次性|一块儿?|一起|一个个|一个|逐个|汇总|总览|列表|清单|列(?:出来|一下|给我)?|报(?:一遍|一下|给我)?|统计|筛(?:一下|选)?|拉(?:出来|一下)?|显示|展示|安排|给个"
    r"|公司|我司|我家|咱们?|俺们?|自己|本公司|我方|手[上里头]|手头|名下|负责的客户|这边|这里|各个?|每[张个]|分别|全部|全都|所有|总共|一共|多少|哪些|哪几|几|都有|客户们?|人家"
    r"|剩下?|目前|现在|当前|正在|至今|到现在|一直|走到|办得|怎样|为止|最新|最近|最早|刚|以来|以内|期间|时候|记得|应该|听说|不是|只看|只要|其他|不用|老板|财务|出纳|商务|会计|领导"
    r"|您好|好的|谢谢|嗯|就是|那个|这个|可不可以|能否|有没有|是否|没有|东西|这些|那些|哪个|哪家|谁家|订单|下过|下单|下的|下了|用户|账号|个数|数量|套|合计|加起来|卖|买|订|my|orders?|list|po|show|all|status"
    r"|[两三二四五六七八九十\d]+(?:张|单|个|条|笔)|云?总代|代理商?|等着?|轮到|卡在?|进行|跟进|需要|处理|要办|周一|例会|汇报|今年|批量|还在|那边|的话|起来|出来|一遍|一样|样|负责|经手|后面|更多"
)


@dataclass(frozen=True)
class ListWish:
    """A list that is asked for.

    Attributes:
        kind: which orders.
        narrowing: what it is narrowed by besides.
        names: what is left of the message: customers, conditions that are not known, or talk.
        told: those of ``names`` that say which orders are meant (「卡住的单」): no talk.
        owner: the one of ``names`` that stands where an owner does (「李强有几单」).
        unknown: conditions that no list has.
        counts: whether it is asked how many.
        sums: whether it is asked how many users there are in all.
        dropped: words for days that say when to act and not which orders.
    """

    kind: OrderKind
    narrowing: Narrowing
    names: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    owner: Optional[str] = None
    unknown: tuple[str, ...] = ()
    counts: bool = False
    sums: bool = False
    dropped: str = ""


def read_list(normal: str, entities: List[Dict[str, Any]], today: dt.date) -> ListWish:
    """What ``normal`` (a normal form) with its entities asks a list to hold."""
    unknown = tuple(dict.fromkeys(match[0] for match in _HARD.finditer(normal)))
    text = _HARD.sub(lambda match: "，" * len(match[0]), normal)
    span = span_named(text, today)
    named = kind_named(text)
    kind = OrderKind(named) if named else OrderKind.ALL
    milestone = _milestone(kind, text, span, today) if span else ""
    dropped = text[span.start : span.end] if span and not milestone else ""
    product = next((e for e in entities if e["entity"] == "product" and e["value"] != _ANY_PRODUCT), None)
    family = _FAMILY.search(text) if product is None or str(product["value"]).endswith("商业版") else None
    narrowing = Narrowing(
        milestone,
        span.first if span and milestone else dt.date.min,
        span.last if span and milestone else dt.date.max,
        family[0][:-1] if family else str(product["value"]) if product else "",
        newest_first(normal),
    )
    taken = [(span.start, span.end)] if span else []
    if product and "normal_start" in product:
        taken.append((product["normal_start"], product["normal_end"]))
    if family:
        taken.append(family.span())
    for start, end in taken:
        text = text[:start] + "，" * (end - start) + text[end:]
    text = without_kind(text, named) if named else text
    owner = _owner(text)
    if owner is None and (named or taken):  # 「李强这个月有几单」, 「李强超期的单」
        name = _owner(re.sub("(?<![，。])，+", "", text, count=1))
        owner = name if name and len(name) < 5 else None
    told = [piece for match in _ATTRIBUTE.finditer(text) for piece in _pieces(match[1])]
    names = [*([owner] if owner else []), *_pieces(text)]
    return ListWish(
        kind,
        narrowing,
        tuple(dict.fromkeys(names)),
        tuple(piece for piece in dict.fromkeys(told) if piece in names),
        owner,
        unknown,
        bool(_COUNTS.search(normal)),
        bool(_SUMS.search(normal)),
        dropped,
    )


def _pieces(text: str, shortest: int = 2) -> List[str]:
    """What is left of ``text`` without the words that questions for lists are made of."""
    return without_question_words(_FILLING.sub("，", text), shortest)


def _milestone(kind: OrderKind, text: str, span: Span, today: dt.date) -> str:
    """The milestone whose day ``span`` speaks of; empty where it says when to act on how orders stand now."""
    if kind in _DATED_BY:
        return _DATED_BY[kind]
    if kind is OrderKind.ALL or _ORDERED.search(text) or not span.first <= today <= span.last:
        return "created"
    return ""


def _owner(text: str) -> Optional[str]:
    """Who stands where the owner of orders does, unless it is the asker."""
    match = _OWNER.match(text)
    if not match or _SELF.search(match["who"]):
        return None
    return match["who"] if _pieces(match["who"], shortest=1) else None


def by_arrival(wish: ListWish, normal: str) -> bool:
    """Whether days of payment are asked for; only the days on which money arrived are known."""
    return wish.narrowing.milestone == "money_arrived" and bool(_PAYING.search(normal))


def narrows(wish: ListWish) -> bool:
    """Whether ``wish`` is narrower than its kind."""
    return wish.narrowing != Narrowing()


_VERB = r"(?:付|打款|打钱|交|到账|下|订|买|开通|盖|提交|审|寄|签收|登记)"
_RELATIVE = re.compile(rf"^(?:刚刚?|才|那天)?{_VERB}[^，。？?]{{0,3}}?的")
_WHICH = re.compile(
    r"谁的|谁家|哪些|哪几|哪[个家张位](?:客户|单|公司|的)?|(?:有没有|有)(?:哪|单|客户|谁)|最新|最早|最近(?:的|下|一)|刚下|最久"
)


def which_meant(normal: str, today: dt.date) -> Optional[str]:
    """The words that say which orders are meant by what happened to them (「昨天付的」 of 「昨天付的那单到账没」), and by no name."""
    span = span_named(normal, today)
    clause = span and _RELATIVE.match(normal[span.end :])
    if span and clause:
        return normal[span.start : span.end + clause.end()]
    asks = _WHICH.search(normal) and (kind_named(normal) is not None or newest_first(normal) is not None)
    return normal if asks else None
