"""While a task waits for an answer, short words belong to it: 「很少」 says nothing alone and all to the open question."""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

DATACENTER, GUIDE = "datacenter", "guide"
_LEAF = {DATACENTER: "dc/case", GUIDE: "guide/where"}
_WORDS = {"control/affirm", "control/deny", "chitchat/ok", "followup/any", "nlu_fallback", "guide/where", "dc/case"}
_NEAR = {
    DATACENTER: ("faq/dc_", "faq/domain_", "faq/migrate_version", "order/", "guide/"),
    GUIDE: ("dc/", "order/status"),
}
_QUESTION = re.compile(
    r"[？?]|吗|什么|怎么|咋|为什么|为啥|多少钱|多久|哪[个家些里边]|谁|能不能|可不可以|是不是|要不要|行不行|有没有必要|区别|呢$"
)
_ENTITIES_OF_A_CUSTOMER = {"people", "share"}


def is_question(normal: str) -> bool:
    """Whether ``normal`` asks for something rather than tells it."""
    return bool(_QUESTION.search(normal))


def leaf_in_task(parse: Dict[str, Any], task: Optional[str]) -> Optional[str]:
    """The leaf that a message means because of the task that is open, or None where the parse stands.

    Args:
        parse: what the classifier and the extractor say.
        task: the slot ``task``.
    """
    leaf, normal = parse["leaf"], parse.get("normal") or ""
    if _describes_a_customer(parse):
        return "dc/case"
    if task not in _LEAF:
        return None
    if leaf in _WORDS or (leaf.startswith(_NEAR[task]) and not is_question(normal)):
        return _LEAF[task]
    return None


def _describes_a_customer(parse: Dict[str, Any]) -> bool:
    """Numbers of people or shares with places make a customer, whatever words surround them."""
    found = [e["entity"] for e in parse["entities"]]
    numbers = sum(found.count(entity) for entity in _ENTITIES_OF_A_CUSTOMER)
    about = parse["leaf"].startswith(("faq/dc_", "faq/domain_choice", "dc/", "nlu_fallback", "followup"))
    return about and numbers > 0 and "place" in found
