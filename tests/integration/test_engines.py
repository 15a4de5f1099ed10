"""The engines that settings name: RabbitMQ gets conversation events. Locks in Redis: tests/scale/test_locks.py."""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid

import aio_pika

from bot.broker import EVENT_QUEUE, open_broker

BROKER = os.environ.get("CSP_TEST_BROKER", "amqp://guest:guest@127.0.0.1:5672/")


def test_event_that_is_published_arrives_in_the_queue():
    sender = uuid.uuid4().hex

    async def publish_and_read() -> list[str]:
        broker = await open_broker(BROKER)
        connection = await aio_pika.connect(BROKER)
        channel = await connection.channel()
        queue = await channel.declare_queue(EVENT_QUEUE, durable=True)
        await queue.purge()  # earlier tests' servers leave theirs, nobody reads them
        broker.publish({"sender_id": sender, "event": "user", "text": "你好"})
        found = []
        until = time.monotonic() + 15
        while time.monotonic() < until:
            message = await queue.get(fail=False)
            if message is None:
                await asyncio.sleep(0.1)
                continue
            await message.ack()
            found.append(json.loads(message.body)["sender_id"])
            if sender in found:
                break
        await connection.close()
        await broker.close()
        return found

    assert sender in asyncio.run(publish_and_read())
