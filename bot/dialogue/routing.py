"""Read a message in the light of what is under way: the open task, the order just spoken of, a binding command.

While a task waits for an answer, short words belong to it: 「很少」 says nothing alone and all to the open question.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

from bot.dialogue.adviser_talk import chooses, counts_users, nobody_bought, opens_adviser
from bot.dialogue.asking import is_question as is_question  # what actions ask of a message too
from bot.dialogue.guide_talk import (
    belongs_to_guide,
    is_lost,
    is_newcomer,
    is_of_draft,
    recalls,
    resumes,
    under_way,
    waits_for,
)
from bot.dialogue.order_talk import leaf_of_orders
from bot.dialogue.parse import FALLBACK
from bot.rules.guide import Item
from bot.rules.guide_facts import NUMBER_LOST
from bot.rules.guide_reading import is_short_answer, says_something

DATACENTER, GUIDE = "datacenter", "guide"
_LEAF = {DATACENTER: "dc/case", GUIDE: "guide/where"}
_WORDS = {
    "control/affirm",
    "control/deny",
    "chitchat/ok",
    "followup/any",
    "nlu_fallback",
    "guide/where",
    "guide/told",
    "dc/case",
}
_ASKING = {"followup/any", "nlu_fallback", "chitchat/ok"}
"""Leaves whose questions are not answers to the guide: 「那原件呢」 is about the answer before."""
_NEAR = {
    DATACENTER: ("faq/dc_", "faq/domain_", "faq/migrate_version", "order/", "guide/"),
    GUIDE: ("dc/", "faq/", "order/status"),
}
_OF_ANOTHER_ORDER = re.compile(r"到哪|到什么|进度|状态|[那这]张?单|查|怎么样")
_KEPT_IN_GUIDE = ("guide/next", "guide/back", "guide/start", "control/cancel", "control/restart")
_PLAIN_SEAL = re.compile(
    r"(?:只|就|光)盖了?(?:个|的)?(?:普通)?(?:公章|合同章)|盖(?:的就?是|成?了)(?:个|普通)*公章|盖(?:普通)?公章了|公章(?:已经|都)?盖(?:了|好|完)"
)
"""The wrong claim that the guide catches (F19)."""
_MOVES_IT = {
    "control/cancel": re.compile(r"取消|退出|不[办走做弄下要用想]|算了|结束|停|别|先这样|到此|quit|cancel|stop|exit"),
    "control/restart": re.compile(r"重[来新做走]|从头|再来|reset|restart"),
    "guide/next": re.compile(r"下一?[步个]|下面|往下|接下来|继续|接着|然后|next"),
    "guide/back": re.compile(r"上一?[步个]|前一步|[返退倒往]回(?![来的])|回(?:到|去|上)|退一步|后退|back|改|重"),
}
"""Words without which a message that tells something does not steer the guide, whatever the classifier says; nothing that
was told is forgotten without them."""
_WEIGHED = re.compile(r"国内|国外|境内|境外|海外|出差|出国|外派|母公司|总部|同(?:一个)?域名|不同域名|\d+(?:人|个|位)")
_TWO_SIDES = re.compile(r"[国境]内\D{0,3}\d+\D{0,5}[国境海]外\D{0,3}\d|[国境海]外\D{0,3}\d+\D{0,5}[国境]内\D{0,3}\d")
_ORDER_NUMBER = re.compile(r"csp[\s\-_\d]+")
_CHANGES_AN_ORDER = re.compile(r"改|取消|退|删|撤|换|下单|提交|导出")
_LITTLE = 6
"""Characters beside an order's number that say nothing but that it is asked about (「…这个呢」)."""
_WHAT_IF = re.compile(
    r"^(?:那|那么)?(?:如果|要是|假如|假设|万一|若是|换成)|^(?:那|然后|好|嗯|，)*第[二三四五六七八九十2-9](?:个|家)(?!人|问题|方案|步)"
)
"""Goes on with the adviser after a recommendation: the same customer with a change, or the next one."""
_HUMAN = re.compile(r"人工|客服|真人|转接|找人|联系|电话|同事|顾问|human|agent")
_VERDICT = re.compile(r"结论|推荐|建议|选|买哪|放哪|用哪|哪边|哪个|怎么选")
_WANTS_TO_ORDER = re.compile(r"(?:想|要|准备|打算|帮我)(?:给|替|帮)?(?:.{0,6}客户)?.{0,3}下(?:一|个|张)?单")
_STARTS_THE_GUIDE = re.compile(r"(?:带|领|陪|教)(?:着|我|们)|走一遍|我要下单|开始下单|引导")
_SURE = 0.85
"""Confidence from which a question is taken as it stands, whatever it tells about a step besides."""
_PAPERS = {"document", "step", "agreement_number"}
_DETAILS = {"people", "product", "customer", "agreement_number"}
_NAVIGATION = (
    (
        re.compile(r"^(?:继续|接着)?(?:下一[步个]|往下走?|下1步|next)(?:吧|呢|是什么|怎么走|要?做?什么)?[？。！]?$"),
        "guide/next",
    ),
    (re.compile(r"^(?:返?回|退回)?(?:到)?上一[步个](?:吧)?[。！]?$"), "guide/back"),
    (re.compile(r"^我?(?:现在)?(?:是|走|办|做)?到?(?:第几|哪一?)步了?(?:呢|啊|呀)?[？。！]?$"), "guide/where"),
    (
        re.compile(
            r"^(?:那?回到|接着|继续)(?:.{0,2}(?:下单|引导|刚才)).{0,3}|^(?:.{0,6}，)?我?下一步(?:我?要|该|得|应该)"
        ),
        "guide/where",
    ),
    (re.compile(r"^(?:重来|重新开始|从头(?:再)?来|重新来)(?:吧|一遍)?[。！]?$"), "control/restart"),
    (re.compile(r"^(?:取消|退出|不办了|算了|先不办了|结束)(?:吧|引导|下单)?[。！]?$"), "control/cancel"),
    (re.compile(r"^(?:我?要|想|帮我|请|现在)?登记(?:吧|一下|这张单)?[。！]?$"), "guide/where"),
)
_WHERE = re.compile(
    r"(?:接下来|下面|现在|眼下|然后|我)(?:该|要|是|轮|做|弄|干|办|算|在|到)|第几步|哪一?步|下一步(?:是|该|做|干|呢)|接下来呢"
)
_BIND = re.compile(
    r"^(?:请|麻烦|帮我|我要|我想)*(?:绑定|邦定|帮定|绑|bind)码?(?:是|为)?[\s:：，,]*[a-z0-9][a-z0-9\s\-]{3,18}$"
)
_BARE_CODE = re.compile(r"^(?=[a-z\d\s\-]*\d)(?=[a-z\d\s\-]*[a-z])(?:[2-9a-hjkmnp-z][\s\-]?){7}[2-9a-hjkmnp-z]$")
_ABOUT_AN_ORDER = re.compile(
    r"开通|开好|能开|什么时候|啥时候?|几号|哪天|还要(?:多久|几天)|材料|哪里不对|什么问题|原件|正本|寄了|收到|付款|付了|到账|打款|超期|逾期"
    r"|到哪|状态|进度|怎么样了|该?谁|为什么还|签收|超了|[钱款]到|哪天.{1,4}的|什么时候.{1,4}的|正常|期限|截止"
)
_IN_GENERAL = re.compile(
    r"一般|规定|流程|都(?:是|要)|通常|每次|什么章|怎么(?:盖|寄|填|付|办)|寄给谁|付给谁|哪些|我的单|份|什么时候(?:寄|付|盖)"
)
_BARE_NUMBER = re.compile(r"^(?:0\d{2,10}|\d{7,11})[。.？?]?$")
"""The end of an order's number, said alone: no head-count begins with 0 or has seven digits."""
_NAMES_THE_GUIDE = re.compile(r"下单|引导|流程")
_TO_GLOBAL = re.compile(
    r"(?:换|改|转|切)(?:成|到|为|用|去|走|选|回)?(?:成|到)?(?:全球|国际|国外)版?(?:的|吧|了|算了|好了|。)*$"
)
"""「换成全球版」: the answer about migrating is about the other direction; this one cannot be ordered here (F49)."""
_AND_THAT = re.compile(r"^那.{1,8}呢[？。]?$")
"""「那不同域名呢」 after an answer: about that, no customer of whom nothing else is known."""
_UNSURE = 0.6
_STATING = ("faq/", "nlu_fallback", "guide/", "chitchat/")
_HOW_FAR = re.compile(r"[就只还]差|[就只]等(?!到|于)|[就只]剩|万事俱备")
"""Says how far somebody is by what is left to do."""
_BARE = ("control/affirm", "control/deny")
_VERB_OF_A_STEP = re.compile(r"[盖签填寄付章]|通知|编号|开通|发货?款")
_OPENED_BUT = re.compile(r"(?:开(?:好|通)了|客户(?:那边)?(?:说|讲|反映|反馈)).*(?:没|收不到|找不到)")
"""「开好了客户说没收到密码」: a problem after the service is there, not that it is not."""
_ACCOUNT = re.compile(r"^(?!.*(?:密码|管理员|登[录陆]|客户))(?=.*(?:账号|帐号|账户|帐户|卡号|户头))")
_PAID_WHEN_OPEN = re.compile(
    r"^(?:我们?|那|要是|如果|刚才?|[上下这]?(?:周|星期|礼拜)[一二三四五六日天末]|今天|昨天|前天|明天|上午|下午|[\d一二三四五六七八九十]+[号日月]|钱|款|货款|付|打|汇|转|交|完|过|了|的|就|都|，|\s)*"
    r"(?:几号|什么时候|啥时候|多久|哪天|几天|几时)(?:能|可以|会|就|才|给)*(?:开通|开好|开|用|下来)(?:啊|呢|呀|了)?[？。]?$"
)
_SHORT = 16
"""Characters up to which a question may be about the order that was just shown, without naming it."""


