"""What a message asks about orders: which order, which side of it, which list, which code. Pure functions over text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, Iterator, List, Optional

from bot.rules.order_words import asks_what_was_bought, points_back, wants_a_nudge

MAX_ORDERS = 3
"""Order numbers of one message that are answered."""
_MAX_NAMES = 4
_MAX_FRAGMENTS = 12
"""Parts of a message that are looked up as a customer's name when no name was recognised."""


class Aspect(str, Enum):
    """The side of an order that is asked for, answered first."""

    PROBLEM = "problem"
    ORIGINALS = "originals"
    PAID = "paid"
    OVERDUE = "overdue"
    ETA = "eta"
    CHASE = "chase"
    CONTENT = "content"
    ACTOR = "actor"
    DUE = "due_by"
    SEALED = "sealed"
    SUBMITTED = "submitted"
    ASKED = "asked_to_pay"


_WHEN = r"(?:哪一?天|几号|什么时候|啥时候?|何时|几时)"
_ASPECTS = {
    Aspect.DUE: rf"(?:正常|本来|原本|按理|按规定|最晚|最迟|原定).{{0,5}}{_WHEN}.{{0,3}}(?:开|到期|$|[？?呢啊])|(?:期限|截止|时限).{{0,3}}{_WHEN}",
    Aspect.ORIGINALS: r"原件|元件|原键|正本|纸质|original|hard ?copy|快递|签收",
    Aspect.SEALED: rf"{_WHEN}.{{0,2}}盖(?:好|完|了)?(?:章)?的|盖(?:的|章)?(?:章)?(?:是|的)?{_WHEN}(?:的|$)",
    Aspect.SUBMITTED: rf"{_WHEN}.{{0,2}}(?:提交|交上?去?|送审|递交)(?:上去)?(?:的|了)(?!钱|款)",
    Aspect.ASKED: rf"(?:付款)?通知.{{0,4}}{_WHEN}|{_WHEN}.{{0,3}}(?:通知|让|叫).{{0,2}}付",
    Aspect.OVERDUE: r"超期|逾期|超时|过期|朝期|愈期|overdue|delay|超了|超过|拖(了|过)|该开(了|没)|过了时限",
    Aspect.PROBLEM: r"不对|问题|问提|被?退|打回|驳回|推回|不合格|不过关|没过审|审不过|没.{0,2}通过|缺|补|填错|写错|毛病|有误|异常"
    r"|岔子|材料.{0,6}(?:过|审)(?:的|没|了|吗)|审(?:核)?(?:通)?过的|不让过|不行|改哪|卡(在|住)|审核意见|reject|(?<!还)差(?:什么|啥)|还?差.{0,2}(?:材料|资料|文件|章)|差在",
    Aspect.PAID: rf"{_WHEN}.{{0,3}}(?:付|打款|到账|到的?账|收到的?[钱款])|(?:付款|[钱款]).{{0,3}}{_WHEN}.{{0,2}}(?:到|付|收)",
    Aspect.ACTOR: r"(?:等|轮到|卡在?|压在|停在|归|该)谁|谁(?:正?在|来|去|该|要|应该|负责|那儿?|手)*(?:办|处理|弄|做|跟|动|负责|管|审|推|手[里上])|下一?步.{0,3}谁",
    Aspect.ETA: r"什么时候|啥时候?|神么时候|几号|哪天|何时|几时|多久|几天|几个工作日|(?<![a-z])eta(?![a-z])|最晚|最迟|预计|开得(了|出)"
    r"|能开|能用|开通(时间|日)|快了吗|赶得上|能下来|能好",
}
_LAST_ASPECT = r"付款|付过|付了|付钱|打款|到账|到帐|钱|款|payment|paid"
"""Of the money: tried last, for the words stand in other questions, too."""
_BULK = re.compile(
    r"导出|导一份|导给|下载|打包|export|download|excel|csv|xlsx?|电子表格|所有客户(名单|资料|信息)|数据库|拷(贝|一份)"
)
_OTHERS = re.compile(
    r"(别的?|其他|其它|所有|全部|各家|每家)(家|代理商?|公司)|p\d{4}|同行|对手|隔壁|别人(?!的?(?:不用|我?不|单?别))|人家的|他们家"
)
_THIS = re.compile(r"^(那|这|它|他)|这(张|个)?单|那(张|个)?单|刚才|上面|这张|那张|该单")
_JOINED = re.compile(r"[和跟与及]|、|，|还有|,|&")
_CODE_WORD = re.compile(r"绑定|綁定|邦定|帮定|绑|綁|BIND|CODE|码|碼", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Z0-9])[A-Z0-9](?:[ \-_·.]*[A-Z0-9])*(?![A-Z0-9])")
_TAIL = re.compile(r"(?:尾号|末尾|后[几三四五六3-6]位|最后[几三四五六3-6]位|尾数|尾)\D{0,3}(\d{1,11})")
_DIGITS = re.compile(r"(?<![\d.\-/a-z])\d{3,11}(?![\d.\-/%])(?!\s*(?:个|人|用户|天|块|元|年|月|号|w|万|位|套|席))")
_UNFINISHED = re.compile(r"(?<![a-z0-9])csp[\s\-_]*(\d{3,10})(?!\d)")
_VALUES = ("people", "date", "money", "share", "agreement_number", "domain", "product")

