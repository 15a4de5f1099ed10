"""``make latency``: one user, messages never seen before: milliseconds from request to reply over REST.

Starts its own server on a free port with a database of its own; every question is asked once, so no cache can help.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

import yaml

from tests.bench.heldout import QUESTIONS

MOST = 200
WAIT = 600
"""Seconds that the server may take to be ready, training included."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, text: str) -> float:
    """Milliseconds for one message of a new conversation; the first message of each is the one that counts."""
    body = json.dumps({"sender": uuid.uuid4().hex, "message": text}).encode()
    request = urllib.request.Request(url + "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as reply:
        reply.read()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure and print."""
    questions = [str(q["say"]) for q in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))][:MOST]
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "CSP_PORT": str(port), "CSP_DATABASE_URL": f"sqlite:///{folder}/csp.db"}
        server = subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env=environment, stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + WAIT
            while time.monotonic() < until:
                try:
                    urllib.request.urlopen(url + "/healthz", timeout=1)
                    break
                except OSError:
                    time.sleep(0.5)
            ask(url, "你好")
            times = sorted(ask(url, question) for question in questions)
        finally:
            server.terminate()
            server.wait(60)
    print(
        f"{len(times)} unseen messages, one client: median {statistics.median(times):.1f} ms, "
        f"p95 {times[int(len(times) * 0.95)]:.1f} ms, worst {times[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
