"""Read a message in the light of the orders just spoken of: the list on show, the order before, a nudge for it.

Also single messages about orders that read like something else: 「有没有待盖章的」, 「我们卖了多少个E3」, 「海河的催一下」.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

from bot.rules.order_asking import (
    asks_for_list,
    lists_orders,
    looks_one_up,
    names_a_list,
    names_two,
    of_somebody,
)
from bot.rules.order_filters import left_out
from bot.rules.order_words import (
    asks_nothing_but_what_was_bought,
    kind_named,
    place_named,
    points_back,
    step_named,
    wants_a_nudge,
    wants_next_page,
    wants_page_before,
    without_pointing,
)

STATUS, LIST = "order/status", "order/list"
_SHORT = 20
"""Characters up to which a question may be about the orders on show, without naming one."""
_SURE = 0.85
_NOT_UNDERSTOOD = ("nlu_fallback", "followup/")
_ELSE = ("human/", "control/", "chitchat/")
_STATES_A_NAME = ("nlu_fallback", "followup/", "guide/", "dc/")
_PLACE = re.compile(r"(?:再|看|查)*第.{1,3}[张笔单]")
_WHICH_ARE = re.compile(
    r"^(?:请问|那|还|现在|我们?|咱们?|手[里上]头?|目前)*(?:有没有|有无|有|哪些|哪几|谁|几)(?:哪些|哪几|几)?(?:张|个|单|客户|订单|家)?(?:是|的)?[^，]{2,14}(?:的|了|中)(?:单子?|订单|客户)?(?:吗|呢|啊|么|没有?)?[？?。]?$"
    r"|^(?:那|还有|现在|我们?)*[^，]{2,14}(?:的?(?:单子?|订单|客户|都)?(?:有哪些|有哪几|有几|有多少|是哪[几些张个单]|有谁|都有谁)(?:张|个|单|家|客户)?(?:单|呢|啊|吗)?)[？?。]?$"
    r"|^(?:看看?|列一?下|查查?|看一?下|只看|卡在|压在)[^，]{2,12}的(?:单子?|订单)[。]?$"
)
_GENERAL = re.compile(
    r"一般|规定|流程|通常|每次|什么章|怎么|如何|寄给谁|付给谁|可以|能不能|要不要|会不会|多久|多少钱|必须|材料|文件|步|方式|地址|收款|工作|事|条件|手续|哪家|万一|要是|要等|不是"
)
_SOLD = re.compile(
    r"(?:卖|下|开通?|订)(?:了|过|出去?了?)(?:多少|几)(?:个|套|用户|张|单|人)(?!钱|点|月|总代)|(?:一共|总共|合计)(?:卖|下|开通?|订).{0,2}(?:多少|几)(?:个|套|用户|张|单|人)(?!钱|点)"
)
_NEWEST = re.compile(
    r"^(?:看看?|查查?|我|的|那)*(?:最新|最近|最早|最后|刚下|刚刚下)(?:下)?的?(?:那|这|一)*(?:[张个笔]?单子?|订单)(?:呢|到哪了?|怎么样了?|是哪个|是什么)?[？?。]?$"
)
_WHY_LATE = re.compile(r"(?:为什么|为啥|怎么|咋|咋还|怎么还).{0,4}(?:超期|逾期|没开|不开|没好|拖)")
_THE_REST = re.compile(
    r"还[有剩](?:哪|什么|啥|几|多少)|剩下?的?(?:有|是)?(?:哪|什么|啥|几|多少)|其[他它余]的?呢|别的呢"
)
_NO_ORDERS = re.compile(r"总代|版本?|数据中心|产品|材料|文件|章|协议|合同|区别|步|方式|办法|渠道|功能|城市|公司")
_ELSEWHERE = re.compile(r"客户.{0,16}(?:别家|别的|其他|其它|另一?家|人家|原来那家|同行|别人)")
_CHANGES = re.compile(r"(?:买|订|用|签|合作|续).{0,30}(?:换|转|到期|续|我们|咱们?)")
_THOSE = re.compile(r"^(?:那|还有)?[^，]{2,8}的(?:单子?|订单|客户)?(?:呢)?[？?。]?$")
_ONLY = re.compile(
    r"^(?:那|只|就|看|再|给我|帮我|要|其中|里面|单子?)*(?:被|已|还|等我?|没有?|有|待)*(?:付款?|打款|退回|打回|驳回|超期|逾期|问题|寄原件|原件|没寄|完成|没完成|开通|开好)(?:了|过|待寄|没寄)?的(?:有?哪[些几]张?|单子?|有吗|呢|几张)?[？。]?$"
)
"""Some of the orders just listed: 「退回的」."""
_STANDS = re.compile(r"到哪|进度|什么状态|走到|办到|开通了?[没吗]|怎么样了")
_STANDS_ALONE = re.compile(
    r"(?:现在|的|单|客户|都)*(?:到哪|进度|什么状态|走到哪|办到哪|开通|怎么样)(?:一?步)?(?:了|没|吗|呢)*[？?。]?"
)
_NEXT_OF_ONE = re.compile(
    r"^(?!那|然后|接下来|现在|我|这|下一步|接着).{2,12}下一?步(?:是|该|要|由|轮到)?(?:谁|什么|干|做|办|咋|怎么)"
)
_DATED = re.compile(
    r"^(?:昨天|今天|前天|上周|这周|本周|上个?月|这个?月|本月|\d{1,2}月份?).{0,3}(?:付|到账|下|开通|提交|审|盖).{0,3}的(?:单子?|订单|客户)?(?:呢|有哪些|有几.|都有谁)?[？?]?$"
)
_LOOKS_UP = re.compile(r"查|看[看下一]|到哪|进度|几单|的单|订单")
_WHOSE = re.compile(r"客户(?:有|都有)?(?:哪|谁|几)|[哪几](?:些|个|家)客户")
_OF_OURS = re.compile(
    r"^(?:那|请问|查一?下|现在)*(?:我们|咱们?|我司|我公司|我(?!想|要|替|前|师|朋))(?:公司|这边)?(?!.*(?:对手|同行|别家|别人|隔壁|其他|他们))"
)
_OWNS = re.compile(
    r"^(?!.*(?:取消|改|删|退|前|要))[\u4e00-\u9fffa-z0-9]{2,10}(?:名下)?的(?:全部|所有)?(?:订单|单子?|定单)(?:呢|有哪些|都?列.{0,3}|给我看看?)?[？?。]?$"
)


def leaf_on_list(parse: Dict[str, Any], listed: bool, latest_leaf: Optional[str]) -> Optional[str]:
    """The leaf of a message that goes on with the list of orders just shown, whatever task is open, or None.

    Args:
        parse: what the classifier and the extractor say.
        listed: whether a list was shown in this talk.
        latest_leaf: the leaf of the user's message before.
    """
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    recent = latest_leaf in (STATUS, LIST)
    if listed and (recent or "页" in normal) and (wants_next_page(normal) or wants_page_before(normal)):
        return LIST
    if listed and _PLACE.match(normal) and place_named(normal) is not None:
        return STATUS  # also when something else was said in between
    not_guided = not (latest_leaf or "").startswith("guide/")
    if listed and not_guided and "张" in normal and step_named(normal):
        return STATUS
    if not listed or not recent:
        return None
    if step_named(normal):
        return STATUS
    if place_named(normal) is not None and not leaf.startswith("chitchat/"):
        return STATUS  # a bare number, too: one that picks a button does not come here
    parts = left_out(normal)
    kind_left_out = any(kind_named(part.what + "的") for part in parts)
    rest = parts and _THE_REST.search(normal) and not _NO_ORDERS.search(normal)  # 「除了E3的还有哪些」
    return LIST if _ONLY.match(normal) or kind_left_out or rest else None


def leaf_of_orders(
    parse: Dict[str, Any], task: Optional[str], latest_leaf: Optional[str], guide: bool = False
) -> Optional[str]:
    """The leaf of a message that by its own words can only be about orders there are, whatever task is open, or None.

    Args:
        parse: what the classifier and the extractor say.
        task: the slot ``task``.
        latest_leaf: the leaf of the user's message before.
        guide: whether the guide has a customer, though it may have been left.
    """
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    if leaf.startswith(_ELSE):
        return None
    recent = latest_leaf in (STATUS, LIST)
    refused = leaf.startswith("refuse/")
    if looks_one_up(normal) and not refused:
        if leaf.startswith("faq/") and parse["intent"]["confidence"] >= _SURE:
            return None
        return leaf if leaf == LIST else STATUS
    if lists_orders(normal, any(e["entity"] == "product" for e in parse["entities"])):
        mine = leaf == "refuse/other_orders" and (of_somebody(normal) or bool(left_out(normal)))
        if mine or not refused or (leaf == "refuse/order_change" and recent):
            return leaf if leaf.startswith("order/") else LIST
        return None
    if leaf.startswith(("order/", "refuse/")):
        return None
    if names_a_list(normal) and (
        recent or (task is None and not guide and not (latest_leaf or "").startswith("faq/")) or asks_for_list(normal)
    ):
        return LIST
    return STATUS if recent and names_two(normal) and leaf.startswith(_STATES_A_NAME) else None


def leaf_in_orders(
    parse: Dict[str, Any], order: Optional[str], latest_leaf: Optional[str], task: Optional[str] = None
) -> Optional[str]:
    """The leaf that a message means because of the orders spoken of, or None where the parse stands.

    Args:
        parse: what the classifier and the extractor say.
        order: the slot ``order``.
        latest_leaf: the leaf of the user's message before.
        task: the slot ``task``.
    """
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    recent = (latest_leaf or "") in (STATUS, LIST)
    if leaf.startswith("order/"):
        return None
    if recent and order and step_named(normal):
        return STATUS
    if leaf == "refuse/other_orders":
        stands = points_back(normal) and _STANDS_ALONE.fullmatch(without_pointing(normal))
        if recent and order and (stands or (points_back(normal) and asks_nothing_but_what_was_bought(normal))):
            return STATUS
        return _elsewhere(parse)
    named = any(e["entity"] == "customer" for e in parse["entities"])
    sure = parse["intent"]["confidence"] >= _SURE
    unsure = leaf.startswith(_NOT_UNDERSTOOD) or (leaf.startswith("faq/") and not sure)
    if wants_a_nudge(normal) and len(normal) <= _SHORT:
        if leaf.startswith(("refuse/order_change", "nlu_fallback", "chitchat/ok")):
            return STATUS
        if recent and order and leaf.startswith(("followup/", "human/", "refuse/")):
            return STATUS
        if leaf.startswith("followup/") and named:
            return STATUS
    if recent and len(normal) <= _SHORT and not _GENERAL.search(normal):
        if order and asks_nothing_but_what_was_bought(normal) and not leaf.startswith(("order/", "human/")):
            return STATUS
        if leaf.startswith("faq/") and kind_named(normal) and _THOSE.search(normal):
            return LIST
    if recent and _WHY_LATE.search(normal) and len(normal) <= _SHORT:
        return STATUS
    if named and _STANDS.search(normal) and (leaf == "nlu_fallback" or (leaf == "refuse/out_of_scope" and not sure)):
        return STATUS
    if named and task is None and leaf in ("guide/next", "guide/where") and _NEXT_OF_ONE.search(normal):
        return STATUS
    return _alone(parse, unsure, task)


def _alone(parse: Dict[str, Any], unsure: bool, task: Optional[str]) -> Optional[str]:
    """The same for what a message says by itself."""
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    lists = unsure or leaf in ("guide/told", "guide/start")
    if _SOLD.search(normal) and leaf.startswith(("faq/price", "refuse/other_orders", "nlu_fallback", "faq/margin")):
        return LIST
    if unsure and _DATED.match(normal):
        return LIST
    if lists and _NEWEST.match(normal):
        return LIST
    if lists and kind_named(normal) and _WHICH_ARE.match(normal) and not _GENERAL.search(normal):
        return LIST
    if leaf == "nlu_fallback" and _OWNS.match(normal) and not _GENERAL.search(normal):
        return LIST
    product = any(e["entity"] == "product" for e in parse["entities"])
    if product and leaf == "guide/told" and task is None and _OWNS.match(normal):
        return LIST
    return LIST if product and leaf == "nlu_fallback" and _WHOSE.search(normal) else None


def _elsewhere(parse: Dict[str, Any]) -> Optional[str]:
    """A customer who bought elsewhere and wants to change is a question, and no look at somebody's orders."""
    normal = parse.get("normal") or ""
    if _SOLD.search(normal) and _OF_OURS.match(normal):
        return LIST
    if not (_ELSEWHERE.search(normal) and _CHANGES.search(normal)) or _LOOKS_UP.search(normal):
        return None
    return next((r["name"] for r in parse["intent_ranking"] if r["name"].startswith("faq/")), None)
