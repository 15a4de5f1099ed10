"""Read travel, use from abroad and what is in use today from a sentence in signs.

The readers are like those of :mod:`bot.rules.casebook_company`.
"""

from __future__ import annotations

import re
from typing import Any

from bot.rules.casebook_company import UNSURE, Before, Read
from bot.rules.casebook_signs import PLACES, Signs
from bot.rules.customer_facts import MAJORITY, Answer, Today, Travel, Use

# --- what is in use today (F34–F38), address book and calendar (F54) ---

_OTHER_MAIL = re.compile(r"腾讯|阿里|网易|exchange|自建|自己搭|263|coremail|gmail|企业邮|google|谷歌邮")
_TODAY = re.compile(r"现在|目前|原来|以前|之前|一直|已经|正在|用着|在用|用的|用过")
_WISH = re.compile(r"想|推|选|该|适合|建议|还是|打算|换|能|哪个|改")


def read_today(clause: Signs) -> Read | None:
    """What the customer uses now, and whether there is mail in it."""
    text = clause.text
    facts: dict[str, Any] = {}
    if (
        re.search(r"(?:没有?|未|还没)(?:用过?|买过?|上过?)(?:过)?(?:office)?(?:365)?|第一次用|还没用", text)
        and not re.search("[GV]", text)
        and ("365" in text or re.search(r"第一次|国内还没用|M还没用|没用过$", text))
    ):
        facts["today"] = Today.NOTHING
    elif _OTHER_MAIL.search(text):
        facts["today"] = Today.OTHER_MAIL
    elif _TODAY.search(text) and re.search("[GV]", text) and "没用" not in text and not _WISH.search(text):
        facts["today"] = Today.GLOBAL if "G" in text else Today.V21
    if (
        "没用" not in text
        and facts.get("today") in (None, Today.V21)
        and (_TODAY.search(text) or "V" in text)
        and not _WISH.search(text)
        and "V" in text
    ):
        if re.search(r"在线|web-direct|官网|直购|网上", text):
            facts["today"] = Today.V21_DIRECT
        elif re.search(r"云总代|csp|代理商|分销", text):
            facts["today"] = Today.V21_DISTRIBUTOR
    if re.search(r"(?:没有?|无|还没)(?:开|用)?邮箱", text):
        facts["mailboxes"] = Answer.NO
        if "还没" in text:
            facts.setdefault("today", Today.NOTHING)
    elif re.search(r"有N?邮箱|带邮箱|邮箱有|N邮箱", text):
        facts["mailboxes"] = Answer.YES
    if not facts:
        return None
    return Read(facts, len(text) if "today" not in facts else 0)


def read_sync(clause: Signs) -> Read | None:
    """Whether address book and calendar must be in step."""
    text = clause.text
    if not re.search(r"通讯[簿录]|日历|地址簿", text):
        return None
    if re.search(r"不介意|没关系|无所谓|不要紧|不用|不需要|不在乎|也行|可以接受", text):
        return Read({"needs_sync": Answer.NO}, 0)
    needs = re.search(r"要|必须|一定|需要|得", text)
    return Read({"needs_sync": Answer.YES} if needs else {}, 0)


_NO = re.compile(
    r"^(?:他们|我们|客户|员工|大家|人)*(?:基本|几乎|根本|完全|平时|一般)?上?(?:都|也|从来?|全)*(?:没(?!听|问|统|了解)|无|否|零|no$|不(?![同一错止只少知清管过]))"
)
"""A plain no to the question how many or how much."""

# --- travel (F45, F47) ---

