"""Something to see: two partners, an order at every stage relative to today, and a code for a member of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bot.rules.ordering import MILESTONES
from bot.rules.workdays import is_workday
from bot.store import Store
from bot.store.records import Order, Partner

_PARTNERS = (
    Partner("P1001", "远景科技", "佳杰", "HZ-2016-0123", dt.date(2016, 1, 11), dt.date(2016, 1, 18)),
    Partner("P1002", "蓝海信息", "英迈", "HZ-2016-0456", dt.date(2016, 1, 20)),
)
_STAFF = (("P1001", "王敏"), ("P1002", "李强"))
_BY = "demo"


@dataclass(frozen=True)
class _Example:
    """An order by the working days since its milestones, in their order; those that are left out have not happened."""

    partner: str
    customer: str
    product: str
    quantity: int
    days_ago: tuple[int, ...]
    problem: str = ""


_EXAMPLES = (
    _Example("P1001", "北京晨光贸易有限公司", "Office 365 商业高级版", 25, (1,)),
    _Example("P1001", "上海明德律师事务所", "Office 365 企业版 E1", 60, (2, 1)),
    _Example("P1001", "广州南粤物流有限公司", "Office 365 企业版 E3", 120, (3, 2, 1)),
    _Example("P1001", "深圳启航电子有限公司", "Exchange Online 计划1", 40, (4, 3, 2), "服务协议只盖了公章，缺骑缝章"),
    _Example("P1001", "天津海河商贸有限公司", "Office 365 商业协作版", 30, (4, 3, 2, 1)),
    _Example("P1001", "成都锦城软件有限公司", "Office 365 商业协作版", 18, (5, 4, 3, 2, 1)),
    _Example("P1001", "杭州西湖设计院", "Office 365 企业版 E3", 200, (6, 5, 4, 3, 2, 1)),
    _Example("P1001", "武汉长江机械有限公司", "Office 365 企业版 E3", 75, (12, 11, 10, 9, 8, 7)),
    _Example("P1001", "南京钟山医药有限公司", "Office 365 企业版 E1", 300, (10, 9, 8, 7, 6, 5, 3)),
    _Example("P1001", "西安大唐文化有限公司", "Office 365 商业高级版", 12, (15, 14, 13, 12, 11, 10, 8, 4)),
    _Example("P1002", "青岛海风食品有限公司", "Office 365 企业版 E3", 90, (6, 5, 4, 3, 2, 1)),
    _Example("P1002", "大连北方重工有限公司", "Office 365 企业版 E1", 33, (1,)),
)


class NotADemo(Exception):
    """The store holds partners that are not the demo's, whose data the demo must not touch."""


@dataclass(frozen=True)
class DemoCode:
    """A one-time code and for whom it is."""

    partner: str
    name: str
    code: str


def load_demo(store: Store, now: dt.datetime, today: dt.date) -> tuple[DemoCode, ...]:
    """Put the demo into the store and return fresh codes; on a later day the same orders move along with today.

    Args:
        store: where to.
        now: with zone.
        today: the date in China.

    Raises:
        NotADemo: the store is in real use.
        StoreUnavailable: the database cannot be reached.
    """
    if {(p.number, p.name) for p in store.every_partner()} - {(p.number, p.name) for p in _PARTNERS}:
        raise NotADemo
    with store.writing() as connection:
        store.put_partners(connection, _PARTNERS)
    for count, example in enumerate(_EXAMPLES, 1):
        store.put_order(_order(store, example, count, today), _BY, now)
    return tuple(DemoCode(partner, name, store.invite(partner, name, now)) for partner, name in _STAFF)


def _order(store: Store, example: _Example, count: int, today: dt.date) -> Order:
    dates: dict[str, Any] = {name: _workday_before(today, days) for name, days in zip(MILESTONES, example.days_ago)}
    loaded = [o for o in store.find_orders(example.partner, example.customer).orders if o.customer == example.customer]
    return Order(
        number=loaded[0].number if loaded else f"CSP{dates['created']:%Y%m%d}{count:03d}",
        partner=example.partner,
        distributor=next(p.distributor for p in _PARTNERS if p.number == example.partner),
        customer=example.customer,
        product=example.product,
        quantity=example.quantity,
        years=1,
        problem=example.problem,
        **dates,
    )


def _workday_before(day: dt.date, count: int) -> dt.date:
    while count:
        day -= dt.timedelta(days=1)
        count -= is_workday(day)
    return day
