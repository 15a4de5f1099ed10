"""Talks with the running assistant."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.rules.policy import Policy, load_policy
from bot.settings import ROOT

ASKS_BACK = "您想问的是下面哪一个"
"""How the first miss begins (data/responses/dialogue.yml)."""
VAGUE = [
    "蓝色的那边怎么弄啊",
    "紫色的那边怎么弄啊",
    "怎么弄那个事情来着",
    "那个东西弄一下",
    "不知道说什么了",
    "xxxx yyyy",
    "那边的那个东西要怎么个样子",
    "圆的方的都行吗到底",
]
"""Messages that say nothing; a test takes those which the present model does not understand."""


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(ROOT / "data" / "policy.yml")


@pytest.fixture(scope="session")
def vague(parse) -> list[str]:
    """Messages that are not understood; at least two."""
    missed = [text for text in VAGUE if parse(text)["leaf"] == "nlu_fallback"]
    assert len(missed) >= 2
    return missed


def plain(text: str) -> str:
    return text.replace("*", "")


def first_sentence(text: str) -> str:
    return plain(text).split("。")[0]


def test_question_is_answered_with_the_date_of_its_source(talk, policy):
    reply = talk("国内云总代都有谁呀")

    assert all(distributor.name in reply.text for distributor in policy.distributors)
    assert policy.as_of in reply.text


def test_answer_offers_up_to_three_questions(talk):
    reply = talk("国内云总代都有谁呀")

    assert 1 <= len(reply.buttons) <= 3


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("不是公章吧", r"骑缝章.*(公章不行|不够)|不(行|能|够).*骑缝章|^要盖骑缝章"),
        ("《服务协议》不是盖公章吧？", r"^(要盖|不是|不行|对).*骑缝章"),
        ("听说可以按月付", r"^不(能|可以|行|支持)"),
        ("听说从总代下单可以按月付，对吗", r"^不(能|可以|行|支持)"),
        ("云总代只有一家吧", r"^(云总代)?不(止|是)"),
        ("联强已经是云总代了吧", r"没有确认|还不是"),
    ],
)
def test_claim_hears_yes_or_no_first(talk, asked, verdict):
    reply = talk(asked)

    assert re.search(verdict, first_sentence(reply.text))


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("服务协议盖什么章？货款到账后几天开通？", ["骑缝章", "3个工作日"]),
        ("能不能月付，还有中途可以换总代吗", ["年付", "12个月"]),
        ("第一，云总代有哪几家；第二，发票由谁开", ["佳杰", "代理商"]),
    ],
)
def test_two_questions_are_both_answered(talk, asked, answers):
    reply = talk(asked)

    assert len(reply.texts) == 2
    assert all(answer in text for answer, text in zip(answers, map(plain, reply.texts), strict=True))


def test_only_the_last_of_two_answers_offers_questions(talk):
    reply = talk("服务协议盖什么章？货款到账后几天开通？")

    assert [bool(message.get("buttons")) for message in reply.messages] == [False, True]


@pytest.mark.parametrize(
    ("before", "followup", "answer"),
    [
        ("服务协议怎么盖章", "那原件呢", r"开通后"),
        ("服务协议怎么盖章", "原件呢", r"开通后"),
        ("服务协议怎么盖章", "为什么", r"完整|换页"),
        ("第一步做什么", "第三步呢", r"采购订单"),
        ("第二步做什么", "那第四步呢", r"通知代理商付款|审"),
        ("下单分哪几步", "多久", r"1周"),
        ("下单分哪几步", "要多久呢", r"1周"),
        ("云总代有哪几家", "那联强呢", r"联强"),
        ("客户的发票谁来开", "多久开", r"^什么时候开票"),
        ("收到货款后要做什么", "多久开", r"工作日"),
        ("不盖骑缝章行吗", "多久能补", r"多久能补.*没写"),
        ("迁移用哪种工具", "多少钱", r"工具的价格"),
        ("怎么盖骑缝章", "如果没有呢", r"^没有骑缝章不合要求"),
        ("服务协议是个什么东西", "谁出的", r"^《服务协议》由世纪互联"),
        ("账号密码会发给谁", "不是发给我们代理商吗", r"^不是.*客户"),
    ],
)
def test_short_followup_is_understood_from_the_topic_before(talk, before, followup, answer):
    talk(before)

    reply = talk(followup)

    assert re.search(answer, plain(reply.text))


def test_followup_to_nothing_asks_what_is_meant(talk):
    reply = talk("那原件呢")

    assert re.search(r"哪(件事|一个)|原件", reply.text)
    assert reply.status == 200


def test_second_followup_that_makes_no_sense_offers_a_human(talk, policy):
    first = talk("要是那样呢")
    second = talk("那又怎么样呢")

    assert first.text
    assert policy.human.contact in second.text


@pytest.mark.parametrize("picked", ["2", "第二个", "选第2个", "words"])
def test_option_is_picked_by_number_ordinal_or_its_words(talk, picked):
    offered = talk("国内云总代都有谁呀").buttons
    answered_alone = "云总代的电话、联系人、邮箱"

    reply = talk(offered[1] if picked == "words" else picked)

    assert offered[1] == "云总代怎么联系？"
    assert answered_alone in reply.text


def test_number_that_was_not_offered_picks_nothing(talk):
    offered = talk("国内云总代都有谁呀").buttons

    reply = talk("第九个")

    assert len(offered) < 9
    assert "云总代的电话" not in reply.text


def test_first_miss_asks_back_with_two_or_three_topics(server, vague, sender):
    offered = {text: server.send(text, f"{sender}-{n}") for n, text in enumerate(vague)}

    assert all(ASKS_BACK in reply.text for reply in offered.values())
    assert {text: len(reply.buttons) for text, reply in offered.items() if not 2 <= len(reply.buttons) <= 3} == {}


@pytest.mark.parametrize("typed", ["😀", "？？", "\u200b", "xxxx yyyy", "1024"])
def test_which_of_these_is_never_asked_without_any(talk, typed):
    reply = talk(typed)

    assert reply.buttons or ASKS_BACK not in reply.text


def test_topic_offered_after_a_miss_can_be_picked(server, vague, sender):
    asked_back = {f"{sender}-{n}": server.send(text, f"{sender}-{n}") for n, text in enumerate(vague)}
    user = next(user for user, reply in asked_back.items() if reply.buttons)

    reply = server.send("第一个", user)

    (_, picked) = server.turns(f"rest:{user}")
    assert picked["confidence"] == 1.0
    assert reply.text
    assert ASKS_BACK not in reply.text


def test_second_miss_says_what_it_can_do_and_offers_a_human(talk, vague, policy):
    talk(vague[0])

    reply = talk(vague[1])

    assert "下单" in reply.text
    assert policy.human.contact in reply.text
    assert policy.human.hours in reply.text


def test_miss_after_an_answer_is_a_first_miss_again(talk, vague):
    talk(vague[0])
    talk("国内云总代都有谁呀")

    reply = talk(vague[1])

    assert ASKS_BACK in reply.text


@pytest.mark.parametrize(
    "asked",
    [
        "CSP认证考试在哪报名",
        "数据中心招聘运维吗",
        "微信支付怎么开通",
        "阿里云邮箱怎么买",
        "今天股票涨了没",
        "帮我写一首诗",
    ],
)
def test_stranger_is_refused_and_told_what_is_answered(server, talk, sender, asked):
    reply = talk(asked)

    (turn,) = server.turns(f"rest:{sender}")
    assert turn["intent"].startswith("refuse/")
    assert re.search(r"不在.{0,8}范围|只答|只能回答|答不了|帮不上", reply.text)
    assert "云总代" in reply.text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("你好", r"您好"),
        ("谢谢你", r"不客气|谢谢夸奖"),
        ("你真聪明", r"谢谢夸奖|不客气"),
        ("你怎么这么笨", r"抱歉|对不起"),
        ("你是机器人吗", r"机器人|助手"),
        ("你能做什么", r"盖章|下单"),
        ("再见", r"再见|先忙"),
    ],
)
def test_small_talk_is_natural_and_short(talk, typed, answer):
    reply = talk(typed)

    assert len(reply.texts) == 1
    assert re.search(answer, reply.text)
    assert len(reply.text) <= 170


@pytest.mark.parametrize("typed", ["转人工", "我想找真人客服", "轉人工"])
def test_human_is_named_with_hours(talk, typed, policy):
    reply = talk(typed)

    assert policy.human.contact in reply.text
    assert policy.human.hours in reply.text


@pytest.mark.parametrize("asked", ["给个热线电话", "E3一个人一年多少钱", "云总代给我们几个点", "增值税税率是多少"])
def test_what_is_not_known_is_said_to_be_not_known(talk, asked):
    reply = talk(asked)

    assert re.search(r"资料里?.{0,8}(没|不|没有)|没有公开|不报", plain(reply.text))
    assert not re.search(r"\d+(\.\d+)?(元|折| ?%)|\d{7,}", reply.text)


def test_overlong_question_is_answered_with_a_word_about_its_length(talk):
    reply = talk("请问服务协议盖什么章？" + "我们公司刚开始做这个，很多地方还不懂，麻烦了。" * 30)

    assert "只读了前面" in reply.texts[0]
    assert "骑缝章" in reply.text


def test_overlong_message_that_says_nothing_gets_a_word_about_its_length_too(talk):
    reply = talk("蓝色的那边怎么弄啊紫色的那边怎么弄啊" * 40)

    assert "只读了前面" in reply.text


def test_longest_message_that_is_read_whole_gets_no_such_word(talk):
    reply = talk("服务协议盖什么章？".ljust(500, "嗯"))

    assert "只读了前面" not in reply.text


def test_conversation_goes_on_after_the_server_is_restarted(start_server: Callable, tmp_path, sender):
    database = f"sqlite:///{tmp_path / 'csp.db'}"
    before = start_server(CSP_DATABASE_URL=database)
    before.send("国内云总代都有谁呀", sender)
    exit_code = before.stop()

    reply = start_server(CSP_DATABASE_URL=database).send("第二个", sender)

    assert exit_code == 0
    assert "云总代的电话、联系人、邮箱" in reply.text


@pytest.mark.parametrize(
    ("said", "customer"),
    [
        ("海风食品，50个用户，商业版", "海风食品"),
        ("锦程会计要e3，30个人用", "锦程会计"),
        ("海风食品的合作协议编号有了", "海风食品"),
    ],
)
def test_guide_hears_the_customers_name_in_what_looks_like_a_question_for_all(talk, said, customer):
    talk("我要下单")

    assert f"客户 {customer}" in plain(talk(said).text)


def test_customers_name_is_heard_in_a_message_that_opens_the_guide(talk):
    assert "客户 海风食品" in plain(talk("海风食品骑缝章盖好了，接下来该做什么").text)
