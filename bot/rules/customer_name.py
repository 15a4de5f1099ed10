"""The customer's name in what somebody says about an order."""

from __future__ import annotations

import re

CLAUSES = re.compile(r"[，。！？；：、,.!?;\s]+|但是?|不过|可是|然后|而且")
"""Between two clauses of a normal form."""
_LETTERS = r"\u3400-\u9fffa-z0-9（）()"
_GIVEN = re.compile(rf"客户(?:名称?)?(?:是|叫|为|：|:)([{_LETTERS}]{{2,40}})")
TRADES = (
    "传媒|科技|物流|餐饮|食品|教育|贸易|商贸|外贸|工贸|医药|药业|机械|服饰|制造|实业|投资|地产|置业|家居|能源|化工|电器"
)
"""What names end in that nothing but a name ends in."""
TRADES_AND_THINGS = "电子|软件|网络|建设|建筑|咨询|电商|旅游|文化|广告|汽车|证券|保险|律所"
"""What names end in, and other words too (「办公软件」)."""
_BRANDED = re.compile(rf"客户([{_LETTERS}]{{2,12}}(?:{TRADES}|{TRADES_AND_THINGS}))(?:$|的|要|下|买|订)")
"""A name without an ending, called the customer's with nothing between: what it does is the end of it."""
_RENAMED = re.compile(
    rf"(?:客户|公司|名)(?:的)?(?:名[字称]?|字|称)?(?:写|说|记|填|搞|弄|报)?(?:错|不对|要改|有误|改一下|更正).{{0,4}}?(?:应该是|应为|是|叫|改成|改为)([{_LETTERS}]{{2,40}})"
    rf"|(?:客户名[字称]?|公司名[字称]?|客户)(?:应该是|应该叫|要?改成|要?改为|更正为)([{_LETTERS}]{{2,40}})"
)
_PLACES = (
    "北京|上海|广州|深圳|天津|重庆|成都|杭州|南京|苏州|武汉|西安|青岛|大连|厦门|宁波|长沙|郑州|济南|沈阳|哈尔滨|长春|福州|合肥|南昌|昆明|贵阳|南宁|海口"
    "|石家庄|太原|兰州|西宁|银川|乌鲁木齐|呼和浩特|拉萨|无锡|佛山|东莞|珠海|温州|常州|烟台|中山|惠州|嘉兴|绍兴|泉州|徐州|南通|扬州|洛阳|唐山|保定|义乌|昆山|三亚"
    "|广东|江苏|浙江|山东|福建|四川|湖北|湖南|河南|河北|安徽|江西|辽宁|吉林|黑龙江|陕西|山西|云南|贵州|广西|海南|甘肃|内蒙古|新疆"
)
_TOWN = re.compile(rf"^(?:{_PLACES})市?省?(?=[\u3400-\u9fff]{{2}})")
_PLACED = re.compile(
    rf"^(?:客户)?(?:定了|确认了|谈好了|是|叫|给|：)?((?:{_PLACES})(?!(?:{_PLACES}))[\u3400-\u9fff]{{2,4}}?)(?:$|(?=[a-z0-9]|[要买订下](?!周|午|个)))"
)
"""A town with two to four characters behind it, alone in its clause or before what is bought."""
_NO_PLACED = re.compile(
    r"客户|用户|员工|同事|公司|总部|总代|代理|办事|办公|机房|数据|中心$|节点|那[边里]|这[边里]|人|有|和|跟|各|都|在|是|的|了|没|要|还|到|个|买|定|签|盖|付|发|寄|填|开|用|版|地区|分部|门店|两地|本地|出差|呢|吗|什么|怎么|哪|国[内外]|境[内外]"
)
_TRADED = re.compile(rf"([{_LETTERS}]{{2,6}}?(?:{TRADES}|集团))")
"""A name without 「公司」, whose trade is the end of it."""
_IN_TOWN = re.compile(rf"((?:{_PLACES})(?!(?:{_PLACES}))[\u3400-\u9fff]{{2,4}})")
_REPORT = re.compile(
    r"(?:[那这][边家]|的?[那这]?单子?)?(?:也|都|已经?|刚刚?才?|今天|昨天|上午|下午|终于|总算|还没有?|没有?|把)*"
    r"(?:(?:预?付|交|打|转|汇|结)[了过完好清]?(?:款|钱|费|账|过来|过去)?[了过完好]|付款|打款|汇款|转账|[钱款](?:到|付|打|已)|盖(?:[了过完好]|(?:骑缝|公|合同)?章)|(?:骑缝|公|合同)?章(?:盖|没)|签(?:[了过完好字]|合同|协议)|(?:协议|合同|材料|资料|扫描件|原件)(?:都|也|已经?|还没)*(?:[签盖寄发交填]|收到)|寄[了过完好出]|发[了过完]|交[了过完]"
    r"|开通|开好|审核|通过|过审|被?退回?|填[了完好]|到账|收到)"
)
"""What is told of an order, from its customer on."""
_ASKED = re.compile(r"[吗呢？]|[了过]没|有没有|是不是|怎么|什么|多久|几[天时点]")
_NOBODY = re.compile(
    r"客户|用户|员工|财务|会计|老板|领导|采购|法务|快递|顺丰|蓝云|世纪互联|微软|对方|代理|公司|总部|总代|经理|销售|同事|行政|负责人|机房|数据|我们|他们|你们|这边|那边|[那这]单|订单|[的了没在和跟是不个人]"
)
_BOUGHT = re.compile(
    r"(?<![a-z])(?:e[135]|f[13]|365)(?!\d)|商业|企业版|\d+\s*(?:个|套|份|用户|人|许可|席)|\d+\s*(?:[一二两三\d]年)"
)
_ENDINGS = [
    re.compile(
        rf"[{_LETTERS}]{{2,38}}?(?:公司|集团|事务所|设计院|研究院|研究所|医院|学校|大学|幼儿园|银行)(?:[（(][{_LETTERS}]{{2,6}}[）)])?"
    ),
    re.compile(rf"[{_LETTERS}]{{2,20}}(?:厂|店|院|所|社|中心|中学|小学|酒店)"),
]
_BEFORE = re.compile(r"^.*?(?:客户要给|给|客户是|客户叫|客户|叫|^是)")
_NO_NAME = re.compile(
    r"^(?:我们|我|客户|他们?|这家|那家|本|贵|该|你们?)?(?:公司|集团|厂|店|院|所|社)$|代理商|云总代|世纪互联|服务协议"
    r"|没|未(?!来)|不(?!过|少|锈)|无(?!锡)|^(?:是|做|搞|卖|用(?!友)|在|个|一[家个]|的)|[国境海][内外]的?(?:[分子母总]?公司|集团)$|什么|^(?:谁|哪|啥)|有[一好]?[几两]?[个家]?[分子母总]公司|的(?:公司)?$"
)
_NO_RECOGNISED_NAME = re.compile(
    r"继续|接着|等一?[下等]|知道|明白|谢谢|收到|盖|填|付[了款过]|骑缝|公章|编号|原件|协议|订单|材料|扫描|登记|下单|步|[缺差少]什|呢$|到哪"
)
_THERE = re.compile(r"(?:那|这)(?:边|里|头|家)$")
_BETWEEN = re.compile(r"[的了要是和跟在把就给让叫客户定谈有个]")
_PLACE_CHARS = 4
"""Characters before a recognised name that may belong to it: the recogniser leaves out the town."""


