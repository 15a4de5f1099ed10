"""The doctor calls the assistant as the platform would: with messages that it signs and encrypts itself."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.channels.wechat.crypto import Envelope, Refused, check_signature, read_xml, signature_of
from bot.channels.wechat.doctor import Finding, State, finding

PATIENCE = 5.0
"""Seconds that the platform waits."""


@dataclass(frozen=True)
class Callback:
    """A callback to be examined.

    Attributes:
        part: whose it is.
        url: where it is.
        local: the address is a guess at this machine; nobody need be there.
        prefix: of its variables, ``CSP_WECHAT``.
        token: 令牌 (Token).
        envelope: opens and seals its messages; None in the plain mode.
        window: seconds that times may be off.
        sealed_echo: the platform sends ``echostr`` encrypted (WeCom).
        event: XML of an event that is answered with nothing.
    """

    part: str
    url: str
    local: bool
    prefix: str
    token: str
    envelope: Envelope | None
    window: float
    sealed_echo: bool
    event: str

    def say(self, check: str, state: State, key: str, **values: object) -> Finding:
        """A finding about it."""
        return finding(self.part, check, state, key, url=self.url, **values)


@dataclass(frozen=True)
class _Answer:
    status: int
    body: str
    ms: float


async def examine_callback(callback: Callback) -> list[Finding]:
    """Whether the callback answers, checks signatures and opens what is encrypted."""
    echo = secrets.token_hex(8)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        try:
            answer = await _get(callback, session, echo)
            present = _presence(callback, answer)
            if present.state is State.FAULT:
                return [present]
            forged = await _get(callback, session, echo, forged=True)
            message = await _post(callback, session)
        except asyncio.TimeoutError:
            return [callback.say("callback", State.FAULT, "slow", seconds=f"{PATIENCE:g}")]
        except (aiohttp.ClientError, ValueError):  # ValueError: no address at all
            if not callback.local:
                return [callback.say("callback", State.FAULT, "unreachable")]
            return [callback.say("callback", State.HINT, "down"), *_in_process(callback)]
    signature = _signature(callback, answer, forged, echo)
    if signature.state is State.FAULT:
        return [present, signature]
    return [present, signature, _decryption(callback, message)]


def _presence(callback: Callback, answer: _Answer) -> Finding:
    """Whether the assistant is what answers."""
    status = answer.status
    if status in (404, 405):
        path = urlsplit(callback.url).path
        variable = f"{callback.prefix}_TOKEN"
        return callback.say("callback", State.FAULT, "missing", status=status, path=path, variable=variable)
    if 300 <= status < 400:
        return callback.say("callback", State.FAULT, "redirect", status=status)
    if status not in (200, 400, 403):
        return callback.say("callback", State.FAULT, "broken", status=status)
    address = urlsplit(callback.url)
    if callback.part == "official" and not callback.local and address.port not in (None, 80, 443):
        return callback.say("callback", State.HINT, "port")
    return callback.say("callback", State.OK, "ok", ms=round(answer.ms))


def _signature(callback: Callback, answer: _Answer, forged: _Answer, echo: str) -> Finding:
    if answer.status == 403:
        variable, window = f"{callback.prefix}_TOKEN", f"{callback.window:g}"
        return callback.say("signature", State.FAULT, "refused", variable=variable, window=window)
    if answer.status != 200:
        variable = f"{callback.prefix}_AES_KEY"
        return callback.say("decryption", State.FAULT, "refused", status=answer.status, variable=variable)
    if answer.body != echo:
        return callback.say("signature", State.FAULT, "altered")
    if forged.status == 200:
        return callback.say("signature", State.FAULT, "open", status=forged.status)
    return callback.say("signature", State.OK, "ok")


def _decryption(callback: Callback, message: _Answer) -> Finding:
    if message.status != 200:
        variable = f"{callback.prefix}_AES_KEY"
        return callback.say("decryption", State.FAULT, "refused", status=message.status, variable=variable)
    return callback.say("decryption", State.OK, "ok") if callback.envelope else _unencrypted(callback)


def _unencrypted(callback: Callback) -> Finding:
    return callback.say("decryption", State.HINT, "plain")


def _in_process(callback: Callback) -> list[Finding]:
    """What can be checked without a running assistant: that our own parts fit together."""
    now = time.time()
    timestamp, nonce = str(int(now)), secrets.token_hex(5)
    try:
        given = signature_of(callback.token, timestamp, nonce)
        check_signature(given, callback.token, timestamp, nonce, now=now, window=callback.window)
        signature = callback.say("signature", State.OK, "here")
        if callback.envelope is None:
            return [signature, _unencrypted(callback)]
        query, body = _sealed(callback.envelope, callback.event)
        fields = read_xml(body)
        opened = callback.envelope.open_body(fields, query["msg_signature"], query["timestamp"], query["nonce"], now)
    except Refused as error:
        refused = callback.say("decryption", State.FAULT, "refused", status=error.status, variable=callback.prefix)
        return [refused]
    assert opened == callback.event
    return [signature, callback.say("decryption", State.OK, "here")]


def _sealed(envelope: Envelope, text: str) -> tuple[dict[str, str], str]:
    """Query and body of a request that brings ``text``."""
    body = envelope.seal(text, time.time())
    fields = read_xml(body)
    query = {
        "msg_signature": str(fields["MsgSignature"]),
        "timestamp": str(fields["TimeStamp"]),
        "nonce": str(fields["Nonce"]),
        "encrypt_type": "aes",
    }
    return query, f"<xml><ToUserName>doctor</ToUserName><Encrypt>{fields['Encrypt']}</Encrypt></xml>"


async def _get(callback: Callback, session: aiohttp.ClientSession, echo: str, forged: bool = False) -> _Answer:
    """The check of the address."""
    if callback.sealed_echo and callback.envelope:
        query, body = _sealed(callback.envelope, echo)
        query["echostr"] = str(read_xml(body)["Encrypt"])
    else:
        query = {**_signed(callback), "echostr": echo}
    if forged:
        query["msg_signature" if callback.sealed_echo else "signature"] = "0" * 40
    return await _ask(session, "GET", callback.url, query, None)


async def _post(callback: Callback, session: aiohttp.ClientSession) -> _Answer:
    """An event that is answered with nothing."""
    if callback.envelope is None:
        return await _ask(session, "POST", callback.url, _signed(callback), callback.event)
    query, body = _sealed(callback.envelope, callback.event)
    signed = {} if callback.sealed_echo else _signed(callback, query["timestamp"], query["nonce"])
    return await _ask(session, "POST", callback.url, {**query, **signed}, body)


def _signed(callback: Callback, timestamp: str = "", nonce: str = "") -> dict[str, str]:
    timestamp, nonce = timestamp or str(int(time.time())), nonce or secrets.token_hex(5)
    signature = signature_of(callback.token, timestamp, nonce)
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce}


async def _ask(
    session: aiohttp.ClientSession, method: str, url: str, query: dict[str, str], body: str | None
) -> _Answer:
    started = time.monotonic()
    data = None if body is None else body.encode()
    async with session.request(method, url, params=query, data=data, allow_redirects=False) as response:
        text = (await response.read()).decode("utf-8", "replace")
        return _Answer(response.status, text, (time.monotonic() - started) * 1000)
