"""Which process serves on a port of this machine, so that another command can speak to it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from bot.settings import ROOT

log = structlog.get_logger()


def _file(port: int) -> Path:
    return ROOT / "var" / f"csp-{port}.pid"


@contextmanager
def running(port: int) -> Iterator[None]:
    """Note that this process serves on ``port`` while the block runs."""
    try:
        _file(port).parent.mkdir(parents=True, exist_ok=True)
        note = _file(port).open("a+")
    except OSError as error:
        log.warning("no pid file, csp reload will not find this process", error=str(error))
        yield
        return
    with note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held while the process lives: what is noted is true
        except OSError:  # another one has the port, which this one is about to find out
            yield
            return
        note.truncate(0)
        note.write(str(os.getpid()))
        note.flush()
        yield
        _file(port).unlink()


def tell_running(port: int, number: int) -> bool:
    """Send signal ``number`` to the process that serves on ``port``; False when there is none."""
    try:
        note = _file(port).open()
    except FileNotFoundError:
        return False
    with note:
        try:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            os.kill(int(note.read()), number)
            return True
    return False
