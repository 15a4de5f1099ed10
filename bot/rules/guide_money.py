"""What one clause says about the money of an order: that it is asked for, paid, refused, and that the service is there."""

from __future__ import annotations

import re
from typing import Any

from bot.rules.guide import Case, Paper, Review

Facts = dict[str, Any]

_REVIEWING = re.compile(r"还没(?:有)?通过|审核?中|在审|(?:没|未)(?:有)?审|审核?.{0,4}(?:没|未)[好完出有]")
SILENT = re.compile(
    r"(?:没|无|没有|没什么|没啥)(?:任何)?(?:动静|消息|反应|回音|回复|下文|音信|声音|进展|信儿?$|答复|回话)|(?:不|没)(?:理|回)(?:我|人|$)"
)
CUSTOMER_MONEY = re.compile(
    r"(?<![替帮给])客户.{0,6}(?:付|打款|打钱|汇款|转账|[钱款].{0,6}(?:给|到账(?!号)|交|打|转|汇|来|没))|收到?了?客户.{0,4}[钱款]|[付打转汇]给我们"
)
_AT_PAYMENT = re.compile(
    r"(?<![收接])(?:到|卡在|停在|该)了?付[款钱](?!通知)|付款(?:这|那)(?:一)?[步关]|付款(?:环节|阶段)"
)
_PAYING = re.compile(
    r"(?:钱|款|货款|费用).{0,8}(?:打|付|汇|转|到账(?!号)|给云总代|给总代|交)|付款|打款|汇款|转账|转款|付(?=[过了完好掉清成]|$)|已付|付的|(?<!未)支付|总代.{0,6}收到?了?[钱款]|交钱|付钱|打钱"
)
_PAYMENT_THINGS = re.compile(r"付款(?:方式|账[号户]|流程|时间|期限|条件|单|申请)|付款这|发票")
_PAYING_INSIDE = re.compile(
    r"走.{0,6}(?:付款|打款).{0,2}流程|(?:付款|请款|用款|打款)的?(?:申请|审批|流程|单).{0,6}(?:提交|走|交|批|做|等)|(?:付款|打款|请款)(?:已经?|都|也|刚)*(?:获?批|审批)(?:准|下来)?了"
    r"|(?:提交|走|填|交|提)了?.{0,2}(?:付款|请款|用款)的?(?:申请|审批|流程|单)"
)
"""The way of a payment through the user's own company."""
REFUSED = re.compile(
    r"(?:老板|老总|领导|财务|上面|公司|经理|总监).{0,5}(?:不|没|未)(?:肯|愿|让|给|想)?(?:批|同意|签字|放款|付|点头|松口)|没批|批不下来|不批"
    r"|(?:没|不够)钱付|钱不够"
)
BY_ANY_WAY = re.compile(r"短信|微信|电话|口头|qq|群里|陌生|私人|个人邮箱")
"""Ways by which a notice is none before it has been checked (F25: the distributor's written one counts)."""
DISPUTED = re.compile(
    r"(?:金额|账[号户]|户名|收款.{0,2}).{0,3}(?:不对|不符|对不上|不一致|错|有问题|可疑|奇怪|不一样|变了|换了)"
)
_NOT_ARRIVED = re.compile(
    r"(?:总代|他们|对方|人家|那边)(?!通知).{0,8}(?:没|未|不)(?:有|能)?(?:收|见|看|查|等)(?:到|着|见).{0,6}(?:钱|款(?!通知)|账(?![号户]))"
    r"|(?:总代|他们|对方|人家|那边)(?!通知).{0,6}[钱款].{0,4}(?:没|未)(?:有)?(?:收到|到|看到|见到|查到|进账|入账)"
    r"|[钱款].{0,3}(?:总代|他们|对方|人家|那边).{0,4}(?:没|未)(?:有)?(?:收到|看到|见到|查到)"
)
_TOLD_WITHIN = re.compile(
    r"(?:老板|老总|领导|财务|经理|总监|出纳|会计)(?:(?!总代|他们|对方|收到|接到|说通知)[^，]){0,4}(?:让|叫|催|喊|要求|通知)[^，]{0,4}付"
)
"""Pressed to pay by somebody of the user's own company, which is no notice of the distributor's."""
_OF_MONEY = re.compile(r"[钱款]|付(?!款通知)|转账|汇(?!报|总)|打(?:过去|给)|银行")
_NOTICE = re.compile(
    r"付款通知|通知.{0,6}付|(?:让|叫|喊|催|请|允许|要求)(?:我们?|咱们?|代理商?)?(?:可以|去|赶紧|尽快)?付|要我们?付|催款|催缴|(?:收|接)到.{0,3}付款"
    r"|(?<!开通)(?<!中标)(?<!放假)(?<!到货)通知(?!.{0,2}客户)|(?:说|表示).{0,4}可以付"
)
_MAY_PAY = re.compile(
    r"(?:可以|能|该|准)(?:去|安排)?(?:付|打款|汇款|转账)|总代(?:那边)?(?:已经?|都|也)?(?:同意|允许|批准)(?:我们?|咱们)?(?:付|打款|汇款|转账)"
)
_NOTICE_HERE = re.compile(
    r"收|接到|拿到|来|到|有|下来|下了|发|给|出来?了|通知(?:了|过|我|付|打)|让|叫|喊|催|请|要|可以付|允许|已通知|核实"
)
_PROVISIONED = re.compile(r"开通|服务.{0,4}开|账号|帐号|密码|邮箱.{0,3}能用|能(?:登录|登陆|用)了|登(?:录|陆|进去)")
_CALLED = re.compile(r"催款|催缴|通知(?:我们?|咱们?)?付|(?:让|叫|喊|催|请|要)(?:我们?|咱们?)?.{0,2}付")
_CAME = re.compile(r"[了过已]|收到|接到|拿到|下来|到手|来着|收着|有(?:付款)?通知|的$")
_NOTICE_WORD = re.compile(r"付款的?通知|通知付款|通知书")


