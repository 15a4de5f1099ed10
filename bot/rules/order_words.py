"""What words about orders name: which of them, a place in a list, another page, a nudge. Pure functions over a normal form."""

from __future__ import annotations

import re
from typing import Optional

_NOT = r"(?:还?没有?|未|尚未|没能|不)"
_KINDS = (
    ("not_opened", r"除了?.{0,4}开(?:通|好)"),
    ("open", r"除了?.{0,4}(?:完成|办完)|没有?收尾"),
    (
        "theirs",
        r"(?:等|轮到|卡在|压在|停在|在|归|该)(?:着)?(?:云?总代|佳杰|英迈|上家)(?!.{0,4}通知.{0,4}(?:付|打款))|(?:该|需要|要去?)催(?!付|款)",
    ),
    (
        "overdue",
        r"超期|[逾愈俞]期|超时|延误|耽误|延期|overdue|delay|该开没开|拖|(?<!快)过期|[过满]了?.{0,3}(?:三|3)个?(?:工作)?(?:日|天)|到点没开"
        r"|过了?(?:开通)?(?:时限|期限)|(?<!快)到期限|时限",
    ),
    (
        "created",
        r"(?:等|轮到|卡在|该)(?:着)?(?:客户|对方)(?:那|这|盖|办|弄|做|处理|$)|[待等](?:着)?(?:客户)?.{0,2}盖|"
        + _NOT
        + r"盖章?|(?:章|协议).{0,4}没盖",
    ),
    (
        "done",
        r"(?<![没未])(?:完成|办完|结束|做完|完结|办结|搞定)(?:了|的|过|单)|已完成|已办完|(?<!没)(?<!没有)原件.{0,4}(?:签收|收到|寄到)(?:了|过)?的|"
        r"原件(?:已|都|已经)(?:签收|收到|寄到)|(?<![没未])办好的|完工",
    ),
    ("originals", r"原件|正本|纸质|original|hard ?copy|开通?了?.{0,2}没寄|没寄纸"),
    (
        "problem",
        r"问题|被?退(?!订|了?款)|打回|驳回|不合格|异常|补正|补.{0,2}材料|有误|不对|reject|毛病|没.{0,2}过审|审核?.{0,2}没.{0,2}过(?!.{0,3}通知)|"
        + _NOT
        + r"(?:审核)?通过|审不过|要补|缺.{0,3}章",
    ),
    (
        "ours",
        r"(?:等|轮到|卡在|压在|停在|该|需要?|得|归)(?:着|到)?(?:我们?|咱们?|我方|我司|自己)(?:这|那)?(?:边|里|儿)?(?:公司)?(?:来|去|要)?"
        r"(?:办|处理|弄|做|动手?|跟进|推|操作|的|$)|我(?:们|这边)?(?:要|该|得|需要)(?:办|处理|跟进|动手|弄|做)|待办|要我办",
    ),
    ("checked", r"[待等]付款通知|[待等].{0,4}通知付款|" + _NOT + r".{0,3}(?:付款通知|通知付)"),
    (
        "to_pay",
        r"[待代]付款?(?!通知)|(?:该|要|应|得)(?:付|打款|打钱|交钱)|等.{0,4}付(?!款?通知)|通知.{0,3}付|付款通知.{0,3}(?:到|收到|来|发)|催付|轮到.{0,6}[付掏]|审过.{0,6}(?:付|打)"
        r"|(?:卡|停).{0,3}付款|付款.{0,6}[卡停]|材料过了|pending",
    ),
    (
        "submitted",
        r"审核中|正?在审核?|审着|待审|等.{0,4}审|卡在审|" + _NOT + r"审(?:核)?(?:完|好|过(?!.{0,3}通知)|$|的)",
    ),
    (
        "sealed",
        r"[待等](?:着)?(?:提)?交(?!付)|待填|还?没有?(?:提交|(?<!钱没)(?<!款没)交(?!$))(?!钱|款|付)|"
        + _NOT
        + r"填.{0,4}(?:单|订单)",
    ),
    (
        "paid",
        r"[待等](?:着)?(?:开通|开服)|快(?:要)?开通|开通中|(?:付|到账|[钱款]到)了?(?:钱|款)?.{0,3}没.{0,2}开|(?<!不)[要该能]开(?:通|好)?(?:的|$)",
    ),
    ("not_opened", _NOT + r"(?:能)?开(?:通|好|出来|了|的|$)|未开"),
    (
        "opened",
        r"开通(?!的?[时日]|.{0,3}(?:什么|几|多久))(?:了|过|的|完|好|单)|已.{0,2}开(?:通|好)|开好(?:的|了)|开了的",
    ),
    (
        "passed",
        r"(?<![没未不])(?<!没有)审(?:核)?(?:都)?(?:通)?过(?:了)?的|(?:已|都|已经).{0,2}(?:审核|审)?(?:通过|审过|过审)|审核?通过",
    ),
    (
        "unpaid",
        r"(?:付|打款|到账|交钱)没|[没未](?:有)?[副负]|(?:没有?|未|尚未|漏|忘了|忘记)(?:付|打|交|给|汇|到账|结|收到)[款钱]?|钱.{0,4}没|款.{0,4}没|欠|结清|差钱|unpaid",
    ),
    (
        "arrived",
        r"(?:已|已经|都)(?:付|到账|打款|交钱|交款)|付(?:过|了|完|好)(?:钱|款)?(?:了)?的|付过|到账(?:了)?的"
        r"|(?:昨天|今天|前天|上周|这周|本周|上个?月|这个月|本月)(?:刚)?(?:付|到账|打款|交)|货款?(?:已|都).{0,2}到",
    ),
    ("unpaid", r"付|打款|打钱|交钱|给钱|掏钱|货款|到账|payment"),
    ("open", r"未完成|没.{0,3}完|在办|在走|在跑|进行中|办着|在途|没搞定|(?<![a-z])open(?![a-z])"),
)
"""The lists that can be asked for, by the value of the store's kind; the first that fits. A new one that narrows more goes
before one whose words it contains."""
_KINDS_RE = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_ASIDE = re.compile(r"(?:不是|不)都[^，]{0,10}吗，?|[^，]{0,10}(?:不用|别|不要|不必)(?:列|看|管|报|算)(?:了|进来)?$")
"""What a message says it is not about: 「付过的不用列」, 「不是都付了吗」."""

