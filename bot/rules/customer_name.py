"""The customer's name in what somebody says about an order."""

from __future__ import annotations

import re

CLAUSES = re.compile(r"[，。！？；：、,.!?;\s]+|但是?|不过|可是|然后|而且")
"""Between two clauses of a normal form."""
_LETTERS = r"\u3400-\u9fffa-z0-9（）()"
_GIVEN = re.compile(rf"客户(?:名称?)?(?:是|叫|为|：|:)([{_LETTERS}]{{2,40}})")
_BRANDED = re.compile(
    rf"客户([{_LETTERS}]{{2,12}}(?:传媒|科技|物流|餐饮|食品|教育|贸易|商贸|外贸|医药|机械|电子|软件|网络|建设|建筑|咨询|服饰|电商|制造|实业|投资|地产|置业"
    r"|家居|旅游|文化|广告|能源|化工|电器|汽车|证券|保险|律所))(?:$|的|要|下|买|订)"
)
"""A name without an ending, called the customer's with nothing between: what it does is the end of it."""
_ENDINGS = [
    re.compile(
        rf"[{_LETTERS}]{{2,38}}?(?:公司|集团|事务所|设计院|研究院|研究所|医院|学校|大学|幼儿园|银行)(?:[（(][{_LETTERS}]{{2,6}}[）)])?"
    ),
    re.compile(rf"[{_LETTERS}]{{2,20}}(?:厂|店|院|所|社|中心|中学|小学|酒店)"),
]
_BEFORE = re.compile(r"^.*?(?:客户要给|给|客户是|客户叫|客户|叫|^是)")
_NO_NAME = re.compile(
    r"^(?:我们|我|客户|他们?|这家|那家|本|贵|该|你们?)?(?:公司|集团|厂|店|院|所|社)$|代理商|云总代|世纪互联|服务协议"
    r"|没|未(?!来)|不(?!过|少|锈)|无(?!锡)|^(?:是|做|搞|卖|用(?!友)|在|个|一[家个])|有[一好]?[几两]?[个家]?[分子母总]公司|的(?:公司)?$"
)
_NO_RECOGNISED_NAME = re.compile(
    r"继续|接着|等一?[下等]|知道|明白|谢谢|收到|盖|填|付[了款过]|骑缝|公章|编号|原件|协议|订单|材料|扫描|登记|下单|步"
)
_BETWEEN = re.compile(r"[的了要是和跟在把就给让叫客户定谈有个]")
_PLACE_CHARS = 4
"""Characters before a recognised name that may belong to it: the recogniser leaves out the town."""


def customer_in(text: str, recognised: str | None) -> str | None:
    """The customer's name in ``text`` (a normal form): called so, ending as names of organisations do, or recognised.

    Args:
        text: the message.
        recognised: the name that the recogniser found in it, which may lack its town and may be no name at all.
    """
    for given in (_GIVEN.search(text), *map(_BRANDED.search, CLAUSES.split(text))):
        if given and not _NO_NAME.search(given[1]):
            return given[1]
    for pattern in _ENDINGS:
        company = next((match for clause in CLAUSES.split(text) if (match := pattern.search(clause))), None)
        name = _BEFORE.sub("", company[0]) if company else ""
        if len(name) > 2 and not _NO_NAME.search(name):
            return name
    name = CLAUSES.sub("", recognised or "")
    if len(name) < 2 or _NO_NAME.search(name) or _NO_RECOGNISED_NAME.search(name):
        return None
    clause = next((clause for clause in CLAUSES.split(text) if name in clause), name)
    before = _BETWEEN.split(clause[: clause.index(name)])[-1]
    named = before + name if len(before) <= _PLACE_CHARS and re.fullmatch(r"[\u3400-\u9fff]*", before) else name
    return None if _NO_NAME.search(named) else named
