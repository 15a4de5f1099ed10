"""The web channel without a network: limits, signed identities, what is remembered."""

from __future__ import annotations

import datetime as dt
import itertools
import time

import jwt
import pytest

from bot.channels.web.hub import STREAMS_OF_SESSION, Hub
from bot.channels.web.identity import BadIdentity, Claim, OtherMember, bind_claim, read_identity
from bot.channels.web.limits import RateLimit
from bot.channels.web.records import KEPT_MESSAGES, SHOWN_MESSAGES, Rating, WebRecords, session_of
from bot.store import UnknownPartner, open_store
from bot.store.records import Partner

SECRET = "s" * 40
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.timezone.utc)


def token(key: str = SECRET, algorithm: str = "HS256", **changes: object) -> str:
    now = int(time.time())
    content = {"partner": "P1", "staff": "王敏", "aud": "csp-web", "iat": now, "exp": now + 300, **changes}
    return jwt.encode({name: value for name, value in content.items() if value is not None}, key, algorithm=algorithm)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'csp.db'}"


@pytest.fixture
def records(url):
    return WebRecords.open(url)


@pytest.fixture
def store(url):
    store = open_store(url)
    with store.writing() as connection:
        store.put_partners(connection, [Partner("P1", "远景", "佳杰"), Partner("P2", "蓝海", "英迈")])
    return store


def test_limit_lets_through_as_many_as_it_says_and_tells_how_long_to_wait():
    limit = RateLimit(3, 60)

    waits = [limit.wait("a", 0.0) for _ in range(4)]

    assert waits == [0, 0, 0, 20]
    assert limit.wait("b", 0.0) == 0
    assert limit.wait("a", 20.0) == 0


def test_limit_does_not_grow_without_bound():
    limit = RateLimit(3, 60)

    for number in range(25_000):
        limit.wait(str(number), number / 100)

    assert len(limit._buckets) <= 10_000


def test_signed_identity_is_read():
    assert read_identity(token(), SECRET) == Claim("P1", "王敏")


@pytest.mark.parametrize(
    "forged",
    [
        token("x" * 40),
        token(algorithm="HS512"),
        token("", "none"),
        token(aud="other"),
        token(aud=None),
        token(exp=None),
        token(iat=None),
        token(exp=int(time.time()) - 1),
        token(exp=int(time.time()) + 86400),
        token(iat=int(time.time()) + 3600, exp=int(time.time()) + 3700),
        token(partner=None),
        token(partner=7),
        token(staff=""),
        token(staff="x" * 51),
        token()[:-2],
        "",
        "a.b.c",
    ],
    ids=itertools.count(),  # the tokens hold the time: every process would call its tests by other names
)
def test_identity_that_is_not_as_agreed_is_refused(forged):
    with pytest.raises(BadIdentity):
        read_identity(forged, SECRET)


def test_without_a_secret_no_identity_is_taken():
    with pytest.raises(BadIdentity):
        read_identity(token(), "")


def test_claim_binds_and_binds_again_without_harm(store):
    bind_claim(store, "web:a", Claim("P1", "王敏"), NOW)
    bind_claim(store, "web:a", Claim("P1", "王敏"), NOW)

    member = store.partner_of("web:a")
    assert (member.partner.number, member.name) == ("P1", "王敏")


def test_session_of_one_member_is_not_given_to_another(store):
    bind_claim(store, "web:a", Claim("P1", "王敏"), NOW)

    with pytest.raises(OtherMember):
        bind_claim(store, "web:a", Claim("P2", "李强"), NOW)


def test_claim_of_an_unknown_partner_is_refused(store):
    with pytest.raises(UnknownPartner):
        bind_claim(store, "web:a", Claim("P9", "王敏"), NOW)


def test_token_has_128_bits_and_is_not_kept(records, tmp_path):
    tokens = {records.open_session(0.0) for _ in range(50)}

    assert len(tokens) == 50
    assert all(len(one) == 22 for one in tokens)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(one.encode() in kept for one in tokens)


def test_session_expires_when_idle(records):
    session = session_of(records.open_session(0.0))

    assert records.use_session(session, 90.0, 100.0)
    assert records.use_session(session, 180.0, 100.0)
    assert not records.use_session(session, 281.0, 100.0)
    assert records.purge(281.0 - 100.0) == [session]
    assert not records.exists(session)


def test_message_is_kept_once(records):
    session = session_of(records.open_session(0.0))

    first = records.accept(session, "abcdefgh", "你好", 1.0)
    again = records.accept(session, "abcdefgh", "别的", 2.0)

    assert again == first
    assert len(records.messages(session)) == 1


def test_same_client_id_in_another_session_is_another_message(records):
    one, two = (session_of(records.open_session(0.0)) for _ in range(2))
    records.accept(one, "abcdefgh", "你好", 1.0)

    assert records.accept(two, "abcdefgh", "别的", 2.0).content == {"text": "别的"}
    assert [m.content["text"] for m in records.messages(one)] == ["你好"]


def test_interrupted_turn_leaves_nothing_behind(records):
    session = session_of(records.open_session(0.0))
    records.accept(session, "abcdefgh", "你好", 1.0)
    records.add_reply(session, {"text": "您"}, 1.0, "abcdefgh")

    records.begin_turn(session, "abcdefgh")

    assert records.replies(session, "abcdefgh") == []


def test_feedback_is_kept_with_the_intent_and_shown_again(records):
    session = session_of(records.open_session(0.0))
    records.accept(session, "abcdefgh", "盖什么章", 1.0)
    reply = records.add_reply(session, {"text": "公章"}, 1.0, "abcdefgh")
    records.end_turn(session, "abcdefgh", "faq/seal")

    assert records.rate(session, reply.id, True, 2.0)
    assert records.rate(session, reply.id, False, 3.0)

    assert records.ratings() == [Rating("faq/seal", False, 3.0, "盖什么章", "公章")]
    assert records.messages(session)[-1].useful is False


def test_reply_of_another_session_cannot_be_rated(records):
    one, two = (session_of(records.open_session(0.0)) for _ in range(2))
    reply = records.add_reply(one, {"text": "公章"}, 1.0)

    assert not records.rate(two, reply.id, True, 2.0)


def test_restart_hides_what_was_said(records):
    session = session_of(records.open_session(0.0))
    records.add_reply(session, {"text": "旧"}, 1.0)
    records.hide(session)
    records.add_reply(session, {"text": "新"}, 2.0)

    assert [m.content["text"] for m in records.messages(session)] == ["新"]


def test_long_conversation_is_cut_at_its_beginning(records):
    session = session_of(records.open_session(0.0))
    for number in range(KEPT_MESSAGES + 5):
        records.add_reply(session, {"text": str(number)}, 1.0)
    records.accept(session, "abcdefgh", "最后", 2.0)

    records.end_turn(session, "abcdefgh", None)

    shown = records.messages(session)
    assert len(shown) == SHOWN_MESSAGES
    assert shown[-1].content["text"] == "最后"
    with records.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM web_messages").scalar() == KEPT_MESSAGES


def test_oldest_of_too_many_streams_ends():
    hub = Hub()
    streams = [hub.listening("s") for _ in range(STREAMS_OF_SESSION + 1)]

    opened = [stream.__enter__() for stream in streams]

    assert opened[0].get_nowait() is None
    assert all(stream.empty() for stream in opened[1:])


def test_stream_gets_only_what_concerns_its_session():
    hub = Hub()
    with hub.listening("a") as a, hub.listening("b") as b:
        hub.publish("a", "message", {"id": 1})

        assert a.get_nowait().data == {"id": 1}
        assert b.empty()
