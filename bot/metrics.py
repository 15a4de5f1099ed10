"""What Prometheus reads: turns, where their time goes, errors, queues. One port a process, see ``CSP_METRICS_PORT``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, start_http_server

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

TURNS = Counter("csp_turns", "Messages answered", ["channel", "kind"])
TURN_ERRORS = Counter("csp_turn_errors", "Messages whose turn ended with an error", ["channel"])
FALLBACKS = Counter("csp_fallbacks", "Messages that were not understood", ["channel"])
CHANNEL_ERRORS = Counter("csp_channel_errors", "Requests answered with an error", ["channel", "status"])
STAGES = Histogram(
    "csp_stage_seconds",
    "Time of a turn by stage: wait, lock, then load, understand, act, save; total is the latter four",
    ["stage"],
    buckets=_SECONDS,
)
UNDER_WAY = Gauge("csp_turns_under_way", "Turns that have begun and not ended")
STREAMS = Gauge("csp_streams_open", "Open event streams of the web channel")
OUTBOX = Gauge("csp_outbox_waiting", "Notices in the database that wait for delivery; -1: the database is away")
MODEL = Gauge("csp_model_loaded_timestamp_seconds", "When the present model was loaded", ["model"])


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time the block as ``name`` of :data:`STAGES`."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        _of_stage(name).observe(time.perf_counter() - begun)


_of_stage = cache(STAGES.labels)


def count_request(path: str, status: int, channels: Collection[str]) -> None:
    """Count a request that was answered with an error, for the one of ``channels`` that ``path`` belongs to."""
    if status >= 400:
        channel = path.removeprefix("/webhooks/").split("/")[0]
        CHANNEL_ERRORS.labels(channel if channel in channels else "other", str(status)).inc()


def model_loaded(name: str, at: float) -> None:
    """The model ``name`` answers from now on."""
    MODEL.clear()
    MODEL.labels(name).set(at)


class MetricsServer:
    """``/metrics`` on a port of its own, answered by a thread."""

    def __init__(self, host: str, port: int, outbox_waiting: Callable[[], int]) -> None:
        """Listen at once.

        Args:
            host: the address to listen on.
            port: the port to listen on.
            outbox_waiting: how many notices wait; asked at each reading.

        Raises:
            OSError: the port is taken.
        """
        OUTBOX.set_function(outbox_waiting)
        started: tuple[Any, threading.Thread] = start_http_server(port, addr=host)
        self._server, self._thread = started

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
