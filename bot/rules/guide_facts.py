"""What one clause says about an order under way, by the fields of a :class:`bot.rules.guide.Case`.

``negative`` is whether it says that something has not happened; how a clause is said is judged in
:mod:`bot.rules.guide_manner`.
"""

from __future__ import annotations

import re

from bot.rules.guide import Agreement, Case, Paper, Review, Sealing
from bot.rules.guide_money import Facts, money_facts

_SEALED = re.compile(
    r"(?:章|盖|服务协议).{0,12}(?:好|完|过|了|回来|拿到|齐)|(?:好|完|过)章|盖的|盖(?:好|完|了|过)|手上有.{0,10}服务协议"
)
_NUMBER_HERE = re.compile(r"有|在|拿到|下来|收到|是|给|到|发|来|出来|批|查到|找到|hz")
NUMBER_LOST = re.compile(r"编号.{0,6}(?:忘|丢|找不[到着]|记不)|(?:忘|丢|找不[到着]|记不).{0,6}编号")
_RETURNED = re.compile(
    r"(?<!没)(?<!没有)退(?:回|了(?!订|款|货)|件|给我|下来)|被退|打回|驳回|(?:审核|审查|审)?不(?:通过|合格)|(?<!还)(?:没|未)(?:审)?(?:通过|过审)|审核?没过"
    r"|(?:材料|订单|单子|协议|云总代|总代|他们|对方|审核|审出).{0,8}(?<!没)(?<!没有)(?<!没啥)(?<!没什么)有问题"
    r"|(?:让|叫|要求?|喊)(?:我们?|咱们?)?(?:重新?|再|补)?(?:补正|修改|改|补材料|补章|重[发传寄盖填做])"
)
_FAULT_FOUND = re.compile(
    r"(?:总代|他们|对方|审核).{0,3}(?:说|讲|反馈|回复|回|提示|指出|发现)[^，]{0,6}(?:缺|漏|少[了个盖]|没盖|未盖|盖错)(?!.*(?:原件|编号|[钱款]))"
)
"""The distributor misses something in what was sent (F25)."""
_NOT_RETURNED = re.compile(r"(?:没有?|未)(?:被)?(?:退|打回|驳回)")
_PASSED = re.compile(
    r"审核?(?:完|好|都|已经|全部|全)*(?:通过|过)了?|(?<!不)(?<!没)(?<!未)(?<!没有)通过了|审(?:完|好)了"
    r"|(?:审核|云总代|总代|他们|对方|那边).{0,6}(?:没(?:有|啥|什么)?(?:问题|毛病)|合格|ok|可以了)|材料(?:都|已经|全)?过了|材料.{0,6}(?:没(?:有|啥|什么)?(?:问题|毛病)|合格)"
)
_CORRECTED = re.compile(
    r"[补重](?:盖|填|签)(?:好|完|上|齐)?了|(?:改|补|补正|修改|更正|换)(?:好|完|齐|过)?了|(?:改|补|修改|补正)(?:好|完|齐|过)|改完|补齐"
)
_RESENT = re.compile(
    r"(?:重|重新|又|再|再次|重复)(?:发|传|交|提交|寄)|(?:改|补)[好完]?了?.{0,4}[发传交]|[发传交](?:了)?(?:第二|一)(?:遍|次)"
)
_AGREED = re.compile(
    r"客户.{0,4}(?:没(?:有|啥)?(?:问题|意见)|可以了|行了|ok|点头|拍板|批了)|(?:客户|产品|数量).{0,12}(?:确认|同意|定了|定好|谈妥|谈好|谈成|答应|敲定|拍板)|合同.{0,6}签|签了合同|都?(?:定|谈|确认)好了"
)
_OPEN = re.compile(
    r"还在谈|在谈|没谈|考虑|没想好|没(?:定|确认|敲定)|未定|没决定|没签合同|合同.{0,6}没签|还在.{0,2}商量|改(?:变)?主意|变卦|反悔|犹豫"
    r"|(?:客户|对方).{0,4}(?:又?不(?:买|要|想|订)|黄了|要换|要求?改|想换|想改)|重新(?:谈|商量)"
)
_HAPPENED = re.compile(r"[了过完好已的掉到齐妥走]|出去|回来|[给下]来|有")
_AGREEMENT_RANK = [
    None,
    Agreement.NONE,
    Agreement.SIGNED,
    Agreement.STARTED,
    Agreement.SEALED,
    Agreement.SCAN_SENT,
    Agreement.ORIGINAL_SENT,
    Agreement.NUMBER,
]


