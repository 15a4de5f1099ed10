"""Many visitors with the widget open cost little: memory and reply time of one process with 200 event streams."""

from __future__ import annotations

import asyncio
import statistics

from tests.bench.streams import ASKED, STREAMS, UNLIMITED, measure

MOST_KB = 256
"""Memory that an open stream may take; its session and what the client's connection costs the server are in it."""


def test_200_open_streams_are_told_everything_and_slow_nobody_down(start_server):
    server = start_server(**UNLIMITED)

    seen = asyncio.run(measure(server.url, server.process.pid))

    assert (seen.streams, seen.told) == (STREAMS, ASKED), seen
    assert (seen.memory_after - seen.memory_before) * 1024 < MOST_KB * STREAMS, seen
    assert statistics.median(seen.beside) < 2 * statistics.median(seen.alone) + 50, seen
