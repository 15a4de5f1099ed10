"""``csp run --workers 2``: readiness, metrics, a worker that dies, engines that go away, and the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from services import POSTGRES, REDIS, Assistant, Cable, free_port, start
from sqlalchemy.engine import make_url

from bot.settings import ROOT

WORKERS = 2
VAGUE = ["圆的方的都行吗到底", "xxxx yyyy", "蓝色的那边怎么弄啊", "那边的那个东西要怎么个样子"]
"""Messages that say nothing; some of them are not understood by any model."""


@dataclass
class Service:
    """The workers, their supervisor, and what connects them with their engines."""

    assistant: Assistant
    redis: Cable
    postgres: Cable
    metrics_port: int

    def ready(self) -> requests.Response:
        return requests.get(f"{self.assistant.url}/readyz", timeout=20)

    def send(self, text: str, sender: str) -> requests.Response:
        body = {"sender": sender, "message": text}
        return requests.post(f"{self.assistant.url}/webhooks/rest/webhook", json=body, timeout=60)

    def metric(self, name: str, **labels: str) -> float:
        """The sum over all workers of the samples that have ``labels``."""
        total = 0.0
        for number in range(WORKERS):
            text = requests.get(f"http://127.0.0.1:{self.metrics_port + number}/metrics", timeout=20).text
            for family in text_string_to_metric_families(text):
                for sample in family.samples:
                    if sample.name == name and labels.items() <= sample.labels.items():
                        total += sample.value
        return total


@pytest.fixture(scope="module")
def service(model: Path, database_url: str, tmp_path_factory: Any) -> Iterator[Service]:
    redis, postgres = Cable(make_url(REDIS).port or 6379), Cable(make_url(POSTGRES).port or 5432)
    metrics_port = free_port()
    assistant = start(
        tmp_path_factory.mktemp("workers"),
        model,
        "--workers",
        str(WORKERS),
        CSP_DATABASE_URL=str(make_url(database_url).set(host="127.0.0.1", port=postgres.port)),
        CSP_REDIS_URL=str(make_url(REDIS).set(host="127.0.0.1", port=redis.port)),
        CSP_METRICS_PORT=str(metrics_port),
    )
    try:
        assistant.wait_until_ready()
        running = Service(assistant, redis, postgres, metrics_port)
        assert eventually(lambda: len(assistant.events("ready")) == WORKERS)
        yield running
    finally:
        assistant.stop()
        redis.remove()
        postgres.remove()


def eventually(check: Callable[[], bool], within: float = 120.0) -> bool:
    until = time.monotonic() + within
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def test_metrics_tell_turns_stages_fallbacks_errors_and_queues(service: Service):
    before = service.metric("csp_turns_total"), service.metric("csp_channel_errors_total")

    for _ in range(6):
        assert service.send("服务协议盖什么章", uuid.uuid4().hex).status_code == 200
    for text in VAGUE:
        service.send(text, uuid.uuid4().hex)
    requests.post(f"{service.assistant.url}/webhooks/web/messages", json={}, timeout=20)

    assert service.metric("csp_turns_total", channel="rest") - before[0] == 6 + len(VAGUE)
    fallbacks = service.metric("csp_fallbacks_total", channel="rest")
    assert 0 < fallbacks == service.metric("csp_turns_total", kind="nlu_fallback")
    assert service.metric("csp_channel_errors_total", channel="web", status="401") - before[1] == 1
    for stage in ("wait", "lock", "load", "understand", "act", "save", "total"):
        assert service.metric("csp_stage_seconds_count", stage=stage) == service.metric("csp_turns_total")
    assert service.metric("csp_turns_under_way") == 0
    assert service.metric("csp_outbox_waiting") == 0
    assert service.metric("csp_model_loaded_timestamp_seconds") > 0


def test_open_streams_are_counted(service: Service):
    api = f"{service.assistant.url}/webhooks/web"
    token = requests.post(f"{api}/session", json={}, timeout=20).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    with requests.get(f"{api}/events", headers=headers, stream=True, timeout=20) as stream:
        lines = stream.iter_lines()  # kept: without it the connection is closed
        assert next(lines) == b"event: cleared"
        assert service.metric("csp_streams_open") == 1


def test_metrics_are_not_public(service: Service):
    assert requests.get(f"{service.assistant.url}/metrics", timeout=20).status_code == 404


def test_second_service_on_the_same_port_is_told_so(service: Service):
    environment = {**os.environ, "CSP_PORT": str(service.assistant.port), "CSP_REDIS_URL": REDIS}
    environment |= {"CSP_DATABASE_URL": POSTGRES, "CSP_DEMO": "false"}
    second = subprocess.run(
        [sys.executable, "-m", "bot.cli", "run", "--workers", "2"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert second.returncode == 2
    assert "CSP_PORT" in second.stderr and "被占用" in second.stderr


@pytest.mark.parametrize("engine", ["redis", "postgres"])
def test_not_ready_without_an_engine_and_ready_again_with_it(service: Service, engine: str):
    cable: Cable = getattr(service, engine)
    sender = uuid.uuid4().hex
    assert service.send("服务协议盖什么章", sender).status_code == 200

    cable.cut()
    refused = service.ready()
    answer = service.send("云总代有哪几家", sender)
    cable.mend()

    assert refused.status_code == 503
    assert {"redis": "Redis", "postgres": "数据库"}[engine] in refused.json()["reasons"][0]
    assert answer.status_code == 200 and "佳杰" in answer.json()[0]["text"]
    assert eventually(lambda: service.ready().status_code == 200)
    assert requests.get(f"{service.assistant.url}/healthz", timeout=20).status_code == 200


def test_killed_worker_is_replaced_while_the_other_serves(service: Service):
    victim = service.assistant.events("worker started")[0]["pid"]
    ready = len(service.assistant.events("ready"))

    os.kill(victim, signal.SIGKILL)

    assert eventually(lambda: len(service.assistant.events("worker ended")) == 1, 10)
    assert service.send("服务协议盖什么章", uuid.uuid4().hex).status_code == 200
    assert eventually(lambda: len(service.assistant.events("ready")) == ready + 1)


def test_stop_answers_what_is_under_way_and_leaves_nobody_behind(service: Service):
    pids = {event["pid"] for event in service.assistant.events("worker started")}
    with ThreadPoolExecutor(20) as pool:
        answers = [
            pool.submit(service.send, f"第{n}个客户的服务协议，到底要盖什么章才行", f"stop-{n}") for n in range(20)
        ]
        time.sleep(0.2)
        code = service.assistant.stop()

    assert [answer.result().status_code for answer in answers] == [200] * 20
    assert code == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_workers_end_when_their_supervisor_is_killed(model: Path, database_url: str, redis_url: str, tmp_path: Path):
    assistant = start(
        tmp_path, model, "--workers", str(WORKERS), CSP_DATABASE_URL=database_url, CSP_REDIS_URL=redis_url
    ).wait_until_ready()
    assert eventually(lambda: len(assistant.events("ready")) == WORKERS)

    assistant.process.kill()
    assistant.process.wait()

    pids = [event["pid"] for event in assistant.events("worker started")]
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 30)
