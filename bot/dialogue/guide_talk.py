"""What is said about the guide itself: begin, go on where it was, what has been noted; and what a short question is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue.asking import is_question
from bot.rules.guide import Case, Item, position
from bot.rules.guide_manner import does_not_know
from bot.rules.parties import another_customer, asks_of, asks_which, chosen, draft_customers, parties_in

_SHORT = 16
"""Characters up to which a customer's name beside a question means the order in the guide."""
_ASKS_ON = re.compile(r"怎么|咋|哪|谁|什么|啥|多少|多久|几|要不要|能不能|可不可以|行不行|是不是|需要")
"""Asks for something else than what one does not know."""
_GUESSES = ("nlu_fallback", "followup/", "chitchat/")
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
_GOES_ON = re.compile(r"^(?!.*(?:下|往|next)).*(?:继续|接着)")
"""Goes on with the question that is open: it does not say that what was asked for is done."""
_STARTS_OVER = re.compile(r"重来|从头|重新(?:来|开始|走|弄|办|下|做)")
_NEXT_ORDER = re.compile(
    r"(?:另外?|再|(?<!重)新)(?:办|下|开|做|来|走)一?(?:个|张)?(?:新的?)?单|(?<!重)新的?一单|下一单(?!呢)"
)
"""Begins one more order, for which the agreement need not be signed again (F14)."""
_SOME_AGREEMENT = re.compile(
    r"^(?!.*(?:合[作做]|服务|代理|客户|编号|扫描|原件|骑缝|订单|材料|云总代|总代)).*协议.{0,3}(?:盖|签|弄|办)(?:好|完|过|了|章)"
)
"""「协议盖好了」: there are two, and nothing says which."""
_CORRECTS_DETAIL = re.compile(
    r"^(?!.*(?:全球|国际|[国境海][内外])).*(?:数量|产品|版本|年限|使用时间|客户名|公司名|名字|名称|人数|用户数).{0,4}(?:改(?!不)|换|变|(?:写|说|填|弄|搞|报|记)错|不对|错了|应该|更正|有误)"
    r"|(?:改|换|更正)(?:成|为|到)\s*[\d一二两三四五六七八九十百]+\s*(?:个|套|人|年|用户|许可)"
)
_THIS_ONE = re.compile(
    r"^(?:那|现在)?(?:我|我们)?[这那]张?(?:个)?单子?.{0,3}(?:继续|接着|到哪|第几|走到|下一步|怎么[办样弄走]|还[要办走做差])"
)
_ABOUT = {
    Item.AGREEMENT: "合作协议",
    Item.CONFIRMED: "客户确认",
    Item.SEAL: "服务协议盖章",
    Item.PAPER: "采购订单",
    Item.REVIEW: "云总代审核材料",
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


def goes_on(normal: str) -> bool:
    """Whether ``normal`` goes on with the question that is open, rather than saying that something is done."""
    return bool(_GOES_ON.search(normal))


def starts_over(normal: str) -> bool:
    """Whether ``normal`` wants the order from its beginning."""
    return bool(_STARTS_OVER.search(normal))


def begins_next_order(normal: str) -> bool:
    """Whether ``normal`` begins one more order."""
    return bool(_NEXT_ORDER.search(normal))


def means_some_agreement(normal: str) -> bool:
    """Whether ``normal`` speaks of an agreement and does not say which of the two."""
    return bool(_SOME_AGREEMENT.search(normal))


def belongs_to_guide(normal: str, leaf: str, latest: str | None) -> bool:
    """Whether the open guide takes ``normal`` whatever its ``leaf``: a detail corrected, another customer, or a doubt.

    After an order was looked up (``latest``, the leaf before), it is that order which somebody wants to be changed.
    """
    elsewhere = leaf.startswith(("dc/", "order/status")) or (latest or "").startswith("order/")
    if not elsewhere and _CORRECTS_DETAIL.search(normal) and not is_question(normal):
        return True
    if does_not_know(normal) and (leaf.startswith(_GUESSES) or not _ASKS_ON.search(normal)):
        return True
    turns = another_customer(normal) is not None or chosen(normal, parties_in(normal)) is not None
    return turns and not is_question(normal)


_MAY_NAME_A_DRAFT = (
    "order/status",
    "followup",
    "nlu_fallback",
    "guide/",
    "refuse/other_orders",
    "refuse/out_of_scope",
)


def is_of_draft(parse: Mapping[str, Any], guide: Mapping[str, Any], latest: str | None) -> bool:
    """Whether a message is about an order that the guide follows: called by its customer, or 「这单」."""
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    if any(e["entity"] == "order_number" for e in parse["entities"]):
        return False
    drafts = draft_customers(guide)
    if drafts and (asks_which(normal) or (len(normal) <= _SHORT and asks_of(normal, drafts))):
        return True
    if not leaf.startswith(_MAY_NAME_A_DRAFT):
        return False
    if set(parties_in(normal, drafts)) & set(drafts) and len(normal) <= _SHORT:
        return True
    of_an_order = (latest or "").startswith("order/")
    return leaf == "order/status" and not of_an_order and bool(_THIS_ONE.search(normal))


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
