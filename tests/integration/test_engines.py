"""The engines that settings name: RabbitMQ gets conversation events, Redis holds the locks."""

from __future__ import annotations

import asyncio
import json
import os
import uuid

import aio_pika

from bot.agent import EVENT_QUEUE, lock_store, open_broker

BROKER = os.environ.get("CSP_TEST_BROKER", "amqp://guest:guest@127.0.0.1:5672/")
REDIS = os.environ.get("CSP_TEST_REDIS", "redis://127.0.0.1:6379/9")


def test_event_that_is_published_arrives_in_the_queue():
    sender = uuid.uuid4().hex

    async def publish_and_read() -> list[str]:
        broker = await open_broker(BROKER)
        broker.publish({"sender_id": sender, "event": "user", "text": "你好"})
        connection = await aio_pika.connect(BROKER)
        channel = await connection.channel()
        queue = await channel.declare_queue(EVENT_QUEUE, durable=True)
        found = []
        for _ in range(50):
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


def test_lock_in_redis_is_seen_by_another_process_of_the_same_redis():
    conversation = f"rest:{uuid.uuid4().hex}"
    one, other = lock_store(REDIS), lock_store(REDIS)

    ticket = one.issue_ticket(conversation)

    seen = other.get_lock(conversation)
    assert seen is not None and seen.is_locked(ticket + 1)
    one.finish_serving(conversation, ticket)
    one.delete_lock(conversation)
    assert other.get_lock(conversation) is None