# Words of the question around a customer's name. Longer ones first, so that 「什么时候」 is not left as 「时候」.
_WORDS = (
    "帮我|帮忙|麻烦|请问|您好|你好|谢谢|查一下|查下|查询|查个|查查|查|看一下|看看|看下|瞅一?眼|瞧瞧|看|告诉我|想问|问下|问一下|了解"
    "|想|要|一下|下|我们|我的|我|你们|你|您|他们|他|她|它|客户是|客户叫|客户|公司名|叫|给|把|被|那边|这边|那张|这张|那个|这个|那单"
    "|这单|那|这|订单号|订单|单号|单子|单|定单|丹子|进度|进展|状态|情况|什么时候|神么时候|啥时候|什么|怎么样|怎么|怎样|咋样|咋|啥"
    "|到哪一步|到哪步|哪一步|哪步|哪里|哪儿|哪天|哪|到|了没有|了没|了吗|了|没有|没|吗|呢|吧|啊|呀|嘛|么|能不能|能|可以|会|是不是|是|不|有"
    "|开通|开|审核|审|付款|付过|付|打款|钱|款|到账|收到|收|寄出|寄|原件|正本|材料|资料|文件|协议|采购|问题|退回|驳回|为|为什么|原因"
    "|超期|逾期|超时|多久|几天|几号|现在|目前|走|办|完|好|过|还|都|就|已经|已|的|在|和|跟|去|来|哦|嗯|呃|呀|预计|时间|大概|老板|今天"
    "|明天|昨天|催|急|请|个|张|步|第|说|具体|缺|补|章|盖|骑缝|卡|谁|处理|轮|最|快|慢|早|晚|应该|帮|一"
)
_STOP = re.compile(_WORDS)
_EDGE = re.compile(rf"^(?:{_WORDS})+|(?:{_WORDS})+$")
_CHUNK = re.compile(r"[\u3400-\u9fff]{2,}|[a-z][a-z0-9]{2,}")
_CITY = re.compile(r"北京|上海|广州|深圳")
"""Says too little alone, but enough beside another name (「广州和杭州」)."""
_ASKED_OF = re.compile(
    r"^(?:那|请问|再|帮我|看看|查|，)*(?P<who>[\u3400-\u9fff]{2,8}?)(?:公司|集团)?"
    r"(?:(?:家|那边)?的(?=单|订单|[钱款章]|货款|材料|原件|付款|进度|协议|合同|扫描件|什么时候|开)"
    r"|(?<=[\u3400-\u9fff]{3})(?:家|那边)?(?=什么时候|啥时候?|几号|哪天|何时|多久|到哪|卡哪|[钱款]到|货款|材料|原件|付款|付了|开通|超期|谁|审|寄))"
)
_NO_CUSTOMER = re.compile(
    r"服务|产品|发票|合同|密码|[账帐]号|许可|系统|总代|佳杰|英迈|公章|通知|邮件|扫描|电子|快递|节假|周末|规定|正常|本来|原来|上次|上回|最后|其实|到底|究竟|难道|老板|财务"
    r"|合作|客服|商务|剩|尾|首|定金|全部|所有|后面|前面|上面|下面|下一|上一|刚|哪|最|按|总共|一般|工作|国内|国外|全球|版|多|其|别|代理"
)
_GENERIC = re.compile(
    r"^(?:公司|有限|有限公司|有限责任公司|股份|集团|科技|贸易|商贸|电子|软件|信息|食品|物流|机械|文化|医药|北京|上海|广州|深圳|中国"
    r"|office365|csp|eta|order|status|payment|提交|提供|通知|更新|联系|工作日|云总代|总代|代理商?|服务|产品|企业版|商业版)+$"
)


@dataclass(frozen=True)
class Asked:
    """What a message says about which order it means.

    Attributes:
        numbers: whole order numbers.
        digits: last digits of a number, when there is no whole one.
        customer: a customer's name that was recognised.
        guesses: names to look up, the one that was recognised first.
        names: the same in groups: each name with its shorter forms.
        joined: whether several names may stand for several orders (「晨光和海河」).
        aspect: the side that is asked for.
        this: whether it points at the order before (「那单」).
    """

    numbers: tuple[str, ...]
    digits: Optional[str]
    customer: Optional[str]
    guesses: tuple[str, ...]
    aspect: Optional[Aspect]
    this: bool
    names: tuple[tuple[str, ...], ...] = ()
    joined: bool = False