def leaf_in_task(
    parse: Dict[str, Any],
    task: Optional[str],
    case: bool = False,
    guide: Optional[Dict[str, Any]] = None,
    latest: Optional[str] = None,
) -> Optional[str]:
    """The leaf that a message means because of the task that is open, or None where the parse stands.

    Args:
        parse: what the classifier and the extractor say.
        task: the slot ``task``.
        case: whether the adviser knows of a customer.
        guide: the slot ``guide``; also one that was left or is interrupted.
        latest: the leaf of the user's message before.
    """
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    if _BIND.match(normal) or _BARE_CODE.match(normal):
        return "order/bind"
    if _BARE_NUMBER.match(normal):
        return "order/status"
    if any(e["entity"] == "order_number" for e in parse["entities"]):
        rest = _ORDER_NUMBER.sub("", normal)
        if leaf in ("nlu_fallback", "followup/any") or (len(rest) <= _LITTLE and not _CHANGES_AN_ORDER.search(rest)):
            return "order/status"
    if resumes(normal) and (guide or _NAMES_THE_GUIDE.search(normal)):
        return "guide/where"
    if guide and is_of_draft(parse, guide, latest):
        return "guide/where"
    if of_orders := leaf_of_orders(parse, task, latest, bool(guide)):
        return of_orders if of_orders != leaf else None
    if task == GUIDE:
        return _leaf_in_guide(parse, guide, latest)
    if _describes_a_customer(parse):
        return "dc/case"
    if leaf == "faq/migrate_version" and _TO_GLOBAL.search(normal) and not is_question(normal):
        return "faq/dc_global_order"
    about = leaf.startswith(("faq/dc_", "faq/domain_", "nlu_fallback", "followup")) and "同步" not in normal
    if case and about and _WHAT_IF.search(normal):
        return "dc/case"
    if task not in _LEAF:
        if leaf == "dc/case" and not case and (latest or "").startswith("faq/") and _AND_THAT.match(normal):
            return "followup/any"
        if leaf.startswith("dc/") and not case and not opens_adviser(parse):
            return FALLBACK
        unsure = leaf in _ASKING or parse["intent"]["confidence"] < _UNSURE
        if (is_newcomer(normal) and unsure) or (is_lost(normal) and leaf.startswith(("faq/", "nlu_fallback"))):
            return "guide/start"
        if leaf.startswith(_STATING) and _HOW_FAR.search(normal) and not is_question(normal):
            return "guide/where"
        if leaf in _BARE and _VERB_OF_A_STEP.search(normal) and (says_something(normal) or guide):
            return "guide/where"
        if _WANTS_TO_ORDER.search(normal) and says_something(normal) and not is_question(normal):
            return "guide/start"
        if leaf.startswith("faq/") and leaf != "faq/seal" and _PLAIN_SEAL.search(normal) and not is_question(normal):
            return "guide/where"
        sure = parse["intent"]["confidence"] >= _SURE
        eligible = leaf.startswith("nlu_fallback") or (leaf.startswith("faq/") and not sure)
        return "guide/where" if eligible and _WHERE.search(normal) and says_something(normal) else None
    interrupted = task == DATACENTER and under_way(guide)
    if interrupted and leaf in ("guide/told", "guide/where") and says_something(normal) and not _WEIGHED.search(normal):
        return "guide/where"  # of the order that the adviser has interrupted
    if task == DATACENTER and leaf.startswith(("faq/", "nlu_fallback")) and _tells_of_the_case(parse):
        return "dc/case"
    if task == DATACENTER and leaf.startswith("faq/") and counts_users(parse) and not is_question(normal):
        return "dc/case"  # 「我就想走云总代，他们八成在国外」
    if task == DATACENTER and leaf == "guide/start" and _STARTS_THE_GUIDE.search(normal):
        return None
    if task == DATACENTER and leaf.startswith("order/") and _OF_ANOTHER_ORDER.search(normal):
        return None
    if task == DATACENTER and leaf == "human/request" and not _HUMAN.search(normal):
        return "dc/case"  # 「没有人用」
    if task == DATACENTER and leaf == "refuse/other_orders" and nobody_bought(parse):
        return "dc/case"  # 「没有别的公司买过」: of the customer's group
    if leaf == "guide/told" and any(e["entity"] in _PAPERS for e in parse["entities"]):
        return None  # 「合作协议盖好章了」 is no answer to the adviser
    if leaf in _WORDS or (leaf.startswith(_NEAR[task]) and not is_question(normal)):
        return _LEAF[task]
    return None


