"""Clauses that are a verb and next to nothing else: 「发了」, 「同事说已经盖好了」, 「还没付」."""

from __future__ import annotations

import re

from bot.rules.guide_manner import is_half, spoken

_BEFORE = re.compile(
    r"^(?:确实|的确|确认(?:过|了|说|是)*(?=(?:已经|都|也)?[付打汇转盖签发寄填补开交扫].*了)|嗯+|哦+|噢|啊|呃|那个|这个|那|好(?:的|吧|啊|呀)|对了|对|是的|不对|其实|刚才|刚刚|刚|已经|已|都|也|就|早就|早|我们?|咱们?|我这边|这边|他们?|云?总代|对方|今[天早晚]|昨[天晚]|前天|上午|下午|中午|早上"
    r"|上周[一二三四五六日天]?|周[一二三四五六日天]|全部?|终于|总算|才|又|重新|再|顺便|然后|一起|材料|款|钱|货款|章|东西|文件|订单|通知|邮件|财务|\d+号|[一二三四五六七八九十]+号|发现|快递(?=签收)|说错了?|搞错了?|弄错了?|是|(?:同事|财务|出纳|会计|商务|行政|老板|领导|助理|销售|客户|他|她)(?:那边|他们)?(?:说|讲|回复|回话|反馈|告诉我)|(?:同事|财务|出纳|会计|商务|行政|老板)(?=.)|客户(?:那边|他们)?(?=(?:已经|都|也|刚|昨天|今天)*(?:还?没有?)?(?:盖|确认|定|同意|答应|敲定|收到|补|寄回|签)))"
)
_AFTER = re.compile(
    r"(?:啊|呀|哦|噢|啦|咯|喽|哈|呢|嘛|吧|的|，|。|！|刚才|刚刚|今天|昨天|昨晚|前天|上午|下午|早上|上周[一二三四五六日天]?|已经|都|全部|一下|材料|款|钱|章|过来|通知)$"
)
_TAIL = re.compile(
    r"^(?:快递|顺丰)?(?:成功|好|完|过|掉|齐|妥|定|成|上|到|清|全)?(?:了)?(?:过?[去来]|出[去来]|[下回上]来|走|给(?:(?!客户|甲方|世纪|21v|微软).){0,6}?)?(?:了|过)?(?:款|钱|章|字|货款)?(?:了|的)?$"
)
_VERB = re.compile(
    r"^(?:(?P<no>还?没有?|并没有?|根本没|都没|未|还不|没能)|)(?P<verb>签收|签|盖|扫描|扫|重发|发|寄|快递|邮|填|写|提交|交|上传|传|收到|收|拿到|拿|接到|来|到|有|下来|批|付|打|汇|转账|转"
    r"|支付|缴|确认|定|谈|同意|答应|敲定|开通|开|通|修改|改|补正|补|换|弄|办|做|搞|完成|处理|回|给|送|好|妥|完)(?P<tail>.*)$"
)
_CANNOT = re.compile(r"不(?:了|出去?来?|上去?|成|到|动|下来)了?$")
_YES_BUT = re.compile(r"^(.{1,2})是(?=\1)(?:\1)")
"""「盖是盖了」: done, but."""
_HALF = re.compile(r"一半|一部分")


def bare_verb(clause: str) -> tuple[bool, str, str] | None:
    """Of a clause that is a verb and next to nothing else: whether it is denied, the verb, and what follows it."""
    clause = spoken(clause)
    half = is_half(clause)
    core = _YES_BUT.sub(r"\1", _without_fillers(_HALF.sub("", clause) if half else clause))
    cannot = _CANNOT.search(core)
    match = _VERB.match(_CANNOT.sub("", core))
    if not match or len(core) > 12 or not _TAIL.match(match["tail"]):
        return None
    denied = half or bool(match["no"]) or bool(cannot)
    if denied and match["verb"] == "有" and not match["tail"]:
        return None  # 「没有」 is a no to whatever was asked
    # 「发」 alone is an order or a wish; 「好」 alone is a yes.
    if not denied and not match["tail"] and match["verb"] not in ("收到", "拿到", "接到"):
        return None
    return denied, match["verb"], match["tail"]


def _without_fillers(clause: str) -> str:
    before = None
    while clause != before:
        before = clause
        for pattern in (_BEFORE, _AFTER):
            shorter = pattern.sub("", clause)
            if shorter and (pattern is _BEFORE or _VERB.match(shorter)):
                clause = shorter
    return clause
