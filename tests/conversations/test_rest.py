"""The REST channel: what it refuses, and that what a client sends is words and nothing else."""

from __future__ import annotations

import json
import re

import pytest
import requests

from bot.server import chat_once

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def body(**content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def test_question_is_answered_under_the_name_of_the_sender(server, sender):
    answer = server.post(body(sender=sender, message="云总代有哪几家"))

    assert answer.status_code == 200
    assert "佳杰" in answer.json()[0]["text"]
    assert {message["recipient_id"] for message in answer.json()} == {sender}


def test_buttons_show_words_only(talk):
    reply = talk("云总代有哪几家")

    shown = [button for message in reply.messages for button in message.get("buttons", [])]

    assert shown
    assert all(button == {"title": button["title"], "payload": button["title"]} for button in shown)


CASE = "客户国内90人，国外10人，选哪个数据中心"


@pytest.mark.parametrize("wish", [{}, {"cards": False}])
def test_result_is_text_only_unless_cards_are_wanted(server, sender, wish):
    (message,) = server.post(body(sender=sender, message=CASE, **wish)).json()

    assert set(message) == {"recipient_id", "text", "buttons"}


def test_card_goes_with_the_text_where_it_is_wanted(server, sender):
    (message,) = server.post(body(sender=sender, message=CASE, cards=True)).json()

    assert "21V" in message["text"]
    assert message["custom"]["parts"][0]["card"]["kind"] == "datacenter"


def test_result_is_said_once_in_the_terminal(agent, loop):
    (message,) = loop.run_until_complete(chat_once(agent, "terminal:cards", CASE))

    assert set(message) == {"recipient_id", "text", "buttons"}


@pytest.mark.parametrize("name", ["{}", "terminal:{}", "wechat:{}", "rest:{}"])
def test_conversation_of_a_client_is_always_one_of_this_channel(server, sender, name):
    claimed = name.format(sender)

    server.send("你好", claimed)

    assert len(server.turns(f"rest:{claimed}")) == 1
    assert server.turns(claimed) == []


def test_client_cannot_go_on_with_the_talk_of_another_channel(server, sender):
    server.send("云总代有哪几家", sender)  # the talk rest:<sender>, with options

    reply = server.send("第二个", f"rest:{sender}")

    assert "电话" not in reply.text


def test_body_of_8_kb_is_read(server, sender):
    content = body(sender=sender, message="云总代有哪几家")

    answer = server.post(content + b" " * (8 * 1024 - len(content)))

    assert answer.status_code == 200


@pytest.mark.parametrize("length", [8 * 1024 + 1, 100_000, 2_000_000])
def test_longer_body_is_refused(server, sender, length):
    content = body(sender=sender, message="你好")

    answer = server.post(content + b" " * (length - len(content)))

    assert answer.status_code == 413
    assert CHINESE.search(answer.json()["error"])


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe", b"{", b"[" * 5000, b"sender=a&message=b"])
def test_body_that_is_no_json_is_refused(server, content):
    answer = server.post(content)

    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


@pytest.mark.parametrize("content", [b"[]", b"null", b"5", b'"hi"', b"[{}]"])
def test_json_that_is_no_object_is_refused(server, content):
    answer = server.post(content)

    assert answer.status_code == 400
    assert CHINESE.search(answer.json()["error"])


@pytest.mark.parametrize("text", ["", " ", "\n\t", "　", None, 5, True, [], ["你好"], {"text": "你好"}])
def test_empty_message_and_message_that_is_no_text_are_refused(server, sender, text):
    reply = server.send(text, sender)

    assert reply.status == 400
    assert "message" in reply.error
    assert CHINESE.search(reply.error)


@pytest.mark.parametrize("name", ["", "a\x00b", "  ", None, 7, [], {}, "x" * 129])
def test_sender_that_is_no_name_is_refused(server, name):
    reply = server.send("你好", name)

    assert reply.status == 400
    assert "sender" in reply.error
    assert CHINESE.search(reply.error)


def test_missing_message_is_refused(server, sender):
    answer = server.post(body(sender=sender))

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhooks/rest/webhook", 405),
        ("GET", "/nirgends", 404),
        ("GET", "/conversations/rest:x/tracker", 404),  # Rasa's own interface is not served
        ("POST", "/model/parse", 404),
    ],
)
def test_other_addresses_are_refused_with_a_reason(server, method, path, status):
    answer = requests.request(method, server.url + path, timeout=10)

    assert answer.status_code == status
    assert CHINESE.search(answer.json()["error"])


def test_without_the_token_nothing_is_answered(guarded_server, sender):
    reply = guarded_server.send("云总代有哪几家", sender)

    assert (reply.status, reply.messages) == (401, [])
    assert "token" in reply.error


@pytest.mark.parametrize("wrong", ["falsch", "", "geheim", "令牌"])
def test_wrong_token_is_refused(guarded_server, sender, wrong):
    answer = requests.post(
        guarded_server.webhook, params={"token": wrong}, data=body(sender=sender, message="你好"), timeout=10
    )

    assert answer.status_code == 401


def test_wrong_token_is_refused_before_the_body_is_read(guarded_server):
    assert guarded_server.post(b"not json").status_code == 401


def test_right_token_in_the_header_is_taken(guarded_server, sender, token):
    reply = guarded_server.send("云总代有哪几家", sender, Authorization=f"Bearer {token}")

    assert (reply.status, "佳杰" in reply.text) == (200, True)


def test_right_token_in_the_address_is_taken(guarded_server, sender, token):
    answer = requests.post(
        guarded_server.webhook, params={"token": token}, data=body(sender=sender, message="你好"), timeout=10
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "typed",
    ["/greet", "/faq", "/faq/price", '/faq{"leaf": "faq/price"}', '/human{"step": "3"}', " /greet", "/session_start"],
)
def test_slash_is_plain_text_and_no_intent(server, talk, sender, typed):
    reply = talk(typed)

    (turn,) = server.turns(f"rest:{sender}")
    assert reply.status == 200
    assert reply.text
    assert turn["confidence"] < 1.0  # what Rasa takes for an intent has a confidence of exactly 1
    assert "/" in turn["intent"] or turn["intent"] == "nlu_fallback"


@pytest.mark.parametrize("typed", ["/restart", "/back", "/session_start"])
def test_slash_does_not_wipe_the_conversation(talk, typed):
    talk("云总代有哪几家")
    talk(typed)

    reply = talk("那联强呢")

    assert "联强" in reply.text


ODD = [
    "😀",
    "😀😀😀🙏",
    "👨‍👩‍👧‍👦",
    "1",
    "0",
    "-1",
    "999999999999999999999",
    "?",
    "？？？？",
    "。",
    "…",
    "...",
    "!@#$%^&*()",
    "a",
    "嗯",
    "\x00",
    "\x00\x01\x02\x1b[31m",
    "\u200b\u200d\ufeff",
    "\u202e反过来",
    "盖\x07章",
    "a\u0300\u0301\u0302" * 50,
    "ﷺ" * 20,
    "한국어로 말해요",
    "Как оформить заказ",
    "كيف أطلب",
    "'; DROP TABLE conversations; --",
    "' OR '1'='1",
    "1; SELECT * FROM orders",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "{as_of}",
    "{human_contact}",
    "{lead}",
    "{0}",
    "{}",
    "{",
    "}}{{",
    "%s",
    "%(name)s %d %n",
    "${jndi:ldap://x/a}",
    "{{7*7}}",
    "__import__('os').system('id')",
    "../../etc/passwd",
    "\\\\\\",
    '"message": "x"',
    "null",
    "NaN",
    "云总代" * 200,
    "盖章 " * 400,
    "哈" * 2400,
    "服务协议盖什么章？" * 60,
]


def test_there_are_fifty_odd_inputs():
    assert len(set(ODD)) >= 50


@pytest.mark.parametrize("typed", ODD, ids=range(len(ODD)))
def test_odd_input_gets_an_answer(talk, typed):
    reply = talk(typed)

    assert reply.status == 200
    assert reply.texts
    assert all(text.strip() for text in reply.texts)


@pytest.mark.parametrize("typed", ["{as_of}", "{human_contact}", "{0}", "%s"])
def test_format_string_is_neither_filled_nor_shown(talk, typed):
    reply = talk(typed)

    assert "{" not in reply.text
    assert "%s" not in reply.text


def test_ten_thousand_characters_are_refused_with_a_reason(talk):
    reply = talk("盖" * 10_000)

    assert (reply.status, "8 KB" in reply.error) == (413, True)


@pytest.mark.parametrize(
    "content", [b'{"sender": "half", "message": "\\ud800"}', b'{"sender": "half\\ud800", "message": "hi"}']
)
def test_half_a_character_is_no_error_of_the_server(server, content):
    assert server.post(content).status_code in (200, 400)


def test_nul_in_a_sender_is_no_error_of_the_server(server, sender):
    assert server.send("你好", f"{sender}\x00x").status in (200, 400)
