"""How fast files go in, and how long look-ups take among a million orders: ``python tests/bench/orders.py [URL] [--orders N]``.

One partner has nine tenths of the orders, with a customer name for every four of them. Prints rows a second for a CSV and an
XLSX file, then the 50th and 95th percentile in milliseconds for each question; fails when less than 2,000 rows of CSV go in
a second or a 95th percentile is 10 ms or more. Without a URL it uses a temporary SQLite file; ``postgresql://…`` names an
empty database.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bot.rules.ordering import MILESTONES
from bot.store import Store, open_store
from bot.store.columns import ORDER_COLUMNS
from bot.store.importing import import_orders
from bot.store.records import Order, OrderKind, Partner
from bot.store.sheets import write_sheet

LIMIT_MS = 10
ROWS_A_SECOND = 2000
FILE_ROWS = 20_000
ROUNDS = 300
NOW = dt.datetime(2016, 3, 25, 2, 0, tzinfo=dt.timezone.utc)
TODAY = NOW.date()
PLACES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "成都",
    "杭州",
    "武汉",
    "南京",
    "西安",
    "青岛",
    "大连",
    "天津",
    "重庆",
    "苏州",
    "厦门",
    "长沙",
]
SYLLABLES = "晨光明德南粤启航锦城西湖长江钟山大唐海风北方华信安达瑞丰宏图新远嘉美天和金桥永盛恒通鼎立博雅"
TRADES = [
    "贸易有限公司",
    "物流有限公司",
    "电子有限公司",
    "软件有限公司",
    "律师事务所",
    "设计院",
    "医药有限公司",
    "机械有限公司",
]


def customer(chance: random.Random) -> str:
    """A company's name of 9 to 13 characters."""
    return chance.choice(PLACES) + "".join(chance.choices(SYLLABLES, k=3)) + chance.choice(TRADES)


def made_orders(count: int) -> Iterator[Order]:
    """Orders at every stage, a thousand a day at most, nine tenths of them P1001's."""
    chance = random.Random(0)
    names = [customer(chance) for _ in range(max(1, count // 4))]
    first = dt.date(2012, 1, 1)
    for n in range(count):
        day = first + dt.timedelta(days=n // 900)
        passed = chance.choices(range(1, 9), weights=[1, 1, 1, 1, 1, 1, 2, 92])[0]
        dates = {name: day + dt.timedelta(days=k) for k, name in enumerate(MILESTONES[:passed])}
        yield Order(
            number=f"CSP{day:%Y%m%d}{n % 900:03d}",
            partner="P1001" if n % 10 else "P1002",
            distributor="佳杰",
            customer=chance.choice(names),
            product="Office 365 企业版 E3",
            quantity=25,
            years=1,
            **dates,
        )


def put_partners(store: Store) -> None:
    """Write the partners that own the orders."""
    with store.writing() as connection:
        store.put_partners(connection, [Partner("P1001", "远景科技", "佳杰"), Partner("P1002", "蓝海信息", "英迈")])


def fill(store: Store, count: int) -> None:
    """Write the orders in batches, as an import does, and their partners."""
    put_partners(store)
    start, batch = time.perf_counter(), []
    for n, order in enumerate(made_orders(count), 1):
        batch.append(order)
        if len(batch) == 2000 or n == count:
            with store.writing() as connection:
                store.put_orders(connection, batch, "bench", NOW)
            batch = []
        if n % 50_000 == 0:
            print(f"  {n} orders, {n / (time.perf_counter() - start):.0f} a second", file=sys.stderr)


def import_speed(store: Store, folder: Path) -> dict[str, float]:
    """Rows a second that go from a file into the store, for each kind of file; the files' orders stay in it."""
    speeds = {}
    for count, kind in enumerate(("csv", "xlsx")):
        path = folder / f"orders.{kind}"
        columns = list(ORDER_COLUMNS)
        made = (replace(order, number=f"CSP2011{count}{order.number[8:]}") for order in made_orders(FILE_ROWS))
        write_sheet(path, list(ORDER_COLUMNS.values()), ([getattr(order, name) for name in columns] for order in made))
        start = time.perf_counter()
        imported = import_orders(store, path, NOW, TODAY)
        speeds[kind] = FILE_ROWS / (time.perf_counter() - start)
        if imported.created != FILE_ROWS:
            sys.exit(f"{imported.created} of {FILE_ROWS} rows went in: {imported.errors[:1]}")
    return speeds


def questions(store: Store, count: int) -> dict[str, Callable[[random.Random], object]]:
    """What is asked; each takes another order or name every time."""
    some = [order for order in made_orders(min(count, 20_000)) if order.partner == "P1001"]
    foreign = [order for order in made_orders(min(count, 20_000)) if order.partner == "P1002"]

    def fragment(chance: random.Random, length: int) -> str:
        name = chance.choice(some).customer
        start = chance.randrange(len(name) - length + 1)
        return name[start : start + length]

    def listed(kind: OrderKind, offset: int = 0) -> Callable[[random.Random], object]:
        return lambda _: store.list_orders("P1001", kind, offset, 10, TODAY, 3)

    return {
        "number": lambda c: store.order("P1001", c.choice(some).number),
        "number of another partner": lambda c: store.order("P1001", c.choice(foreign).number),
        "number that does not exist": lambda c: store.order("P1001", f"CSP2050{c.randrange(10**7):07d}"),
        "last six digits": lambda c: store.orders_ending("P1001", c.choice(some).number[-6:]),
        "one character of a customer": lambda c: store.find_orders("P1001", fragment(c, 1)),
        "two characters of a customer": lambda c: store.find_orders("P1001", fragment(c, 2)),
        "three characters of a customer": lambda c: store.find_orders("P1001", fragment(c, 3)),
        "five characters of a customer": lambda c: store.find_orders("P1001", fragment(c, 5)),
        "whole name of a customer": lambda c: store.find_orders("P1001", c.choice(some).customer),
        "customer that does not exist": lambda c: store.find_orders("P1001", "".join(c.choices("甲乙丙丁", k=3))),
        "list of all": listed(OrderKind.ALL),
        "list of all, page 10": listed(OrderKind.ALL, 90),
        "list of overdue": listed(OrderKind.OVERDUE),
        "list of unpaid": listed(OrderKind.UNPAID),
    }


def measure(ask: Callable[[random.Random], object]) -> tuple[float, float]:
    """The 50th and 95th percentile of asking, in milliseconds."""
    chance = random.Random(1)
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask(chance)
        taken.append((time.perf_counter() - start) * 1000)
    percentiles = statistics.quantiles(taken, n=100)
    return percentiles[49], percentiles[94]


def main() -> None:
    """Fill, ask, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--orders", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(options.url or f"sqlite:///{folder}/bench.db")
        slow = []
        put_partners(store)
        for kind, speed in import_speed(store, Path(folder)).items():
            print(f"{f'import of {kind}':32} {speed:,.0f} rows a second")
            if kind == "csv" and speed < ROWS_A_SECOND:
                slow.append("import")
        fill(store, options.orders)
        for question, ask in questions(store, options.orders).items():
            middle, high = measure(ask)
            print(f"{question:32} p50 {middle:6.2f} ms   p95 {high:6.2f} ms")
            if high >= LIMIT_MS:
                slow.append(question)
        store.close()
    if slow:
        sys.exit(f"too slow: {', '.join(slow)}")


if __name__ == "__main__":
    main()
