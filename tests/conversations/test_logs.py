"""The log: one line a turn, without the user's words and without secrets."""

from __future__ import annotations

import json

import pytest

SECRET_WORDS = "蓝鲸四七九"


def test_turn_is_one_line_with_conversation_intent_confidence_and_time(server, talk, sender):
    talk("国内云总代都有谁呀")

    (turn,) = server.turns(f"rest:{sender}")
    assert turn["intent"] == "faq/distributor_list"
    assert 0.5 <= turn["confidence"] <= 1
    assert 0 < turn["ms"] < 5000


def test_every_turn_has_its_line(server, talk, sender):
    for text in ("你好", "国内云总代都有谁呀", "第二个", "😀", "谢谢"):
        talk(text)

    turns = server.turns(f"rest:{sender}")

    assert len(turns) == 5
    assert all({"conversation", "intent", "confidence", "ms"} <= turn.keys() for turn in turns)


@pytest.mark.parametrize("typed", ["{}公司的服务协议盖什么章", "{}", "{}怎么弄啊那个", "帮我联系{}", "/{}"])
def test_words_of_the_user_are_not_logged(server, talk, typed):
    reply = talk(typed.format(SECRET_WORDS))

    assert reply.status == 200
    assert SECRET_WORDS not in server.log.read_text(encoding="utf-8")


def test_words_of_a_message_that_is_refused_are_not_logged(server, sender):
    reply = server.send(SECRET_WORDS * 1000, sender)

    assert reply.status == 413
    assert SECRET_WORDS not in server.log.read_text(encoding="utf-8")


def test_token_is_not_logged(guarded_server, sender, token):
    guarded_server.send("你好", sender, Authorization=f"Bearer {token}")
    guarded_server.send("你好", sender, Authorization=f"Bearer x{token}")
    guarded_server.session.post(f"{guarded_server.webhook}?token={token}", data=b"{}", timeout=10)

    assert len(guarded_server.turns(f"rest:{sender}")) == 1
    assert token not in guarded_server.log.read_text(encoding="utf-8")


def test_refused_request_is_no_turn(server, sender):
    server.send("", sender)

    assert server.turns(f"rest:{sender}") == []


def test_lines_of_a_running_server_are_json(server, talk):
    talk("你好")
    lines = server.log.read_text(encoding="utf-8").splitlines()
    ready = next(number for number, line in enumerate(lines) if '"event": "ready"' in line)

    after = [line for line in lines[ready:] if "Starting worker" not in line]  # Sanic's one line of greeting

    assert len(after) >= 2
    assert all(json.loads(line)["event"] for line in after)


def test_words_are_logged_when_the_debug_setting_asks_for_them(start_server, sender):
    server = start_server(CSP_LOG_TEXT="true")

    server.send(f"{SECRET_WORDS}公司的服务协议盖什么章", sender)

    assert SECRET_WORDS in server.log.read_text(encoding="utf-8")
