"""Whether a message can only be about orders that exist: a place, a customer, a number, a list of them. Pure.

What it says of a new order (「我要下E3的单」, 「这单是E3的」) and what it wants changed (「取消晨光的单」) is none.
"""

from __future__ import annotations

import re

from bot.rules.order_filters import left_out, quantities, urgent_named
from bot.rules.order_words import kind_named, without_kind

_LONGEST = 24
_LISTED = (
    r"(?:呢|吗|啊|了|我看看|看看|看一?下|给我看看?|[都分]别?(?:各自)?到哪一?步?了?|都?到哪一?步?了?|有哪[些几]张?个?|是哪[些几个张]+|有?[几多]少?[个张单笔家]+|(?:都|全)?列(?:一下|出来)?)*"
    r"[。？?]?$"
)
_ORDERS_OF = re.compile(
    rf"^(?P<whose>[^，。？?]{{2,16}}?)的(?:所有|全部|那|这)?(?:[几一]?[张个笔])?(?:订单|单子?|定单){_LISTED}"
)
_NO_LOOK = re.compile(
    r"^(?:这|那?我?这[张个]?单?|那[张个]?单)?是|^客户?要|(?:想|准备|打算|帮|给|替|来|再|可以|要|做|走|订|提交)[^的]{0,8}(?:下|做|订|开|提交|走)(?!的|了|过)|^(?:我们?|咱们?)?要?(?:下|做|走|订|开|要|买|来|加)(?!了)[^的]{1,8}的"
    r"|^(?:我们?|客户|刚)*(?:下|开|订|做|买)(?:了|的是)|取消|改|退(?!回)|删|撤|导|换|一般|怎么|如何|流程|多少钱|价|能不能|可以|同样|一样|以前|之前那样|新的?单|第一"
)
"""Said of a new order, of a change, or in general."""
_STRANGERS = re.compile(r"别|其[他它余]|同行|对手|隔壁|代理|p\d|[他她]|人家|各家|所有|全部|公司|客户|这家|那家")
_WHERE_IS = re.compile(
    r"^(?P<whose>[^，。？?]{2,12}?)(?:的?(?:单子?|订单))?(?:现在|目前|今天)?(?:卡(?:在|到)?哪|到哪|走到哪|办到哪|什么(?:进度|状态))(?:儿|里|一?步|个环节|了|啦|呢|啊)*[？?。]?$"
)
_SENT = re.compile(r"[寄发送放付打汇交盖存装用传填签写]$")
_NOBODY = re.compile(
    r"^(?:那|这|我|咱|俺|现在|目前|引导|流程|下单|刚|说|走|办|做|聊|弄|讲|进行|该|步骤|原件|材料|款|钱|协议|合同|快递|寄|发|付|放|去|送|盖)"
)
_TAIL = re.compile(r"(?:尾号|末尾|尾数|最?后[几二三四五六3-6]位)\D{0,3}\d{2,11}")
_SOLD_OF = re.compile(
    r"^[^，。？?]{2,12}?(?:的)?(?:一共|总共|合计|加起来|共)(?:买|卖|下|订|开|有|是|了|过|出去)*(?:多少|几)(?:个|套)?(?:账号|帐号|用户|许可|席位)[了呢啊]?[？?。]?$"
)
_EXCEPT = re.compile(
    r"除外[了吧]?[。]?$|除.{1,14}(?:都|全|列|还有哪[些几]张?(?:单|没|在|待|要)|还(?:剩|有)(?:几|多少)|的单|剩)"
)
_FILLING = re.compile(
    r"大?后天|[明今昨前][天日]|[上下这本]个?(?:周|星期|礼拜|月)[一二三四五六日天]?|应该|该|要|会|能|付款通知|通知|收到|核|付|到|那|还有|现在|目前|我们?|咱们?|手[上里]头?|有没有|有无|有|哪[些几个张家]|谁|几|多少|[张个单笔家条]|单子|订单|客户|的|了|中|是|都|呢|吗|啊|么|看看?|列一?下|材料|货款|款|钱|已经?|还|需要|先|只|就|给|帮|，|[？?。]"
)
_WHEN = re.compile(r"哪一?天|几[号时]|(?:什么|啥)时候|何时|多久")
_ASKS = re.compile(r"哪|几|多少|单|有没有|谁|呢|轮到|急")
_TWO_NAMES = re.compile(
    r"^[\u4e00-\u9fffa-z]{2,8}(?:，|、|和|跟|还有)[\u4e00-\u9fffa-z]{2,8}(?:呢|分别|都|到哪了?|怎么样了?)*[？?。]?$"
)
_SAYS = re.compile(
    r"[盖签填寄付交了过没不好的是要下办做写确认审等有用买]|上|收到|可以|谢|协议|合同|订单|账号|版|国|公司名"
)


def lists_orders(normal: str, product: bool = False) -> bool:
    """Whether ``normal`` can only ask for some of the orders there are, by what it is in itself.

    Args:
        normal: a normal form.
        product: whether it names a product.
    """
    if len(normal) > _LONGEST:
        return False
    if product and _SOLD_OF.match(normal):
        return True
    if _EXCEPT.search(normal) and left_out(normal):
        return not re.search("产品|版本|云总代|材料|文件|东西|功能", normal)
    return bool(_ORDERS_OF.match(normal)) and not _NO_LOOK.search(normal)


def of_somebody(normal: str) -> bool:
    """Whether orders that are asked for are those of a name, which may be the asker's own company's."""
    match = _ORDERS_OF.match(normal)
    return bool(match) and not _STRANGERS.search(match["whose"] if match else "") and not _NO_LOOK.search(normal)


def looks_one_up(normal: str) -> bool:
    """Whether ``normal`` asks where the order of somebody is, or calls one by the end of its number."""
    if len(normal) > _LONGEST:
        return False
    if _TAIL.search(normal):
        return True
    match = _WHERE_IS.match(normal)
    whose = match["whose"] if match else ""
    return bool(match) and not _NOBODY.match(whose) and not _SENT.search(whose)


def names_a_list(normal: str) -> bool:
    """Whether ``normal`` is nothing but the name of a list (「钱到了还没开的」, 「最急的」)."""
    if len(normal) > _LONGEST or not re.search(r"[的中]|几|多少|哪[个张单]", normal) or _WHEN.search(normal):
        return False
    if urgent := urgent_named(normal):
        return not _FILLING.sub("", normal[: urgent[0]] + normal[urgent[1] :])
    kind = kind_named(normal)
    if kind is None or quantities(normal):
        return False
    return not re.search(r"[^，]", _FILLING.sub("", without_kind(normal, kind)))


def asks_for_list(normal: str) -> bool:
    """Whether the name of a list is said so that it can be no answer to a question of the guide."""
    return bool(_ASKS.search(normal))


def names_two(normal: str) -> bool:
    """Whether ``normal`` is nothing but two names."""
    return bool(_TWO_NAMES.match(normal)) and not _SAYS.search(normal)