def facts_of(clause: str, subject: str, case: Case, negative: bool, in_step_one: bool) -> Facts:
    """What ``clause`` says.

    Args:
        clause: a part of a normal form.
        subject: the paper it is about (``agreement``, ``service``, ``paper`` or none).
        case: what is known.
        negative: whether it says that something has not happened.
        in_step_one: whether the cooperation agreement is being worked on.
    """
    found: Facts = {}
    if "编号" in clause and (agreement := _number(clause, negative, case)):
        found["agreement"] = agreement
    elif subject == "agreement":
        found.update(_agreement(clause, negative, case))
    elif subject == "service":
        found.update(_seal(clause, negative, case))
    if re.search(r"老代理|老partner|合作(?:了|有|过)?.{0,2}年", clause) and case.agreement is None:
        found["agreement"] = Agreement.SIGNED
    elif re.search(r"(?:啥|什么)都没签|(?:第一|头一?)[次回].{0,4}(?:合作|跟云总代)", clause):
        found["agreement"] = Agreement.NONE
    if subject == "paper" or (subject != "agreement" and re.search(r"扫描件|scan|材料", clause)):
        found.update(_paper(clause, negative, case))
    found.update(_review(clause, negative, case, in_step_one))
    found.update(money_facts(clause, negative, case))
    found.update(_customer_agrees(clause, negative))
    if "原件" in clause and subject != "agreement" and re.search(r"寄|快递|发|签收|收到|邮|取走", clause):
        found["originals"] = not negative
    return found


def further(known: Agreement | None, reached: Agreement) -> Agreement:
    """The later of two states: that it is sealed takes nothing back from what was sent."""
    return max(known, reached, key=_AGREEMENT_RANK.index) or reached


def _number(clause: str, negative: bool, case: Case) -> Agreement | None:
    under_way = case.agreement in (Agreement.STARTED, Agreement.SEALED, Agreement.SCAN_SENT, Agreement.ORIGINAL_SENT)
    if NUMBER_LOST.search(clause):
        return case.agreement if under_way else further(case.agreement, Agreement.SIGNED)
    if negative:
        return case.agreement if under_way else _without_number(case.agreement)
    return Agreement.NUMBER if _NUMBER_HERE.search(clause) else None


def _without_number(known: Agreement | None) -> Agreement:
    return Agreement.STARTED if known is Agreement.SIGNED else Agreement.NONE


def _agreement(clause: str, negative: bool, case: Case) -> Facts:
    known = case.agreement
    if known is Agreement.NUMBER and not (negative and re.search(r"合[作做](?:协议|合同)", clause)):
        return {}
    if re.search(r"退回|打回|驳回|不合格|被退", clause):
        return {} if negative else {"agreement": Agreement.STARTED}
    reached = _agreement_reached(clause, known) if negative or _HAPPENED.search(clause) else None
    if reached is None:
        return {"agreement": Agreement.NONE} if negative and re.search(r"协议|合同", clause) and not known else {}
    if not negative:
        return {"agreement": further(known, reached)}
    before = {
        Agreement.ORIGINAL_SENT: Agreement.SCAN_SENT,
        Agreement.SCAN_SENT: Agreement.STARTED,
        Agreement.SEALED: Agreement.STARTED,
    }.get(reached, Agreement.NONE)
    keeps = known in (Agreement.STARTED, Agreement.SEALED) and _AGREEMENT_RANK.index(known) < _AGREEMENT_RANK.index(
        reached
    )
    return {"agreement": known if keeps else before}


def _agreement_reached(clause: str, known: Agreement | None) -> Agreement | None:
    """The furthest thing that is spoken of."""
    if re.search(r"原件", clause):
        return Agreement.ORIGINAL_SENT if re.search(r"寄|发|快递|邮|给|收|到|没|未|送", clause) else None
    if re.search(r"扫|scan", clause):
        return Agreement.SCAN_SENT
    if re.search(r"寄|快递|邮(?!箱)", clause):
        return Agreement.ORIGINAL_SENT
    if re.search(r"发(?!票|现)|传|交(?!流)", clause):
        return Agreement.SCAN_SENT
    if re.search(r"盖|章", clause):
        return Agreement.SIGNED if known in (None, Agreement.SIGNED) else Agreement.SEALED
    if re.search(r"签|办", clause):
        return Agreement.SIGNED if known in (None, Agreement.SIGNED) else Agreement.STARTED
    return None


