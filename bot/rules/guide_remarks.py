"""What there is to say to a message that left the guide where it was: it was heard, doubted, asked, or not understood."""

from __future__ import annotations

import re
from enum import Enum

from bot.rules.guide import Case, Item, is_asked, position
from bot.rules.guide_answers import CORRECTS, is_noted, means_no, was_told
from bot.rules.guide_facts import NUMBER_LOST
from bot.rules.guide_manner import Manner, clauses, is_half, manner_of
from bot.rules.guide_money import CUSTOMER_MONEY, REFUSED, not_arrived, pressed_within, unverified_notice
from bot.rules.guide_reading import says_something


class Remark(str, Enum):
    """Why nothing changed."""

    KNOWN = "known"
    NOTED = "noted"
    LATER = "later"
    FINDING_OUT = "finding_out"
    NOT_UNDERSTOOD = "not_understood"
    WHICH_ONE = "which_one"
    NOT_BY_NEXT = "not_by_next"
    CORRECTION = "correction"
    UNVERIFIED = "unverified"
    CUSTOMER_PAID = "customer_paid"
    NUMBER_LOST = "number_lost"
    PLAIN_SEAL = "plain_seal"
    REFUSED = "refused"
    NOT_ARRIVED = "not_arrived"
    CHASE = "chase"
    CHASE_PROVISIONING = "chase_provisioning"
    UNSURE = "unsure"


_WHERE = re.compile(
    r"第[几.]步|哪一?[步个]|到哪|(?:什么|哪.?)(?:环节|阶段)|进度(?:怎|如何|到)|卡在哪|再说一遍|重复|怎么办|咋办|回到|继续|接着"
    r"|(?:现在|接下来|下面|然后|下一?步|之后|我)(?:我们?)?(?:该|要|得|是|应该|还)?(?:干|做|办|弄|怎么|如何|呢|什么|啥)|该.{0,3}(?:干|做|办|弄)|还[差要](?:什么|啥|哪|做)"
)
_CHASE = re.compile(
    r"催(?![我款付缴])|[钱款].{0,3}没到|太慢|太久|这么慢|好慢|好久|等了.{0,4}天|几天了|着急|加急|快[点一]|[一二两三四五六七八九十几\d]+[天日]|到账|动静|消息|反应|回音|回复我?们?$|多久"
)
_FINDS_OUT = re.compile(
    r"(?:我|去|先|得|再|会)(?:去|先|再|来)?(?:问|查|看|确认|核实|核对|对)(?:一?下|问|看|清楚)|问问|查查|看看|问下|查下|看下|找找"
)
_LOST = re.compile(r"忘了?(?:放|在|搁|存|记|是)|找不[到着]|丢了|翻不到")
_PLAIN = re.compile(r"公章|合同章")
_LONG = 4


def asks_where(text: str) -> bool:
    """Whether ``text`` asks where one is and what is next; the whole step answers that."""
    return bool(_WHERE.search(text))


def remark_on(text: str, case: Case) -> Remark:
    """What to say to ``text`` (a normal form), which left ``case`` as it was."""
    item = position(case).item
    manners = {manner_of(clause, marked) for clause, marked in clauses(text)}
    unasked = pressed_within(text) and item in (Item.REVIEW, Item.NOTICE)
    if unasked or (unverified_notice(text) and item in (Item.REVIEW, Item.NOTICE, Item.PAID)):
        return Remark.UNVERIFIED
    if item is Item.AGREEMENT and (NUMBER_LOST.search(text) or _LOST.search(text)):
        return Remark.NUMBER_LOST
    if CUSTOMER_MONEY.search(text):
        return Remark.CUSTOMER_PAID
    if REFUSED.search(text):
        return Remark.REFUSED
    if not_arrived(text) and item in (Item.PAID, Item.PROVISIONED):
        return Remark.NOT_ARRIVED
    if _CHASE.search(text):
        return Remark.CHASE_PROVISIONING if item is Item.PROVISIONED else Remark.CHASE
    if _FINDS_OUT.search(text):
        return Remark.FINDING_OUT
    if Manner.UNSURE in manners:
        return Remark.UNSURE
    if _PLAIN.search(text) and item is Item.SEAL:
        return Remark.PLAIN_SEAL
    if Manner.ASKED in manners:
        return Remark.NOT_UNDERSTOOD
    if Manner.NOT_YET in manners or is_half(text):
        return Remark.LATER
    if CORRECTS.search(text) and len(text) <= _LONG:
        return Remark.CORRECTION
    if says_something(text) or was_told(text, case):
        return Remark.KNOWN
    if is_noted(text) or means_no(text):
        return Remark.WHICH_ONE if is_asked(case, item) and item in (Item.PAPER, Item.SEAL, Item.PAID) else Remark.NOTED
    return Remark.NOT_UNDERSTOOD
