"""Conversation events on their way to RabbitMQ. A broker that is away neither stops a talk nor loses what was said."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Deque, Dict, Optional
from urllib.parse import urlsplit

import structlog
from aio_pika.exceptions import AMQPError
from rasa.core.brokers.pika import PikaEventBroker

EVENT_QUEUE = "csp.conversations"
LAST_EVENTS = 5.0
"""Seconds that events on their way have when the process stops."""
KEPT = 50_000
"""Events that wait for a broker that is away; beyond that the oldest are lost."""
_RETRY = 5.0
"""Seconds between attempts to reach it."""

log = structlog.get_logger()


class EventQueue(PikaEventBroker):
    """Rasa's broker for RabbitMQ, which may also be away at the start and sends what is on its way before it closes."""

    def __init__(self, url: str) -> None:
        """Publish to the queue :data:`EVENT_QUEUE` at ``url``; nothing is connected yet."""
        address = urlsplit(url)
        self._url = url
        super().__init__(
            host=address.hostname or "localhost",
            username=address.username or "guest",
            password=address.password or "guest",
            port=address.port or (5671 if address.scheme == "amqps" else 5672),
            queues=[EVENT_QUEUE],
            connection_attempts=1,
            retry_delay_in_seconds=0,
        )
        self._unpublished_events: Deque[Dict[str, Any]] = deque(maxlen=KEPT)
        self._connecting: Optional[asyncio.Task] = None

    async def connect(self) -> None:
        """Connect (see parent class), or go on trying when that fails."""
        if not await self._connected():
            self._connecting = asyncio.ensure_future(self._go_on_connecting())

    async def close(self) -> None:
        """Close (see parent class)."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._background_tasks:
            await asyncio.wait(self._background_tasks, timeout=LAST_EVENTS)
        await super().close()

    async def _connected(self) -> bool:
        try:
            await super().connect()
        except (AMQPError, OSError) as error:
            log.error("events: broker away", error=type(error).__name__)
            return False
        return True

    async def _go_on_connecting(self) -> None:
        while not await self._connected():
            await asyncio.sleep(_RETRY)
        log.info("events: broker there", waiting=len(self._unpublished_events))
        self._publish_unpublished_messages()

    def _configure_url(self) -> str:
        return self._url  # whole: with TLS and virtual host; as the parent's ``host`` it would stand in the logs

    async def _publish(self, event: Dict[str, Any], headers: Optional[Dict[str, str]] = None) -> None:
        """Publish, or keep until the broker is back; unlike the parent class without a word of the user in the log."""
        try:
            if self._exchange is not None:
                message = self._message(event, headers)
                # As ``exchange.publish`` does it, but without waiting for the socket between two events: that takes
                # turns of a loop which answers people, and a busy process would tell of a talk long after it.
                await self._exchange.channel.basic_publish(
                    message.body, exchange=self._exchange.name, properties=message.properties, wait=False
                )
                return
        except Exception as error:  # the library raises all sorts
            log.warning("events: kept until the broker is back", error=type(error).__name__)
        self._unpublished_events.append(event)


async def open_broker(url: str) -> EventQueue:
    """A broker at ``url``; events that it does not take at once are kept and sent later."""
    broker = EventQueue(url)
    await broker.connect()
    return broker
