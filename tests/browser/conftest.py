"""Chromium, and a real server that a test may stop and start again at the same address."""

from __future__ import annotations

import datetime as dt
import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from chat import ask, open_page
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.rules.workdays import CHINA
from bot.settings import ROOT, Settings
from bot.store import open_store
from bot.training import ensure_model

CHROMIUM = os.environ.get("CSP_CHROMIUM", "/usr/bin/chromium")
_READY_WITHIN = 120

expect.set_options(timeout=20_000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class WebServer:
    """``csp run`` at a fixed address with a database of its own."""

    folder: Path
    model_dir: Path
    port: int
    origins: str = ""
    secret: str = "a-secret-of-the-page-and-the-assistant"
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Its environment."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("CSP_")}
        return {
            **own,
            "CSP_PORT": str(self.port),
            "CSP_MODEL_DIR": str(self.model_dir),
            "CSP_DATABASE_URL": self.database,
            "CSP_WEB_ORIGINS": self.origins,
            "CSP_WEB_JWT_SECRET": self.secret,
            "CSP_WEB_RATE_SESSION": "1000",
            "CSP_WEB_RATE_ADDRESS": "100000",
            "CSP_DEMO": "true",
        }

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'csp.db'}"

    def code(self, partner: str = "P1001") -> str:
        """A fresh bind code for a member of ``partner``."""
        store = open_store(self.database)
        try:
            return store.invite(partner, "王敏", dt.datetime.now(CHINA))
        finally:
            store.close()

    def csp(self, *command: str) -> str:
        """Run ``csp`` on its database; what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *command],
            cwd=ROOT, env=self.settings, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"], cwd=ROOT, env=self.settings, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                requests.get(f"{self.url}/healthz", timeout=2)
                return
            except requests.ConnectionError:
                time.sleep(0.2)
        self.process.kill()
        raise RuntimeError(f"csp run did not come up:\n{(self.folder / 'log').read_text(encoding='utf-8')[-3000:]}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)


@pytest.fixture(scope="session")
def host_page() -> Iterator[Callable[[str], str]]:
    """A page of another site, served with a strict policy that allows itself and the assistant's host."""
    pages: dict[str, str] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assistant = pages["assistant"]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", f"default-src 'self' {assistant}")
            self.end_headers()
            self.wfile.write(
                f"<!doctype html><html lang=zh-CN><title>经销商</title><main><h1>经销商</h1></main>"
                f'<script type="module" src="{assistant}/widget/csp-assistant.js"></script>'.encode()
            )

        def log_message(self, *_: object) -> None:
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()

    def address(assistant: str) -> str:
        pages["assistant"] = assistant
        return f"http://127.0.0.1:{site.server_address[1]}"

    yield address
    site.shutdown()


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, host_page: Callable[[str], str]) -> Iterator[WebServer]:
    """The server that the tests share."""
    model, _ = ensure_model(Settings().model_dir)
    server = WebServer(tmp_path_factory.mktemp("web"), model.parent.resolve(), _free_port())
    server.origins = host_page(server.url)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: run tests/browser/setup.sh")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser profile of its own (options as Playwright's ``new_context``)."""
    opened: list[BrowserContext] = []

    def open_it(**options: object) -> BrowserContext:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield open_it
    for context in opened:
        context.close()


@pytest.fixture
def context(open_context: Callable[..., BrowserContext]) -> BrowserContext:
    """A profile that has never been here."""
    return open_context()


@pytest.fixture
def page(context: BrowserContext, web: WebServer) -> Page:
    """The assistant's page."""
    return open_page(context, web.url)


@pytest.fixture
def staff_page(page: Page, web: WebServer) -> Page:
    """The assistant's page, bound to a member of the demo's first partner."""
    assert "绑定成功" in ask(page, f"绑定 {web.code()}")
    return page
