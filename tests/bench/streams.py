"""Many open event streams on one process: ``python -m tests.bench.streams``.

Opens a session and its stream for each visitor, then lets some of them ask while all streams stay open: what the process
takes in memory, how long a reply takes with and without the streams, and whether every stream is told what was said.
"""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.own_server import own_server

STREAMS = 200
ASKED = 60
"""Messages that are timed, one at a time, before the streams are opened and again beside them."""
QUESTIONS = (
    "云总代有哪几家",
    "服务协议盖什么章",
    "付款以后几天开通",
    "我要下单",
    "取消",
    "客户300人，一半在国外，选哪个数据中心",
)


@dataclass(frozen=True)
class Measured:
    """What was seen.

    Attributes:
        streams: how many were open at the end.
        told: how many of the sessions that asked had question and answer on their stream.
        asked: sessions that asked.
        memory_before, memory_after: resident memory of the process in MB, without and with the streams.
        alone, beside: milliseconds from request to the end of the reply, without and with the streams, sorted.
    """

    streams: int
    told: int
    asked: int
    memory_before: float
    memory_after: float
    alone: list[float]
    beside: list[float]

    def __str__(self) -> str:
        """One line for a report."""
        return (
            f"{self.streams} open streams: {self.memory_before:.0f} → {self.memory_after:.0f} MB "
            f"({(self.memory_after - self.memory_before) * 1024 / self.streams:.0f} KB a stream); "
            f"reply, streams closed / open: median {statistics.median(self.alone):.0f} / "
            f"{statistics.median(self.beside):.0f} ms, p95 {p95(self.alone):.0f} / {p95(self.beside):.0f} ms; "
            f"told on their stream: {self.told} of {self.asked}"
        )


def p95(times: list[float]) -> float:
    """The 95th percentile of sorted times."""
    return times[int(len(times) * 0.95)]


def memory_of(process: int) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


class Visitor:
    """A session, and what its stream has told."""

    def __init__(self, http: aiohttp.ClientSession, api: str) -> None:
        """Speak to ``api``, as :meth:`open` makes it."""
        self._http = http
        self._api = api
        self._headers: dict[str, str] = {}
        self.roles: list[str] = []
        self.open_stream = False

    async def open(self) -> None:
        """Get a session."""
        async with self._http.post(f"{self._api}/session", json={}) as answer:
            self._headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}

    async def ask(self, text: str) -> float:
        """Milliseconds until the reply has ended."""
        started = time.perf_counter()
        message = {"id": uuid.uuid4().hex, "text": text}
        async with self._http.post(f"{self._api}/messages", json=message, headers=self._headers) as answer:
            said = (await answer.read()).decode()
        assert "event: done" in said, said
        return (time.perf_counter() - started) * 1000

    async def listen(self) -> None:
        """Read the stream until cancelled."""
        async with self._http.get(f"{self._api}/events", headers=self._headers) as answer:
            async for line in answer.content:
                self.open_stream = True
                if line.startswith(b"data: ") and b'"role"' in line:
                    self.roles.append("user" if b'"role": "user"' in line else "bot")
        self.open_stream = False


async def measure(url: str, process: int, streams: int = STREAMS, asked: int = ASKED) -> Measured:
    """Measure the server at ``url``, which runs as ``process`` and must not limit requests."""
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=None)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, timeout=timeout))
        api = f"{url}/webhooks/web"
        await _ask_all(await _open(http, api, asked))  # what is made at first use is no cost of streams
        alone = await _ask_all(await _open(http, api, asked))
        before = memory_of(process)

        visitors = await _open(http, api, streams)
        listening = [asyncio.ensure_future(visitor.listen()) for visitor in visitors]
        await _until(lambda: all(v.open_stream for v in visitors), 30)
        beside = await _ask_all(visitors[:asked])
        await _until(lambda: all(len(v.roles) > 1 for v in visitors[:asked]), 5)
        after, still_open = memory_of(process), sum(v.open_stream for v in visitors)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    told = sum(v.roles[:2] == ["user", "bot"] for v in visitors[:asked])
    return Measured(still_open, told, asked, before, after, alone, beside)


async def _open(http: aiohttp.ClientSession, api: str, count: int) -> list[Visitor]:
    visitors = [Visitor(http, api) for _ in range(count)]
    for visitor in visitors:
        await visitor.open()
    return visitors


async def _ask_all(visitors: list[Visitor]) -> list[float]:
    """Each visitor asks one question, one after the other; the times, sorted."""
    return sorted([await visitor.ask(QUESTIONS[n % len(QUESTIONS)]) for n, visitor in enumerate(visitors)])


async def _until(done: object, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:  # type: ignore[operator]
        await asyncio.sleep(0.05)


UNLIMITED = {"CSP_WEB_RATE_SESSION": "1000", "CSP_WEB_RATE_ADDRESS": "100000"}
"""Settings of a server that lets one address open many sessions."""


def main() -> None:
    """Measure a server of one's own and print."""
    with own_server(**UNLIMITED) as server:
        print(asyncio.run(measure(server.url, server.pid)))


if __name__ == "__main__":
    main()
