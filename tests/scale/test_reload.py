"""A new model in a running process: no message is dropped, the new one answers, memory stays flat."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import requests
from services import Assistant, start

from bot.settings import ROOT

RELOADS = 12
ASKED, SAID, SAYS = "国内云总代都有谁呀", "名单会变", "名单常换"
FLAT = 1.05
"""Memory after the last four reloads, as a part of that after the four before. The first four fill what a process remembers: a
thousand conversations. A model that stays is a tenth by itself, after each reload."""
CLIENTS = 4


@pytest.fixture
def assistant(model: Path, tmp_path: Path) -> Iterator[Assistant]:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / model.name).write_bytes(model.read_bytes())
    own = start(tmp_path, folder / model.name, CSP_DATABASE_URL=f"sqlite:///{tmp_path / 'csp.db'}")
    try:
        yield own.wait_until_ready()
    finally:
        own.stop()


def say(assistant: Assistant, text: str, sender: str) -> requests.Response:
    body = {"sender": sender, "message": text}
    return requests.post(f"{assistant.url}/webhooks/rest/webhook", json=body, timeout=60)


def eventually(check: Callable[[], bool], within: float = 120.0) -> bool:
    until = time.monotonic() + within
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


class Talkers:
    """Users who ask all the time."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._talk) for _ in range(CLIENTS)]
        self.answers: list[Any] = []

    def __enter__(self) -> Talkers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _talk(self) -> None:
        sender = uuid.uuid4().hex
        while not self._over.is_set():
            try:
                answer = say(self._assistant, ASKED, sender)
                self.answers.append((answer.status_code, "佳杰" in answer.text))
            except requests.RequestException as error:
                self.answers.append((type(error).__name__, False))
            time.sleep(0.02)


def reload(assistant: Assistant, times: int) -> None:
    """Ask for a reload and wait until so many have been done."""
    assistant.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(assistant.events("reloaded")) == times), assistant.log.read_text()[-2000:]


def memory(assistant: Assistant) -> int:
    """Resident memory in kB."""
    status = Path(f"/proc/{assistant.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))  # type: ignore[union-attr]


def test_twelve_reloads_drop_no_message_and_keep_no_memory(assistant: Assistant):
    sizes = []
    with Talkers(assistant) as talkers:
        for number in range(RELOADS):
            reload(assistant, number + 1)
            sizes.append(memory(assistant))

    print(f"\nmemory after each reload (MB): {[size // 1024 for size in sizes]}, {len(talkers.answers)} answers")
    assert len(talkers.answers) > RELOADS
    assert [answer for answer in talkers.answers if answer != (200, True)] == []
    assert median(sizes[-4:]) < median(sizes[-8:-4]) * FLAT


def _with_other_words(model: Path) -> None:
    """Put another answer into a model, as if it had been trained from other data."""
    with tarfile.open(model) as packed:
        members = [(member, packed.extractfile(member)) for member in packed.getmembers()]
        parts = [(member, content.read() if content else b"") for member, content in members]
    changed = model.with_suffix(".new")
    with tarfile.open(changed, "w:gz") as packed:
        for member, content in parts:
            for said, says in ((SAID, SAYS), (_escaped(SAID), _escaped(SAYS))):
                content = content.replace(said.encode(), says.encode())
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    changed.replace(model)


def _escaped(text: str) -> str:
    return text.encode("unicode_escape").decode()


def test_new_model_answers_after_csp_reload(assistant: Assistant, model: Path, tmp_path: Path):
    assert SAYS not in say(assistant, ASKED, "before").text
    _with_other_words(tmp_path / "models" / model.name)

    told = _csp_reload(assistant.port, tmp_path / "models")

    assert told.returncode == 0, told.stderr
    assert eventually(lambda: bool(assistant.events("reloaded")))
    assert SAYS in say(assistant, ASKED, "after").text


def test_model_that_cannot_be_loaded_leaves_the_old_one(assistant: Assistant, model: Path, tmp_path: Path):
    (tmp_path / "models" / model.name).write_bytes(b"not a model")

    assistant.process.send_signal(signal.SIGHUP)

    assert eventually(lambda: bool(assistant.events("reload failed, the old model goes on")))
    assert say(assistant, ASKED, "after").status_code == 200


def test_reload_without_a_running_assistant_says_so(model: Path):
    told = _csp_reload(1, model.parent)

    assert told.returncode == 1
    assert "没有运行中的助手" in told.stderr


def _csp_reload(port: int, models: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "CSP_PORT": str(port), "CSP_MODEL_DIR": str(models)}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "reload"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=99,
    )
