"""Partners and orders that tests share."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from bot.rules.ordering import MILESTONES
from bot.store import Store
from bot.store.columns import ORDER_COLUMNS
from bot.store.importing import Imported, import_orders
from bot.store.records import Order, Partner

NOW = dt.datetime(2016, 3, 25, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()
MINUTE = dt.timedelta(minutes=1)
FAR = Partner("P1001", "远景科技", "佳杰", "HZ-2016-0123", dt.date(2016, 1, 11), dt.date(2016, 1, 18))
BLUE = Partner("P1002", "蓝海信息", "英迈", "HZ-2016-0456", dt.date(2016, 1, 20))


def order(count: int, customer: str = "北京晨光贸易有限公司", passed: int = 1, partner: str = "P1001", **more) -> Order:
    """Order number ``count``, which has passed ``passed`` milestones, one a day up to yesterday."""
    dates = {name: TODAY - dt.timedelta(days=passed - n) for n, name in enumerate(MILESTONES[:passed])}
    values = dict(
        number=f"CSP20160315{count:03d}",
        partner=partner,
        distributor="佳杰",
        customer=customer,
        product="Office 365 企业版 E3",
        quantity=25,
        years=1,
        **dates,
    )
    return Order(**{**values, **more})


def put(store: Store, *several: Order) -> None:
    """Write orders as an import does."""
    with store.writing() as connection:
        assert not store.put_orders(connection, several, "test", NOW).refused


def numbers(found) -> list[str]:
    """The last three digits of each order's number."""
    return [o.number[-3:] for o in found]


HEADER = list(ORDER_COLUMNS.values())
GOOD = {
    "订单号": "CSP20160315001",
    "代理商编号": "P1001",
    "云总代": "佳杰",
    "客户名称": "北京晨光贸易有限公司",
    "产品": "Office 365 企业版 E3",
    "数量": "25",
    "年限": "1",
    "下单日期": "2016-03-15",
}
DANGEROUS = ["=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "'=1", "''", "＝1+1", '"quoted", with comma']


def row(count: int = 1, **cells: str) -> dict[str, str]:
    """A good row with number ``count``, but for ``cells``."""
    return {**dict.fromkeys(HEADER, ""), **GOOD, "订单号": f"CSP20160315{count:03d}", **cells}


def write_csv(path: Path, *rows: dict[str, str], encoding: str = "utf-8-sig") -> Path:
    """A file with these rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(store: Store, path: Path, **options) -> Imported:
    """Import orders on 2016-03-25."""
    return import_orders(store, path, NOW, TODAY, **options)