def read_question(normal: str, entities: List[Dict[str, Any]]) -> Asked:
    """What ``normal`` (a normal form) with its entities asks about."""
    numbers = tuple(dict.fromkeys(str(e["value"]) for e in entities if e["entity"] == "order_number"))[:MAX_ORDERS]
    name = next((str(e["value"]) for e in entities if e["entity"] == "customer"), "")
    customer = _EDGE.sub("", name) if len(_EDGE.sub("", name)) > 1 else None
    joined = bool(_JOINED.search(normal))
    if customer and _JOINED.search(customer):
        customer = None  # two names that were taken for one
    groups = tuple(_groups(normal, entities, customer, joined))
    return Asked(
        numbers=numbers,
        digits=None if numbers else _digits(normal, entities),
        customer=customer,
        guesses=tuple(name for group in groups for name in group)[:_MAX_FRAGMENTS],
        aspect=aspect_of(normal),
        this=bool(_THIS.search(normal)) or points_back(normal),
        names=groups,
        joined=joined,
    )


def aspect_of(normal: str) -> Optional[Aspect]:
    """The side of an order that ``normal`` asks for, or None: all of it."""
    if wants_a_nudge(normal):
        return Aspect.CHASE
    if asks_what_was_bought(normal):
        return Aspect.CONTENT
    found = next((aspect for aspect, pattern in _ASPECTS.items() if re.search(pattern, normal)), None)
    return found or (Aspect.PAID if re.search(_LAST_ASPECT, normal) else None)


def wants_export(normal: str) -> bool:
    """Whether all orders are wanted as a file."""
    return bool(_BULK.search(normal))


def wants_others(normal: str) -> bool:
    """Whether orders of other partners are wanted."""
    return bool(_OTHERS.search(normal))


def stranger_named(normal: str) -> Optional[str]:
    """The name that stands where a question has the customer's (「远大的钱到账没」), whoever that is, or None."""
    match = _ASKED_OF.match(normal)
    if not match or _NO_CUSTOMER.search(match["who"]) or without_question_words(match["who"]) != [match["who"]]:
        return None
    return match["who"]


def apart(name: str) -> tuple[str, ...]:
    """The names in ``name`` that words like 「和」 join; none where it is a single one."""
    parts = tuple(part for part in _JOINED.split(name) if len(part) > 1)
    return parts if len(parts) > 1 else ()


def without_question_words(text: str, shortest: int = 2) -> list[str]:
    """What is left of ``text`` without the words of questions about orders, in pieces of ``shortest`` characters and more."""
    return [
        chunk
        for chunk in re.findall(r"[\u3400-\u9fff]+|[a-z][a-z0-9]*", _STOP.sub("，", text))
        if len(chunk) >= shortest
    ]


def bind_code(text: str) -> Optional[str]:
    """The code in a message like 「绑定 K7WQ 2MXA」, in half-width capitals without spaces; None when it holds none.

    The message is read as typed: the normal form rewrites spellings of product names, which a code may contain by chance.
    """
    folded = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if unicodedata.category(c) != "Cf")
    word = _CODE_WORD.search(folded)
    found = ["".join(filter(str.isalnum, m[0])) for m in _CODE.finditer(_CODE_WORD.sub("|", folded))]
    found = [code for code in found if code.isascii()]
    whole = [code for code in found if len(code) == 8 and (word or _like_a_code(code))]
    if whole:
        return whole[0]
    short = [code for code in found if 4 <= len(code) <= 16 and any(c.isdigit() for c in code)]
    return short[0] if word and short else None


def _like_a_code(code: str) -> bool:
    return any(c.isdigit() for c in code) and any(c.isalpha() for c in code)


def _digits(normal: str, entities: List[Dict[str, Any]]) -> Optional[str]:
    tail = _TAIL.search(normal) or _UNFINISHED.search(normal)
    if tail:
        return tail[1]
    taken = [(e["normal_start"], e["normal_end"]) for e in entities if e["entity"] in _VALUES and "normal_start" in e]
    for match in _DIGITS.finditer(normal):
        if not any(match.start() < end and start < match.end() for start, end in taken):
            return match[0]
    return None


def _groups(
    normal: str, entities: List[Dict[str, Any]], customer: Optional[str], joined: bool
) -> Iterator[tuple[str, ...]]:
    """Names that may be meant: the one that was recognised, then the words left when those of the question are gone.

    Each is also tried without a character or two at its ends, which may be words that the list of the question's lacks.
    More would find others: 「青岛」 in 「青岛海风」 is not the customer.
    """
    text = normal
    kinds = (*_VALUES, "order_number", "customer" if customer else "")
    for entity in entities:
        if entity["entity"] in kinds and "normal_start" in entity:
            start, end = entity["normal_start"], entity["normal_end"]
            text = text[:start] + "，" * (end - start) + text[end:]
    wholes = [customer] if customer else []
    wholes += sorted(_CHUNK.findall(_STOP.sub("，", text)), key=len, reverse=True)
    for whole in list(dict.fromkeys(wholes))[:_MAX_NAMES]:
        trimmed = [part for cut in (1, 2) for part in (whole[cut:], whole[:-cut]) if _enough(part, whole)]
        names = tuple(
            name
            for name in dict.fromkeys([whole, *trimmed])
            if not _GENERIC.match(name) or (joined and _CITY.fullmatch(name))
        )
        if names:
            yield names


def _enough(part: str, whole: str) -> bool:
    return len(part) > 1 and 2 * len(part) >= len(whole)
