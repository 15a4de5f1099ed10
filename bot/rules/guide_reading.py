"""Read what somebody says about an order under way into a :class:`bot.rules.guide.Case`, in any order.

Works on the normal form (simplified, half width, lower case), clause by clause, since 「有编号，订单还没填」 says yes and no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import cn2an

from bot.rules.customer_name import CLAUSES, customer_in
from bot.rules.guide import Agreement, Case, Item, Paper, Sealing

_NOT = re.compile(r"没|未|不(?!过|少)|无(?!锡)")
_QUANTITY = re.compile(
    r"(\d{1,6}|一(?=[十百千])[一二三四五六七八九十百千两零]{1,7}|[二三四五六七八九十百千两][一二三四五六七八九十百千两零]{0,7})\s*"
    r"(?:个(?!客户|公司|单|工作日|月|问题|人工)|套|份|用户|账号|帐号|seats?|licen[sc]es?|人(?!工)|许可|点(?!半)|席)"
)
_YEARS = re.compile(r"([\d一二两三四五])\s*(?:年(?!底|初|前|后|月)|years?)")
_YES = re.compile(
    r"^(?:嗯+|恩|呃|那个)*(?:是|对|好|行|有|可以|没错|没问题|确[认定]|登记|要|需要|当然|已经|都?(?:签|盖|填|发|付|收|开|寄)[过好完]?了|ok|yes|y$|yep|嗯)"
)
_DONE = re.compile(r"^(?!.*[没未不算错忘够晚几哪步])[^吗？]{1,8}了[。！]?$")
"""「寄出去了」, 「收到了」: done, whatever was asked for."""
_NOTED = re.compile(
    r"^(?:嗯*好的?|行|可以|ok(?:ay)?|没问题|明白|知道|了解|继续|接着)(?:[，。！ ]|吧|呀|哦|啊|的|了解|继续|$)"
)
"""Heard, which answers no question about what has happened."""
_NO = re.compile(r"^(?:嗯+|呃|那个)*(?:没(?!错|问题)|不|否|还没|未|先不|暂|no(?![a-z])|都没|从来没|哪有|并没)")
_AGREEMENT = re.compile(r"合[作做](?:协议|合同)|代理协议|(?<!服务)协议(?=.{0,4}(?:编号|扫描|原件))|跟.{1,6}签过")
_FIRST_TIME = re.compile(r"第一次|首次|头一?[次回]|刚加入|新代理|没合作过")
_SEALED = re.compile(
    r"(?:章|盖|服务协议).{0,12}(?:好|完|过|了|回来|拿到|齐)|(?:好|完|过)章|盖的|盖(?:好|完|了|过)|手上有.{0,10}服务协议"
)
_CUSTOMER_MONEY = re.compile(r"客户.{0,6}(?:钱|款).{0,4}(?:没|给我们|付给我们)|客户(?:还没|没)付")


def read_said(text: str, entities: Mapping[str, list[Any]], case: Case, asked: Item | None) -> Case:
    """``case`` with what ``text`` says.

    Args:
        text: the normal form of a message.
        entities: values by the kind of entity: ``agreement_number``, ``customer``, ``product``, ``people``.
        case: what was known before.
        asked: what the guide has asked about; a bare yes or no answers it.
    """
    before = case
    case = _details(text, entities, case)
    subject, told = "", False
    for clause in _clauses(text):
        if clause.endswith("吗") or (clause.endswith("么") and not _NOT.search(clause)):
            continue
        subject = _subject(clause, asked) or subject
        found = _clause(clause, subject, case)
        told = told or bool(found)
        case = replace(case, **found)
    # Something that is known already is no answer to another question: 「通知付款了」 does not mean that it was paid.
    if case == before and asked and not told:
        case = _answer(text, case, asked)
    return case


def says_something(text: str) -> bool:
    """Whether ``text`` tells about an order under way, without regard to a question before it."""
    return read_said(text, {}, Case(), None) != Case()


def means_yes(text: str) -> bool:
    """Whether ``text`` begins with a yes."""
    return bool(_YES.search(text)) and not means_no(text)


def is_short_answer(text: str) -> bool:
    """Whether ``text`` is a bare yes, no or 「…了」, which only an open question gives a meaning."""
    return len(text) <= 8 and (means_yes(text) or means_no(text) or bool(_DONE.search(text)))


def means_no(text: str) -> bool:
    """Whether ``text`` begins with a no."""
    return bool(_NO.search(text))


def _clauses(text: str) -> Iterator[str]:
    yield from (part for part in CLAUSES.split(text) if part)


def _subject(clause: str, asked: Item | None) -> str:
    """Which paper a clause names; one that names none goes on about the one before.

    A mere 「协议」 is the distributor's, unless the customer is spoken of or the customer's seal was asked for.
    """
    bare = re.search(r"(?<!服务)协议", clause)
    if (
        bare
        and "服务" not in clause
        and (_AGREEMENT.search(clause) or ("客户" not in clause and asked is not Item.SEAL))
    ):
        return "agreement"
    if "服务协议" in clause or "章" in clause or "骑缝" in clause:
        return "service" if not _AGREEMENT.search(clause) else "agreement"
    if _AGREEMENT.search(clause) or "编号" in clause:
        return "agreement"
    if re.search(r"订单|采购单|(?<![a-z])po(?![a-z])|材料|资料|电子(?:档|文档|版)|填", clause):
        return "paper"
    if asked is Item.AGREEMENT and re.search(r"扫描|原件", clause):
        return "agreement"
    return ""


def _details(text: str, entities: Mapping[str, list[Any]], case: Case) -> Case:
    """Customer, product, quantity and term."""
    found: dict[str, Any] = {}
    if entities.get("agreement_number"):
        found["agreement"] = Agreement.NUMBER
    product = next((p for p in entities.get("product", []) if p not in ("Office 365", "Azure")), None)
    if product:
        found["product"] = product
    elif entities.get("product") and not case.product:
        found["product"] = entities["product"][0]
    quantity = next((int(n) for n in entities.get("people", [])), None) or _number(_QUANTITY.search(text))
    if quantity and 0 < quantity <= 1_000_000:
        found["quantity"] = quantity
    years = _number(_YEARS.search(text))
    if years and years <= 10:
        found["years"] = years
    name = customer_in(text, next((str(value) for value in entities.get("customer", [])), None))
    if name:
        found["customer"] = name
    return replace(case, **found)


def _number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    try:
        return int(cn2an.cn2an(match[1], "smart"))
    except ValueError:  # 「十百」 is no number
        return None


def _clause(clause: str, subject: str, case: Case) -> dict[str, Any]:
    """What one clause says, by the fields of a case."""
    negative = bool(_NOT.search(clause))
    found: dict[str, Any] = {}
    if re.search(r"老代理|老partner", clause) and case.agreement is None:
        found["agreement"] = Agreement.SIGNED
    elif re.search(r"(?:啥|什么)都没签|(?:第一|头一?)[次回].{0,4}(?:合作|跟云总代)", clause):
        found["agreement"] = Agreement.NONE
    if "编号" in clause and (negative or re.search(r"有|拿到|下来|收到|是|给了|到了|hz", clause)):
        missing = case.agreement if case.agreement in (Agreement.SCAN_SENT, Agreement.ORIGINAL_SENT) else Agreement.NONE
        found["agreement"] = missing if negative else Agreement.NUMBER
    elif subject == "agreement":
        found.update(_agreement(clause, negative, case))
    elif subject == "service":
        found.update(_seal(clause, negative, case))
    if subject == "paper" or (subject != "agreement" and re.search(r"扫描件|scan|材料", clause)):
        found.update(_paper(clause, negative, case))
    found.update(_money(clause, negative))
    found.update(_customer_agrees(clause, negative))
    if "原件" in clause and subject != "agreement" and re.search(r"寄|快递|发|签收|收到", clause):
        found["originals"] = not negative
    return found


def _agreement(clause: str, negative: bool, case: Case) -> dict[str, Any]:
    if case.agreement is Agreement.NUMBER:
        return {}
    if "原件" in clause:
        return {"agreement": Agreement.SCAN_SENT if negative else Agreement.ORIGINAL_SENT}
    if re.search(r"扫描|scan", clause):
        return {"agreement": Agreement.NONE if negative else Agreement.SCAN_SENT}
    if re.search(r"签|盖|办", clause):
        return {"agreement": Agreement.NONE if negative else Agreement.SIGNED}
    return {"agreement": Agreement.NONE} if negative and re.search(r"协议|合同", clause) else {}


def _seal(clause: str, negative: bool, case: Case) -> dict[str, Any]:
    if re.search(r"怎么|什么|哪|吗$", clause):
        return {}
    wrong = re.search(r"公章|合同章|电子章|普通章|法人章", clause)
    right = re.search(r"骑[缝锋逢峰风]|齐缝|跨页|每页(?:的)?边|侧边|页与页", clause)
    if wrong and not (right and not negative):
        absent = re.search(r"(?:没|未|不是)[^骑]{0,3}(?:公章|合同章)", clause)
        return {"seal": Sealing.NONE if absent else Sealing.PLAIN}
    if right:
        kept = case.seal if case.seal is Sealing.PLAIN else Sealing.NONE
        return {"seal": kept if negative else Sealing.CROSS_PAGE}
    if negative and re.search(r"盖|章|回来|服务协议", clause):
        return {"seal": Sealing.NONE}
    if not negative and _SEALED.search(clause) and case.seal is not Sealing.CROSS_PAGE:
        return {"seal": case.seal if case.seal is Sealing.PLAIN else Sealing.UNKNOWN_KIND}
    return {}


def _paper(clause: str, negative: bool, case: Case) -> dict[str, Any]:
    if re.search(r"怎么|什么|哪|吗$|付款", clause):
        return {}
    sending = re.search(r"发|交|提交|寄|给云总代|传", clause)
    if negative or "空着" in clause:
        if sending or (case.paper is not None and re.search(r"电子|扫描", clause)):
            return {"paper": Paper.FILLED}
        return {"paper": Paper.NOT_FILLED} if re.search(r"填|空|写|弄|做|订单|采购", clause) else {}
    if sending and re.search(r"了|过去|完|好|已", clause):
        return {"paper": Paper.SENT}
    if re.search(r"[填写弄做](?:好|完|了|过)|有了", clause):
        return {"paper": case.paper if case.paper is Paper.SENT else Paper.FILLED}
    return {}


def _money(clause: str, negative: bool) -> dict[str, Any]:
    if _CUSTOMER_MONEY.search(clause):
        return {}
    if re.search(
        r"付款通知|通知.{0,6}付|让.{0,4}付|(?:要|催)我们付|审核?中|在审|没动静|收到?.{0,2}通知|通知.{0,3}(?:没|还|来|到|下)",
        clause,
    ) and not re.search(r"开通", clause):
        waiting = negative or re.search(r"审|没动静", clause)
        return {"notice": False, "paper": Paper.SENT} if re.search(r"审|没动静", clause) else {"notice": not waiting}
    if re.search(r"开通|账号|帐号|密码", clause) and re.search(r"了|到|没|未|已|下来", clause):
        if re.search(r"\d\s*个?(?:账号|帐号)|要", clause):
            return {}
        return {"provisioned": not negative}
    if re.search(r"(?:钱|款).{0,8}(?:打|付|汇|转|到账|给云总代)|付款|打款|付[过了]|汇款", clause):
        if negative:
            return {"paid": False}
        return {"paid": True} if re.search(r"了|过去|完|好|已|过|到账", clause) else {}
    return {}


def _done(verb: str, case: Case, asked: Item) -> dict[str, Any]:
    """What is done when only its verb is said: 「发了」 is the scan of the paper that is spoken of."""
    if asked is Item.AGREEMENT:
        return {"agreement": {"发": Agreement.SCAN_SENT, "寄": Agreement.ORIGINAL_SENT, "盖": Agreement.SIGNED}[verb]}
    if verb == "盖":
        return {} if case.seal is Sealing.CROSS_PAGE else {"seal": case.seal or Sealing.UNKNOWN_KIND}
    if verb == "寄" and asked in (Item.PROVISIONED, Item.ORIGINALS):
        return {"originals": True}
    return {"paper": Paper.SENT}


def _customer_agrees(clause: str, negative: bool) -> dict[str, Any]:
    if re.search(
        r"还在谈|在谈|没谈|考虑|没想好|没(?:定|确认|敲定)|未定|没决定|没签合同|合同.{0,6}没签|还在.{0,2}商量", clause
    ):
        return {"confirmed": False}
    if re.search(
        r"(?:客户|产品|数量).{0,12}(?:确认|同意|定了|定好|谈妥|谈好|谈成|答应|敲定)|合同.{0,6}签|签了合同|都?(?:定|谈|确认)好了",
        clause,
    ):
        return {"confirmed": not negative}
    return {}


def _answer(text: str, case: Case, asked: Item) -> Case:
    """A bare answer to the question that is open."""
    no = means_no(text)
    if _NOTED.search(text):
        return case
    if not no and _DONE.search(text) and (done := re.search("[发寄盖](?!.{0,2}回)", text)):
        return replace(case, **_done(done[0], case, asked))
    if not no and not means_yes(text) and not _DONE.search(text):
        if asked is Item.AGREEMENT and _FIRST_TIME.search(text):
            return replace(case, agreement=Agreement.NONE)
        return case
    yes_no: dict[Item, tuple[Any, Any]] = {
        Item.AGREEMENT: (Agreement.NUMBER, Agreement.NONE),
        Item.SEAL: (Sealing.CROSS_PAGE if case.seal is Sealing.UNKNOWN_KIND else Sealing.UNKNOWN_KIND, Sealing.NONE),
        Item.PAPER: (Paper.SENT, Paper.NOT_FILLED),
    }
    yes, otherwise = yes_no.get(asked, (True, False))
    if asked is Item.SEAL and no and case.seal is Sealing.UNKNOWN_KIND:
        otherwise = Sealing.PLAIN
    return replace(case, **{asked.value: otherwise if no else yes})
