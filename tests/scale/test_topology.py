"""What deploy/compose.yml describes, as plain processes: two assistants behind nginx with deploy/nginx.conf."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from services import Assistant, Widget, browser, free_port, start

from bot.settings import ROOT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx (tests/scale/setup.sh installs it)")


@dataclass
class Site:
    """nginx and what is behind it."""

    url: str
    assistants: list[Assistant]


def _configuration(folder: Path, port: int, assistants: list[Assistant]) -> Path:
    """deploy/nginx.conf with this machine's addresses, inside what the image has around it."""
    server = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for number, assistant in enumerate(assistants, 1):
        server = server.replace(f"assistant-{number}:5005", f"127.0.0.1:{assistant.port}")
    server = server.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    assert not re.search(r"assistant-\d|8080", server)
    paths = "".join(
        f"{name}_temp_path {folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    path.write_text(
        f"daemon off;\nworker_processes 1;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{paths}{server}\n}}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def site(model: Path, database_url: str, redis_url: str, broker_url: str, tmp_path_factory: Any) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("topology")
    folder.chmod(0o755)
    settings = {
        "CSP_DATABASE_URL": database_url,
        "CSP_REDIS_URL": redis_url,
        "CSP_BROKER_URL": broker_url,
        "CSP_WEB_PROXIES": "1",
        "CSP_WEB_RATE_ADDRESS": "30",
    }
    assistants = [start(folder, model, **settings) for _ in range(2)]
    port = free_port()
    configuration = _configuration(folder, port, assistants)
    checked = subprocess.run([str(NGINX), "-t", "-c", str(configuration)], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stderr
    nginx = subprocess.Popen([str(NGINX), "-c", str(configuration)])
    try:
        for assistant in assistants:
            assistant.wait_until_ready()
        yield Site(f"http://127.0.0.1:{port}", assistants)
    finally:
        nginx.send_signal(signal.SIGQUIT)
        nginx.wait(timeout=30)
        for assistant in assistants:
            assistant.stop()


def test_page_widget_and_health_are_served(site: Site):
    paths = ("/", "/widget/csp-assistant.js", "/healthz")

    assert [requests.get(site.url + path, timeout=20).status_code for path in paths] == [200, 200, 200]


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_what_operators_read_is_not_public(site: Site, path: str):
    assert requests.get(site.url + path, timeout=20).status_code == 404


def test_talk_hops_between_the_assistants_and_its_stream_hears_all(site: Site):
    async def scene() -> tuple[list[dict], set[int], float]:
        seen: set[int] = set()
        async with browser() as http:
            widget = await Widget(site.url, http).open()
            following = asyncio.ensure_future(widget.follow(seen))
            await asyncio.sleep(0.5)
            for text in ["服务协议盖什么章", "那原件呢", "服务协议盖什么章", "那原件呢"]:
                await widget.say(text)
            said = time.monotonic()
            history = await widget.history()
            while not {message["id"] for message in history} <= seen and time.monotonic() < said + 10:
                await asyncio.sleep(0.05)
            following.cancel()
        return history, seen, time.monotonic() - said

    turns = [len(assistant.events("turn")) for assistant in site.assistants]
    history, seen, seconds = asyncio.run(scene())
    answers = [message["text"] for message in history if message["role"] == "bot"]
    assert len(answers) == 4 and answers[:2] == answers[2:]
    assert {message["id"] for message in history} <= seen
    assert seconds < 5, "a stream that nginx keeps back would wait for the heartbeat"
    assert all(len(a.events("turn")) > before for a, before in zip(site.assistants, turns)), "both have answered"


def test_addresses_are_those_of_the_visitors(site: Site):
    """One address may ask 30 times a minute; who forges the header is still counted as himself."""
    token = requests.post(f"{site.url}/webhooks/web/session", json={}, timeout=20).json()["token"]
    codes = []
    for number in range(45):
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": f"10.0.0.{number}"}
        codes.append(requests.get(f"{site.url}/webhooks/web/history", headers=headers, timeout=20).status_code)

    assert 429 in codes and set(codes) == {200, 429}


def test_service_goes_on_when_one_assistant_is_killed(site: Site):
    victim = site.assistants[1]

    victim.process.send_signal(signal.SIGKILL)
    victim.process.wait()

    body = {"sender": uuid.uuid4().hex, "message": "云总代有哪几家"}
    answers = [requests.post(f"{site.url}/webhooks/rest/webhook", json=body, timeout=60) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 6