def leaf_after_order(parse: Dict[str, Any], order: Optional[str], latest_leaf: Optional[str]) -> Optional[str]:
    """``order/status`` for a short question about the order just shown (「原件寄了没」), which may read like one in general.

    Args:
        parse: what the classifier and the extractor say.
        order: the slot ``order``.
        latest_leaf: the leaf of the user's message before.
    """
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    if not order or not (latest_leaf or "").startswith("order/"):
        return None
    eligible = leaf.startswith(("faq/", "followup/", "nlu_fallback", "guide/where", "guide/told", "order/list"))
    if not eligible or len(normal) > _SHORT or _IN_GENERAL.search(normal):
        return None
    return "order/status" if _ABOUT_AN_ORDER.search(normal) else None


def _leaf_in_guide(
    parse: Dict[str, Any], guide: Optional[Dict[str, Any]] = None, latest: Optional[str] = None
) -> Optional[str]:
    """Facts about the order, bare answers and the guide's own words belong to it; questions are answered in between."""
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    for pattern, meant in _NAVIGATION:
        if pattern.match(normal):
            return meant
    numbered = any(e["entity"] == "order_number" for e in parse["entities"])
    if recalls(normal) or (not numbered and belongs_to_guide(normal, leaf, latest)):
        return "guide/where"
    if chooses(parse) and (leaf.startswith("dc/") or _describes_a_customer(parse)):
        return "dc/case"
    if leaf in _KEPT_IN_GUIDE:
        told = says_something(normal) or is_short_answer(normal) or leaf in ("control/restart", "guide/back")
        return "guide/where" if told and leaf in _MOVES_IT and not _MOVES_IT[leaf].search(normal) else None
    if _PLAIN_SEAL.search(normal) and "骑" not in normal:
        return "guide/where"
    asks = is_question(normal)
    if leaf == "refuse/credentials" and _ACCOUNT.match(normal) and _about_paying(guide, latest):
        return "faq/pay_account"
    if leaf == "faq/migrate_version" and _TO_GLOBAL.search(normal) and not asks:
        return "faq/dc_global_order"
    if leaf == "order/status" and _PAID_WHEN_OPEN.match(normal):
        return "faq/provision_time"
    if NUMBER_LOST.search(normal):  # there is one: the first step is not open again (F14)
        return "faq/agreement_number"
    if leaf == "faq/account_delivery" and _OPENED_BUT.search(normal):
        return None
    if leaf in _WORDS:
        return None if asks and leaf in _ASKING else "guide/where"
    if asks or not leaf.startswith(_NEAR[GUIDE]) or (leaf == "order/status" and _OF_ANOTHER_ORDER.search(normal)):
        return None
    if is_short_answer(normal):
        return "guide/where"
    tells = says_something(normal) or bool(_DETAILS & {e["entity"] for e in parse["entities"]})
    return "guide/where" if tells and not numbered else None


def _about_paying(guide: Optional[Dict[str, Any]], latest: Optional[str]) -> bool:
    return (latest or "").startswith("faq/pay") or waits_for(guide) is Item.PAID


def _tells_of_the_case(parse: Dict[str, Any]) -> bool:
    """More than one thing that the adviser weighs, or one and the call for its verdict."""
    if parse["leaf"].startswith("faq/domain_sync"):
        return False  # that has an answer of its own, whatever the case
    weighed = {match.group() for match in _WEIGHED.finditer(parse.get("normal") or "")}
    return len(weighed) > 1 or bool(weighed and _VERDICT.search(parse["normal"]))


def _describes_a_customer(parse: Dict[str, Any]) -> bool:
    """Numbers of people or shares with places make a customer, whatever words surround them."""
    about = parse["leaf"].startswith(("faq/dc_", "faq/domain_choice", "dc/", "nlu_fallback", "followup"))
    if parse["leaf"].startswith("faq/migrate_version") and _TWO_SIDES.search(parse.get("normal") or ""):
        return True
    return about and counts_users(parse)
