"""Read what somebody says about an order under way into a :class:`bot.rules.guide.Case`, in any order.

Works on the normal form (simplified, half width, lower case), clause by clause, since 「有编号，订单还没填」 says yes and no.
Only what is told as having happened moves a case on (:mod:`bot.rules.guide_manner`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cn2an

from bot.rules.customer_name import customer_in
from bot.rules.guide import Agreement, Case, Item, Paper, Review, Sealing
from bot.rules.guide_answers import (
    CORRECTS,
    NO_ALONE,
    answer_to,
    facts_of_verb,
    latest_taken_back,
    means_no,
    means_yes,
    of_others,
)
from bot.rules.guide_facts import facts_of
from bot.rules.guide_manner import Manner, clauses, doubts_before, is_negative, manner_of, only_doubts, spoken
from bot.rules.guide_money import BY_ANY_WAY, DISPUTED, SILENT, speaks_of_money, unverified_notice
from bot.rules.guide_summary import read_summary
from bot.rules.guide_verbs import bare_verb
from bot.rules.parties import same_party

_QUANTITY = re.compile(
    r"(\d{1,6}|一(?=[十百千])[一二三四五六七八九十百千两零]{1,7}|[二三四五六七八九十百千两][一二三四五六七八九十百千两零]{0,7})\s*"
    r"(?:个(?!客户|公司|单|工作日|月|问题|人工)|套|份|用户|账号|帐号|seats?|licen[sc]es?|人(?!工)|许可|点(?!半)|席)"
)
_YEARS = re.compile(r"([\d一二两三四五])\s*(?:年(?!底|初|前|后|月)|years?)")
_AGREEMENT = re.compile(r"合[作做](?:协议|合同)|代理协议|(?<!服务)协议(?=.{0,4}(?:编号|扫描|原件))|跟.{1,6}签过")
_OF_STEP_ONE = re.compile(r"签|盖|章|扫|原件|寄|快递|退回|打回|驳回")
_OF_THE_ORDER = re.compile(
    r"服务|骑[缝锋逢峰风]|客户|甲方|订单|采购|单(?:子|没|也|还|填)|(?<![a-z])po(?![a-z])|材料|电子|付款|开通|(?<!合作)(?<!合做)合同(?!章)"
)
_HEARSAY = re.compile(
    r"(?:同事|财务|出纳|会计|商务|助理|销售|客户|他们?|她|人家|对方|总代)(?:那边)?(?:跟我|和我)?(?:说|讲|回|告诉)"
)
_LOOKED = re.compile(r"(?:我?(?:刚才?|又|去|都)*(?:问|查|看|核实|核对|确认)(?:过|清楚|完|到)?了)")
_SHORT = 8
"""Characters up to which a yes, a no or a bare verb is an answer."""


def read_said(text: str, entities: Mapping[str, list[Any]], case: Case, asked: Item | None) -> Case:
    """``case`` with what ``text`` says.

    Args:
        text: the normal form of a message.
        entities: values by the kind of entity: ``agreement_number``, ``customer``, ``product``, ``people``.
        case: what was known before.
        asked: what the guide has asked about; a bare yes or no answers it.
    """
    before = case
    text = spoken(text)
    case = _details(text, entities, case)
    doubted = any(only_doubts(clause) for clause, _ in clauses(text))
    undone = case
    subject, manner = "", Manner.TOLD
    told = corrects = terms_open = of_money = sealed_now = False
    for clause, marked in clauses(text):
        corrects = corrects or bool(CORRECTS.search(clause))
        of_a_notice = case.notice is not undone.notice and BY_ANY_WAY.search(clause)
        if of_a_notice or doubts_before(clause) or DISPUTED.search(clause):
            case = _only_wrong_seal(undone, case)
            continue
        manner = manner_of(clause, marked)
        open_item = None if asked is Item.AGREEMENT and case.agreement is Agreement.NUMBER else asked
        subject = _subject(clause, "" if _OF_THE_ORDER.search(text) else clause, open_item, case) or subject
        if manner in (Manner.ASKED, Manner.UNSURE) or (doubted and (_HEARSAY.search(clause) or bare_verb(clause))):
            continue
        negative = manner is Manner.NOT_YET or is_negative(SILENT.sub("", clause))
        rest, summed_up = read_summary(clause)
        if summed_up.get("seal") is Sealing.UNKNOWN_KIND and case.seal in (Sealing.CROSS_PAGE, Sealing.PLAIN):
            del summed_up["seal"]
        signs = open_item is Item.AGREEMENT and bool(case.agreement)
        found = {**summed_up, **(facts_of(rest, subject, case, negative, signs) if rest else {})}
        if not found and manner is Manner.TOLD and (subject != "agreement" or asked is Item.AGREEMENT):
            found = facts_of_verb(clause, case, open_item, corrects)
        if not found and not told and NO_ALONE.fullmatch(clause) and open_item:
            found = answer_to(clause, case, open_item, corrects)
        if found.get("confirmed") and terms_open and re.search(r"产品|数量|时间|年限", clause):
            found = {}  # one of three: 「数量还没定，产品定了」
        terms_open = terms_open or found.get("confirmed") is False
        if not found and corrects and manner is Manner.TOLD and open_item and of_others(clause):
            found = latest_taken_back(case)
        if manner is Manner.NOT_YET:
            found = {field: value for field, value in found.items() if not _lowers(case, field, value)}
            if found.get("paper") is Paper.FILLED:
                del found["paper"]  # who is going to send it has perhaps not filled it in yet
        if speaks_of_money(clause):
            of_money = True
        elif of_money and before.paid and found.get("review") is Review.RETURNED and not subject:
            found = {"paid": False}  # 「没付成功，被退回来了」: the money came back, not the papers
        if not corrects:
            found = _sealed_anew(case, found)
        sealed_now = sealed_now or (subject == "agreement" and not negative and "盖" in clause)
        told = told or bool(found)
        undone, case = (case, replace(case, **found)) if found else (undone, case)
    # Something that is known already is no answer to another question: 「通知付款了」 does not mean that it was paid.
    if case == before and asked and not told and manner is Manner.TOLD:
        case = replace(case, **answer_to(text, case, asked, corrects))
    unsent = case.agreement in (Agreement.STARTED, Agreement.SCAN_SENT) and not re.search("扫|传|发(?!票)", text)
    if sealed_now and (unsent or case.agreement is Agreement.STARTED):
        case = replace(case, agreement=Agreement.SEALED)
    return _reopened(before, case)


def says_something(text: str) -> bool:
    """Whether ``text`` tells about an order under way, without regard to a question before it."""
    return read_said(text, {}, Case(), None) != Case() or unverified_notice(text)


def is_short_answer(text: str) -> bool:
    """Whether ``text`` is a bare yes, no or 「…了」, which only an open question gives a meaning."""
    said = [clause for clause, _ in clauses(spoken(text)) if not _LOOKED.fullmatch(clause)]
    return (len(text) <= _SHORT and (means_yes(text) or means_no(text))) or bool(said and all(map(bare_verb, said)))


def _only_wrong_seal(before: Case, after: Case) -> Case:
    """What is asked about (「…，算不算」) is not taken as told, but for a seal that is wrong anyhow (F19)."""
    return replace(before, seal=after.seal) if after.seal in (Sealing.PLAIN, Sealing.NONE) else before


def _sealed_anew(case: Case, found: dict[str, Any]) -> dict[str, Any]:
    """``found`` with the documents put right when the seal that they went out without is there now (F19, F25)."""
    wrong = case.seal in (Sealing.PLAIN, Sealing.NONE) and found.get("seal") is Sealing.CROSS_PAGE
    if wrong and case.paper is Paper.SENT and not case.notice and "review" not in found:
        return {**found, "review": Review.CORRECTED}
    return found


def _lowers(case: Case, field: str, value: Any) -> bool:
    """Whether a plan would take back what was told: 「下周再寄一份」 does not unsend anything."""
    return getattr(case, field) not in (None, value)


def _reopened(before: Case, after: Case) -> Case:
    """``after`` without what rested on something that the message takes back."""
    if before.paper is Paper.SENT and after.paper in (Paper.FILLED, Paper.NOT_FILLED):
        fields: tuple[str, ...] = ("review", "notice", "paid", "provisioned", "originals")
    elif before.paid and after.paid is False:
        fields = ("provisioned", "originals")
    else:
        return after
    return replace(after, **{f: None for f in fields if getattr(after, f) == getattr(before, f)})


def _subject(clause: str, of_step_one: str, asked: Item | None, case: Case) -> str:
    """Which paper a clause names; one that names none goes on about the one before.

    A mere 「协议」 is the distributor's, unless the customer is spoken of or the customer's seal was asked for. While the
    cooperation agreement is under way, so are the seals, scans and originals in ``of_step_one``: the clause, unless its
    message speaks of the order.
    """
    in_step_one = asked is Item.AGREEMENT and (case.agreement is not None or not re.search("公章|合同章", clause))
    if in_step_one and _OF_STEP_ONE.search(of_step_one):
        return "agreement"
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
    counted = _QUANTITY.search(text)
    if counted and counted[0].endswith("份") and re.search(r"协议|合同|原件|正本|扫描|材料|纸质|一式", text):
        counted = None
    quantity = next((int(n) for n in entities.get("people", [])), None) or _number(counted)
    if quantity and 0 < quantity <= 1_000_000:
        found["quantity"] = quantity
    years = _number(_YEARS.search(text))
    if years and years <= 10 and "合作" not in text:
        found["years"] = years
    name = customer_in(text, next((str(value) for value in entities.get("customer", [])), None))
    if name and not (case.customer and _is_no_other(name, case.customer, text)):
        found["customer"] = name
    return replace(case, **found)


def _is_no_other(name: str, known: str, text: str) -> bool:
    """Whether ``name`` is but a short form of the ``known`` customer, or a guess of the recogniser's while one is known."""
    if CORRECTS.search(text):
        return False
    shorter = len(name) < len(known) and same_party(name, known)
    return shorter or customer_in(text, None) is None


def _number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    try:
        return int(cn2an.cn2an(match[1], "smart"))
    except (ValueError, KeyError):  # 「十百」 is no number, and cn2an trips over 「一十」
        return None
