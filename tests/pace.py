"""How fast this machine is just now, for tests whose limits are times."""

from __future__ import annotations

import time

_STEPS = 200_000
_EXPECTED = 0.006
"""Seconds for :data:`_STEPS` additions on the machine that the limits were written for."""


def slowness() -> float:
    """How many times slower than there a plain loop of Python is here and now, never below 1.

    A limit in milliseconds is multiplied by it: it is about what the program does, not about the machine, nor about what else
    runs on it.
    """
    times = []
    for _ in range(5):
        started = time.perf_counter()
        total = 0
        for number in range(_STEPS):
            total += number
        times.append(time.perf_counter() - started)
    return max(1.0, sorted(times)[2] / _EXPECTED)
