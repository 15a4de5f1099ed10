"""Whatever is sent to the callback, signed or not: a refusal or a normal reply within a second, and no memory kept."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import time
import urllib.parse

import aiohttp
import pytest

from tests.wechat import sealing
from tests.wechat.conftest import SCALE
from tests.wechat.platform import Account, Callback, callback_of, xml_of

MEGABYTE = 1024 * 1024
WITHIN = 1.0
SEED = 20160315
MORE_MEMORY = 12
"""MB by which the server may grow while thousands of bad bodies of up to 1 MB pass through."""


@pytest.fixture(scope="module")
def server(start):
    return start(Account())


@pytest.fixture(scope="module")
def platform(server, open_platform):
    return open_platform(Account(), server.callback)


def signed(account, body: bytes, encrypted: str | None = None) -> Callback:
    """A request with right signatures around any body."""
    stamp, nonce = str(int(time.time())), "77"
    query = {"signature": sealing.signature(account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
    query["msg_signature"] = sealing.signature(account.token, stamp, nonce, encrypted or "")
    return Callback(query, body)


def sealed(account, inner: bytes) -> Callback:
    """A request whose encryption and signatures are right, around any content."""
    payload = os.urandom(16) + len(inner).to_bytes(4, "big") + inner + account.app_id.encode()
    fill = 32 - len(payload) % 32
    return enclosed(account, sealing.encrypt_bytes(payload + bytes([fill]) * fill, account.aes_key))


def enclosed(account, encrypted: str) -> Callback:
    body = f"<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return signed(account, body.encode("utf-8", "replace"), encrypted)


def message(content: str, **fields: object) -> bytes:
    head = {"ToUserName": "gh_1", "FromUserName": "oFuzz", "CreateTime": int(time.time()), "MsgType": "text"}
    return xml_of({**head, "Content": content, "MsgId": random.getrandbits(60), **fields}).encode()


BODIES = {
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "megabyte of zeros": b"\0" * MEGABYTE,
    "megabyte of text": b"a" * (MEGABYTE - 1),
    "more than a megabyte": b"a" * (MEGABYTE + 1),
    "not UTF-8": b"<xml><a>\xff\xfe</a></xml>",
    "UTF-16": "<xml><a>b</a></xml>".encode("utf-16"),
    "deep": b"<a>" * 20_000,
    "deep and closed": b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>",
    "wide": b"<xml>" + b"<a/>" * 15_000 + b"</xml>",
    "many attributes": b"<xml " + b" ".join(b'a%d="b"' % n for n in range(5_000)) + b"><b>c</b></xml>",
    "huge element": b"<xml><a>" + b"b" * 60_000 + b"</a></xml>",
    "huge name": b"<" + b"x" * 60_000 + b"></" + b"x" * 60_000 + b">",
    "doctype": b"<!DOCTYPE xml><xml><Encrypt>a</Encrypt></xml>",
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
    "outside file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>',
    "json": b'{"Encrypt": "a"}',
    "form": b"Encrypt=a",
    "open CDATA": b"<xml><Encrypt><![CDATA[a</Encrypt></xml>",
    "two Encrypts": b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
    "nested Encrypt": b"<xml><Encrypt><a>b</a></Encrypt></xml>",
    "empty Encrypt": b"<xml><Encrypt></Encrypt></xml>",
}

INSIDE = {
    "nothing": b"",
    "not XML": b"hello",
    "not UTF-8": b"\xff\xfe\xfd",
    "zeros": b"\0" * 500,
    "deep": b"<xml>" + b"<a>" * 3_000 + b"</a>" * 3_000 + b"</xml>",
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>',
    "no sender": xml_of({"ToUserName": "gh_1", "MsgType": "text", "Content": "a", "MsgId": 1}).encode(),
    "sender of markup": message("a", FromUserName="]]></ToUserName><a>"),
    "type of elements": message("a").replace(b"<MsgType><![CDATA[text]]></MsgType>", b"<MsgType><a>b</a></MsgType>"),
    "two senders": message("a").replace(b"</xml>", b"<FromUserName>b</FromUserName></xml>"),
    "number that is none": message("a", MsgId="１２"),
    "time that is none": message("a", CreateTime="gestern"),
    "endless number": message("a", CreateTime=10**60),
    "device": message("a", MsgType="device_event", Event="bind"),
    "event without a name": message("a", MsgType="event"),
    "event of elements": message("a", MsgType="event").replace(b"</xml>", b"<Event><a>1</a></Event></xml>"),
    "click without a key": message("a", MsgType="event", Event="CLICK"),
    "end of CDATA": message("]]>]]></Content><MsgType>image</MsgType>"),
    "controls": message("a").replace(b"<![CDATA[a]]>", b"a&#7;b"),
    "numbers of characters": message("a").replace(b"<![CDATA[a]]>", b"&#x10FFFF;&#65;"),
    "right to left": message("\u202e\u200b\ufeff文字"),
    "combining": message("a" + "\u0301" * 2000),
    "families": message("👨‍👩‍👧‍👦" * 300),
    "long": message("盖" * 12_000),
    "only spaces": message(" \u3000\n"),
    "command": message("/restart"),
    "braces": message("{lead}{0}%s"),
}  # fmt: skip


async def timed(platform, callback: Callback):
    started = time.monotonic()
    try:
        status = (await platform.post(callback, patience=30)).status
    except (aiohttp.ClientConnectionError, ConnectionError):
        if len(callback.body) <= MEGABYTE:
            raise
        status = 413  # the server has hung up on what it will not read; its answer may be lost in the sender's buffers
    return status, time.monotonic() - started


def acceptable(status: int) -> bool:
    return status == 200 or 400 <= status < 500


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("known", [True, False], ids=["signed", "unsigned"])
def test_body_that_is_none_of_the_platforms_is_refused(platform, run, name, known):
    callback = signed(platform.account, BODIES[name]) if known else Callback({}, BODIES[name])

    status, seconds = run(timed(platform, callback))

    assert 400 <= status < 500
    assert seconds < WITHIN


@pytest.mark.parametrize("name", INSIDE)
def test_content_that_is_signed_and_sealed_is_refused_or_answered(platform, run, name):
    status, seconds = run(timed(platform, sealed(platform.account, INSIDE[name])))

    assert acceptable(status)
    assert seconds < WITHIN


@pytest.mark.parametrize("length", [*range(0, 70), 1000, 40_000])
def test_ciphertext_of_every_length_is_refused(platform, run, length):
    status, seconds = run(timed(platform, enclosed(platform.account, base64.b64encode(os.urandom(length)).decode())))

    assert status == 400
    assert seconds < WITHIN


@pytest.mark.parametrize(
    "query",
    ["", "signature", "signature=%ff&timestamp=%00&nonce=", "timestamp=1&timestamp=2&nonce[]=3", "&&==&" * 500,
     "signature=" + "a" * 6000, urllib.parse.urlencode({"signature": "签" * 40, "timestamp": "９" * 10, "nonce": "\u202e"})],
    ids=range(7),
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_query_that_is_none_of_the_platforms_is_refused(platform, run, method, query):
    async def ask() -> int:
        async with platform.session.request(method, f"{platform.callback}?{query}", data=b"x") as answer:
            return answer.status

    assert 400 <= run(ask()) < 500


def resident(pid: int) -> float:
    """MB."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def mutated(rng: random.Random, body: bytes) -> bytes:
    """``body`` with bytes changed, cut out or doubled."""
    content = bytearray(body)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(content) + 1)
        until = min(len(content), at + rng.randint(1, 40))
        content[at:until] = rng.choice([b"", rng.randbytes(5), bytes(content[at:until]) * 2, b"]]>", b"<", b"&#0;"])
    return bytes(content)


