"""A running assistant: the real command in a process of its own, and the model loaded here for what needs no network."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog

from bot.agent import ResellerAgent, load_agent
from bot.settings import ROOT, Settings
from bot.training import ensure_model

TOKEN = "geheim-7f3a91"
"""What the guarded server demands."""
_READY_WITHIN = 120


@dataclass(frozen=True)
class Reply:
    """What the assistant answered to one message."""

    status: int
    messages: list[dict[str, Any]]
    error: str = ""

    @property
    def texts(self) -> list[str]:
        return [message.get("text", "") for message in self.messages]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def buttons(self) -> list[str]:
        return [button["title"] for message in self.messages for button in message.get("buttons", [])]


@dataclass
class Server:
    """A running ``csp run``: where it listens and what it wrote."""

    process: subprocess.Popen
    url: str
    log: Path
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def webhook(self) -> str:
        return f"{self.url}/webhooks/rest/webhook"

    def post(self, body: bytes, **headers: str) -> requests.Response:
        """Send ``body`` as it is."""
        return self.session.post(
            self.webhook, data=body, headers={"Content-Type": "application/json", **headers}, timeout=30
        )

    def send(self, text: Any, sender: Any, **headers: str) -> Reply:
        """Send one message."""
        body = json.dumps({"sender": sender, "message": text}, ensure_ascii=False).encode()
        answer = self.post(body, **headers)
        content = answer.json()
        if isinstance(content, list):
            return Reply(answer.status_code, content)
        return Reply(answer.status_code, [], content["error"])

    def turns(self, conversation: str) -> list[dict[str, Any]]:
        """The log lines of the turns of ``conversation``."""
        lines = [line for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        events = [json.loads(line) for line in lines]
        return [e for e in events if e.get("event") == "turn" and e.get("conversation") == conversation]

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.session.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


StartServer = Callable[..., Server]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(**settings: str) -> dict[str, str]:
    """This process's environment with no setting but ``settings`` (empty ones overrule a ``.env``)."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CSP_")}
    neutral = {
        "CSP_REST_TOKEN": "",
        "CSP_REDIS_URL": "",
        "CSP_BROKER_URL": "",
        "CSP_ACTION_URL": "",
        "CSP_LOG_TEXT": "0",
    }
    return {**own, **neutral, **settings}


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if requests.get(f"{server.url}/healthz", timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    server.process.kill()
    raise RuntimeError(f"csp run did not come up:\n{server.log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the present sources, trained if it is not there."""
    path, _ = ensure_model(Settings().model_dir)
    return path


@pytest.fixture(scope="session")
def start_server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Start ``csp run`` with settings of one's own; what still runs at the end of the session is stopped."""
    started: list[Server] = []

    def start(**settings: str) -> Server:
        folder = tmp_path_factory.mktemp("server")
        port = _free_port()
        environment = _environment(
            **{
                "CSP_PORT": str(port),
                "CSP_MODEL_DIR": str(model.parent),
                "CSP_DATABASE_URL": f"sqlite:///{folder / 'csp.db'}",
                **settings,
            }
        )
        log = folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(process, f"http://127.0.0.1:{port}", log)
        started.append(server)
        _wait_until_ready(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(start_server: StartServer) -> Server:
    """The server that most tests share."""
    return start_server()


@pytest.fixture(scope="session")
def guarded_server(start_server: StartServer) -> Server:
    """A server that demands :data:`TOKEN`."""
    return start_server(CSP_REST_TOKEN=TOKEN)


@pytest.fixture(scope="session")
def token() -> str:
    """The token of the guarded server."""
    return TOKEN


@pytest.fixture
def sender() -> str:
    """A user whom the assistant has never met."""
    return f"user-{uuid.uuid4().hex}"


@pytest.fixture
def talk(server: Server, sender: str) -> Callable[[str], Reply]:
    """Say something as the test's own user."""

    def say(text: str) -> Reply:
        return server.send(text, sender)

    return say


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for the agent of this session."""
    own = asyncio.new_event_loop()
    yield own
    own.close()


@pytest.fixture(scope="session")
def agent(model: Path, tmp_path_factory: pytest.TempPathFactory) -> ResellerAgent:
    """The assistant's agent in this process, with conversations of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    folder = tmp_path_factory.mktemp("agent")
    return load_agent(model, Settings(database_url=f"sqlite:///{folder / 'csp.db'}", redis_url="", action_url=""))


@pytest.fixture(scope="session")
def parse(agent: ResellerAgent, loop: asyncio.AbstractEventLoop) -> Callable[[str], dict[str, Any]]:
    """What the model makes of one message, without a conversation around it."""

    def understand(text: str) -> dict[str, Any]:
        return loop.run_until_complete(agent.parse_message(text))

    return understand
