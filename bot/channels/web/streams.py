"""Server-sent events: the answer to one message, and everything that is said in a session."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Dict, Optional, Set

from sanic.request import Request

from bot.channels.web.hub import Event, Stream
from bot.channels.web.records import Message, WebRecords

HEARTBEAT = 15.0
"""Seconds after which a silent stream shows that it is alive."""

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream:
    """One open response that events are written to."""

    def __init__(self, out: Any, records: WebRecords, session: str) -> None:
        """Write to ``out``, as :func:`open_stream` does."""
        self._out = out
        self._records = records
        self._session = session

    async def follow_turn(self, stream: Stream, client_id: str) -> None:
        """Pass on what concerns one message until it is answered."""
        while True:
            event = await stream.get()
            if event is None:
                return
            if client_id in (event.data.get("cid"), event.data.get("reply")):
                await self._send(event)
                if event.name in ("done", "failed"):
                    return

    async def tell_again(self, client_id: str, turn: Optional[asyncio.Task]) -> None:
        """Say what was answered to a message that came before; ``turn`` if it is being answered."""
        if turn is not None and not await asyncio.shield(turn):
            await self._send(Event("failed", {"cid": client_id}))
            return
        replies = await asyncio.to_thread(self._records.replies, self._session, client_id)
        for reply in replies:
            await self._tell(reply)
        await self._send(Event("done", {"cid": client_id, "ids": [reply.id for reply in replies]}))

    async def follow_session(self, stream: Stream, last: int) -> None:
        """Pass on everything after message ``last`` until the stream is ended."""
        hidden = await asyncio.to_thread(self._records.hidden_to, self._session)
        await self._send(Event("cleared", {"to": hidden}))
        last = await self._catch_up(last, set())
        told: Set[int] = set()
        while True:
            try:
                event = await asyncio.wait_for(stream.get(), HEARTBEAT)
            except asyncio.TimeoutError:
                # What another process of this service has said and could not push is found here.
                last = await self._catch_up(last, told)
                told.clear()
                await self._out.send(": \n\n")
                continue
            if event is None:
                return
            await self._send(event)
            told.add(event.data.get("id", 0))

    async def end(self) -> None:
        """Close the response."""
        await self._out.eof()

    async def _catch_up(self, last: int, told: Set[int]) -> int:
        """Tell what came after ``last``, except ``told``; returns the new last."""
        for message in await asyncio.to_thread(self._records.messages, self._session, last):
            if message.id not in told:
                await self._tell(message)
            last = message.id
        return last

    async def _tell(self, message: Message) -> None:
        await self._send(Event("message", message.as_dict()))

    async def _send(self, event: Event) -> None:
        await self._out.send(f"event: {event.name}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n")


async def open_stream(request: Request, records: WebRecords, session: str, headers: Dict[str, str]) -> EventStream:
    """Answer ``request`` with a stream of events for ``session``."""
    out = await request.respond(content_type="text/event-stream", headers={**_HEADERS, **headers})
    return EventStream(out, records, session)
