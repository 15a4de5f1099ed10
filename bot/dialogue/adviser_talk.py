"""What speaks for the data-centre adviser: a choice is asked for, or a customer is described. A guess opens no form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CHOICE = re.compile(
    r"数据?中心|数[剧据]中心|机房|版本|哪[个种边套]?版|[选挑](?!择?题)|推荐?|放(?:在)?(?:哪|国|境)|[用上买走推投]哪|哪[个边]|(?<![a-z])(?:dc|pick|version)(?![a-z])|主意|参谋|建议"
    r"|适[合用]|合适|判断|评估|分析|世纪互联|21v|全球|国际版|(?<![a-z])global(?![a-z])"
)
_CHOOSES = re.compile(
    r"数[据剧]中心|机房|[选挑推].{0,6}(?:版本?|21v|国内|全球|国际)|(?:版本?|21v|国内版?|世纪互联)(?:和|跟|或|还是).{0,3}(?:全球|国际|国外|21v)|放(?:在)?(?:哪|国内还|国外还)"
)
_SOMEBODY = re.compile(r"客户|公司|人|员工|用户|账号|分部|总部|办事处|企业|他们|这家|那家|团队|销售|老板")
_COUNTED = re.compile(r"\d|[一二两三四五六七八九十百千]+个")
_SIDES = re.compile(r"国内|国外|境内|境外|海外|外派|出差|出国|域名|母公司|总部|分公司|跨国|外企|外资|合资")
_MEASURES = {"people", "share"}
_NOBODY_BOUGHT = re.compile(r"没(?:有)?[^单]{0,8}(?:买|用)过|^都?没[买用]")


def opens_adviser(parse: Mapping[str, Any]) -> bool:
    """Whether a message that the classifier takes for a customer's case is one: it asks for a choice or describes users."""
    normal = parse.get("normal") or ""
    if _CHOICE.search(normal) or _SIDES.search(normal):
        return True
    entities = {e["entity"] for e in parse["entities"]}
    if _MEASURES & entities:
        return True
    return "place" in entities and bool(_SOMEBODY.search(normal) or _COUNTED.search(normal))


def chooses(parse: Mapping[str, Any]) -> bool:
    """Whether a data centre or version is to be chosen, in words that the steps of an order do not have."""
    return bool(_CHOOSES.search(parse.get("normal") or ""))


def counts_users(parse: Mapping[str, Any]) -> bool:
    """Whether a message holds a number of people or a share, and a place."""
    found = {e["entity"] for e in parse["entities"]}
    return bool(_MEASURES & found) and "place" in found


def nobody_bought(parse: Mapping[str, Any]) -> bool:
    """Whether a message says that nobody bought (「没有别的公司买过」), which asks for nobody's order."""
    return bool(_NOBODY_BOUGHT.search(parse.get("normal") or ""))
