"""Processes of an assistant: started, measured, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_WITHIN = 30
"""Seconds that a process may take to end after SIGTERM."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Memory:
    """Resident memory in MB: ``rss`` counts shared pages in every process, ``pss`` once."""

    rss: float
    pss: float


@dataclass
class Processes:
    """The processes of one assistant, and the files that they write to."""

    folder: Path
    running: list[subprocess.Popen] = field(default_factory=list)

    def start(self, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
        """Start ``command``; its output goes to a file in the folder."""
        with (self.folder / f"output-{len(self.running)}.log").open("w") as output:
            self.running.append(
                subprocess.Popen(
                    command, cwd=cwd, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
                )
            )

    def check(self) -> None:
        """Raise RuntimeError with the end of its output when a process has ended by itself."""
        for number, process in enumerate(self.running):
            if process.poll() is not None:
                output = (self.folder / f"output-{number}.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"{process.args} ended with {process.returncode}:\n{output[-3000:]}")

    def memory(self) -> Memory:
        """What all processes and their children hold now."""
        kilobytes = {"Rss": 0, "Pss": 0}
        for pid in _with_children([p.pid for p in self.running]):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                name, _, rest = line.partition(":")
                if name in kilobytes:
                    kilobytes[name] += int(rest.split()[0])
        return Memory(rss=kilobytes["Rss"] / 1024, pss=kilobytes["Pss"] / 1024)

    def processor_seconds(self) -> float:
        """Processor time that all processes and their children have used."""
        ticks = 0
        for pid in _with_children([p.pid for p in self.running]):
            after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])  # utime, stime: fields 14 and 15 of proc(5)
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End them all."""
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()


def _with_children(parents: Sequence[int]) -> list[int]:
    found = list(parents)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return found
