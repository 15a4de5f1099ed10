"""How often somebody may ask: a bucket of permits that fills up again."""

from __future__ import annotations

import math

_MANY = 10_000


class RateLimit:
    """At most ``count`` in ``seconds`` for each key, in this process."""

    def __init__(self, count: int, seconds: float = 60.0) -> None:
        """Allow bursts up to ``count``."""
        self._count = count
        self._per_second = count / seconds
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, now: float) -> int:
        """Take a permit: 0 if there was one, else the whole seconds until the next (``now``: any steady clock)."""
        left, at = self._buckets.get(key, (float(self._count), now))
        left = min(float(self._count), left + (now - at) * self._per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) / self._per_second))
        if key not in self._buckets and len(self._buckets) >= _MANY:
            self._forget_full(now)
        self._buckets[key] = (left - 1, now)
        return 0

    def _forget_full(self, now: float) -> None:
        full = [k for k, (left, at) in self._buckets.items() if left + (now - at) * self._per_second >= self._count]
        for key in full or list(self._buckets)[: _MANY // 10]:
            del self._buckets[key]
