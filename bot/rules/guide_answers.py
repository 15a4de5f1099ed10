"""Answers that only an open question or an earlier statement gives a meaning: 「嗯」, 「还没」, 「付完」, 「不对，还没发」."""

from __future__ import annotations

import re
from typing import Any

from bot.rules.guide import ITEMS, SETTLED, Agreement, Case, Item, Paper, Review, Sealing, is_asked
from bot.rules.guide_facts import further
from bot.rules.guide_money import Facts, pressed_within
from bot.rules.guide_verbs import bare_verb

_YES = re.compile(
    r"^(?:嗯+|恩|呃|那个)*(?:是|对|好|行|有|可以|没错|没问题|确[认定]|登记|要|需要|当然|已经|都?(?:签|盖|填|发|付|收|开|寄)[过好完]?了|ok|yes|y$|yep|嗯)"
)
_NO = re.compile(r"^(?:嗯+|呃|那个)*(?:没(?!错|问题)|不|否|还没|未|先不|暂|no(?![a-z])|都没|从来没|哪有|并没)")
NO_ALONE = re.compile(r"(?:其实)?(?:嗯+|呃)?(?:都)?(?:还)?(?:没有?|没呢|不是|否|no)(?:呢|啊|呀|哦|的)?")
"""A no, and no word of what."""
_NOTED = re.compile(
    r"^(?:嗯*好的?|行|可以|ok(?:ay)?|没问题|明白|知道|了解|继续|接着)(?:[，。！ ]|吧|呀|哦|啊|的|了解|继续|$)"
)
"""Heard, which answers no question about what has happened."""
_ALL_YES = re.compile(
    r"^(?=.*(?:是|对|有|没错|确认|确定|当然|嗯|恩|y))(?:嗯+|恩+|呃|啊|哦|喔|那个|，|。|！|呢|滴|哒|咯|啦|呀|嘛|的|了|头|哈|我|是|对|有|没错|就|这样|这个|早|已经|当然|确认|确定|无误|yes|yep|y)+$"
)
_PUTS_OFF = re.compile(r"看|问|想|查|等|先|再|稍|慢|一下|谢|麻烦")
_SHORT = 16
"""Characters up to which a yes before something else answers the question."""
_FIRST_TIME = re.compile(r"第一次|首次|头一?[次回]|刚加入|新代理|没合作过|(?:啥|什么|都)(?:也|都)?没有?$")
CORRECTS = re.compile(r"不对|其实|[搞说弄记填看]错|更正|纠正|说反|撤回")
"""Takes back what was said before."""
_OF_OTHERS = re.compile(
    r"(?:别的?|其他|另外?一?)(?:一?[个家张])?(?:客户|单子?|公司|人家?|家)(?:那[张个边])?的|别家的|不是[这那]一?[张个家]?(?:单子?|客户|家|公司)?.{0,4}的|[弄搞记看说]混|[弄搞记看说]串"
)
_ANY = ("弄", "办", "做", "搞", "完成", "处理", "好", "妥", "完")
"""Done, whatever is being worked on."""
_FITS: dict[Item, tuple[str, ...]] = {
    Item.AGREEMENT: (
        "签收",
        "签",
        "盖",
        "扫",
        "扫描",
        "发",
        "传",
        "上传",
        "交",
        "提交",
        "寄",
        "快递",
        "邮",
        "收到",
        "收",
        "拿到",
        "来",
        "到",
        "有",
        "下来",
        "批",
        "给",
    ),
    Item.CONFIRMED: ("确认", "定", "谈", "同意", "答应", "敲定", "签"),
    Item.SEAL: ("盖", "补", "回", "收到", "拿到", "寄", "换", "改"),
    Item.PAPER: ("发", "填", "写", "交", "提交", "传", "上传", "寄", "送", "给", "补"),
    Item.REVIEW: ("盖", "填", "改", "修改", "补", "补正", "换", "重发", "发", "交", "提交", "传", "上传", "寄"),
    Item.NOTICE: ("收到", "收", "来", "到", "有", "接到", "拿到", "下来"),
    Item.PAID: ("付", "打", "汇", "转", "转账", "支付", "缴", "交"),
    Item.PROVISIONED: ("开通", "开", "通", "收到", "收", "来", "到", "拿到", "有", "下来"),
    Item.ORIGINALS: ("签收", "寄", "快递", "邮", "发", "送", "交"),
}
_COMES = ("收到", "收", "拿到", "接到", "来", "到", "有", "下来")
_BY_CUSTOMER = (Item.CONFIRMED, Item.SEAL, Item.PROVISIONED)
_BEYOND = {
    **dict.fromkeys(("填", "写"), Item.PAPER),
    **dict.fromkeys(("付", "汇", "转账", "支付"), Item.PAID),
    "开通": Item.PROVISIONED,
}
"""Verbs that can mean nothing else, whatever is asked about."""
_AGREEMENT_BY = {
    "签": Agreement.STARTED,
    "盖": Agreement.SEALED,
    **dict.fromkeys(("扫", "扫描", "发", "传", "上传", "交", "提交", "给"), Agreement.SCAN_SENT),
    **dict.fromkeys(("签收", "寄", "快递", "邮"), Agreement.ORIGINAL_SENT),
}


