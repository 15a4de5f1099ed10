"""The adviser's action over several turns: a what-if is answered and forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.control import ActionControl
from actions.datacenter import ActionDatacenter
from bot.nlu.entities import blank_pipeline, find_entities
from bot.nlu.normalize import normalize


class Talk:
    """Runs the action turn by turn and keeps its slots."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {"task": None, "customer_case": None, "asked": None}
        self.nlp = blank_pipeline()
        self.nlp.disable_pipe("ner")
        self.parts: list[dict[str, Any]] = []

    def say(self, text: str, leaf: str = "dc/case") -> str:
        normal = normalize(text)
        entities = [
            {"entity": f.entity, "value": f.value, "normal_start": f.start, "normal_end": f.end}
            for f in find_entities(self.nlp, normal)
        ]
        message = {"text": text, "normal": normal.text, "leaf": leaf, "entities": entities}
        tracker = Tracker("rest:t", self.slots, message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        action = ActionControl() if leaf.startswith("control/") else ActionDatacenter()
        result = action.run(dispatcher, tracker, {})
        for event in asyncio.run(result) if asyncio.iscoroutine(result) else result:
            self.slots[event["name"]] = event["value"]
        self.parts = [part for m in dispatcher.messages for part in m["custom"].get("parts", [])]
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


def test_what_if_goes_on_until_it_is_answered_and_then_nothing_has_changed():
    talk = Talk()
    talk.say("德国总部买了365用abc.com，国内也想用abc.com")
    known = dict(talk.slots)

    assert "各有多少用户" in talk.say("如果换成abc.cn呢")
    assert "21V" in talk.say("国内100人，国外没有，没人出差，境外也没人用")
    assert talk.slots == known


def test_each_what_if_begins_with_the_same_facts():
    talk = finished()
    known = dict(talk.slots)

    assert "国外30人" in talk.say("如果国外再多30人呢")
    assert "国外20人" in talk.say("那要是多20个国外的呢")
    assert talk.slots == known


def test_second_customer_is_another_without_the_word():
    talk = finished()

    talk.say("第二个全在新加坡15人")

    assert talk.slots["customer_case"] == {"mainland": 0, "abroad": 15}


def test_starting_over_asks_the_first_question_again():
    talk = finished()

    assert "各有多少用户" in talk.say("重来", leaf="control/restart")
    talk.say("都在国内")

    assert talk.slots["customer_case"] == {"abroad": 0, "domestic_share": 1.0}


def test_correction_that_says_not_what_is_asked_about():
    talk = Talk()
    talk.say("国内100人，国外50人")

    assert "没听出要改哪一项" in talk.say("又错了，是5个")
    assert talk.slots["customer_case"]["abroad"] == 50


def test_correction_after_the_result_is_kept():
    talk = finished()

    talk.say("不对，国外有45个人天天用")

    assert talk.slots["customer_case"]["abroad"] == 45


def test_text_for_the_customer_says_nothing_of_margin():
    reply = finished().say("发给客户的版本", leaf="dc/customer_text")

    assert "21V" in reply
    assert not [word for word in ("利润", "折扣", "返点") if word in reply]


def test_recommendation_is_a_card_with_all_that_the_text_says():
    talk = Talk()
    text = talk.say("国外母公司用abc.com买了365，国内另用abc.cn，国内50人都在国内，没人出差，国外也没人用")

    assert text.startswith("了解到的情况：")
    (part,) = talk.parts
    card = part["card"]
    assert card["kind"] == "datacenter" and not card["preliminary"]
    for words in (*card["facts"], card["recommendation"], *card["reasons"], *card["caveats"], *card["next"]):
        assert words in text


def test_question_of_the_adviser_stands_after_the_card():
    talk = Talk()
    text = talk.say("客户国内90人，国外10人")

    card, question = talk.parts
    assert card["card"]["preliminary"]
    assert text.endswith(question["text"])


def test_while_nothing_can_be_recommended_there_is_no_card():
    talk = Talk()
    talk.say("客户想买365，不知道选哪个数据中心")

    assert talk.parts == []
