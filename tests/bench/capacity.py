"""What so many users need, computed from what one message costs (tests/bench/scale.py) and from the assumptions below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

A_DAY = 4
"""Messages of a user on a day on which all of them come."""
BUSIEST = 0.15
"""Part of a day's messages that come in its busiest hour."""
PEAK = 3
"""Messages a second in the worst minute, as a multiple of that hour's mean."""
LOADED = 0.6
"""Part of a core that may be busy, so that replies do not queue."""
OPEN_MINUTES = 10
"""Minutes that a visitor keeps the page open: a stream each."""
STREAMS = 2000
"""Streams that one process accepts (bot/channels/web/hub.py)."""
USERS = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Figures:
    """One round: a channel, so many processes, and what a message cost."""

    channel: str
    processes: int
    per_second: float
    median_ms: float
    p99_ms: float
    processor_ms: float
    statements: float
    redis_calls: float


@dataclass(frozen=True)
class Held:
    """What so many processes hold while they serve: memory in MB (shared pages once), connections to PostgreSQL."""

    processes: int
    memory: float
    connections: int


def capacity(rows: Sequence[Figures], held: Sequence[Held]) -> list[str]:
    """Lines of a Markdown table: what so many users need."""
    cost = max(row.processor_ms for row in rows) / 1000
    a_core = LOADED / cost
    memory = held[-1].memory / held[-1].processes
    connections = math.ceil(held[-1].connections / held[-1].processes)
    web = next(row for row in rows if row.channel == "web")
    lines = [
        "| users | messages a day | a second at the peak | open streams | processes (a core each) | memory, GB"
        " | PostgreSQL: connections, transactions a second | Redis: calls a second |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for users in USERS:
        day = users * A_DAY
        peak = day * BUSIEST / 3600 * PEAK
        streams = users * BUSIEST * OPEN_MINUTES / 60
        needed = max(2, math.ceil(peak / a_core), math.ceil(streams / STREAMS) + 1)
        lines.append(
            f"| {users:,} | {day:,} | {peak:.0f} | {streams:,.0f} | {needed} | {needed * memory / 1024:.1f}"
            f" | {needed * connections}, {peak * web.statements:,.0f} | {peak * web.redis_calls:,.0f} |"
        )
    return [
        f"One core at {LOADED:.0%} serves {a_core:.1f} messages a second ({1000 * cost:.0f} ms of it each).",
        "",
        *lines,
    ]
