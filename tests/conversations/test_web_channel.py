"""The web channel over HTTP: sessions, streams, limits, other origins."""

from __future__ import annotations

import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ORIGIN = "https://shop.example"
SECRET = "a-secret-of-the-page-and-the-assistant"


@pytest.fixture(scope="module")
def site(start_server):
    return start_server(
        CSP_WEB_ORIGINS=ORIGIN,
        CSP_WEB_JWT_SECRET=SECRET,
        CSP_WEB_RATE_SESSION="6",
        CSP_WEB_RATE_ADDRESS="10000",
    )


class Visitor:
    """A session of the web channel."""

    def __init__(self, url: str, **body: str) -> None:
        self.api = f"{url}/webhooks/web"
        self.token = requests.post(f"{self.api}/session", json=body, timeout=30).json()["token"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: object) -> requests.Response:
        return requests.post(f"{self.api}/{path}", json=body, headers=self.headers, timeout=60)

    def say(self, text: object, client_id: object = None) -> requests.Response:
        return self.post("messages", {"id": client_id or uuid.uuid4().hex, "text": text})

    def history(self) -> list[dict]:
        return requests.get(f"{self.api}/history", headers=self.headers, timeout=30).json()["messages"]


def events(answer: requests.Response) -> list[tuple[str, dict]]:
    answer.encoding = "utf-8"
    frames = [frame.split("\n") for frame in answer.text.split("\n\n") if frame.startswith("event: ")]
    return [(name[7:], json.loads(data[6:])) for name, data in frames]


@pytest.fixture
def visitor(site):
    return Visitor(site.url)


def test_reply_is_streamed_and_ends_with_done(visitor):
    answer = visitor.say("云总代有哪几家")

    got = events(answer)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert [name for name, _ in got] == ["message", "message", "done"]
    assert "佳杰" in got[1][1]["text"]
    assert all(isinstance(title, str) for title in got[1][1]["buttons"])


def test_message_posted_again_gets_the_same_answer_and_no_second_turn(visitor, site):
    client_id = uuid.uuid4().hex
    first = events(visitor.say("云总代有哪几家", client_id))

    again = events(visitor.say("云总代有哪几家", client_id))

    assert again == first[1:]
    assert len(visitor.history()) == 2


def test_message_posted_twice_at_once_is_answered_once(visitor):
    client_id = uuid.uuid4().hex

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: events(visitor.say("云总代有哪几家", client_id)), range(4)))

    assert {answer[-1][0] for answer in answers} == {"done"}
    assert len(visitor.history()) == 2


def test_conversation_is_not_named_by_the_token(visitor, site):
    visitor.say("云总代有哪几家")

    assert visitor.token not in site.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "../../etc/passwd", "web:1"])