_TRAVEL = re.compile(
    rf"出差|出国|出境|飞(?=[{PLACES}往去国欧美来])|往[AFH国外]{{1,3}}.{{0,3}}[跑飞]|跑[AFH国]|去[AFH].{{0,6}}(?:出差|调试|拜访|谈|跑)|出去(?!年)|在[AF]跑|travel|(?<![a-z])trip|差旅|商旅|[AF]跑|在外面跑|往外[飞跑]|出一?趟国|(?:天天|一半时间|S时间|整天).{{0,6}}在[AF]"
)
_RARE = re.compile(
    r"不怎么|不太|不大(?!的)|不常|不经常|很少|较少|极少|少有|难得|偶尔|偶而|有时|几乎不|基本不|基本上不|(?:(?<=出差)|(?<!差))不多|不频繁|没几[次个趟]|没多少|(?<![不多])少(?![数部])|一年(?:也就|就|到头|才|大概|差不多|不到|也|顶多|最多)*(?:出去|出国|出差|出|去|飞|跑)?(?:个)?[一两1-3]{1,2}[次趟回]|不到[一两]次"
)
_NEVER = re.compile(
    r"(?:没有?(?:一[个位名])?人?|没谁|一[个位名](?:人|员工)?[都也]不|都不|从不|从来不|不用|不需要|不会|不必|没有?|不|无需|零)(?:人|谁|去|要|用|需要|再|往|有|什么|会)*(?:[AF])?(?:的)?(?:出差|出国|出境|出去|去[AFH]|travel)"
    r"|一[个位名](?:人|员工)?(?:去|要)?(?:出差|出国|出境|出去|去[AFH])的?人?(?:都|也)(?:没|不)|(?:出差|出国|出去|去[AFH])的(?:人|员工)?(?:也|都|是|为|一[个位名])*(?:没有?(?!几|多少|很|太|特别|统计|数|定|说|问|那么|吗)|零)"
)
_MOST = re.compile(
    r"多数|大部分|大多|大半|一半以上|过半|超过一半|人人|全员|大家都|所有人|全都|几乎都|都(?=要?得?经常|老|常|频繁|天天|每)|半数以上"
)
_FEW = re.compile(
    r"少数|(?:少|小)部分|一小撮|个别|(?:就|只有|只|除了)?(?:老板|老总|领导|高管|总经理)(?!和|跟|、)|[没就]?几个(?:人)?(?![月])|[一两]两?三?个人|没几个"
)
_OFTEN = re.compile(
    r"经常|常常|常(?![驻规])|老是|老(?=往|出|飞|要|去|在)|总(?=是|出|往|飞|要)|频繁|频频|天天|每[天周月年]|每(?:个|隔)?(?:个?月|星期|礼拜|季度?)|隔三差五|一年到头|常年|一个月|一月|长期|三天两头|动不动|很多|挺多|特别多|不少|多(?![少数])|密集|一半时间|S时间|一直"
)
_JOB = "业务员?|销售|工程师|老板|领导|高管|经理|老师|同事|技术|售后|采购|商务|顾问|骨干"
_DOMESTIC_TRIPS = re.compile(
    r"(?:只|都|就|主要|多半|也)?(?:是|在)*[MC](?:各地|里|内|境内)?(?:出差|跑)|出差(?:都|也)?(?:主要|多半|大多|基本上?)?(?:只|是|在)+[MC]"
)


def read_travel(clause: Signs, asked: bool) -> Read | None:
    """Who travels abroad; numbers that belong to the travellers are theirs."""
    text = clause.text
    if _DOMESTIC_TRIPS.search(text) and not re.search("[AFH]|出国", text):
        return Read({"travel": Travel.NONE}, 0)
    verb = _TRAVEL.search(text) or _GOES.search(text)
    if verb is None and not asked:
        return None
    if re.search("减掉?|砍", text):
        return Read({}, 0)
    facts: dict[str, Any] = {}
    level = travel_in_words(text, asked)
    if level is not None:
        facts["travel"] = level
    marks = [m.start() for p in (_RARE, _NEVER, _MOST, _OFTEN, _FEW) if (m := p.search(text))]
    begin = min([verb.start() if verb else len(text), *marks])
    head, tail = text[:begin], text[begin:]
    own = re.search(
        rf"(?P<place>[{PLACES}])?(?P<has>[^，NS{PLACES}]{{0,4}})(?P<who>[NS])(?:的|人|员工|个|来|左右|{_JOB})*(?:要|会|得|都)*$",
        head,
    )
    after = re.search(r"(?:的|人|也就|就|只有|有|占|大概|差不多)[^NS]{0,8}(?P<who>[NS])", tail)
    staff = own and own["who"] == "S" and re.search("员工|人|用户|同事|里|中", own["has"])  # 「国内员工的三分之二」
    if own and (not own["place"] or (own["place"] in "MC" and ("有" in own["has"] or staff))):
        facts |= _travellers(clause, begin=own.start("who"))
        begin = own.start("who")
    elif after:
        facts |= _travellers(clause, begin=begin + after.start("who"))
    return Read(facts, begin) if facts else None


