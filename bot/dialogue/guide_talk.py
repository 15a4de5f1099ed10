"""What is said about the guide itself: begin, go on where it was, what has been noted; and what a short question is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.rules.guide import Case, Item, position

_SO = r"^(?:那|算了|行了|好|行|嗯|哦|对了|我们?|咱们?|现在|再|就|请|帮我|可以|想|要|\s|，|。)*"
_THE_GUIDE = r"(?:下单|引导|流程|那[张个]?单|这[张个]?单|单子|刚才|刚刚|上次|之前|原来)"
_RESUMES = re.compile(
    rf"{_SO}(?:继续|接着|回到|回去|返回|重新打开|恢复)(?:走|弄|办|做|说|来)?(?:去|到)?{_THE_GUIDE}[^？?吗]{{0,8}}$"
    rf"|{_SO}(?:{_THE_GUIDE}.{{0,6}}(?:继续|接着)(?:走|弄|办|做|说|来)?|接着(?:走|弄|办|做|说|来)|继续(?:走|弄|办|做)?)(?:吧|了|呗|哈)?[。！]?$"
    rf"|{_SO}(?:刚才|刚刚|刚|上次|之前)?(?:我们?|咱们?)?(?:刚才|刚刚|上次)?(?:说|讲|聊|弄|办|走|做|进行)到(?:哪|什么地方|第?几)(?:儿|里|步|一步|了|啦|来着|呢|啊)*[？。]?$"
)
_RECALLS = re.compile(
    r"(?:记|存|录)(?:下|着|住|录|到)?(?:了|的|过)?(?:是|有|都|些|我|客户)*(?:什么|啥|哪些|多少|几[个年])(?!时候)"
    r"|(?:我|咱们?)?(?:刚才?|刚刚|之前|前面|上面|一开始)?(?:跟你|给你|和你)?(?:说|报|填|讲|写|给)(?:了|过|的)?(?:你)?(?:是|都|有)*(?:几个|多少个?|几年|哪个客户|哪些|什么(?:产品|客户|信息))(?:了|来着|呢|啊)?[？。]?$"
    r"|(?:你那边?|现在|目前|都)(?:的)?(?:记录|信息)(?:是|有)?(?:什么|啥|哪些)"
    r"|记(?:下|住|好|上)来?了?(?:吗|没有?)[？?]?$"
    r"|(?:看|报|说|念|列|总结|汇总)一?[下遍]?(?:你)?(?:都)?(?:已经?)?记(?:下|录|了)?的?(?:信息|东西|内容|情况)?$"
)
_SHOULD = re.compile(r"[要该](?!了)|需|发票|怎么|[单同]上")
"""Asks what is to be noted, said or filled in, rather than what was."""
_NEWCOMER = re.compile(
    r"刚来|刚入[职行]|刚接手|刚做|新来的|新人|新手|小白|头一[次回单]|第一[次单回]|首[次单]|没(?:做|下|弄|办|干)过|(?:完全|啥也?|什么都?|都|也|一点)不[懂会]|不太[懂会]"
)
_BEGINS = re.compile(
    r"下.{0,5}单|第一单|首单|从(?:哪|什么地方|何)(?:儿|里)?.{0,3}(?:弄|做|开始|下手|入手|起|办)|怎么(?:开始|入手|下手|起步)|怎么(?:弄|做|办|搞)(?:啊|呀|呢)?[？。]?$|无从下手|求带|带(?:带|一下|下)?我"
)
_LOST = re.compile(
    r"从(?:哪|什么地方|何)(?:儿|里)?.{0,3}(?:弄|做|开始|下手|入手|起|办)|怎么(?:开始|入手|下手|起步)|无从下手|求带"
)
_ABOUT = {
    Item.AGREEMENT: "合作协议",
    Item.CONFIRMED: "客户确认",
    Item.SEAL: "服务协议盖章",
    Item.PAPER: "采购订单",
    Item.NOTICE: "云总代审核材料",
    Item.PAID: "付款给云总代",
    Item.PROVISIONED: "货款到账后开通",
    Item.ORIGINALS: "开通后原件",
}
"""Words for what the guide waits for: 「要等多久」 is about it."""


def resumes(normal: str) -> bool:
    """Whether ``normal`` only wants to go on with the guide where it was."""
    return bool(_RESUMES.search(normal))


def recalls(normal: str) -> bool:
    """Whether ``normal`` asks what the guide has noted."""
    return bool(_RECALLS.search(normal)) and not _SHOULD.search(normal)


def is_newcomer(normal: str) -> bool:
    """Whether ``normal`` comes from somebody who has never ordered."""
    return bool(_NEWCOMER.search(normal) and _BEGINS.search(normal))


def is_lost(normal: str) -> bool:
    """Whether a newcomer asks for nothing else than where to begin."""
    return is_newcomer(normal) and bool(_LOST.search(normal))


def under_way(guide: Mapping[str, Any] | None) -> bool:
    """Whether the slot ``guide`` holds one that was not left: something else is only in between."""
    return bool(guide) and not (guide or {}).get("left")


def waits_for(guide: Mapping[str, Any] | None) -> Item:
    """What the guide of the slot ``guide`` waits for."""
    return position(Case.from_dict((guide or {}).get("case") or {})).item


def topic_of(guide: Mapping[str, Any] | None) -> str:
    """Words for what the guide of the slot ``guide`` waits for."""
    return _ABOUT[waits_for(guide)]