def _seal(clause: str, negative: bool, case: Case) -> Facts:
    wrong = _OTHER_SEAL.search(clause)
    right = re.search(r"骑[缝锋逢峰风]|齐缝|跨页|每页(?:的)?边|侧边|页与页", clause)
    absent = _NO_OTHER_SEAL.search(clause)
    if wrong and right and (negative or absent):
        lacks_right = _NO_RIGHT_SEAL.search(clause)
        if not lacks_right and absent:
            return {"seal": Sealing.CROSS_PAGE}
        return {
            "seal": Sealing.NONE if (absent or "都没" in clause or "都未" in clause) and lacks_right else Sealing.PLAIN
        }
    if wrong and not right and case.seal is Sealing.CROSS_PAGE and re.search(r"[也都]盖", clause):
        return {}  # 「骑缝章盖了，公章也盖了」
    if wrong and not right:
        if absent and case.seal is Sealing.CROSS_PAGE:
            return {}  # whether it takes both is not written (F19)
        return {"seal": Sealing.NONE if absent else Sealing.PLAIN}
    if right:
        negative = negative or bool(re.search(r"(?:要|必须|需要?)(?:的是|的|有)?(?:骑|齐缝)", clause))
        other = case.seal is Sealing.PLAIN or (case.seal is Sealing.UNKNOWN_KIND and "不是" in clause)
        kept = Sealing.PLAIN if other else Sealing.NONE
        return {"seal": kept if negative else Sealing.CROSS_PAGE}
    if re.search(r"清楚|模糊|[盖章](?:得|的)?歪|不全", clause):
        return {}  # seals that have to be made again, for what the distributor says of them
    if negative and re.search(r"盖|章|回来|服务协议(?!.*扫)", clause):
        return {"seal": Sealing.NONE}
    if not negative and _SEALED.search(clause) and case.seal is not Sealing.CROSS_PAGE:
        return {"seal": case.seal if case.seal is Sealing.PLAIN else Sealing.UNKNOWN_KIND}
    return {}


_OTHER_SEAL = re.compile(r"公章|合同章|电子章|普通章|法人章")
_NO_OTHER_SEAL = re.compile(r"(?:没|未|不是|[没不]用)[^骑]{0,3}(?:公章|合同章)|(?:公章|合同章)[^骑]{0,3}(?:没|未)")
_NO_RIGHT_SEAL = re.compile(
    r"(?:没|未|不是|缺|少|漏|忘)[^公合电普法]{0,5}(?:骑|齐缝|跨页)|(?:骑[缝锋逢峰风]|齐缝|跨页)[^公合电普法]{0,4}(?:没|未|缺|忘)(?!.{0,3}(?:公章|合同章))"
)


def _paper(clause: str, negative: bool, case: Case) -> Facts:
    if "付款" in clause:
        return {}
    sending = re.search(r"发(?!票|现)|交(?!流)|寄|给云总代|传", clause)
    if negative or "空着" in clause:
        if sending or (case.paper is not None and re.search(r"电子|扫描", clause)):
            return {"paper": Paper.NOT_FILLED if case.paper is Paper.NOT_FILLED else Paper.FILLED}
        return {"paper": Paper.NOT_FILLED} if re.search(r"填|空|写|弄|做|订单|采购", clause) else {}
    if sending and re.search(r"了|过去|完|好|已|齐", clause):
        return {"paper": Paper.SENT}
    if re.search(r"[填写弄做](?:好|完|了|过|妥|齐)|有了|材料.{0,4}(?:齐|好了|备好)", clause):
        return {"paper": case.paper if case.paper is Paper.SENT else Paper.FILLED}
    return {}


def _review(clause: str, negative: bool, case: Case, in_step_one: bool) -> Facts:
    """What the distributor said of the documents, and what was done about it."""
    of_the_customer = "客户" in clause and not re.search(r"总代|他们|审", clause)
    if in_step_one or of_the_customer or re.search(r"银行|[钱款]|发票", clause):
        return {}
    if _NOT_RETURNED.search(clause):
        return {"review": None}
    if re.search(r"退|打回", clause) and _RESENT.search(clause) and not re.search(r"让|叫|要求|喊", clause):
        return {"review": Review.RESENT, "paper": Paper.SENT}
    if _RETURNED.search(clause) or _FAULT_FOUND.search(clause):
        notice = {} if case.paid else {"notice": False}
        return {"review": Review.RETURNED, "paper": Paper.SENT, **notice}
    if not negative and case.review in (Review.RETURNED, Review.CORRECTED):
        if _RESENT.search(clause):
            return {"review": Review.RESENT}
        if _CORRECTED.search(clause) and case.review is Review.RETURNED:
            return {"review": Review.CORRECTED}
    if not negative and _RESENT.search(clause) and re.search(r"了|过去", clause):
        return {"paper": Paper.SENT}
    if not negative and case.paper in (None, Paper.SENT) and not case.notice and _PASSED.search(clause):
        return {"review": Review.PASSED, "paper": Paper.SENT}
    return {}


def _customer_agrees(clause: str, negative: bool) -> Facts:
    if _OPEN.search(clause):
        return {"confirmed": False}
    of_the_terms = not re.search(r"盖|章|条款", clause)
    return {"confirmed": not negative} if of_the_terms and _AGREED.search(clause) else {}