def _travellers(clause: Signs, begin: int) -> dict[str, Any]:
    value = clause.values[begin]
    if value == MAJORITY and re.match("S(?:以上|多|还多)", clause.text[begin:]):
        return {"travel": Travel.MANY}
    return {"travellers": value} if clause.text[begin] == "N" else {"travel_share": value}


_GOES = re.compile(r"去(?:一?趟|了趟)?[AFH]")
"""Going abroad is travel where it is said how often or how many."""


def travel_in_words(text: str, bare: bool = False) -> Travel | None:
    """The level of travel that ``text`` says; ``bare``: it answers the question, so that a yes or no counts."""
    if UNSURE.search(text):
        return Travel.UNKNOWN
    if _RARE.search(text) and not re.search("不少", text):
        return Travel.FEW
    if _NEVER.search(text) or (bare and _NO.search(text)):
        return Travel.NONE
    if _MOST.search(text):
        return Travel.MANY
    if _FEW.search(text):
        return Travel.FEW
    if _OFTEN.search(text) or (bare and re.search(r"^(?:是|对|有|会|要|嗯|yes)|会(?:去|出|飞|跑)", text)):
        return Travel.OFTEN
    return None


# --- use from abroad (F45) ---

_USE = re.compile(
    r"访问|登(?!记)|用得|要用|在用|都?(?<!不)用(?=了|的)|用(?=$|邮箱|系统)|使用|打开|看.{0,4}文件|看(?:一)?[下眼看]|[不会来]看$|下资料|连[进过]?来|收.{0,3}邮件|开会|传.{0,2}文件|来看"
)
_VISITOR = re.compile(rf"[{PLACES[2:]}]|老外|外国|供应商|那边|外部|访客|客户.{{0,6}}[登访]|那N")
_LIGHT = re.compile(
    r"偶尔|偶而|难得|很少|(?:(?<=出差)|(?<!差))不多|不重|不太|不怎么|轻|有时|不频繁|不经常|不常|(?<![不多])少(?![数部])|收收邮件|只收|就收|看看(?!选|放|哪|该|要|应|用哪|怎|什么|这)|(?:登|用)一?下|看一?下(?!选|放|哪|该|要|应|用哪|怎|什么|这)|不大用|基本不|几乎不|一般般"
)
_NO_USE = re.compile(
    r"(?:只有?|就)(?:国内|境内|大陆|内地|[MC])(?:的|这边|那边)?(?:人|员工)?(?:在|会|要)?用|没有?人|没谁|不会|不用|不(?:再)?需要|无人|无需|都不|没有?(?:[AF]的?)?(?:人|客户|谁)?(?:要|会|来)*(?:访问|登|用|看)|(?<![要])不(?:来|会|去)?(?:访问|登|看|进|连|打开)"
)
_HEAVY = re.compile(
    r"天天|每天|经常|常常|频繁|[很挺得蛮较]重|用得重|重度|一直|整天|随时|离不开|大文件|高频|大量|全天|老(?=登|要|用)|很多|挺多|得多|不少|会议"
)


def read_use(clause: Signs, before: Before) -> Read | None:
    """How heavily people abroad use it."""
    text = clause.text
    verb = _USE.search(text)
    about = _VISITOR.search(text) or (before.abroad and not re.search("[MC]", text))
    level = use_in_words(text)
    if not about or level is None or not (verb or (before.abroad and re.search("用|开会|邮件|文件|登", text))):
        return None
    marks = [m.start() for p in (_LIGHT, _NO_USE, _HEAVY) if (m := p.search(text))]
    return Read({"use": level}, min([verb.start() if verb else len(text), *marks]))


def use_in_words(text: str, bare: bool = False) -> Use | None:
    """The level of use that ``text`` says; ``bare``: it answers the question, so that a plain no counts."""
    if UNSURE.search(text):
        return Use.UNKNOWN
    if _LIGHT.search(text) and "不少" not in text:
        return Use.LIGHT
    if _NO_USE.search(text) or (bare and _NO.search(text)):
        return Use.NONE
    if _HEAVY.search(text) or (bare and re.search(r"^(?:是|对|有|会|要|嗯|重|多|yes)", text)):
        return Use.HEAVY
    return None