_NUMERALS = "一二三四五六七八九十"
_PLACE = re.compile(
    rf"(?:第|最后|倒数第)(?P<number>[{_NUMERALS}]{{1,3}}|\d{{1,3}})?(?P<unit>张|单|个|条|笔)(?!步|工作|月)"
)
_BARE_PLACE = re.compile(rf"(?:选|看|第)?(\d{{1,2}}|[{_NUMERALS}])[.。、号]?")
_ABOUT_PLACE = re.compile(
    r"^(?:那|么|嗯|好|再|先|就|我|要|想|帮我|给我|请|麻烦|看|查|打开|点开|展开|选|说|讲|列表|[里中]|刚才|上面|客户|的|单|子|订单|呢|吧|啊|吗|了|现在|具体|详细|详情|情况|进度|状态"
    r"|怎么|咋|样|到|哪|一|下|步|谁|该|办|什么时候|啥时候|几号|天|能|可以|开通|为什么|为啥|还|没|有|超期|逾期|材料|问题|不对|原件|寄|付|款|账|收|差|啥|什么(?!时)"
    r"|催|眼|是|多久|多少|个|产品|用户|买|[，。？?,])*$"
)
_LONGEST = 24
"""Characters up to which a message is read as a place in a list or a page."""
_MORE = re.compile(
    r"^(?:再|请|那|看|给我|我要|还要|翻|到)*(?:下一?页|下页|更多|(?:还有|别的|其他|其余|剩下|后面|余下)的?(?:单子?)?(?:还有|有)?(?:吗|么|没有?|呢)?|再来(?:几|一)(?:张|页|些)(?!单)"
    r"|翻页|往?后翻|更多的?|more|next(?: page)?)(?:单|吧|呢|看看|给我看看|也?列出来|的)*[。？?！!]?$"
)
_BACK = re.compile(r"^(?:再|看|翻|回|到)*(?:上一?页|上页|前一?页|前面的?|往?前翻|第一页)(?:吧|呢|看看)*[。？?]?$")
_AROUND = r"(?:面|边)?(?:那|的)?一?(?:个|张|条|笔|家)(?:单子?|订单|客户)?|一单"
_STEP = re.compile(
    rf"^(?:那|好|嗯|再|接着|看看?|查|给我|我要|换|换到|跳到|，)*(?:(?P<on>下(?:{_AROUND})|后(?:{_AROUND})|换一(?:张|个|单))|上(?:{_AROUND})|前(?:{_AROUND}))"
    r"(?:呢|吧|看看|看一?下|给我看看|到哪一?步?了?|怎么样了?|什么(?:情况|状态)|是(?:谁|哪家|什么))*[。？?！!]?$"
)
_PLACES_AN_ORDER = re.compile(r"^(?:那|好|嗯|再|给我|我要|接着|，)*下一单")
_CHASE = re.compile(r"催(?:一下|下|一催|一声|吧|呗|催(?!催))|(?:帮|替|给|请).{0,12}催")
_TOLD_OF_CHASING = re.compile(
    r"(?:客户|老板|天天|被|老是?|一直|谁|能|要|该|去|才|话|可以|怎么|咋|如何|还是|别人|财务|他们)(?:来|在)?催|催[死命疯了着]|催催催|催.{0,3}(?:吗|谁|什么)|催(?:付|款|收|费|我|报价)"
)
_CONTENT = re.compile(
    r"(?:买|订|下|要|开|采购)(?:的|了)?(?:是|都是)?(?:什么|啥|哪[个种款]|几个|几套|几年|多少(?!钱))|多少(?:个|用户|套|人|账号|许可)|几个(?:用户|人|账号|许可)"
    r"|(?:是|啥|什么|哪[个种款])(?:产品|版本|套餐|东西)|数量|(?:几|多少)年|年限|哪天下的?|什么时候下的?|几号下的?|啥时候下的?|下单(?:日期|时间)|(?:哪|什么)(?:天|时候)(?:买|订|登记)的?"
)
_BESIDE_CONTENT = re.compile(
    r"那|他|她|们|家|这|单子?|张|客户|的|是|都|一共|总共|了|呢|啊|吗|多少|几|个|买|订|下|要|采购|有|，|[？?。]"
)
_POINTS = re.compile(
    r"(?:刚刚|刚才|刚|上面|前面|之前)(?:说|看|查|问|提|列)?(?:到|过)?的?(?:这|那)?[家个张单]|[这那该](?:一)?(?:张|个|笔)?(?:单|订单|家|客户)|^(?:那|这|它|他家?|她)|(?:把|帮|催|给)(?:它|他)|它"
)