def test_thousands_of_broken_requests_leave_no_error_and_no_memory(platform, server, run):
    rng = random.Random(SEED)
    account = platform.account

    def any_callback(number: int) -> Callback:
        plain = message(f"第{number}次")
        choice = number % 6
        if choice == 0:
            return signed(account, rng.randbytes(rng.randint(0, 3000)))
        if choice == 1:
            return sealed(account, mutated(rng, plain))
        if choice == 2:
            genuine = callback_of(account, plain.decode())
            return Callback(genuine.query, mutated(rng, genuine.body))
        if choice == 3:
            return enclosed(account, base64.b64encode(rng.randbytes(rng.randint(0, 400))).decode())
        if choice == 4:
            return sealed(account, plain)
        return signed(account, rng.choice(list(BODIES.values())) if number % 60 == 5 else b"<xml>" + plain)

    async def volley(first: int, count: int) -> list[tuple[int, float]]:
        found = []
        for begin in range(first, first + count, 8):
            found += await asyncio.gather(*(timed(platform, any_callback(n)) for n in range(begin, begin + 8)))
        return found

    run(volley(0, 1200))  # buffers and caches fill
    before = resident(server.process.pid)
    found = run(volley(1200, 3000))
    grown = resident(server.process.pid) - before

    assert [status for status, _ in found if not acceptable(status)] == []
    assert {200, 400} <= {status for status, _ in found}
    assert max(seconds for _, seconds in found) < WITHIN
    assert grown < MORE_MEMORY
    assert "Traceback" not in server.log_text()


def test_server_answers_as_before(platform, run):
    assert run(platform.user().say(f"慢{SCALE}还在吗")).text.startswith("答：还在吗")
