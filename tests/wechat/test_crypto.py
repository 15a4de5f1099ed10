"""Signatures, times, encryption and XML: what is accepted, and that everything else is refused with a status."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.crypto import BadBody, BadSignature, Envelope, Refused, check_signature, key_of, read_xml
from tests.wechat import sealing

TOKEN, KEY, RECEIVER = "a-token", base64.b64encode(bytes(range(32))).decode()[:43], "wx1234567890abcdef"
NOW = 1_700_000_000.0
STAMP, NONCE = str(int(NOW)), "4711"

# The samples that the platform publishes with its own code (WXBizMsgCrypt, developer.work.weixin.qq.com/document/path/90968).
SAMPLE_TOKEN, SAMPLE_KEY, SAMPLE_ID = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
SAMPLE_ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
SAMPLE_MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)


@pytest.fixture(scope="module")
def envelope() -> Envelope:
    return Envelope(TOKEN, KEY, RECEIVER)


def opened(envelope: Envelope, encrypted: str, now: float = NOW) -> str:
    return envelope.open(encrypted, sealing.signature(TOKEN, STAMP, NONCE, encrypted), STAMP, NONCE, now)


def test_platforms_sample_of_the_check_is_opened():
    envelope = Envelope(SAMPLE_TOKEN, SAMPLE_KEY, SAMPLE_ID)

    text = envelope.open(
        SAMPLE_ECHO, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", now=1409659590
    )

    assert text == "1616140317555161061"
    assert sealing.decrypt(SAMPLE_ECHO, SAMPLE_KEY) == (text, SAMPLE_ID)


def test_platforms_sample_of_a_message_is_opened():
    envelope = Envelope(SAMPLE_TOKEN, SAMPLE_KEY, SAMPLE_ID)

    fields = read_xml(
        envelope.open(
            SAMPLE_MESSAGE, "477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", now=1409659813
        )
    )

    assert (fields["FromUserName"], fields["Content"], fields["MsgId"]) == ("mycreate", "hello", "4561255354251345929")


@settings(max_examples=200)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_what_another_implementation_seals_is_opened(text):
    assert opened(Envelope(TOKEN, KEY, RECEIVER), sealing.encrypt(text, KEY, RECEIVER)) == text


@settings(max_examples=200)
@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=300))
def test_what_we_seal_another_implementation_opens(text):
    fields = read_xml(Envelope(TOKEN, KEY, RECEIVER).seal(text, NOW))

    encrypted, signed = str(fields["Encrypt"]), fields["MsgSignature"]
    assert sealing.decrypt(encrypted, KEY) == (text, RECEIVER)
    assert signed == sealing.signature(TOKEN, str(fields["TimeStamp"]), str(fields["Nonce"]), encrypted)


def test_two_seals_of_one_text_differ(envelope):
    assert read_xml(envelope.seal("一样", NOW))["Encrypt"] != read_xml(envelope.seal("一样", NOW))["Encrypt"]


@pytest.mark.parametrize("off", [0, 299, -299])
def test_time_within_the_window_is_taken(off):
    check_signature(sealing.signature(TOKEN, STAMP, NONCE), TOKEN, STAMP, NONCE, now=NOW + off, window=300)


@pytest.mark.parametrize("off", [301, -301, 86400])
def test_time_outside_the_window_is_refused_though_it_is_signed(off):
    with pytest.raises(BadSignature):
        check_signature(sealing.signature(TOKEN, STAMP, NONCE), TOKEN, STAMP, NONCE, now=NOW + off, window=300)


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", " 1700000000", "１７００００００００", "9" * 400, "0x10"])
def test_timestamp_that_is_no_time_is_refused_though_it_is_signed(stamp):
    with pytest.raises(BadSignature):
        check_signature(sealing.signature(TOKEN, stamp, NONCE), TOKEN, stamp, NONCE, now=NOW, window=300)


@pytest.mark.parametrize("given_signature", ["", "0" * 40, "签名", "\ud800", "A" * 4000])
def test_wrong_signature_is_refused(given_signature):
    with pytest.raises(BadSignature):
        check_signature(given_signature, TOKEN, STAMP, NONCE, now=NOW, window=300)


def test_half_a_character_in_the_nonce_is_refused():
    with pytest.raises(BadSignature):
        check_signature("x", TOKEN, STAMP, "\ud800", now=NOW, window=300)


def test_signature_covers_the_ciphertext(envelope):
    one, other = sealing.encrypt("一", KEY, RECEIVER), sealing.encrypt("二", KEY, RECEIVER)

    with pytest.raises(BadSignature):
        envelope.open(one, sealing.signature(TOKEN, STAMP, NONCE, other), STAMP, NONCE, NOW)


def test_old_ciphertext_is_refused(envelope):
    with pytest.raises(BadSignature):
        opened(envelope, sealing.encrypt("旧", KEY, RECEIVER), NOW + 400)


def test_message_for_another_receiver_is_refused(envelope):
    with pytest.raises(BadBody):
        opened(envelope, sealing.encrypt("给别人", KEY, "wx0000000000000000"))


def padded(content: bytes, length: int, receiver: bytes = RECEIVER.encode()) -> bytes:
    """A payload that claims ``length`` bytes."""
    payload = os.urandom(16) + length.to_bytes(4, "big") + content + receiver
    fill = 32 - len(payload) % 32
    return payload + bytes([fill]) * fill


SIGNED_RUBBISH = {
    "empty": "",
    "no base64": "!!!!",
    "base64 with holes": "AA AA",
    "not ASCII": "密文",
    "one byte": base64.b64encode(b"x").decode(),
    "one block": base64.b64encode(b"x" * 16).decode(),
    "no whole block": base64.b64encode(b"x" * 33).decode(),
    "random": base64.b64encode(bytes(range(96))).decode(),
    "padding of zero": sealing.encrypt_bytes(b"x" * 31 + b"\0", KEY),
    "padding of 255": sealing.encrypt_bytes(b"x" * 31 + b"\xff", KEY),
    "all padding": sealing.encrypt_bytes(b"\x20" * 32, KEY),
    "length beyond the end": sealing.encrypt_bytes(padded(b"abc", 4000), KEY),
    "length of 4 GB": sealing.encrypt_bytes(padded(b"abc", 2**32 - 1), KEY),
    "length too short": sealing.encrypt_bytes(padded(b"abc", 1), KEY),
    "not UTF-8": sealing.encrypt_bytes(padded(b"\xff\xfe\xfd", 3), KEY),
    "no receiver": sealing.encrypt_bytes(padded(b"abc", 3, b""), KEY),
}


@pytest.mark.parametrize("name", SIGNED_RUBBISH)
def test_signed_rubbish_is_refused_as_a_bad_body(envelope, name):
    with pytest.raises(BadBody):
        opened(envelope, SIGNED_RUBBISH[name])


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_signed_bytes_raise_anything_but_a_refusal(content):
    envelope = Envelope(TOKEN, KEY, RECEIVER)
    for encrypted in (base64.b64encode(content).decode(), content.decode("latin-1")):
        with pytest.raises(Refused):
            opened(envelope, encrypted)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        b"<xml>",
        b"<xml/>",
        b"<xml>text</xml>",
        b"<xml><a>1</b></xml>",
        b"<other><a>1</a></other>",
        b"<xml><a>&nbsp;</a></xml>",
        b"<xml><a>\x00</a></xml>",
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b'<!DOCTYPE xml [<!ENTITY a "aaaa">]><xml><a>&a;</a></xml>',
        b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
        b'<?xml version="1.0"?><!doctype xml><xml><a>1</a></xml>',
        '<!DOCTYPE xml [<!ENTITY a "a">]><xml><a>&a;</a></xml>'.encode("utf-16"),
        b"<xml>" + b"<a>" * 9 + b"1" + b"</a>" * 9 + b"</xml>",
        b"<a>" * 100_000,
        b"<xml>" + b"<a>1</a>" * 500 + b"</xml>",
        "<xml><a>\ud800</a></xml>",
    ],
    ids=range(19),
)
def test_body_that_is_no_message_is_refused(body):
    with pytest.raises(BadBody):
        read_xml(body)


def test_doctype_within_the_users_words_is_no_doctype():
    fields = read_xml("<xml><Content><![CDATA[<!DOCTYPE html> 是什么意思]]></Content></xml>".encode())

    assert fields["Content"] == "<!DOCTYPE html> 是什么意思"


@pytest.mark.parametrize("key", ["", "a" * 42, "a" * 44, "!" * 43, "密" * 43])
def test_key_that_is_none_is_refused_at_start(key):
    with pytest.raises(ValueError):
        key_of(key)