def not_arrived(text: str) -> bool:
    """Whether ``text`` says that the distributor has not got the money, which is not that it was not paid (F31)."""
    return bool(_NOT_ARRIVED.search(text))


def pressed_within(text: str) -> bool:
    """Whether ``text`` tells of somebody in the user's own company who wants it to be paid."""
    return bool(_TOLD_WITHIN.search(text))


def speaks_of_money(clause: str) -> bool:
    """Whether ``clause`` is about the payment rather than the documents."""
    return bool(_OF_MONEY.search(clause))


def money_facts(clause: str, negative: bool, case: Case) -> Facts:
    """Asked to pay, paid, provisioned."""
    if REFUSED.search(clause):
        return {"paid": False} if case.paid is None and (case.notice or case == Case()) else {}
    if _PAYING_INSIDE.search(clause) or (re.search(r"银行|[钱款]", clause) and re.search(r"退(?:回|了)", clause)):
        return {"paid": False} if not case.provisioned else {}
    if not_arrived(clause) or pressed_within(clause):
        return {}
    if SILENT.search(clause):
        return _silence(case)
    if _REVIEWING.search(clause):
        return {"notice": False, "paper": Paper.SENT}
    at_payment = _AT_PAYMENT.search(clause)
    if "通知" not in clause and (at_payment or CUSTOMER_MONEY.search(clause)):
        if negative and not case.paid and re.search(r"再[付打汇转]", clause):
            return {"paid": False}
        return {"paper": Paper.SENT} if at_payment and not negative else {}
    if _MAY_PAY.search(clause) and not negative:
        told_so = case.review is Review.PASSED or re.search(r"说|总代|他们|对方|通知", clause)
        return _notice_came(case) if told_so and not case.notice else {}
    if _NOTICE.search(clause) and "开通" not in clause:
        if BY_ANY_WAY.search(clause):
            return {}
        if negative:
            return {"notice": False}
        came = _NOTICE_HERE.search(_NOTICE_WORD.sub("通知", clause)) and (
            _CALLED.search(clause) or _CAME.search(clause)
        )
        return _notice_came(case) if came else {}
    if _PROVISIONED.search(clause) and re.search(r"了|到|没|未|已|下来", clause):
        if re.search(r"\d\s*个?(?:账号|帐号)|要|付款", clause):
            return {}
        return {"provisioned": not negative}
    if _PAYING.search(clause) and not _PAYMENT_THINGS.search(clause):
        if negative:
            return {} if "到账" in clause else {"paid": False}
        return {"paid": True} if re.search(r"了|过去|完|好|已|过|到账|掉|清|付的|搞定", clause) else {}
    return {}


def _notice_came(case: Case) -> Facts:
    passed = {"review": Review.PASSED} if case.review else {}
    return {"notice": True, **passed}


def _silence(case: Case) -> Facts:
    """Nothing was heard: of the money's effect once it was paid, of the notice before."""
    if case.paid:
        return {} if case.provisioned else {"provisioned": False}
    sent = case.paper is Paper.SENT or case == Case()
    return {"notice": False, "paper": Paper.SENT} if sent and not case.notice else {}


def unverified_notice(text: str) -> bool:
    """Whether ``text`` speaks of a notice to pay that anybody could have sent, or that cannot be right."""
    return bool(_NOTICE.search(text) and BY_ANY_WAY.search(text)) or bool(DISPUTED.search(text))
