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


def known_of(talk: Talk) -> dict[str, Any]:
    """What the conversation holds of the customer and of the open task."""
    return {name: talk.slots[name] for name in ("task", "customer_case")}


def test_what_if_is_answered_and_changes_nothing():
    talk = finished()
    known = known_of(talk)

    reply = talk.say("如果他们用同一个域名呢")

    assert "只能" in reply
    assert known_of(talk) == known


def test_what_if_goes_on_until_it_is_answered_and_then_nothing_has_changed():
    talk = Talk()
    talk.say("德国总部买了365用abc.com，国内也想用abc.com")
    known = known_of(talk)

    assert "各有多少用户" in talk.say("如果换成abc.cn呢")
    assert "21V" in talk.say("国内100人，国外没有，没人出差，境外也没人用")
    assert known_of(talk) == known


def test_each_what_if_begins_with_the_same_facts():
    talk = finished()
    known = known_of(talk)

    assert "国外30人" in talk.say("如果国外再多30人呢")
    assert "国外20人" in talk.say("那要是多20个国外的呢")
    assert talk.slots["customer_case"] == known["customer_case"]


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
    text = talk.say("客户国内90人，国外10人，选哪个")

    card, question = talk.parts
    assert card["card"]["preliminary"]
    assert text.endswith(question["text"])


def test_while_nothing_can_be_recommended_there_is_no_card():
    talk = Talk()
    talk.say("客户想买365，不知道选哪个数据中心")

    assert talk.parts == []


def test_before_the_result_replies_are_short_and_have_no_card():
    talk = Talk()

    for said in ("国内80国外20", "不多", "偶尔用"):
        reply = talk.say(said)
        assert len(reply.splitlines()) == 3 and "**" not in reply
        assert talk.parts == []
    assert "**建议选 21V 版" in talk.say("没有")
    assert talk.parts


def test_another_domain_is_not_taken_for_no_company():
    talk = Talk()
    for said in ("国内80国外20", "不多", "偶尔用"):
        talk.say(said)

    reply = talk.say("不同")

    assert "foreign_tenant" not in talk.slots["customer_case"]
    assert "通讯簿和日历不同步" in reply


def test_users_abroad_who_do_not_use_it_are_asked_about_once():
    talk = Talk()
    talk.say("国内50国外50，没有国外公司")

    assert "对不上" in talk.say("国外没人用")
    assert "对不上" not in talk.say("他们不用")
    assert talk.slots["customer_case"]["abroad"] == 0


def test_a_trip_does_not_move_the_users():
    talk = Talk()
    talk.say("两百三十个人，国外有七十")

    assert "少数人还是多数人" in talk.say("每个月都有人去美国")
    talk.say("大概三四个")
    assert "共230人；国外70人；经常出国的4人" in talk.say("没有")


def test_travellers_without_a_total_are_asked_of_how_many():
    talk = Talk()
    talk.say("全在国内")
    talk.say("销售经常飞东南亚")

    assert "国内一共多少人" in talk.say("二十来个")
    assert "共200人" in talk.say("两百")


def test_headquarters_abroad_with_the_same_domain_end_it_and_another_domain_begins_again():
    talk = Talk()

    assert "同一个域名，还是另用一个" in talk.say("客户总公司在德国 那边已经有365了 他们中国子公司也想用")
    assert "只能跟国外公司" in talk.say("应该还是用总部的那个域名吧")
    known = known_of(talk)
    assert "只能跟国外公司" in talk.say("必须一样")
    assert "21V 和其他数据中心都不行" in talk.say("那21v就不行了是吧", leaf="dc/why")
    assert "通讯簿和日历不同步" in talk.say("如果他们另外申请一个cn的呢")
    assert "国内200人" in talk.say("中国这边两百人 都在苏州")
    assert known_of(talk)["customer_case"] == known["customer_case"]


