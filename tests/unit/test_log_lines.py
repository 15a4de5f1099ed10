"""What the log promises: one JSON object a line, also when several processes write to one stream that is not buffered."""

import json
import os
import subprocess
import sys
from pathlib import Path

_LINES = 500
_PROCESSES = 4
_WRITER = f"""
import structlog
from bot.logs import configure_logs
configure_logs(with_text=False)
for number in range({_LINES}):
    structlog.get_logger().warning("web push: redis away", number=number)
"""


def test_lines_of_several_processes_do_not_run_into_each_other(tmp_path: Path):
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}  # as in the container
    with log.open("w", encoding="utf-8") as output:
        writers = [
            subprocess.Popen([sys.executable, "-c", _WRITER], stderr=output, env=environment) for _ in range(_PROCESSES)
        ]
        assert [writer.wait(60) for writer in writers] == [0] * _PROCESSES

    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]

    assert sorted(event["number"] for event in events) == sorted([*range(_LINES)] * _PROCESSES)
