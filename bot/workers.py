"""Several processes of one service on this machine: started, watched, restarted, told to stop or to load a new model."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import structlog

from bot.deferred import defer_training_code
from bot.logs import configure_logs, quiet_libraries
from bot.settings import Settings, SettingsError
from bot.store.demo import DemoCode

RESTARTS = 5
"""Restarts of one worker within :data:`WITHIN` after which the service gives up: it would not get better."""
WITHIN = 120.0
"""Seconds."""
_SLACK = 15.0
"""Seconds beyond the grace that a worker has to end."""

log = structlog.get_logger()


def check_shareable(settings: Settings) -> None:
    """Several processes need a database and locks that they share.

    Raises:
        SettingsError: one of them is not set; the message is a sentence that names the variable.
    """
    if not settings.redis_url:
        raise SettingsError("多个进程要共用会话锁和推送：请设置 CSP_REDIS_URL，或者只用一个进程。")
    if settings.database_url.startswith("sqlite:"):
        raise SettingsError("多个进程不能共用 SQLite：请把 CSP_DATABASE_URL 设成 postgresql://…，或者只用一个进程。")


class Workers:
    """The processes. ``run`` is their supervisor's life."""

    def __init__(self, count: int, model: Path, settings: Settings, demo_codes: Sequence[DemoCode] = ()) -> None:
        """Nothing is started yet."""
        self._arguments = (model, settings, tuple(demo_codes))
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._processes: dict[int, SpawnProcess] = {}
        self._restarts: dict[int, list[float]] = {number: [] for number in range(count)}
        self._stopping = False
        self._failed = False

    def run(self) -> bool:
        """Serve until SIGTERM or SIGINT; False when it had to give up.

        Raises:
            SettingsError: the port is taken.
        """
        with _claimed(self._settings.host, self._settings.port):
            woken, waker = socket.socketpair()
            waker.setblocking(False)
            signal.set_wakeup_fd(waker.fileno())
            for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(wanted, self._on_signal)
            for number in self._restarts:
                self._start(number)
            while self._processes:
                gone = wait([woken, *(process.sentinel for process in self._processes.values())])
                if woken in gone:
                    woken.recv(100)
                for number, process in list(self._processes.items()):
                    if process.sentinel in gone:
                        self._ended(number, process)
        return not self._failed

    def _start(self, number: int) -> None:
        process = self._context.Process(target=_work, args=(number, *self._arguments), name=f"worker-{number}")
        process.start()
        self._processes[number] = process
        log.info("worker started", worker=number, pid=process.pid)

    def _ended(self, number: int, process: SpawnProcess) -> None:
        process.join()
        del self._processes[number]
        if self._stopping:
            self._failed |= process.exitcode not in (0, -signal.SIGTERM)  # the latter: it had not begun to serve
            return
        log.error("worker ended", worker=number, pid=process.pid, code=process.exitcode)
        now = time.monotonic()
        recent = [at for at in self._restarts[number] if at > now - WITHIN]
        self._restarts[number] = [*recent, now]
        if len(recent) >= RESTARTS:
            log.error("giving up", worker=number, restarts=len(recent))
            self._failed = True
            self._stop()
        else:
            time.sleep(min(0.1 * 2 ** len(recent), 2))
            self._start(number)

    def _on_signal(self, number: int, _: Any) -> None:
        if number == signal.SIGHUP:
            self._tell(signal.SIGHUP)
        else:
            self._stop()

    def _stop(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._tell(signal.SIGTERM)
        signal.signal(signal.SIGALRM, lambda *_: self._tell(signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, self._settings.stop_grace * 2 + _SLACK)

    def _tell(self, number: int) -> None:
        for process in self._processes.values():
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, number)


def _work(number: int, model: Path, settings: Settings, demo_codes: Sequence[DemoCode]) -> None:
    """A worker's life. Until it serves, it ignores what the terminal and a reload send to all."""
    for early in (signal.SIGINT, signal.SIGHUP):
        signal.signal(early, signal.SIG_IGN)
    quiet_libraries()
    defer_training_code()
    configure_logs(with_text=settings.log_text)
    from bot.server import serve  # seconds to import, which the supervisor is spared
    from bot.stopping import leave

    serve(model, settings, demo_codes, number, share_port=True)
    leave()


@contextmanager
def _claimed(host: str, port: int) -> Iterator[None]:
    """Hold a port that nobody else has, so that a second service does not share it unnoticed.

    Raises:
        SettingsError: somebody has it.
    """
    try:
        bound_socket(host, port, shared=False).close()
        holder = bound_socket(host, port, shared=True)  # never listens: no connection comes here
    except OSError as error:
        raise SettingsError(f"CSP_HOST、CSP_PORT 不能用：{host}:{port} 被占用或不是本机的地址。") from error
    with holder:
        yield


def bound_socket(host: str, port: int, shared: bool) -> socket.socket:
    """A socket on ``port``; ``shared`` with others of its kind: the kernel spreads connections over those that listen.

    Raises:
        OSError: the port is taken by somebody who does not share it.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