def test_without_a_session_that_the_server_gave_nothing_is_answered(site, token):
    visitor = Visitor(site.url)
    visitor.token = token

    answers = [visitor.say("你好"), requests.get(f"{visitor.api}/history", headers=visitor.headers, timeout=9)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert CHINESE.search(answers[0].json()["error"])


def test_one_visitor_sees_nothing_of_another(site):
    one, two = Visitor(site.url), Visitor(site.url)
    one.say("云总代有哪几家")

    assert two.history() == []


def test_events_tell_what_was_said_and_what_comes(visitor):
    visitor.say("云总代有哪几家")
    with requests.get(f"{visitor.api}/events?after=0", headers=visitor.headers, stream=True, timeout=30) as stream:
        lines = stream.iter_lines(decode_unicode=False)
        seen = []
        while len(seen) < 2:
            line = next(lines).decode()
            if line.startswith("data: ") and "role" in line:
                seen.append(json.loads(line[6:]))
        visitor.say("服务协议盖什么章")
        while len(seen) < 4:
            line = next(lines).decode()
            if line.startswith("data: ") and "role" in line:
                seen.append(json.loads(line[6:]))

    assert [message["role"] for message in seen] == ["user", "bot", "user", "bot"]


@pytest.mark.parametrize(
    "body",
    [{}, [], None, 5, {"id": "abcdefgh"}, {"text": "你好"}, {"id": "short", "text": "a"}, {"id": "a b c d e", "text": "a"},
     {"id": "abcdefgh", "text": " "}, {"id": "abcdefgh", "text": 5}, {"id": ["abcdefgh"], "text": "a"}],
)  # fmt: skip
def test_message_that_is_none_is_refused(visitor, body):
    answer = visitor.post("messages", body)

    assert answer.status_code == 400
    assert CHINESE.search(answer.json()["error"])


@pytest.mark.parametrize("length", [2001, 9000])
def test_message_that_is_too_long_is_refused(visitor, length):
    answer = visitor.say("a" * length)

    assert answer.status_code == 413
    assert CHINESE.search(answer.json()["error"])


def test_who_asks_too_fast_is_told_so_in_chinese(visitor):
    answers = [visitor.say("你好") for _ in range(9)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert "太快" in refused[0].json()["error"]
    assert int(refused[0].headers["Retry-After"]) == refused[0].json()["retry_after"]


def test_feedback_on_a_reply_of_ones_own(site):
    one, two = Visitor(site.url), Visitor(site.url)
    reply = events(one.say("云总代有哪几家"))[1][1]["id"]

    assert one.post("feedback", {"message": reply, "useful": False}).status_code == 200
    assert one.history()[-1]["useful"] is False
    assert two.post("feedback", {"message": reply, "useful": True}).status_code == 404
    assert one.post("feedback", {"message": "x", "useful": 1}).status_code == 400


def test_result_has_its_card_in_the_stream_and_in_the_history(visitor):
    _, reply = events(visitor.say("客户国内90人，国外10人，选哪个数据中心"))[:2]

    card, question = reply[1]["parts"]
    assert card["card"]["kind"] == "datacenter"
    assert reply[1]["text"].endswith(question["text"])
    assert visitor.history()[-1]["parts"] == reply[1]["parts"]


def test_restart_empties_the_history(visitor):
    visitor.say("云总代有哪几家")

    visitor.post("restart", {})

    assert visitor.history() == []
    assert "佳杰" in events(visitor.say("云总代有哪几家"))[1][1]["text"]


@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
def test_only_origins_in_the_settings_may_read(site, method):
    def allowed(origin: str) -> str | None:
        answer = requests.request(method, f"{site.url}/webhooks/web/session", headers={"Origin": origin}, timeout=9)
        return answer.headers.get("Access-Control-Allow-Origin")

    assert allowed(ORIGIN) == ORIGIN
    assert allowed("https://evil.example") is None
    assert allowed("null") is None
    assert allowed(ORIGIN + ".evil.example") is None


def test_other_origin_may_read_the_stream(visitor):
    answer = requests.post(
        f"{visitor.api}/messages",
        json={"id": uuid.uuid4().hex, "text": "你好"},
        headers={**visitor.headers, "Origin": ORIGIN},
        timeout=30,
    )

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_identity_that_is_forged_is_refused(site):
    now = int(time.time())
    claim = {"partner": "P1001", "staff": "王敏", "aud": "csp-web", "iat": now, "exp": now + 60}

    answer = requests.post(
        f"{site.url}/webhooks/web/session", json={"identity": jwt.encode(claim, "x" * 40)}, timeout=30
    )

    assert answer.status_code == 403
    assert CHINESE.search(answer.json()["error"])


def test_page_and_widget_are_served_with_a_strict_policy(site):
    page = requests.get(f"{site.url}/", timeout=9)
    widget = requests.get(f"{site.url}/widget/csp-assistant.js", timeout=9)

    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert widget.headers["Content-Type"].startswith("text/javascript")
    assert requests.get(f"{site.url}/widget/..%2fchannel.py", timeout=9).status_code == 404


def test_server_ends_at_once_with_open_streams(start_server):
    server = start_server()
    visitor = Visitor(server.url)
    with requests.get(f"{visitor.api}/events", headers=visitor.headers, stream=True, timeout=60) as stream:
        next(stream.iter_lines())
        started = time.monotonic()

        assert server.stop() == 0

    assert time.monotonic() - started < 10
