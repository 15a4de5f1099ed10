"""``make latency``: one user, messages never seen before: milliseconds from request to reply over REST.

Starts its own server on a free port with a database of its own; every question is asked once, so no cache can help.
"""

from __future__ import annotations

import json
import statistics
import time
import urllib.request
import uuid

import yaml

from tests.bench.heldout import QUESTIONS
from tests.bench.own_server import own_server

MOST = 200


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
    with own_server() as server:
        ask(server.url, "你好")
        times = sorted(ask(server.url, question) for question in questions)
    print(
        f"{len(times)} unseen messages, one client: median {statistics.median(times):.1f} ms, "
        f"p95 {times[int(len(times) * 0.95)]:.1f} ms, worst {times[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
