"""The load: clients that each send the messages of their visits one after the other, as people do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

TIMEOUT = 60
"""Seconds to wait for one reply."""
ROUND = 20
"""Seconds after which a client begins no other message, so that a slow assistant does not take the hour."""


@dataclass
class Sample:
    """What one round of load gave: seconds of each reply, what went wrong, seconds from first to last."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elapsed: float = 0.0


class Client:
    """Talks to one assistant over REST."""

    def __init__(self, url: str) -> None:
        """Use the assistant at ``url``."""
        self.url = url
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=TIMEOUT)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        """The assistant's messages in reply.

        Raises:
            aiohttp.ClientError: no connection, or a status other than 2xx.
            ValueError: the assistant said nothing.
        """
        body = {"sender": sender, "message": text}
        async with self._session.post(f"{self.url}/webhooks/rest/webhook", json=body) as reply:
            reply.raise_for_status()
            said: list[dict[str, Any]] = await reply.json()
        if not said:
            raise ValueError(f"no reply to {text!r}")
        return said

    async def put(self, path: str, body: Any) -> None:
        """Send ``body`` to an administrative path."""
        async with self._session.put(self.url + path, json=body) as reply:
            reply.raise_for_status()

    async def get(self, address: str) -> Any:
        """What an administrative path, or another address, gives."""
        async with self._session.get(address if "://" in address else self.url + address) as reply:
            reply.raise_for_status()
            return await reply.json()

    async def load(self, talks: Sequence[Sequence[tuple[str, Sequence[str]]]]) -> Sample:
        """Run clients at the same time.

        Args:
            talks: for each client its visits, each a sender and the messages.
        """
        sample = Sample()

        async def talk(visits: Sequence[tuple[str, Sequence[str]]]) -> None:
            for sender, messages in visits:
                for message in messages:
                    begun = time.perf_counter()
                    if begun - started > ROUND:
                        return
                    try:
                        await self.say(sender, message)
                    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                        sample.errors.append(f"{type(error).__name__}: {error}")
                        continue
                    except ValueError as error:
                        sample.errors.append(str(error))  # a turn all the same: stock may find nothing to say
                    sample.seconds.append(time.perf_counter() - begun)

        started = time.perf_counter()
        await asyncio.gather(*(talk(visits) for visits in talks))
        sample.elapsed = time.perf_counter() - started
        return sample
