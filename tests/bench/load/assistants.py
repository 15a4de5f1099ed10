"""The two assistants: how each is started, and how a conversation of a given length comes about without hours of talk.

A long talk is really held once; then its state is copied under the other conversations' names, by each assistant's own
means: Rasa's HTTP API for the stock one, a row of the table of conversations for this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path

import aiohttp
import sqlalchemy as sa
import yaml

from bot.rules.workdays import CHINA
from bot.settings import ROOT
from bot.store import open_store
from tests.bench.load.client import Client
from tests.bench.load.processes import Processes, free_port
from tests.bench.stock.model import ENVIRONMENT, StockModel

FIRST_WORDS = "服务协议盖什么章"
READY_WITHIN = 300
"""Seconds that an assistant may take from its start to its first answer."""
_POLL = 0.05
_PARTNER = "P1001"


class Assistant(ABC):
    """One assistant under load. ``start`` first, then the rest, at last ``stop``."""

    name: str

    def __init__(self, folder: Path, database: Path) -> None:
        """Keep files in ``folder``; orders are in ``database``, an SQLite file."""
        folder.mkdir(parents=True, exist_ok=True)
        self.processes = Processes(folder)
        self._database_url = f"sqlite:///{database}"
        self._url = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        self.client: Client

    async def start(self) -> float:
        """Start everything; seconds until the first answer came."""
        started = time.perf_counter()
        self._launch(self._url.rpartition(":")[2])
        self.client = Client(self._url)
        while time.perf_counter() - started < READY_WITHIN:
            self.processes.check()
            try:
                for address in self._others():
                    await self.client.get(address)
                await self.client.say("first", FIRST_WORDS)
                return time.perf_counter() - started
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(_POLL)
        raise RuntimeError(f"{self.name}: no answer within {READY_WITHIN} s")

    async def stop(self) -> None:
        """End everything."""
        if hasattr(self, "client"):
            await self.client.close()
        self.processes.stop()

    async def hold(self, sender: str, talk: Iterable[str]) -> None:
        """Say ``talk`` to the end in the conversation ``sender``."""
        for message in talk:
            await self.client.say(sender, message)

    def bind(self, senders: Iterable[str]) -> None:
        """Let the conversations of ``senders`` see the orders of the partner that has most of them."""
        store = open_store(self._database_url)
        try:
            now = dt.datetime.now(CHINA)
            for sender in senders:
                store.bind(self._identity(sender), store.invite(_PARTNER, "王敏", now), now)
        finally:
            store.close()

    @abstractmethod
    async def copy(self, sender: str, others: Sequence[str]) -> None:
        """Give the conversations of ``others`` the state of ``sender``'s."""

    @abstractmethod
    def _launch(self, port: str) -> None: ...

    def _others(self) -> Sequence[str]:
        """Addresses that must answer too before the assistant is whole."""
        return ()

    def _identity(self, sender: str) -> str:
        return sender


class This(Assistant):
    """This project's assistant, as ``csp run`` starts it."""

    name = "this"

    def __init__(self, folder: Path, database: Path, environment: dict[str, str] | None = None) -> None:
        """See the parent class; ``environment`` adds settings."""
        super().__init__(folder, database)
        self._environment = environment or {}

    async def copy(self, sender: str, others: Sequence[str]) -> None:
        engine = sa.create_engine(self._database_url, connect_args={"timeout": 30})
        copied = sa.text(
            "INSERT INTO conversations (conversation, slots, events, updated_at)"
            " SELECT :other, slots, events, updated_at FROM conversations WHERE conversation = :sender"
        )
        with engine.begin() as connection:
            connection.execute(copied, [{"sender": self._identity(sender), "other": self._identity(o)} for o in others])
        engine.dispose()

    def _launch(self, port: str) -> None:
        settings = {
            "CSP_PORT": port,
            "CSP_HOST": "127.0.0.1",
            "CSP_DATABASE_URL": self._database_url,
            **dict.fromkeys(("CSP_REST_TOKEN", "CSP_REDIS_URL", "CSP_BROKER_URL", "CSP_ACTION_URL"), ""),
            "CSP_DEMO": "false",
        }
        self.processes.start([sys.executable, "-m", "bot.cli", "run"], ROOT, {**settings, **self._environment})

    def _identity(self, sender: str) -> str:
        return f"rest:{sender}"


class Stock(Assistant):
    """The stock assistant: ``rasa run`` and ``rasa run actions``."""

    name = "stock"

    def __init__(self, folder: Path, database: Path, model: StockModel) -> None:
        """See the parent class; serve ``model``."""
        super().__init__(folder, database)
        self._model = model
        self._actions = f"http://127.0.0.1:{free_port()}"

    async def copy(self, sender: str, others: Sequence[str]) -> None:
        tracker = await self.client.get(f"/conversations/{sender}/tracker?include_events=ALL")
        for other in others:
            path = f"/conversations/{other}/tracker/events?include_events=NONE"
            await self.client.put(path, tracker["events"])

    async def hold(self, sender: str, talk: Iterable[str]) -> None:
        for message in talk:
            with contextlib.suppress(
                ValueError
            ):  # its policies may find nothing to say to what it took for something else
                await self.client.say(sender, message)

    def _launch(self, port: str) -> None:
        endpoints = self._folder / "endpoints.yml"
        endpoints.write_text(yaml.safe_dump({"action_endpoint": {"url": f"{self._actions}/webhook"}}), "utf-8")
        environment = {**ENVIRONMENT, "CSP_DATABASE_URL": self._database_url}
        rasa = [sys.executable, "-m", "rasa", "run"]
        serve = ["--enable-api", "--port", port, "--interface", "127.0.0.1", "--model", str(self._model.path)]
        files = ["--endpoints", str(endpoints), "--credentials", str(self._model.folder / "credentials.yml")]
        self.processes.start([*rasa, *serve, *files], self._folder, environment)
        acting = ["actions", "--actions", "tests.bench.stock.actions", "--port", self._actions.rpartition(":")[2]]
        self.processes.start([*rasa, *acting], ROOT, environment)

    def _others(self) -> Sequence[str]:
        return (f"{self._actions}/health",)
