"""Read the domain and the foreign tenant from a sentence in signs (F51–F53).

Each reader looks at one clause, returns the facts it found by the names of
:class:`~bot.rules.customer_facts.CustomerFacts`, and where its words begin, so that a number of users before them is
still read as one (``C N人想用同一个域名``).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from bot.rules.casebook_signs import Signs
from bot.rules.customer_facts import Answer, Domain

UNSURE = re.compile(
    r"不(?:太|大|是很|怎么|很)?(?:知(?!名)|清楚|了解|确定|晓得)|不确定|不晓得|没问|没说|说不[准清好]|不好说|没定|待定|没想好|未定|拿不准|没数|还在考虑|不一定|看情况|难说|没(?:了解|打听|统计|听说)|(?:得|要|再)(?:去|再)?问(?!题|他们要)"
)


class Read(NamedTuple):
    """Facts of a clause, and where in the clause the words begin that say them."""

    facts: dict[str, Any]
    begin: int


class Before(NamedTuple):
    """What the sentence has spoken of so far: a foreign company, people abroad."""

    company: bool = False
    abroad: bool = False


_DOMAIN_WORD = re.compile(r"域名|(?<![a-z])domain|后缀|D|(?<![a-z])(?:cn|com)(?![a-z])")
_DOMAIN_BEGIN = re.compile(
    r"(?:想|要|打算|继续|沿|还是|改)*(?:用|换|共用|沿用|另|单独|注册|不同|不一样|一样|同一?个?(?!事)|分开|域名|D|子|二级)|[跟和与](?=总部|国外|A|F|母公司|那边|他们|人家)"
)
_SUBDOMAIN = re.compile(r"子域名?|二级域名|下级域名|subdomain")
_OTHER_DOMAIN = re.compile(
    r"不(?:是|用|想用|打算用|再用|和|跟|肯用)?(?:跟.{0,4})?(?:同|一样|一个|相同)|两边不|不同|不一|另[起外用注]|另一个|另换|新(?:的|注册)?(?:一个)?(?:域名|domain)|换(?:个|了|成|一个)?(?:新|别的|其他)?的?(?:域名|domain)|改用|单独|分开|各用各|自己的|独立|别的域名|其他域名|用(?:一?个)?\.?cn|(?<![a-z])cn的|(?:申请|注册|买|搞|弄|办)(?:了|一)?个?\.?(?:cn|新)"
)
_SAME_DOMAIN = re.compile(
    r"同一?个?的?(?:域名|domain|后缀|D)|同(?:样|名)|一样的?(?:域名)?|相同|是一个域名|共用|沿用|(?:总部|总公司|母公司|[AF]|集团)(?:那边|公司)?(?:的|那个|的那个|(?<=[部司团]))(?:域名|domain|D)|继续用|[跟和与](?:总部|总公司|A|F|母公司|集团|那边).{0,6}(?:一样|一致|同)|统一域名|域名(?:要|得|必须|都)?(?:统一|一致)|同一个|同个"
)
_ASKED_OF_DOMAIN = re.compile(r"能不能|可不可以|能否|可否|是否能|行不行|吗$")
_NOT_THEIRS = re.compile(r"(?:总部|总公司|母公司|集团|[AF]|D).{0,8}(?:不(?:让|能|准|给|肯|许|可以)|没法|用不了)")
_FOREIGN_OWNER = re.compile(r"总部|母公司|总公司|总社|集团|[AF]|海外|老外|hq")
_HOME_OWNER = re.compile(r"[MC]|这边|我们|想用|打算|想要|改用|换成|要用")


def read_domain(clause: Signs, before: Before, foreign: str | None, supposed: bool = False) -> Read | None:
    """The domain, and the names of domains.

    Args:
        clause, before: what is read, and what came before it.
        foreign: the foreign company's domain, when it is known.
        supposed: it is a what-if, so that a question about a domain supposes it (「要是另用一个域名行吗」).
    """
    text = clause.text
    if not _DOMAIN_WORD.search(text) and not re.search(r"各用各的|解绑", text):
        return None
    facts: dict[str, Any] = {}
    last = 0
    for match in re.finditer("D", text):
        owner = text[last : match.start()]
        name = clause.values[match.start()]
        last = match.end()
        home, away = _last(_HOME_OWNER, owner), _last(_FOREIGN_OWNER, owner)
        known = facts.get("foreign_domain") or foreign
        is_home = home > away or (home == away == -1 and known not in (None, name))
        facts["home_domain" if is_home else "foreign_domain"] = name
    first = _DOMAIN_BEGIN.search(text)
    begin = first.start() if first else 0
    if _SUBDOMAIN.search(text):
        facts["domain"] = Domain.SUBDOMAIN
    elif _ASKED_OF_DOMAIN.search(text) and not supposed:
        pass
    elif UNSURE.search(text) or re.search(r"是不是.{0,8}域名", text):
        facts["domain"] = Domain.UNKNOWN
    elif "解绑" in text or _NOT_THEIRS.search(text) or _OTHER_DOMAIN.search(text):
        facts["domain"] = Domain.OTHER
    elif _SAME_DOMAIN.search(text):
        facts["domain"] = Domain.SAME
        if "foreign_domain" not in facts and "home_domain" in facts and foreign is None:
            facts["foreign_domain"] = facts["home_domain"]
    return Read(facts, begin)


def compare_domains(foreign: str, home: str) -> Domain:
    """Same, a subdomain of the other, or another domain."""
    if foreign == home:
        return Domain.SAME
    return Domain.SUBDOMAIN if home.endswith("." + foreign) or foreign.endswith("." + home) else Domain.OTHER


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((m.start() for m in pattern.finditer(text)), default=-1)


_COMPANY = re.compile(
    r"总部|母公司|总公司|总社|本社|集团|外方|关联公司|兄弟公司|(?<![a-z])hq(?![a-z])|(?:[AF]|A.{0,3})(?:的|那边|有|也|都|是)*(?:没有?什么|没有?|无)?(?:公司|分公司|子公司|分支|机构)|外资总"
)
_NO_COMPANY = re.compile(
    r"(?:没有?|无|没什么|不存在)(?:什么|任何|过|别的|其[他它]|[哪一]家)*(?:[AF](?:的)?(?:那边)?)?(?:母公司|公司|总部|总公司|分公司|子公司|关联公司|集团|分支|机构|办事处)|[AF](?:那边|的|也|都|根本|有)*(?:没有?|无)(?:什么|任何)?(?:公司|母公司|总部|总公司|分公司|子公司|关联公司|业务|分支|机构)|纯国内|纯M|纯内资|本土企业|内资企业|没有A的?业务"
)
_NOT_BOUGHT = re.compile(
    r"(?:没有?|未|还没|不|没在)(?:已经?|早就?)?(?:买|购|用|在用|开通|上|采购)(?!没)|没有?(?:office)?365"
    r"|(?:没有?|未|不曾)(?:任何|一个|一家|别的|其他|人|公司)*(?:(?:在|从|到|去)?[AF](?:的|那边|那里|任何)*(?:公司|地方)?)?(?:买|开通|采购|订|用过?(?=(?:office)?365))(?!没)"
    r"|(?:买|购|用)[^，]{0,8}的[AF]?的?(?:母公司|总公司|公司|总部|集团)(?:是|也|都|一家都?)?(?:没有|不存在)(?![买用购开])"
)
_BOUGHT = re.compile(
    r"(?:买|用|开通|部署|订|上|采购|购)(?:的?就?是|了|过|着|的|上)*[^，]{0,6}(?:365|D|G|global)|(?:统一|集中)(?:买|采购|订|购)|(?:买|采购)的$|(?:已经?|早就|都|也|早)(?:买|用|开通)|(?<!没)有(?:office)?365|(?:买|用)(?:了|过|着)|在用"
)
_DOMESTIC_HEAD = re.compile(r"[MC](?:的)?(?:总部|总公司|集团)")


def read_tenant(clause: Signs, before: Before) -> Read | None:
    """Whether a foreign company of the group has bought, and where it is."""
    text = clause.text
    company = _COMPANY.search(text)
    refers = before.company and not re.search(r"[MC]|我们|客户|(?:现在|目前)(?!就?已)", text)
    bought_abroad = re.search(r"[AF]", text) and re.search(
        r"(?:买|用)(?:了|过|着|的就是|的是)?(?:office)?365|[AF](?:那边|那里|的)?(?:也|都|还|从来)*(?:没有?|未|已经?|早就?)?买(?:过|了|没买)",
        text,
    )
    if "V" in text and not re.search("G|365", text) and not _NO_COMPANY.search(text):
        return None  # the 21V version is the mainland's: nobody bought it abroad
    if _DOMESTIC_HEAD.search(text) or not (company or _NO_COMPANY.search(text) or bought_abroad or refers):
        return None
    facts: dict[str, Any] = {}
    named = re.findall("F", text) and clause.values[text.index("F")]
    if named and (company or bought_abroad):
        facts["tenant_place"] = named
    if _NO_COMPANY.search(text):
        facts["foreign_tenant"] = Answer.NO
    elif re.search(r"买没买|有没有(?:已经?)?[买购用]|买不买|用没用", text) or (
        UNSURE.search(text) and re.search("[买用]", text)
    ):
        facts["foreign_tenant"] = Answer.UNKNOWN
    elif _NOT_BOUGHT.search(text):
        facts["foreign_tenant"] = Answer.NO
    elif _BOUGHT.search(text) and not re.search(r"想|打算|(?<!不)要(?![不是])", re.split("D|365", text)[0]):
        facts["foreign_tenant"] = Answer.YES
    if not facts and not company:
        return None
    has_branch = re.search(r"[AF].{0,3}有.{0,4}(?:公司|办事处|团队|工厂|机构)$", text)
    if company and not facts.get("foreign_tenant") and (has_branch or re.search("N", text)):
        return Read(facts, len(text))
    return Read(facts, 0)


_REVERSE = re.compile(
    r"(?:[MC](?:的)?(?:总部|总公司|母公司|公司|这边)|总部在[MC])[^。]{0,14}(?:V|买|用)[^。]{0,16}[AF](?:的)?(?:那边)?(?:分公司|子公司|办事处|分部|公司|团队)[^。]{0,6}(?:想|要|打算|加入|跟)"
    r"|[MC](?:总部|总公司|母公司)[^。]{0,14}V[^。]{0,6}[AF](?:那边|的)?[^。]{0,6}(?:想|要|打算)?(?:加入|加进|并进|一起用)"
)


def is_reverse(text: str) -> bool:
    """Whether the tenant is the domestic headquarters', and a branch abroad wants to join it."""
    return bool(_REVERSE.search(text))
