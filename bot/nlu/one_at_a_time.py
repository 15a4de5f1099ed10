"""One thread understands at a time, but for the moments when it embeds.

spaCy cannot read two texts at once, and threads that want Python at the same time slow each other down. The sentence embedding,
half of what an unseen question costs, needs neither: meanwhile the next message is begun.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class OneAtATime:
    """A lock to hold with ``with``; whoever holds it may let it go for a while with :meth:`aside`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._own = threading.local()

    def __enter__(self) -> None:
        """Wait for whoever holds the lock."""
        self._lock.acquire()
        self._own.held = True

    def __exit__(self, *_: object) -> None:
        """Let the next one in."""
        self._own.held = False
        self._lock.release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others in meanwhile; nothing where this thread does not hold the lock (a training does not)."""
        if not getattr(self._own, "held", False):
            yield
            return
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()


understanding = OneAtATime()
"""Held while a message is understood."""
