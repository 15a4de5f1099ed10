"""A server of one's own to measure: the real ``csp run`` on a free port with an empty database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WAIT = 600
"""Seconds for the server to come up; a changed model is trained first."""


@dataclass(frozen=True)
class OwnServer:
    """Where it is."""

    url: str
    pid: int


@contextmanager
def own_server(**settings: str) -> Iterator[OwnServer]:
    """Serve while the block runs; ``settings`` are environment variables."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        own = {"CSP_PORT": str(port), "CSP_REST_TOKEN": "", "CSP_DATABASE_URL": f"sqlite:///{folder}/csp.db"}
        server = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"],
            env={**os.environ, **own, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(url)
            yield OwnServer(url, server.pid)
        finally:
            server.terminate()
            server.wait(60)


def _free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    until = time.monotonic() + WAIT
    while True:
        try:
            urllib.request.urlopen(url + "/healthz", timeout=1)
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
