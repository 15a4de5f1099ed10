"""Read a short answer to the question that the adviser has just asked.

What an answer may set depends on the question: 「没有」 says nothing alone. A sentence about something else is no answer,
and one that can be read two ways leaves everything as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.rules.casebook_changes import ChangesRead
from bot.rules.casebook_company import UNSURE
from bot.rules.casebook_spread import OVER_HALF, UNDER_HALF
from bot.rules.casebook_topics import travel_in_words, use_in_words
from bot.rules.casebook_users import UsersRead
from bot.rules.customer_facts import Answer, CustomerFacts, Domain, Side, Spread, Today, Travel, Use, counted_users
from bot.rules.datacenter import Fact

_SAID_AS = r"^(?:必须|肯定|一定|当然|应该|也许|听说|据说|貌似|好像|估计|可能|大概|可|都|也|还|从来?|根本|得|要|想|打算|还是|就|用|暂时|目前|现在|跟?(?:他们|客户|总部|国外|那边)(?:那边|公司|的)?|那|我们|的话)*"
"""What may stand before the word that answers."""
_YES = re.compile(
    rf"{_SAID_AS}(?:是(?!少数|多数|个别|大部分|小部分|\d)|对|有|嗯|买|用[了着过]|在用|已经?|早|yes|ok|会|好|曾)|^(?:要|用$)"
)
_NO = re.compile(rf"{_SAID_AS}(?:没|未|否|无|no$|不(?:是|会|曾|存在|买|用|要|需要)?(?:的|吧)?(?=$|，)|不[是会买])")
_HAS_COMPANY = re.compile(r"^(?:是|有)?有(?:个|一个|家)?(?:国外|境外|海外)?(?:的)?(?:母公司|总部|总公司|分公司|公司)$")
_DOMESTIC_FIRM = re.compile(
    r"(?:他们|客户|就|都|是|纯)*(?:(?:国内|本土|民营|内资|国有)的?(?:公司|企业)|独立的?公司|国企|民企|央企)"
)
_BOUGHT = re.compile(r"(?:他们|客户|总部|国外|境外|海外|那边|公司)*(?:都|还|从来?)?(?P<no>没有?人?|未)?买(?:过|了)?")
"""Bare words that only answer whether a foreign company bought, whatever was asked last."""
_OTHER_DOMAIN = re.compile(
    rf"{_SAID_AS}(?:不(?![知清确懂明晓管过错太])(?:是|用|同|一)?|否|另|新(?!加坡|西兰)|换|各|分开|没有|单独|独立)|不[同一]|不相同|自己"
    r"|(?<![a-z.])\.?cn(?![a-z.])|(?<![a-z0-9.\-])[a-z0-9\-]+\.(?:com\.)?cn(?![a-z.])"
)
_SAME_DOMAIN = re.compile(
    r"同一|同个|同样|相同|一样|是一个|^一个|共用|沿用|统一|一致|^同$|(?:总部|总公司|母公司|集团|国外|国外公司|他们|那边)的?(?:那个|那套)?$|^(?:是(?!少数|多数|个别|大部分|小部分|\d)|对|嗯|yes)"
)
_OF_DOMAINS = re.compile(rf"{_SAID_AS}(?:不一样|不同|不是(?:同一个|一样)|一样|同一个|相同|不相同)(?:的|域名|吧|啊)*")
"""Says that two things are the same or not, which only domains can be."""
_ABOUT = {
    Fact.TRAVEL: {"travel", "travellers", "travel_share"},
    Fact.USE: {"use"},
    Fact.TENANT: {"foreign_tenant"},
    Fact.DOMAIN: {"domain"},
}
"""What an answer to a question may set; a sentence that sets something of another question answers that one."""
_COUNTED_AS = re.compile(r"(?:[算当](?:作|成|是|在|到)?|按)(?:(?P<inside>国内|大陆|境内|内地)|国外|境外|海外)(?!\d)")
_COUNTED_SO = re.compile(r"(?:当|按|作)(?:作|成|是)?(?:(?P<inside>国内|大陆|境内|内地)|国外|境外|海外)(?:算|计)")
_ASKS = re.compile(r"还是|[吗么？]|怎么|哪")
_QUESTION = re.compile(
    r"吗$|(?<!没)(?<!没有)(?<!不)什么(?!都)|怎么(?!出|去|用|飞|会去)|咋|为啥|如何|哪(?!怕|儿都|都)|多少(?!不|没|都)|几时|能不能|可不可以|会不会|是不是"
)
_MOSTLY = re.compile(r"绝大|几乎|基本|差不多都")
_MOSTLY_ON = re.compile(r"(?:绝大|几乎|基本|差不多).{0,4}(?:国内|境内|大陆|内地|(?P<abroad>国外|境外|海外))")
_HALF = re.compile(rf"(?:大概|应该|差不多|估计|也就)*(?:(?P<over>{OVER_HALF}|过半)|{UNDER_HALF})")
_BY_FAR = {Spread.MORE_MAINLAND: Spread.MOSTLY_MAINLAND, Spread.MORE_ABROAD: Spread.MOSTLY_ABROAD}
_OF_TRAVEL = re.compile("[出飞跑去差展]|国外|境外|海外|欧|美|外地|销售|老板|领导|高管")
_OF_USE = re.compile("[用登看收发传连查]|访问|邮|文件|系统|会议|开会|国外|境外|海外|老外|那边|供应商")
"""A longer sentence without any of these is about something else (「客户天天问我进度」)."""
_HEAD = 4
"""Characters of a first clause that answers, whatever the sentence goes on to say (「没有，国外公司买过365」)."""


@dataclass
class Statement:
    """Everything that one sentence says."""

    facts: dict[str, Any]
    users: UsersRead
    changes: ChangesRead


def read_answer(said: Statement, text: str, so_far: CustomerFacts, asked: Fact | None, other: bool) -> None:
    """Add to ``said`` what ``text`` answers.

    Args:
        said: what the sentence says by itself.
        text: the sentence without the words that soften it.
        so_far: what was known.
        asked: the question that is open.
        other: the sentence corrects what was said before, so that it does not answer the question.
    """
    facts = said.facts
    if (so_far.hmt or so_far.hmt_share) and not _ASKS.search(text):
        side = _COUNTED_SO.search(text) or _COUNTED_AS.search(text)
        if side:
            facts["hmt_side"] = Side.MAINLAND if side["inside"] else Side.ABROAD
    if _QUESTION.search(text):
        return  # a question answers nothing
    if other and said.users.loose is not None and so_far.travellers is None:
        return
    if (other or asked in (Fact.TENANT, Fact.DOMAIN)) and bare_level(text, so_far, other):
        return  # 「不对，是少数人」: of those who travel, whatever is asked now
    if asked in _ABOUT and (set().union(*_ABOUT.values()) - _ABOUT[asked]) & set(facts):
        head = re.split("[，。；]", text)[0]
        if head == text or len(head) > _HEAD:
            return
        text = head
    if asked is not None and asked is not Fact.TENANT and (bought := _BOUGHT.fullmatch(text)):
        facts["foreign_tenant"] = Answer.NO if bought["no"] else Answer.YES
        return
    unsure = bool(UNSURE.search(text)) and len(text) <= 12 and not re.search("区别|什么意思", text)
    if asked is Fact.TRAVEL:
        _travel(said, text, so_far, other)
    elif asked is Fact.USE:
        _use(said, text, so_far, other)
    elif asked is Fact.TENANT:
        _tenant(facts, text, unsure)
    elif asked is Fact.DOMAIN:
        if _name_at_home(facts, text, so_far) or "domain" in facts:
            return
        facts.update({"domain": domain} if (domain := _domain(text, unsure)) else {})
    elif asked is Fact.HMT:
        _hmt(facts, text, unsure)
    elif asked is Fact.USERS:
        _users(said, text, so_far, unsure)


def _travel(said: Statement, text: str, so_far: CustomerFacts, other: bool) -> None:
    facts = said.facts
    if _ABOUT[Fact.TRAVEL] & set(facts):
        return
    text = re.sub(
        "(?:老板|老总|领导|总经理)(?=说|问|让|要求|觉得|想|催)", "", text
    )  # who says it does not travel by that
    mainland = counted_users(so_far)[0]
    staff_unknown = mainland is None and so_far.total is None
    if said.users.sideless and not other:  # 「两成左右」: that part of the staff
        facts["travel_share"] = facts.pop("domestic_share")
        said.users.sideless = False
    elif (number := _number(said)) is not None:
        if staff_unknown and so_far.travellers is not None and number >= so_far.travellers:
            facts["total"] = number
            if number == so_far.travellers:  # it was the total all along
                facts["travellers"] = None
        elif (
            staff_unknown and so_far.spread is Spread.UNKNOWN and re.search(r"(?<!个)(?:人|用户|员工|账号|帐号)", text)
        ):
            facts["total"] = number  # who does not know where his users are says first how many they are
        else:
            facts["travellers"] = number
    elif (len(text) <= 8 or (not said.users.facts and _OF_TRAVEL.search(text))) and (
        level := travel_in_words(text, bare=True)
    ):
        facts["travel"] = level


def _use(said: Statement, text: str, so_far: CustomerFacts, other: bool) -> None:
    facts = said.facts
    if said.users.sideless and not other:
        facts.pop("domestic_share", None)  # 「一半」 of them: nobody knows whether that is much
        said.users.sideless = False
    if "use" not in facts and re.match("(?:都|全)(?:部|是|在)*(?:国内|境内|大陆|内地|本地)", text):
        facts["use"] = Use.NONE
    elif "use" not in facts and (len(text) <= 6 or _OF_USE.search(text)) and (use := use_in_words(text, bare=True)):
        facts["use"] = use
    if facts.get("use") is Use.NONE and so_far.use is Use.NONE:
        # Asked once more because there are users abroad: those who do not use it are none of its users.
        if counted_users(so_far)[1]:
            facts.setdefault("abroad", 0)
        elif so_far.domestic_share is not None or so_far.abroad_share is not None:
            facts.update({"domestic_share": 1.0 - (so_far.hmt_share or 0), "abroad_share": None})


def _tenant(facts: dict[str, Any], text: str, unsure: bool) -> None:
    if _OF_DOMAINS.fullmatch(text):
        if "domain" not in facts and (domain := _domain(text, False)):
            facts["domain"] = domain
        return
    if facts.get("today") in (Today.NOTHING, Today.OTHER_MAIL) and "foreign_tenant" not in facts:
        # 「那边没有用365」: said of them, not of the customer
        del facts["today"]
        facts["foreign_tenant"] = Answer.NO
    if _DOMESTIC_FIRM.fullmatch(text):
        facts["foreign_tenant"] = Answer.NO
    if "foreign_tenant" in facts or _HAS_COMPANY.match(text):
        return
    answer = Answer.UNKNOWN if unsure else _yes_or_no(text)
    facts.update({"foreign_tenant": answer} if answer else {})


def _hmt(facts: dict[str, Any], text: str, unsure: bool) -> None:
    quantities = {facts.get(name) for name in ("mainland", "abroad", "hmt", "domestic_share", "abroad_share")}
    if _ASKS.search(text) or quantities - {None, 0, 1.0}:
        return  # 「69%在国内」 says where users are, not how to count those in Hong Kong
    inside, outside = re.search("国内|大陆|境内|内地", text), re.search("国外|境外|海外|不算", text)
    if unsure or inside or outside:
        for name in ("mainland", "abroad", "domestic_share", "abroad_share", "spread"):
            facts.pop(name, None)
        facts["hmt_side"] = Side.UNKNOWN if unsure else Side.ABROAD if outside else Side.MAINLAND


def _users(said: Statement, text: str, so_far: CustomerFacts, unsure: bool) -> None:
    facts = said.facts
    if unsure and not said.users.facts and said.users.loose is None:
        facts["spread"] = Spread.UNKNOWN
    elif so_far.spread in _BY_FAR and _MOSTLY.search(text) and "spread" not in facts:
        facts["spread"] = _BY_FAR[so_far.spread]
    elif not facts and (mostly := _MOSTLY_ON.search(text)):
        facts["spread"] = Spread.MOSTLY_ABROAD if mostly["abroad"] else Spread.MOSTLY_MAINLAND
    elif not facts and (half := _HALF.fullmatch(text)):
        facts["spread"] = Spread.MORE_MAINLAND if half["over"] else Spread.MORE_ABROAD
    elif so_far.abroad is None and facts.get("use") is Use.NONE:
        facts.setdefault("abroad", 0)
    elif _yes_or_no(text) is Answer.NO and not facts and so_far.abroad is None:
        facts["abroad"] = 0
    elif _yes_or_no(text) is Answer.NO and not facts and so_far.mainland is None and so_far.total is None:
        facts["mainland"] = 0  # asked of the mainland, since those abroad are known


def bare_level(text: str, so_far: CustomerFacts, change: bool) -> dict[str, Any]:
    """What 「少数」 or 「多数」 alone sets, when nothing asked for it: who travels, when that was spoken of.

    Args:
        text: the sentence.
        so_far: what was known.
        change: it is a correction or a what-if, which has other words too.
    """
    if so_far.travel is None and so_far.travellers is None and so_far.travel_share is None:
        return {}
    if not change and not re.fullmatch("(?:是|就|也就)*(?:少数|多数)(?:人)?[吧。]?", text):
        return {}
    found = re.search(r"(?P<few>少数|很少|个别|小部分|没几个)|多数|大部分|大半", text)
    if not found or re.search(r"[国境海]|内|在", text):
        return {}
    return {"travel": Travel.FEW if found["few"] else Travel.MANY}


def _yes_or_no(text: str) -> Answer | None:
    parts = [part for part in re.split("[，。；！？]|但是?|不过|可是", text) if not part.endswith("吗")]
    if any(_NO.search(part) for part in parts):
        return Answer.NO
    return Answer.YES if any(_YES.search(part) for part in parts) else None


def _domain(text: str, unsure: bool) -> Domain | None:
    if unsure:
        return Domain.UNKNOWN
    if _OTHER_DOMAIN.search(text):
        return Domain.OTHER
    return Domain.SAME if _SAME_DOMAIN.search(text) else None


_IS_SUBDOMAIN = re.compile(r"(?!www\.)[^.]+\.[^.]{3,}\.(?:com|net|org|cn)")
"""「cn.abc.com」, though not 「abc.com.cn」."""


def _name_at_home(facts: dict[str, Any], text: str, so_far: CustomerFacts) -> bool:
    """Take a domain's name, said when asked which one the customer will use, for the customer's own; whether it was.

    Its end says that it is another one (「abc.cn」). 「cn.abc.com」 may be theirs with a word before: only their name can tell.
    """
    theirs = re.search("总部|总公司|母公司|集团|国外|那边|他们", text)
    names = [facts[owner] for owner in ("home_domain", "foreign_domain") if owner in facts]
    if len(names) != 1 or so_far.foreign_domain or theirs:
        return False
    name = names[0]
    if facts.pop("foreign_domain", None):
        facts["home_domain"] = name
        facts.pop("domain", None)
    if "domain" in facts:
        return True
    if re.fullmatch(r"[^.]+(?:\.com)?\.cn", name):
        facts["domain"] = Domain.OTHER
    elif _IS_SUBDOMAIN.fullmatch(name):
        facts["domain"] = Domain.SUBDOMAIN  # of whatever they have: the sheet says nothing of those
    return True


def name_what_if(facts: dict[str, Any], text: str, so_far: CustomerFacts) -> None:
    """Take a name that comes up after 「用同一个域名」, and that nobody owns, for another one (「如果用abc.cn呢」).

    Nobody asks what happens with a domain that the customer has already.
    """
    settled = so_far.foreign_tenant is Answer.YES and so_far.domain is Domain.SAME and so_far.foreign_domain is None
    if settled and _name_at_home(facts, text, so_far):
        facts.setdefault("domain", Domain.OTHER)


def _number(said: Statement) -> int | None:
    number: int | None
    if said.users.loose is not None:
        number, said.users.loose = said.users.loose, None
    else:
        number = said.facts.pop("total", None)
    return number
