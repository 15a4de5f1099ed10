"""Stopping the server: nothing that was sent is lost."""

from __future__ import annotations

import http.client
import json
import signal
import time
import uuid
from urllib.parse import urlsplit

import pytest

MESSAGES = 30


def _sent(url: str, number: int) -> http.client.HTTPConnection:
    """A connection over which a question no one asked before has just been sent."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    question = f"我们第{number}个客户{uuid.uuid4().hex[:6]}的服务协议，到底要盖什么章才行"
    body = json.dumps({"sender": f"stop-{number}", "message": question}).encode()
    connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    return connection


@pytest.mark.parametrize("after", [0.02, 0.3], ids=["at once", "while they are answered"])
def test_messages_under_way_are_answered_before_the_server_ends(start_server, after):
    server = start_server()
    connections = [_sent(server.url, number) for number in range(MESSAGES)]
    time.sleep(after)

    server.process.send_signal(signal.SIGTERM)
    answers = []
    for connection in connections:
        try:
            response = connection.getresponse()
            answers.append((response.status, bool(json.loads(response.read()))))
        except (OSError, http.client.HTTPException) as lost:
            answers.append((type(lost).__name__, False))

    assert [answer for answer in answers if answer != (200, True)] == []
    assert server.process.wait(timeout=60) == 0


def test_idle_server_ends_at_once_and_cleanly(start_server):
    server = start_server()
    server.send("你好", "stop-idle")
    started = time.monotonic()

    exit_code = server.stop()

    assert exit_code == 0
    assert time.monotonic() - started < 10
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
