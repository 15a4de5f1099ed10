"""The assistant in a process of its own, and the platform that calls it."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.training import ensure_model
from tests.wechat.platform import Account, Platform
from tests.wechat.serve_process import serve_with

SCALE = 0.4
"""Of the platform's times, so that tests of slow turns take seconds; a busy machine still has 1.8 s for an answer."""
_READY_WITHIN = 120

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass
class Assistant:
    """A running server."""

    process: BaseProcess
    url: str
    log: Path

    @property
    def callback(self) -> str:
        return f"{self.url}/webhooks/wechat/callback"

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.process.terminate()
        self.process.join(60)
        if self.process.exitcode is None:
            self.process.kill()
            raise TimeoutError("the server did not stop")
        return self.process.exitcode


Start = Callable[..., Assistant]


def settings_of(account: Account, **more: str) -> dict[str, str]:
    """The settings for ``account``."""
    return {
        "CSP_WECHAT_APP_ID": account.app_id,
        "CSP_WECHAT_TOKEN": account.token,
        "CSP_WECHAT_AES_KEY": account.aes_key,
        "CSP_WECHAT_SECRET": account.secret,
        "CSP_WECHAT_MODE": account.mode,
        "CSP_WECHAT_REPLY_SECONDS": str(4.5 * SCALE),
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(assistant: Assistant) -> None:
    address = ("127.0.0.1", int(assistant.url.rpartition(":")[2]))
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline and assistant.process.is_alive():
        try:
            socket.create_connection(address, 1).close()
            return
        except OSError:
            time.sleep(0.1)
    assistant.process.kill()
    raise RuntimeError(f"the server did not come up:\n{assistant.log_text()[-3000:]}")


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The platform's event loop."""
    own = asyncio.new_event_loop()
    yield own
    own.close()


@pytest.fixture(scope="session")
def run(loop: asyncio.AbstractEventLoop) -> Run:
    """Run a coroutine to its end."""
    return loop.run_until_complete


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the present sources, trained if it is not there."""
    path, _ = ensure_model(Settings().model_dir)
    return path


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a server with settings of one's own: scripted, or the whole assistant with ``model``."""
    servers = multiprocessing.get_context("forkserver")
    servers.set_forkserver_preload(["tests.wechat.serve"])  # importing Rasa takes seconds; it is done once
    started: list[Assistant] = []

    def begin(account: Account, model: Path | None = None, **more: str) -> Assistant:
        folder = tmp_path_factory.mktemp("server")
        port = free_port()
        neutral = {"CSP_REDIS_URL": "", "CSP_BROKER_URL": "", "CSP_ACTION_URL": "", "CSP_LOG_TEXT": "0"}
        environment = {
            **neutral,
            "CSP_PORT": str(port),
            "CSP_DATABASE_URL": f"sqlite:///{folder / 'csp.db'}",
            "CSP_STOP_GRACE": "15",
            **settings_of(account, **more),
        }
        log = folder / "log"
        process = servers.Process(target=serve_with, args=(environment, str(log), str(model) if model else ""))
        process.start()
        assistant = Assistant(process, f"http://127.0.0.1:{port}", log)
        started.append(assistant)
        _wait_until_ready(assistant)
        return assistant

    begin.logs = lambda: [assistant.log for assistant in started]  # type: ignore[attr-defined]
    yield begin
    for assistant in started:
        assistant.stop()


@pytest.fixture(scope="session")
def open_platform(run: Run) -> Iterator[Callable[..., Platform]]:
    """A platform that calls an assistant's address, in the tests' time."""
    opened: list[Platform] = []

    def begin(account: Account, callback: str = "") -> Platform:
        platform = Platform(account, callback, SCALE)
        run(platform.start())
        opened.append(platform)
        return platform

    yield begin
    for platform in opened:
        run(platform.stop())


@pytest.fixture(scope="session")
def secure(start: Start, open_platform: Callable[..., Platform]) -> Platform:
    """An account without the API, in the secure mode, before the script."""
    account = Account()
    return open_platform(account, start(account).callback)