def kind_named(normal: str) -> Optional[str]:
    """Which list ``normal`` names (a value of the store's kinds), or None: no part of the orders, so all."""
    about = _ASIDE.sub("，", normal)
    return next((kind for kind, pattern in _KINDS_RE if pattern.search(about)), None)


def without_kind(normal: str, kind: str) -> str:
    """``normal`` with the words that name ``kind`` blanked."""
    text = _ASIDE.sub("，", normal)
    for name, pattern in _KINDS_RE:
        text = pattern.sub("，", text) if name == kind else text
    return text


def place_named(normal: str) -> Optional[int]:
    """The place in a list that ``normal`` points at and says nothing else of (「第三张到哪了」): from 1, or -1 for the last."""
    if bare := _BARE_PLACE.fullmatch(normal):
        return _number(bare[1])
    match = _PLACE.search(normal)
    if not match or len(normal) > _LONGEST or not _ABOUT_PLACE.match(normal[: match.start()] + normal[match.end() :]):
        return None
    if match[0].startswith("最后"):
        return -1 if match["number"] in (None, "一", "1") else None
    if match[0].startswith("倒数"):
        return -_number(match["number"]) if match["number"] else None
    return _number(match["number"]) if match["number"] else None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_NUMERALS.find(tens) + 1 or 1) * 10 * bool(ten) + (_NUMERALS.find(ones) + 1 if ones else 0)


def wants_next_page(normal: str) -> bool:
    """Whether ``normal`` asks for what follows in a list, and for nothing else."""
    return len(normal) <= _LONGEST and bool(_MORE.match(normal))


def wants_page_before(normal: str) -> bool:
    """Whether ``normal`` asks for the page before."""
    return len(normal) <= _LONGEST and bool(_BACK.match(normal))


def step_named(normal: str) -> int:
    """1 where ``normal`` asks for the order after the one spoken of (「下一张」), -1 for the one before, 0 for neither."""
    match = _STEP.match(normal)
    if not match or len(normal) > _LONGEST or _PLACES_AN_ORDER.match(normal):
        return 0
    return 1 if match["on"] or normal.startswith("换一") else -1


def wants_a_nudge(normal: str) -> bool:
    """Whether somebody shall be reminded of an order (「帮我催一下」); how that is done in general is another question."""
    return bool(_CHASE.search(normal)) and not _TOLD_OF_CHASING.search(normal)


def asks_what_was_bought(normal: str) -> bool:
    """Whether product, quantity, years or the day of an order are asked for."""
    return bool(_CONTENT.search(normal))


def asks_nothing_but_what_was_bought(normal: str) -> bool:
    """The same, and nothing else is said (「它买的啥，多少个」): so short that it can be about the order before."""
    rest = _POINTS.sub("", _CONTENT.sub("", normal))
    return rest != normal and asks_what_was_bought(normal) and not _BESIDE_CONTENT.sub("", rest)


def without_pointing(normal: str) -> str:
    """``normal`` without the words that mean the order before."""
    return _POINTS.sub("", normal)


def points_back(normal: str) -> bool:
    """Whether ``normal`` means the order spoken of before (「刚刚说的这家」)."""
    return bool(_POINTS.search(normal))
