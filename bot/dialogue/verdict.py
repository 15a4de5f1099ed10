"""Questions about the adviser's own verdict: said again, why, why not the other, how to order it.

They mean something only while the adviser's words stand in the conversation, so no classifier can tell them.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

RESULT, WHY, ORDER, CASE = "dc/result", "dc/why", "dc/order", "dc/case"

_NAMES = r"(?:选|用|买|推荐|建议|给|是|要|偏|走|放)*(?:了|个)?(?:21v|国内版|世纪互联|全球版|国际版|海外版|这个|这样|那个|它|这边|那边|境内|国内|国外)(?:版|的)?"
_SOFT = r"^(?:那|但|可|嗯|呃|哦|啊|所以|请问|你|您|说|，)*"
_END = r"(?:的|了|呢|啊|呀|吧|嘛|么|吗|咯|喽|好|版)*[，。！？\s]*$"
_RESULT = re.compile(
    r"(?:再|重新?|重复).{0,4}(?:说|讲|发|看|念|给|列).{0,5}(?:结果|结论|建议|推荐)|(?:结果|结论|建议|推荐).{0,4}(?:再|重新?|重复).{0,4}(?:说|讲|发|看|念|给|列)"
    rf"|(?:结论|结果|推荐|建议)(?:到底|究竟)?(?:是|系|呢)?(?:啥|什么|哪个|乜){_END}|{_SOFT}(?:结论|结果|刚才的?(?:结果|结论|建议|推荐)){_END}"
)
_AGAIN = re.compile(rf"{_SOFT}(?:再|重新?|重复)(?:说|讲|发)(?:一)?(?:遍|次|下){_END}")
_WHY_WORD = r"(?:为什么|为啥|为何|(?:凭什么|凭啥)说?|干嘛|怎么(?=不|会|就|是)|什么(?:理由|原因|依据)|(?:根据|依据|理由|原因)是?(?:什么|啥)|怎么(?:得出来|判断|算出来|定)的)"
_WHY = re.compile(
    rf"{_SOFT}{_WHY_WORD}.{{0,3}}(?:转|找|要)人工|{_SOFT}{_WHY_WORD}(?:这么|这样|会|就|不能|不|没)*(?:说|判|定|推荐|建议|选)?{_END}|{_SOFT}{_WHY_WORD}(?:不是|不|就|会|只能|不能|偏偏|非要|非得|一定)*(?:能|可以)?{_NAMES}{_END}"
)
_TELL_ME = re.compile(
    rf"^.{{0,9}}(?:选|买|用|推荐|放)哪(?:个|边|种|一个)(?:版本|版|机房|数据中心|更?好|合适)*{_END}|^.{{0,4}}(?:哪个|哪边)(?:更|比较|最)?(?:好|合适|划算){_END}"
    rf"|给个?(?:明确|痛快|准)?的?(?:结论|准话|准信|答案|答复|说法|痛快话)|明确的?(?:答案|答复|结论)|(?:直接|干脆|到底|究竟).{{0,6}}(?:21v|国内版).{{0,2}}还是(?:全球|国际)版"
    rf"|{_SOFT}(?:偏|倾向)(?:哪(?:个|边|一边)?|向哪边?){_END}|^所以呢{_END}|^.{{0,2}}(?:觉得|怎么看|认为){_END}"
)
_CHECKS = re.compile(
    r"^(?:那|所以|也就是说?|就是说|意思(?:是|就是)|等于|这么说|这样的话|，)+.{0,6}(?:21v|国内版|世纪互联|全球版|国际版).{0,12}$"
)
_CHECKS_WHAT = re.compile(
    r"不能|不行|不可以|只能|不用|选|买不了|买|用|[对是]吧|可以吗|行吗|能用|就是|没戏|不合适|不适合"
)
_OTHER_MATTER = re.compile(
    r"如果|要是|假如|换成|怎么|多少|几|价|钱|区别|差别|下单|在哪|机房|迁|邮箱|功能|teams|慢|快|速度|折扣|云总代|客户.{0,3}(?:要|想)|改|不对"
)
_HOW_TO_ORDER = re.compile(
    rf"{_SOFT}(?:现在|接下来|应该|走云总代|从云总代|找云总代|走csp)*(?:怎么|如何|咋)(?:去|样)?(?:下单?|买|订){_END}|{_SOFT}(?:还)?(?:能不能|能|可以|可不可以)(?:走|从|通过|找)?(?:云总代|csp)(?:下单|买|订)?{_END}"
    rf"|{_SOFT}(?:走|从|通过|找)(?:云总代|csp)(?:下单|买|订)?(?:也|还)?(?:行|可以|能)(?:吗|不|么)?{_END}"
)
_OTHER_RESULT = re.compile(r"审核|材料|订单|单子|[那这]单|付款|开通|盖章|查")
_BARE_NUMBER = re.compile(
    r"^(?:大概|差不多|大约|约|就|有|一?共|总共)*(?:[\d,]+|[零一二两三四五六七八九十百千万]+)(?:来|多|几)?(?:个|人|名|位|号人|个人)?(?:左右|上下)?(?:吧|的样子)?[，。]?$"
)
"""While the adviser asks, a number answers it, whatever the classifier makes of it."""
_CHOOSES = re.compile(
    rf"{_SOFT}(?:就)?(?:选|用|买|按)?(?:21v|国内版|全球版|国际版)版?(?:好|吧|了|定)+{_END}|(?:非要|坚持|一定要|偏要|就要|硬要)(?:用|买|选|上)?(?:21v|国内版|世纪互联|全球版|国际版)"
)
SAME_OR_NOT = re.compile(r"^(?:必须|肯定|就|要|得|是|都)*(?:一样|同一个|不一样|不同)(?:的|域名)*[吧啊，。！]*$")
_SHORT = 16
"""Characters up to which a message asks for the result and says nothing else."""


def leaf_about_verdict(
    parse: Dict[str, Any], adviser_open: bool, case: bool, latest_leaf: Optional[str]
) -> Optional[str]:
    """The leaf of a question about what the adviser said, None for any other message.

    Args:
        parse: what the classifier and the extractor say.
        adviser_open: whether the adviser waits for an answer.
        case: whether it knows of a customer.
        latest_leaf: the leaf of the user's message before.
    """
    if not (adviser_open or case) or any(e["entity"] in ("order_number", "distributor") for e in parse["entities"]):
        return None
    normal = parse.get("normal") or ""
    if adviser_open and _BARE_NUMBER.search(normal):
        return CASE
    if case and _RESULT.search(normal) and len(normal) <= _SHORT and not _OTHER_RESULT.search(normal):
        return RESULT
    latest = latest_leaf or ""
    if not (latest.startswith("dc/") or (adviser_open and not latest.startswith("faq/"))):
        return None  # what was answered in between is asked about
    if _AGAIN.search(normal):
        return RESULT
    if _HOW_TO_ORDER.search(normal):
        return ORDER
    if _CHOOSES.search(normal) or _WHY.search(normal) or _TELL_ME.search(normal):
        return WHY
    if _CHECKS.search(normal) and _CHECKS_WHAT.search(normal) and not _OTHER_MATTER.search(normal):
        return WHY
    return CASE if case and SAME_OR_NOT.search(normal) else None