def test_the_result_can_be_heard_again_and_asked_about():
    talk = Talk()
    result = talk.say("国内100人，国外没有，没人出差，境外没人用，没有国外公司")
    known = known_of(talk)

    assert talk.say("再说一遍结果", leaf="dc/result") == result
    assert talk.parts
    assert "超过70%的线" in talk.say("为什么", leaf="dc/why")
    assert "全球版适合绝大部分用户在国外" in talk.say("为啥不是全球版", leaf="dc/why")
    assert "五步" in talk.say("怎么下单", leaf="dc/order")
    assert known_of(talk) == known


def test_why_is_answered_before_the_result_and_the_question_stays():
    talk = Talk()
    talk.say("国内六成")

    reply = talk.say("你就直接说选哪个", leaf="dc/why")

    assert "两条规则都没有直接给出答案" in reply and "偏21V：国内用户过半" in reply
    assert reply.endswith("经常去国外出差的人多吗？")
    assert talk.slots["asked"] == "travel"


def test_why_after_a_what_if_is_about_the_what_if():
    talk = Talk()
    talk.say("国内90国外10，没人出差，没有国外公司，国外偶尔用")
    talk.say("如果多数人经常出国呢")

    assert "多数人经常去国外出差" in talk.say("为什么", leaf="dc/why")
    assert "21V" in talk.say("发给客户的版本", leaf="dc/customer_text").splitlines()[2]


def test_what_if_while_a_question_is_open_changes_nothing():
    talk = Talk()
    for said in ("都在国内", "好多人要出差", "多数"):
        talk.say(said)
    slots = dict(talk.slots)

    reply = talk.say("那换成少数呢")

    assert "初步建议选 21V 版" in reply and reply.endswith("买过 365 吗？")
    assert talk.slots == slots


def test_hong_kong_is_asked_how_it_counts_when_somebody_asks():
    talk = Talk()
    talk.say("客户都在香港和深圳，各一半")

    assert "资料没写" in talk.say("香港算国内还是国外")
    talk.say("那就算国外吧")
    assert talk.slots["customer_case"]["hmt_side"] == "abroad"


def test_an_answer_that_says_nothing_is_said_so():
    talk = Talk()
    talk.say("国内80国外20")

    assert talk.say("蓝色的那个").startswith("这句没听明白")
    assert not talk.say("国内80国外20").startswith("这句没听明白")


def test_no_text_for_the_customer_while_the_numbers_do_not_fit():
    talk = Talk()
    talk.say("一共100人，国内80，国外30")

    assert "加起来和总数对不上" in talk.say("发给客户的版本", leaf="dc/customer_text")


def test_a_what_about_without_if_supposes_too_and_says_so():
    talk = Talk()
    talk.say("法国母公司买了365，域名和他们一样")
    known = known_of(talk)

    reply = talk.say("用acme.cn呢")

    assert reply.startswith("如果这样：") and "通讯簿和日历不同步" in reply
    assert known_of(talk)["customer_case"] == known["customer_case"]
    assert "用不同域名" in talk.say("那另一个域名行不行")


def test_a_what_if_is_marked_and_never_sent_to_the_customer():
    talk = Talk()
    talk.say("国内85国外15，没人出差，没有国外公司，国外偶尔用")

    reply = talk.say("那国外是200人呢")

    assert "如果这样：" in reply and "只是假设" in reply + talk.say("如果都在国外呢")
    sent = talk.say("发给客户的版本", leaf="dc/customer_text")
    assert "国外15人" in sent and "21V" in sent.splitlines()[2]


def test_travel_supposed_in_another_measure_changes_nothing():
    talk = Talk()
    talk.say("国内85国外15，很少出差，没有国外公司，国外偶尔用")

    assert talk.say("那出差的占四成呢").startswith("如果这样：")
    assert talk.slots["customer_case"]["travel"] == "few"


def test_what_is_said_again_takes_the_place_of_shares_that_do_not_fit():
    talk = Talk()
    talk.say("用户全在澳门")

    assert "加起来不对" in talk.say("65%在国内")
    assert "加起来不对" not in talk.say("国内65%，国外35%")


def test_who_tells_one_more_thing_supposes_nothing():
    talk = Talk()
    talk.say("国内85国外15，没人出差，没有国外公司，国外偶尔用")
    talk.say("其实国外有60个呢")

    assert talk.slots["customer_case"]["abroad"] == 60