def customer_in(text: str, recognised: str | None) -> str | None:
    """The customer's name in ``text`` (a normal form): called so, ending as names of organisations do, or recognised.

    Args:
        text: the message.
        recognised: the name that the recogniser found in it, which may lack its town and may be no name at all.
    """
    renamed = _RENAMED.search(text)
    if renamed and not _NO_NAME.search(renamed[1] or renamed[2]):
        return renamed[1] or renamed[2]
    for given in (_GIVEN.search(text), *map(_BRANDED.search, CLAUSES.split(text))):
        if given and not _NO_NAME.search(given[1]):
            return given[1]
    for pattern in _ENDINGS:
        company = next((match for clause in CLAUSES.split(text) if (match := pattern.search(clause))), None)
        name = _BEFORE.sub("", company[0]) if company else ""
        if len(name) > 2 and not _NO_NAME.search(name):
            return name
    placed = placed_name(text)
    if placed:
        return placed
    name = _THERE.sub("", CLAUSES.sub("", recognised or ""))
    if len(name) < 2 or _NO_NAME.search(name) or _NO_RECOGNISED_NAME.search(name):
        return None
    clause = next((clause for clause in CLAUSES.split(text) if name in clause), name)
    before = _BETWEEN.split(clause[: clause.index(name)])[-1]
    named = before + name if len(before) <= _PLACE_CHARS and re.fullmatch(r"[\u3400-\u9fff]*", before) else name
    return None if _NO_NAME.search(named) else named


def placed_name(text: str) -> str | None:
    """A name without an ending that begins with a town, beside what is bought (「上海明珠 E3 20个」) or called the customer's."""
    if not (_BOUGHT.search(text) or re.search(r"客户(?:是|叫|定了)|[个家]客户", text)):
        return None
    for clause in CLAUSES.split(text):
        match = _PLACED.match(clause)
        if match and not _NO_PLACED.search(_TOWN.sub("", match[1])):
            return match[1]
    return None


def reported_name(text: str) -> str | None:
    """A name without 「公司」 of which a clause tells how far its order is (「鼎盛商贸付款了」, 「武汉长江那边盖好章了」)."""
    for clause in () if _ASKED.search(text) else CLAUSES.split(text):
        for report in _REPORT.finditer(clause):
            subject = clause[: report.start()].removeprefix("那").removeprefix("刚刚").removeprefix("刚才")
            if is_plain_name(subject):
                return subject
    return None


def is_plain_name(text: str) -> bool:
    """Whether ``text`` is a name without 「公司」: told by its trade at the end or its town at the beginning."""
    return bool(_TRADED.fullmatch(text) or _IN_TOWN.fullmatch(text)) and not _NOBODY.search(text)


def without_place(name: str) -> str:
    """``name`` without the town that it begins with, unless less than two characters are left."""
    return _TOWN.sub("", name)
