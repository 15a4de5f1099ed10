"""Talking to actions without a model: what the classifier would say is given, what the action says is collected."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from samples import NOW

from bot.nlu.normalize import normalize
from bot.nlu.values import find_values


class Talk:
    """A conversation of one identity; its slots go on from message to message."""

    def __init__(self, actions: dict[str, Action], identity: str = "rest:anna") -> None:
        self.identity = identity
        self.slots: dict[str, Any] = {}
        self.buttons: list[dict[str, Any]] = []
        self.parts: list[dict[str, Any]] = []
        self._actions = actions

    def say(self, text: str, leaf: str, *named: tuple[str, Any]) -> str:
        """Say ``text``, which means ``leaf`` and holds the entities that rules find and those ``named``; the reply's text."""
        normal = normalize(text)
        entities = [
            {"entity": f.entity, "value": f.value, "normal_start": f.start, "normal_end": f.end}
            for f in find_values(normal.text)
        ]
        for entity, value in named:
            start = max(normal.text.find(str(value).lower()), 0)
            entities.append(
                {"entity": entity, "value": value, "normal_start": start, "normal_end": start + len(str(value))}
            )
        return self._run(text, normal.text, leaf, entities)

    def press(self, title: str) -> str:
        """Press the button whose title contains ``title``."""
        button = next(b for b in self.buttons if title in b["title"])
        return self._run(button["title"], normalize(button["title"]).text, button["leaf"], button.get("entities") or [])

    @property
    def titles(self) -> list[str]:
        """The buttons of the latest reply."""
        return [b["title"] for b in self.buttons]

    def _run(self, text: str, normal: str, leaf: str, entities: list[dict[str, Any]]) -> str:
        action = self._actions[leaf.split("/")[0]]
        message = {
            "text": text,
            "normal": normal,
            "leaf": leaf,
            "intent": {"name": leaf.split("/")[0]},
            "entities": entities,
            "questions": [{"leaf": leaf, "text": text, "confidence": 1.0}],
        }
        tracker = Tracker(self.identity, dict(self.slots), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        result = action.run(dispatcher, tracker, {})
        events = asyncio.run(result) if asyncio.iscoroutine(result) else result
        for event in events:
            self.slots[event["name"]] = event["value"]
        self.buttons = [b for m in dispatcher.messages for b in m["buttons"]]
        self.parts = [part for m in dispatcher.messages for part in m["custom"].get("parts", [])]
        return "\n".join(m["text"] or f"<{m['response']}> {m.get('open_question', '')}" for m in dispatcher.messages)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now
