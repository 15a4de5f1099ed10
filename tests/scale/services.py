"""Several assistants on real engines, and what stands between them and their users: processes, a proxy, a widget."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import requests
import sqlalchemy as sa

from bot.settings import ROOT

POSTGRES = os.environ.get("CSP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("CSP_TEST_REDIS", "redis://127.0.0.1:6379/9")
BROKER = os.environ.get("CSP_TEST_BROKER", "amqp://guest:guest@127.0.0.1:5672/")
_READY_WITHIN = 180


@contextmanager
def database() -> Iterator[str]:
    """An empty PostgreSQL database, dropped afterwards."""
    name = f"csp_scale_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield str(sa.engine.make_url(POSTGRES).set(database=name))
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


def free_port() -> int:
    """A port below those that the system gives to clients: a client of a port that nobody serves any more must not get it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Assistant:
    """A running ``csp run``."""

    process: subprocess.Popen
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def events(self, name: str) -> list[dict[str, Any]]:
        """What it logged under ``name``."""
        lines = [line for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        return [event for event in map(json.loads, lines) if event.get("event") == name]

    def wait_until_ready(self) -> Assistant:
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(requests.ConnectionError):
                if requests.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return self
            time.sleep(0.2)
        code = self.process.poll()
        self.process.kill()
        raise RuntimeError(
            f"csp run did not come up (exit code {code}):\n{self.log.read_text(encoding='utf-8')[-3000:]}"
        )

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def start(folder: Path, model: Path, *arguments: str, **settings: str) -> Assistant:
    """Start ``csp run`` with ``arguments`` and with no setting but ``settings``; it is not ready yet."""
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("CSP_")}
    neutral = dict.fromkeys(("CSP_REST_TOKEN", "CSP_REDIS_URL", "CSP_BROKER_URL", "CSP_ACTION_URL"), "")
    unlimited = {"CSP_WEB_RATE_ADDRESS": "1000000", "CSP_WEB_RATE_SESSION": "1000000"}
    environment = {
        **own,
        **neutral,
        **unlimited,
        "CSP_PORT": str(port),
        "CSP_MODEL_DIR": str(model.parent),
        "CSP_LOG_TEXT": "0",
        **settings,
    }
    log = folder / f"{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Assistant(process, port, log)


class RoundRobin:
    """A load balancer: each connection goes to the next process, past those that take none."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._next = 0
        self._server: asyncio.AbstractServer
        self.url = ""

    async def __aenter__(self) -> RoundRobin:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self._ports:
            port = self._ports[self._next % len(self._ports)]
            self._next += 1
            try:
                behind = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            await asyncio.gather(_pump(reader, behind[1]), _pump(behind[0], writer), return_exceptions=True)
            break
        writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    finally:
        sink.close()


@dataclass
class Widget:
    """A visitor's browser: one message at a time, sent again under the same id until it is answered."""

    url: str
    http: aiohttp.ClientSession
    token: str = ""
    sent: list[str] = field(default_factory=list)
    retries: int = 0

    async def open(self) -> Widget:
        while not self.token:
            with suppress(aiohttp.ClientError):
                async with self.http.post(self._path("session"), json={}) as answer:
                    if answer.status == 200:
                        self.token = (await answer.json())["token"]
                        break
            await asyncio.sleep(0.3)
        return self

    async def say(self, text: str) -> None:
        """Send a message until the server says that it is answered."""
        client_id = uuid.uuid4().hex
        self.sent.append(client_id)
        while not await self._deliver(client_id, text):
            self.retries += 1
            await asyncio.sleep(0.5)

    async def _deliver(self, client_id: str, text: str) -> bool:
        with suppress(aiohttp.ClientError, asyncio.TimeoutError):
            async with self.http.post(
                self._path("messages"), json={"id": client_id, "text": text}, headers=self._headers
            ) as answer:
                async for name, _ in events_of(answer):
                    if name == "done":
                        return True
        return False

    async def history(self) -> list[dict[str, Any]]:
        while True:
            with suppress(aiohttp.ClientError, asyncio.TimeoutError):
                async with self.http.get(self._path("history"), headers=self._headers) as answer:
                    if answer.status == 200:
                        return list((await answer.json())["messages"])
            await asyncio.sleep(0.3)

    async def follow(self, seen: set[int]) -> None:
        """Note what comes down the stream of events; the stream is opened again when it breaks."""
        while True:
            with suppress(aiohttp.ClientError):
                path = f"events?after={max(seen, default=0)}"
                async with self.http.get(self._path(path), headers=self._headers) as answer:
                    async for name, data in events_of(answer):
                        if name == "message":
                            seen.add(data["id"])
            await asyncio.sleep(0.3)

    def _path(self, path: str) -> str:
        return f"{self.url}/webhooks/web/{path}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def events_of(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """The server-sent events of a response."""
    name = ""
    async for line in answer.content:
        if line.startswith(b"event: "):
            name = line[7:].decode().strip()
        elif line.startswith(b"data: "):
            yield name, json.loads(line[6:])


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """HTTP as a crowd of browsers speaks it: a connection for each request."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=45)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield session


class Cable:
    """What connects a process with an engine: it can be cut and mended. Runs in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.AbstractServer | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.mend()

    def cut(self) -> None:
        """No connection any more, and none can be made."""
        self._call(self._cut())

    def mend(self) -> None:
        self._call(self._mend())

    def remove(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _call(self, work: Coroutine) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _mend(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._open |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer), return_exceptions=True)
        self._open -= {writer, far_writer}