def means_yes(text: str) -> bool:
    """Whether ``text`` begins with a yes."""
    return bool(_YES.search(text)) and not means_no(text)


def means_no(text: str) -> bool:
    """Whether ``text`` begins with a no."""
    return bool(_NO.search(text))


def is_noted(text: str) -> bool:
    """Whether ``text`` says that it was heard, and no more."""
    return bool(_NOTED.search(text) or _ALL_YES.search(text)) and len(text) <= 8


def facts_of_verb(clause: str, case: Case, asked: Item | None, corrects: bool) -> Facts:
    """What a bare verb says: of what is asked about where the verb fits that, else of the latest that it fits.

    A denial after 「不对」 or 「其实」 is about what was said before.
    """
    bare = bare_verb(clause)
    if bare is None or pressed_within(clause) or ("邮件" in clause and asked is not Item.PROVISIONED):
        return {}
    denied, verb, tail = bare
    theirs = re.search(r"材料|资料|订单|文件|东西|扫描|[钱款]|他们|总代|对方|那边", clause)
    if verb in _COMES and theirs and not re.search(r"编号|通知|发|来|给", clause):
        return {}  # what the distributor got is no answer to what the user got
    if "客户" in clause and (asked not in _BY_CUSTOMER or verb not in _FITS[asked]):
        return {}
    if denied:
        item = _denied_item(verb, case, asked, corrects)
        return _not_done(item, verb, case) if item else {}
    if asked is None:
        return {}
    if asked is Item.NOTICE and verb == "发" and "来" in tail:
        return {"notice": True}
    if asked is Item.PROVISIONED and verb in ("寄", "快递", "邮"):
        return {"originals": True}
    if verb in _ANY or verb in _FITS[asked]:
        return _done(asked, verb, case, clause)
    further_on = _BEYOND.get(verb)
    if further_on and ITEMS.index(further_on) > ITEMS.index(asked):
        return _done(further_on, verb, case, clause)
    return {}


def _denied_item(verb: str, case: Case, asked: Item | None, corrects: bool) -> Item | None:
    others = {Item.AGREEMENT, Item.SEAL} if verb in _COMES else set()
    settled = (
        item
        for item in reversed(ITEMS)
        if item not in others and getattr(case, item.value) == SETTLED[item] and verb in _FITS[item]
    )
    fits = (
        asked if asked and (verb in _ANY or verb in _FITS[asked] or (asked is Item.NOTICE and verb in "发给")) else None
    )
    if corrects:
        return next(settled, fits)
    if fits is None and asked is Item.PAID and verb in _COMES and case.notice:
        return Item.NOTICE
    return fits


def _done(item: Item, verb: str, case: Case, clause: str) -> Facts:
    if item is Item.AGREEMENT:
        return _agreement_done(verb, case)
    if item is Item.SEAL:
        if verb in ("补", "换", "改") and case.seal is Sealing.PLAIN:
            return {"seal": Sealing.CROSS_PAGE}  # which is what was asked for
        if verb == "寄" and "回" not in clause:
            return {}  # to the customer
        return {"seal": Sealing.UNKNOWN_KIND} if case.seal in (None, Sealing.NONE) else {}
    if item is Item.PAPER:
        if verb in ("填", "写") or (
            verb in _ANY and case.paper is not Paper.FILLED and not re.search("[都全]", clause)
        ):
            return {"paper": case.paper if case.paper is Paper.SENT else Paper.FILLED}
        return {"paper": Paper.SENT}
    if item is Item.REVIEW:
        again = verb in ("重发", "发", "交", "提交", "传", "上传", "寄") or case.review is Review.CORRECTED
        return {"review": Review.RESENT if again else Review.CORRECTED}
    if item is Item.NOTICE and verb in _ANY:
        return {}
    return {item.value: True}


