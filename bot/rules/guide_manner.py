"""How a clause is said: as what happened, as what has not happened yet, as a doubt, or as a question.

Only what happened moves a case. A plan (「财务明天付」) says that it has not happened; a doubt or a question says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from bot.rules.customer_name import CLAUSES


class Manner(Enum):
    """How a clause is said."""

    TOLD = "told"
    NOT_YET = "not_yet"
    """A plan, something under way, or waited for."""
    UNSURE = "unsure"
    ASKED = "asked"


_DELIMITER = re.compile(f"({CLAUSES.pattern})")
_AND_THEN = re.compile(
    r"(?=[就只还]差|[就只]剩)|(?<=[签盖扫填写改补好完]了)(?=(?:又|也|已经|都|重新?)?[盖扫发寄传交](?!票|现)[^，]{0,5}(?:了|过(?![去来])))|(?<=了)(?=(?:云?总代|他们|对方|客户|我们?)(?:那边)?(?:还|没|也|又|说|让|叫|通知|一会|就)|(?:单子?|订单|材料|合同|编号|通知|协议|章|扫描件|原件)(?:还|没|也|都)|(?:明天|后天|下周|准备|打算|马上|等下|回头)|(?:那?我?们?现?在?)?(?:下面|接下来|接着|下一步|之后|后面|该|怎么办|咋办|要干|算第|是第|到第))"
)
"""Behind what is done comes a plan, or the question what is next: 「协议盖好章了下面干啥」."""
UNDECIDED = (
    r"没有?(?:想好|定好?|决定|谈好|谈定|确认|敲定).{0,4}(?:什么|哪[个家些]?|多少|几)|什么时候.{0,6}还?没(?:定|说)"
)
"""Tells that something is open, in the words of a question."""
_OPEN = re.compile(
    UNDECIDED
    + r"|没(?:什么|啥)|[没未][^，]{1,4}[过到有](?:什么|啥)(?!时候)|(?:什么|啥)[^，]{0,4}[都也]|[那这]么[多久]|(?:没|还|正|在).*呢$"
)
"""Words of a question in what is none."""
_ASKED = re.compile(
    r"吗|(?<![什怎那要])么$|呢$|([^不没])[不没]\1|是否|能否|可否|有没有|[了过好完]没有?$|^.{3,}(?<![还都也来根])没$|[^还也就我从当然是并先都才很]不$|行不|怎么|怎样|如何|为什么|为啥|凭什么|几时|何时"
    r"|多久|多长|几[天号]|多少|哪(?!怕)|谁|咋|干嘛|什么|啥"
)
_UNSURE = re.compile(
    r"好像|可能|也许|大概(?![一二两三四五六七八九十几\d])|估计|似乎|貌似|不(?:太|是很)?(?:确定|(?<![章字印描][不太])清楚|知道|晓得|记得|了解)|记不[清得]|没印象|说不[准好]|拿不准"
    r"|应该(?:是|已经|都|有|盖|发|填|付|收|签|寄|可以|能)|吧$|(?:没有?|吗|哪|谁|几|啥|什么)[^，]{0,3}忘(?:记|掉)?了?$"
)
_DOUBT_ALONE = re.compile(
    r"(?:这个|那个|具体|说实话|我们?|咱们?|也|都|就|还|真的?|有点|其实)*(?:不(?:太|是很|大)?(?:确定|清楚|知道|晓得|记得|了解)|记不[清得]楚?|没印象|说不[准好]|拿不准|忘记?了)(?:了|啊|呀|呢|诶|哎)*"
)
_IF = re.compile(r"如果|要是|假如|假设|万一|的话|只要|一旦")
_LATER = re.compile(
    r"明[天儿早]|后天|下个?(?:周|月|星期|礼拜)|改天|回头|待会|等(?:会|下|一下)|一会|晚点|晚些|过[几两一]天|[几两]天后|月底|稍后"
    r"|准备(?![好完了齐])|打算|计划|正(?=[在要])|即将|马上|立刻|这就|尽快|想(?:先|着)|(?<![不需主只快])[会要去](?=[付发寄填盖签打汇转])|再[付发寄填盖签打汇转](?!.*[了过])"
    r"|在(?=[填盖走弄办做改补催等谈签印打](?!好|完|过))|在(?:准备|处理|申请|安排|审批)|安排(?![好了])|(?:今[天晚]|[上下]午|晚上)(?:就|再|会|能)?[给发来出通开盖付寄打填签](?!.*[了过的])|接着(?=[盖填发寄付签弄])|要(?:到|等)?(?:下?周|礼拜|星期|月|\d+号)|(?<!刚)才(?=[能会给来到盖下发寄付开签])(?!.*[了的])|流程中|走.{0,3}流程|[寄发送交拿]给?(?:客户|甲方).{0,3}[盖签]|[送拿]去[盖签]|[盖签]去了|(?:让|叫|请|催|通知)了?客户.{0,4}[盖补签确](?!.{0,2}了)"
    r"|(?<![不需主只机社])会(?=[给把将开补交回退审通确])"
)
_PROMISED = re.compile(
    r"^(?!.*(?:已经?|也|都)[付打汇转盖签发寄填补开].*了)(?=.*(?:"
    r"(?:答应|(?<!总代)(?<!那边)同意|承诺|保证|许诺)(?![金函书])了?[^，了也都已并且就]{0,3}[付打汇转盖签发寄填补开给交提通]"
    r"|(?:点头|(?<!审)批准?)了?[付打汇转]))"
)
"""What somebody has agreed to do is not done: 「老板答应付款了」. A distributor who agrees to a payment has asked for it."""
_NOT_KNOWN = re.compile(
    r"(?:(.)没有?\1|[了过好到]没有?|吗|没有)[^，]{0,4}(?:我|咱)[^，]{0,2}(?:不(?:知道|清楚|确定|记得|晓得|了解)|忘(?:记)?了)(?:呢|啊|呀)?$"
)
_SOON = re.compile(r"(?<![很尽赶加])快(?:要)?(?![递件速捷慢点了些一二两三四五六七八九十几半\d])[^，]{1,6}了$")
"""「编号快下来了」; neither a courier (快递) nor a time that has gone by (快三天了)."""
_WAITS = re.compile(r"等(?![到来级于]|了?[^，]{0,4}天)")
_HALF = re.compile(
    r"除了?(?=.{0,4}[付打盖发填寄签])|[就只还]剩|剩下|先[发交寄传]了|一半|一部分|还差|还缺|[就只]差|快.{0,3}[好完]了|差不多.{0,4}[好完]|没.?[完齐全]|(?<![不很多太至])少了?[个一盖]|漏"
)
_NO = re.compile(
    r"失败|出错|报错|[寄弄搞]丢|[打付汇转寄发填盖签]错|没|未|缺(?!席)|不(?!过|少)|无(?!锡)|忘[了记]?(?=.{0,3}[盖发寄填付签])"
)
_NOT_A_NO = re.compile(
    r"没(?:什么|啥|有)?(?:问题|毛病|意见|差错|出错)|没[错事]|不(?:用|需要?|要)(?:再)?[改补]|不对|不缺|不错|不久|不好意思|不仅|不但|不光|不止"
)
_DOUBTS = re.compile(
    r"^(?:这|那|这样|这个|那个|也|还)*(?:算不算|算吗|算数|作数|行吗|行不|可以吗|可不可以|有效|可靠|靠谱|真的|可信|能信|对吗|对不对|是不是真|是真的)"
)
_HOLDS_LE = re.compile(r"(?<=[\u3400-\u9fff])了?[啦喽咯嘞]")


def clauses(text: str) -> Iterator[tuple[str, bool]]:
    """The clauses of ``text`` (a normal form), each with whether a question mark ends it."""
    pieces = _DELIMITER.split(_AND_THEN.sub("，", text))
    for index in range(0, len(pieces), 2):
        if pieces[index]:
            yield pieces[index], "？" in "".join(pieces[index + 1 : index + 2]).replace("?", "？")


def manner_of(clause: str, marked: bool = False) -> Manner:
    """How ``clause`` is said; ``marked``: a question mark ends it."""
    if _UNSURE.search(clause):
        return Manner.UNSURE
    if marked or _IF.search(clause) or _ASKED.search(_OPEN.sub("", clause)):
        return Manner.ASKED
    planned = any(pattern.search(clause) for pattern in (_LATER, _WAITS, _PROMISED, _SOON))
    return Manner.NOT_YET if planned else Manner.TOLD


def is_negative(clause: str) -> bool:
    """Whether ``clause`` says no, or that something is done but for a part."""
    return bool(is_half(clause) or _NO.search(_NOT_A_NO.sub("", clause)))


def is_half(clause: str) -> bool:
    """Whether ``clause`` says that something is done in part."""
    return bool(_HALF.search(clause))


def does_not_know(text: str) -> bool:
    """Whether ``text`` says that its speaker does not know if something has happened: 「发了没有我忘了」."""
    return bool(_NOT_KNOWN.search(text)) or any(only_doubts(clause) for clause, _ in clauses(text))


def only_doubts(clause: str) -> bool:
    """Whether ``clause`` says that its speaker does not know, and nothing else."""
    return bool(_DOUBT_ALONE.fullmatch(clause))


def spoken(text: str) -> str:
    """``text`` with 「了」 for the particles that hold it: 「盖啦」 is 「盖了」."""
    return _HOLDS_LE.sub("了", text)


def doubts_before(clause: str) -> bool:
    """Whether ``clause`` asks if what was said before it counts at all: 「算不算」, 「行吗」."""
    return bool(_DOUBTS.search(clause))
