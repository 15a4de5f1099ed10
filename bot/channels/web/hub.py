"""Who is listening: events of a session go to every stream that is open for it in this process.

Streams of other processes are in :mod:`bot.channels.web.push`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from bot.metrics import STREAMS as OPEN

QUEUED = 200
"""Events that wait for a slow reader before its stream is closed; it reads on from where it was when it comes back."""
STREAMS_OF_SESSION = 8
STREAMS = 2000


class TooMany(Exception):
    """No more streams can be opened."""


@dataclass(frozen=True)
class Event:
    """What goes down a stream."""

    name: str
    data: dict[str, Any]


Stream = asyncio.Queue  # of Event; None ends the stream


class Hub:
    """Streams by session."""

    def __init__(self) -> None:
        """Start with none."""
        self._streams: dict[str, list[Stream]] = defaultdict(list)
        self._count = 0
        self._closed = False

    @contextmanager
    def listening(self, session: str) -> Iterator[Stream]:
        """A stream of the events from now on; the oldest of too many for one session ends.

        Raises:
            TooMany: the process has :data:`STREAMS` open, or is about to stop.
        """
        if self._closed or self._count >= STREAMS:
            raise TooMany
        stream: Stream = asyncio.Queue(QUEUED)
        mine = self._streams[session]
        if len(mine) >= STREAMS_OF_SESSION:
            _end(mine[0])
        mine.append(stream)
        self._count += 1
        OPEN.inc()
        try:
            yield stream
        finally:
            mine.remove(stream)
            self._count -= 1
            OPEN.dec()
            if not mine:
                self._streams.pop(session, None)

    @asynccontextmanager
    async def following(self, session: str) -> AsyncIterator[Stream]:
        """As :meth:`listening`, with what other processes say in the session where they share that."""
        with self.listening(session) as stream:
            yield stream

    def publish(self, session: str, name: str, data: dict[str, Any]) -> None:
        """Give an event to all who listen."""
        self.deliver(session, Event(name, data))

    def deliver(self, session: str, event: Event) -> None:
        """Give an event to those who listen in this process."""
        for stream in self._streams.get(session, ()):
            try:
                stream.put_nowait(event)
            except asyncio.QueueFull:
                _end(stream)

    async def open(self) -> None:
        """Begin to hear of other processes."""

    async def close(self) -> None:
        """End every stream and open no more."""
        self._closed = True
        for streams in self._streams.values():
            for stream in streams:
                _end(stream)


def _end(stream: Stream) -> None:
    while stream.full():
        stream.get_nowait()
    stream.put_nowait(None)
