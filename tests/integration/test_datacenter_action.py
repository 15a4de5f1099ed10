"""The adviser's action over several turns: a what-if is answered and forgotten."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.datacenter import ActionDatacenter
from bot.nlu.entities import blank_pipeline, find_entities
from bot.nlu.normalize import normalize


class Talk:
    """Runs the action turn by turn and keeps its slots."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {"task": None, "customer_case": None, "asked": None}
        self.nlp = blank_pipeline()
        self.nlp.disable_pipe("ner")

    def say(self, text: str, leaf: str = "dc/case") -> str:
        normal = normalize(text)
        entities = [
            {"entity": f.entity, "value": f.value, "normal_start": f.start, "normal_end": f.end}
            for f in find_entities(self.nlp, normal)
        ]
        message = {"text": text, "normal": normal.text, "leaf": leaf, "entities": entities}
        tracker = Tracker("rest:t", self.slots, message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        for event in ActionDatacenter().run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        return "\n".join(m["text"] for m in dispatcher.messages)


def finished() -> Talk:
    talk = Talk()
    talk.say("国外母公司用abc.com买了365，国内另用abc.cn，国内50人都在国内，没人出差，国外也没人用")
    return talk


def test_what_if_is_answered_and_changes_nothing():
    talk = finished()
    known = dict(talk.slots)

    reply = talk.say("如果他们用同一个域名呢")

    assert "只能" in reply
    assert talk.slots == known


def test_correction_after_the_result_is_kept():
    talk = finished()

    talk.say("不对，国外有45个人天天用")

    assert talk.slots["customer_case"]["abroad"] == 45


def test_text_for_the_customer_says_nothing_of_margin():
    reply = finished().say("发给客户的版本", leaf="dc/customer_text")

    assert "21V" in reply
    assert not [word for word in ("利润", "折扣", "返点") if word in reply]
