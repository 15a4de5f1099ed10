"""Text from a file or a command line into partners and orders, with a reason in Chinese for what cannot be."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.store.columns import MAX_CHARS, MAX_QUANTITY, MAX_YEARS, ORDER_COLUMNS, PARTNER_COLUMNS
from bot.store.keys import folded, is_order_number
from bot.store.records import Order, Partner

_PARTNER_NUMBER = re.compile(r"[A-Z0-9]{1,32}", re.ASCII)
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: \d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?", re.ASCII)
_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class CellError:
    """What is wrong in a column: its Chinese name, the text there, and why it cannot be used."""

    column: str
    value: str
    reason: str


class Wrong(ValueError):
    """A value cannot be used; the message is the reason in Chinese."""


def parse_partner(cells: Mapping[str, str]) -> Partner | list[CellError]:
    """The partner in a row (column name to text), or everything that is wrong with it."""
    return _parse(Partner, PARTNER_COLUMNS, _PARTNER_PARSERS, cells)


def parse_order(cells: Mapping[str, str]) -> Order | list[CellError]:
    """The order in a row (column name to text), or everything that is wrong with it."""
    return _parse(Order, ORDER_COLUMNS, _ORDER_PARSERS, cells)


def parse_order_field(field: str, text: str) -> Any:
    """The value of one field of an order.

    Raises:
        Wrong: ``text`` cannot be its value.
    """
    return _ORDER_PARSERS[field](text)


def _parse(
    record: type, columns: Mapping[str, str], parsers: Mapping[str, Callable[[str], Any]], cells: Mapping[str, str]
) -> Any:
    values, errors = {}, []
    for field, column in columns.items():
        try:
            values[field] = parsers[field](cells[column])
        except Wrong as error:
            errors.append(CellError(column, cells[column], str(error)))
    return errors or record(**values)


def _text(field: str, required: bool = False) -> Callable[[str], str]:
    limit = MAX_CHARS[field]

    def parse(text: str) -> str:
        if required and not text:
            raise Wrong("不能为空")
        if len(text) > limit:
            raise Wrong(f"太长，最多 {limit} 个字")
        if not text.isprintable():
            raise Wrong("含有看不见的控制字符")
        return text

    return parse


def _whole(limit: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
        if not match or len(match[1]) > 20:
            raise Wrong("不能为空" if not text else "应是整数")
        if not 1 <= (number := int(match[1].replace(",", ""))) <= limit:
            raise Wrong(f"应在 1 到 {limit} 之间")
        return number

    return parse


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    match = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if not match:
        raise Wrong("应是日期，如 2016-03-15")
    year, month, day = (int(part) for part in match.groups())
    if year not in _YEARS:
        raise Wrong(f"年份应在 {_YEARS[0]} 到 {_YEARS[-1]} 之间")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Wrong("没有这一天") from None


def _required_date(text: str) -> dt.date:
    day = _date(text)
    if day is None:
        raise Wrong("不能为空")
    return day


def _order_number(text: str) -> str:
    if not text:
        raise Wrong("不能为空")
    if not is_order_number(number := folded(text)):
        raise Wrong("应是 CSP 加 11 位数字，如 CSP20160315001")
    return number


def _partner_number(text: str) -> str:
    if not text:
        raise Wrong("不能为空")
    if not _PARTNER_NUMBER.fullmatch(number := folded(text)):
        raise Wrong("应由字母和数字组成，如 P1001")
    return number


_PARTNER_PARSERS: dict[str, Callable[[str], Any]] = {
    "number": _partner_number,
    "name": _text("name", required=True),
    "distributor": _text("distributor", required=True),
    "agreement_number": _text("agreement_number"),
    "agreement_signed": _date,
    "agreement_original_received": _date,
}
_ORDER_PARSERS: dict[str, Callable[[str], Any]] = {
    "number": _order_number,
    "partner": _partner_number,
    "distributor": _text("distributor", required=True),
    "customer": _text("customer", required=True),
    "product": _text("product", required=True),
    "quantity": _whole(MAX_QUANTITY),
    "years": _whole(MAX_YEARS),
    "created": _required_date,
    "sealed": _date,
    "submitted": _date,
    "checked": _date,
    "problem": _text("problem"),
    "asked_to_pay": _date,
    "money_arrived": _date,
    "provisioned": _date,
    "originals_received": _date,
    "remark": _text("remark"),
}
