"""What a machine serves with one process and with more: ``python -m tests.bench.scale [--write]``.

Starts ``csp run`` with one process and with two on PostgreSQL, Redis and RabbitMQ, lets users talk over REST and over the web
channel (questions that nobody asked before, orders, data-centre cases), and counts messages, processor time, memory, and
what each message asks of the engines. From that it computes what so many users need, under the assumptions that it prints.
``--write`` puts the tables into docs/scale.md. Bounded: about three minutes.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aio_pika
import aiohttp
import redis
import sqlalchemy as sa

from bot.broker import EVENT_QUEUE
from bot.settings import ROOT
from tests.bench.capacity import Figures, Held, capacity
from tests.bench.load.messages import Kind, Speaker
from tests.bench.load.processes import Processes, free_port
from tests.bench.orders import made_orders

POSTGRES = os.environ.get("CSP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("CSP_TEST_REDIS", "redis://127.0.0.1:6379/9")
BROKER = os.environ.get("CSP_TEST_BROKER", "amqp://guest:guest@127.0.0.1:5672/")
DOCUMENT = ROOT / "docs" / "scale.md"
PROCESSES = (1, 2)
CLIENTS = 20
SECONDS = 15.0
"""Of each round; a shorter one before it warms up."""
READY_WITHIN = 240

ORDERS = list(made_orders(100))

Say = Callable[[aiohttp.ClientSession, str, str], Awaitable[None]]


class Engines:
    """A database of one's own, and what is asked of the engines."""

    def __init__(self) -> None:
        """Create the database."""
        self._name = f"csp_bench_{uuid.uuid4().hex[:12]}"
        self._server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        self._redis = redis.Redis.from_url(REDIS)
        self._run(f"CREATE DATABASE {self._name}")
        self.url = str(sa.engine.make_url(POSTGRES).set(database=self._name))

    def transactions(self) -> int:
        """Transactions of the database so far, a check of a pooled connection included."""
        return int(
            self._run(f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{self._name}'")
        )

    def connections(self) -> int:
        """Open connections to the database."""
        return int(self._run(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self._name}'"))

    def redis_calls(self) -> int:
        """Commands that clients have sent to Redis so far; what a script calls counts too."""
        return int(self._redis.info("stats")["total_commands_processed"])

    def remove(self) -> None:
        """Drop the database."""
        self._run(f"DROP DATABASE {self._name} WITH (FORCE)")
        for key in self._redis.scan_iter("csp:*"):
            self._redis.delete(key)

    async def forget_events(self) -> None:
        """Empty the queue of events, which nobody reads here."""
        connection = await aio_pika.connect(BROKER)
        channel = await connection.channel()
        await (await channel.declare_queue(EVENT_QUEUE, durable=True)).purge()
        await connection.close()

    def _run(self, statement: str) -> Any:
        with self._server.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return result.scalar() if result.returns_rows else None


async def say_rest(http: aiohttp.ClientSession, visitor: str, text: str) -> None:
    """One message over REST."""
    async with http.post("/webhooks/rest/webhook", json={"sender": visitor, "message": text}) as answer:
        answer.raise_for_status()
        await answer.read()


async def say_web(http: aiohttp.ClientSession, visitor: str, text: str) -> None:
    """One message over the web channel; ``visitor`` is the session's token."""
    body = {"id": uuid.uuid4().hex, "text": text}
    async with http.post("/webhooks/web/messages", json=body, headers={"Authorization": f"Bearer {visitor}"}) as answer:
        answer.raise_for_status()
        if b"event: done" not in await answer.read():
            raise RuntimeError("a message was not answered")


async def _visitor(http: aiohttp.ClientSession, channel: str) -> str:
    if channel == "rest":
        return uuid.uuid4().hex
    async with http.post("/webhooks/web/session", json={}) as answer:
        return str((await answer.json())["token"])


async def load(url: str, channel: str, seed: int, seconds: float) -> list[float]:
    """Seconds of each reply, :data:`CLIENTS` users at a time, each with a visit after the other."""
    say: Say = say_rest if channel == "rest" else say_web
    speaker, taken = Speaker(ORDERS, seed), []
    kinds = [Kind.FAQ, Kind.FAQ, Kind.DATACENTER, Kind.ORDER]
    until = time.perf_counter() + seconds

    async def talk(number: int) -> None:
        # A client a connection pool: connections spread over the processes as those of many users do.
        async with aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(total=60)) as http:
            while time.perf_counter() < until:
                visitor = await _visitor(http, channel)
                for text in speaker.visit(kinds[number % len(kinds)]).messages:
                    begun = time.perf_counter()
                    await say(http, visitor, text)
                    taken.append(time.perf_counter() - begun)

    await asyncio.gather(*(talk(number) for number in range(CLIENTS)))
    return taken


def _start(count: int, database: str, folder: Path) -> tuple[Processes, str]:
    port, running = str(free_port()), Processes(folder)
    settings = {
        "CSP_PORT": port,
        "CSP_DATABASE_URL": database,
        "CSP_REDIS_URL": REDIS,
        "CSP_BROKER_URL": BROKER,
        "CSP_WEB_RATE_SESSION": "1000000",
        "CSP_WEB_RATE_ADDRESS": "1000000",
        **dict.fromkeys(("CSP_REST_TOKEN", "CSP_ACTION_URL"), ""),
        "CSP_DEMO": "false",
    }
    running.start([sys.executable, "-m", "bot.cli", "run", "--workers", str(count)], ROOT, settings)
    return running, f"http://127.0.0.1:{port}"


async def _ready(running: Processes, folder: Path, count: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while (folder / "output-0.log").read_text(encoding="utf-8").count('"event": "ready"') < count:
        running.check()
        if time.monotonic() > until:
            raise RuntimeError("the processes did not come up")
        await asyncio.sleep(0.2)


async def measure(count: int, engines: Engines, folder: Path) -> tuple[list[Figures], Held]:
    """Rounds with ``count`` processes."""
    folder.mkdir()
    running, url = _start(count, engines.url, folder)
    try:
        await _ready(running, folder, count)
        rows = []
        for seed, channel in enumerate(("rest", "web"), 1):
            await load(url, channel, 100 * count + seed, SECONDS / 3)
            before = running.processor_seconds(), engines.transactions(), engines.redis_calls()
            started = time.perf_counter()
            taken = await load(url, channel, 200 * count + seed, SECONDS)
            elapsed = time.perf_counter() - started
            await asyncio.sleep(1.5)  # PostgreSQL tells its statistics a moment later
            parts = statistics.quantiles(taken, n=100, method="inclusive")
            rows.append(
                Figures(
                    channel=channel,
                    processes=count,
                    per_second=len(taken) / elapsed,
                    median_ms=1000 * statistics.median(taken),
                    p99_ms=1000 * parts[98],
                    processor_ms=1000 * (running.processor_seconds() - before[0]) / len(taken),
                    statements=(engines.transactions() - before[1]) / len(taken),
                    redis_calls=(engines.redis_calls() - before[2]) / len(taken),
                )
            )
        return rows, Held(count, running.memory().pss, engines.connections())
    finally:
        running.stop()


def report(rows: Sequence[Figures], held: Sequence[Held]) -> str:
    """The tables as Markdown."""
    busy = os.getloadavg()[0]
    lines = [
        f"Measured {time.strftime('%Y-%m-%d')} on {os.cpu_count()} cores that PostgreSQL, Redis, RabbitMQ and the clients"
        f" shared (load average at the end {busy:.1f}), {CLIENTS} clients without a pause, {SECONDS:.0f} s each.",
        "",
        "| channel | processes | messages a second | median ms | p99 ms | processor ms a message | transactions | Redis calls |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {r.channel} | {r.processes} | {r.per_second:.1f} | {r.median_ms:.0f} | {r.p99_ms:.0f} | {r.processor_ms:.1f}"
            f" | {r.statements:.1f} | {r.redis_calls:.1f} |"
            for r in rows
        ),
        "",
        *(
            f"- {h.processes} process(es): {h.memory:.0f} MB with their supervisor, {h.connections} connections to PostgreSQL."
            for h in held
        ),
        "",
        *capacity(rows, held),
    ]
    return "\n".join(lines)


async def _all(folder: Path) -> tuple[list[Figures], list[Held]]:
    rows, held = [], []
    for count in PROCESSES:
        engines = Engines()
        try:
            measured, holds = await measure(count, engines, folder / str(count))
        finally:
            engines.remove()
            await engines.forget_events()
        rows += measured
        held.append(holds)
        print(json.dumps([row.__dict__ for row in measured]), file=sys.stderr, flush=True)
    return rows, held


def main() -> None:
    """Measure, print, and write where asked to."""
    # Before, and elsewhere: who has trained holds more memory than who serves.
    subprocess.run([sys.executable, "-m", "bot.cli", "train"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        text = report(*asyncio.run(_all(Path(folder))))
    print(text)
    if "--write" in sys.argv[1:]:
        document = DOCUMENT.read_text(encoding="utf-8")
        marked = re.sub(
            r"(<!-- figures -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{text}\n{m[2]}", document, flags=re.S
        )
        DOCUMENT.write_text(marked, encoding="utf-8")


if __name__ == "__main__":
    main()
