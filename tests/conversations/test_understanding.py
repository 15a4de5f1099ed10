"""Messages that are understood at the same time are understood as each would be alone."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import yaml

from bot.nlu.classifier import LeafClassifier
from tests.bench.heldout import QUESTIONS

_WITH_NAMES = ("客户是大连星海商贸，要50个e3", "老代理了，客户深圳启明，商业协作版", "给杭州云栖餐饮下单，二十个人") * 5


def test_messages_understood_at_the_same_time_are_understood_as_alone(agent, loop):
    questions = [question["say"] for question in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))][:60]
    texts = [*questions, *_WITH_NAMES]
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    model = next(node._component._model for node in nodes if isinstance(node._component, LeafClassifier))

    async def together() -> list[dict[str, Any]]:
        return await asyncio.gather(*map(agent.parse_message, texts))

    model._cache.clear()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as can be
    try:
        at_once = loop.run_until_complete(together())
    finally:
        sys.setswitchinterval(before)
    model._cache.clear()
    alone = [loop.run_until_complete(agent.parse_message(text)) for text in texts]

    assert [_read(parse) for parse in at_once] == [_read(parse) for parse in alone]
    assert any(parse["entities"] for parse in alone)


def _read(parse: dict[str, Any]) -> tuple[Any, ...]:
    return (
        parse["leaf"],
        round(parse["intent"]["confidence"], 6),
        [(e["entity"], e["value"]) for e in parse["entities"]],
    )
