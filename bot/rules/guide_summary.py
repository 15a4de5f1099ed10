"""How far somebody is, said by what is left to do (「就差付钱」) or by a payment just made (「刚付完款」)."""

from __future__ import annotations

import re
from typing import Any

from bot.rules.guide import Agreement, Paper, Sealing

_LEFT = re.compile(r"(?:就|只|还|仅)差|(?:就|只)(?:等(?!到|于)|剩|欠)|只有.{0,4}没")
_THINGS: tuple[tuple[re.Pattern[str], dict[str, Any]], ...] = (
    (re.compile(r"编号"), {"agreement": Agreement.ORIGINAL_SENT}),
    (re.compile(r"原件|正本"), {"provisioned": True, "originals": False}),
    (re.compile(r"付款通知|通知.{0,3}付|审|云总代.{0,3}通知"), {"paper": Paper.SENT, "notice": False}),
    (re.compile(r"付|打款|汇款|转账|交钱|掏钱|钱|款"), {"paper": Paper.SENT, "paid": False}),
    (re.compile(r"开通|开好|账号|帐号|密码"), {"paid": True, "provisioned": False}),
    (re.compile(r"章|盖"), {"confirmed": True, "seal": Sealing.NONE}),
    (
        re.compile(r"填.{0,4}单|订单.{0,2}(?:没)?填|采购订单$"),
        {"seal": Sealing.UNKNOWN_KIND, "paper": Paper.NOT_FILLED},
    ),
    (re.compile(r"(?:发|交|提交).{0,3}(?:材料|资料|扫描|订单)"), {"seal": Sealing.UNKNOWN_KIND, "paper": Paper.FILLED}),
    (re.compile(r"签合同|客户确认|客户.{0,3}(?:点头|同意|答应)"), {"confirmed": False}),
)
"""What is left, and what that says: all before it is done, it is not. Which seal it was is another question (F19)."""
_PAID = re.compile(
    r"^(?!.*(?:没|未|不|客户付|付完.{0,6}(?:再|才|后)))(?=.*(?:(?:付|打|汇|转|交)(?:完|清|掉|妥)了?(?:款|钱|账|货款)|(?:款|钱)(?:也|都|已经?|刚才?|全)*(?:付|打|汇|转)(?:完|清|掉)))"
)


def read_summary(clause: str) -> tuple[str, dict[str, Any]]:
    """What one clause says by naming what is left, or a payment just made.

    Returns:
        The part of the clause that is still to be read, and what the rest says by the fields of a case.
    """
    left = _LEFT.search(clause)
    if left:
        rest = clause[left.end() :]
        said = next((said for pattern, said in _THINGS if pattern.search(rest)), None)
        return (clause[: left.start()], dict(said)) if said else (clause, {})
    return ("", {"paid": True}) if _PAID.match(clause) else (clause, {})