def _agreement_done(verb: str, case: Case) -> Facts:
    known = case.agreement
    if verb in _ANY:
        return {"agreement": Agreement.NUMBER} if known in (None, Agreement.SIGNED) else {}
    comes = verb in (*_COMES, "批")
    if comes or (verb in ("给", "发") and known is Agreement.ORIGINAL_SENT):
        waits = known in (None, Agreement.SIGNED, Agreement.SCAN_SENT, Agreement.ORIGINAL_SENT)
        return {"agreement": Agreement.NUMBER} if waits else {}
    if known is Agreement.SCAN_SENT and verb in ("发", "给", "交"):
        return {"agreement": Agreement.ORIGINAL_SENT}
    reached = _AGREEMENT_BY[verb]
    if known in (None, Agreement.SIGNED) and reached in (Agreement.STARTED, Agreement.SEALED):
        reached = Agreement.SIGNED
    return {"agreement": further(known, reached)}


def _not_done(item: Item, verb: str, case: Case) -> Facts:
    if item is Item.PAPER:
        filled = case.paper in (Paper.SENT, Paper.FILLED) and verb not in ("填", "写")
        return {"paper": Paper.FILLED if filled else Paper.NOT_FILLED}
    if item is Item.AGREEMENT:
        return _answered_no(case, item)
    if item is Item.SEAL:
        return {"seal": Sealing.NONE} if case.seal is not Sealing.PLAIN else {}
    if item is Item.REVIEW:
        return {}
    return {item.value: False}


def was_told(text: str, case: Case) -> bool:
    """Whether ``text`` is a bare verb that says what is known already."""
    bare = bare_verb(text)
    settled = [item for item in ITEMS if getattr(case, item.value) == SETTLED[item]]
    return bare is not None and not bare[0] and any(bare[1] in _FITS[item] for item in settled)


def answer_to(text: str, case: Case, asked: Item, corrects: bool) -> Facts:
    """A bare yes or no to the question that is open; a task that was told is not done by a yes.

    A no after 「不对」 or 「其实」 takes back the latest that was settled.
    """
    if corrects and NO_ALONE.fullmatch(text.split("，")[-1]):
        return latest_taken_back(case)
    if not is_asked(case, asked):
        return {}
    if asked is Item.AGREEMENT and _FIRST_TIME.search(text):
        return {"agreement": Agreement.NONE}
    if means_no(text):
        return _answered_no(case, asked)
    first, _, rest = text.partition("，")
    yes = _ALL_YES.search(text) or (len(text) <= _SHORT and _ALL_YES.search(first) and not _PUTS_OFF.search(rest))
    if _NOTED.search(text) or not yes:
        return {}
    if asked is Item.PAID and re.fullmatch("[嗯恩啊哦，。]+", text):
        return {}  # heard that it is to be paid, perhaps
    if asked is Item.PAPER or (asked is Item.SEAL and case.seal is Sealing.UNKNOWN_KIND):
        return {}  # 「嗯」 to 「填了吗？发了吗？」 or 「骑缝章还是公章？」 says neither
    meant: dict[Item, Any] = {Item.AGREEMENT: Agreement.NUMBER, Item.SEAL: Sealing.UNKNOWN_KIND}
    return {asked.value: meant.get(asked, True)}


def of_others(clause: str) -> bool:
    """Whether ``clause`` says that what was told belongs to another customer or order."""
    return bool(_OF_OTHERS.search(clause))


def latest_taken_back(case: Case) -> Facts:
    """What a case loses when the latest that was settled is not so."""
    latest = next((i for i in reversed(ITEMS) if getattr(case, i.value) == SETTLED[i]), None)
    # That the documents were found good was known by the notice alone.
    passed = {"review": None} if latest is Item.NOTICE and case.review is Review.PASSED else {}
    return {**_taken_back(latest), **passed} if latest else {}


def _taken_back(item: Item) -> Facts:
    values: dict[Item, Any] = {
        Item.AGREEMENT: Agreement.NONE,
        Item.SEAL: Sealing.NONE,
        Item.PAPER: Paper.FILLED,
        Item.REVIEW: None,
    }
    return {item.value: values.get(item, False)}


def _answered_no(case: Case, asked: Item) -> Facts:
    if asked is Item.AGREEMENT:
        if case.agreement in (None, Agreement.SIGNED):
            return {"agreement": Agreement.STARTED if case.agreement else Agreement.NONE}
        return {}
    if asked is Item.SEAL:
        return {"seal": Sealing.PLAIN if case.seal is Sealing.UNKNOWN_KIND else Sealing.NONE}
    return {asked.value: Paper.NOT_FILLED if asked is Item.PAPER else False}
