"""The platform's side: genuine callbacks with retries to a running assistant, and the phones that show what comes back."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.wechat import sealing
from tests.wechat.api import Api

PATIENCE = 5.0
"""Seconds that the platform waits for a reply."""
RETRIES = 3
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"
LONGEST_REPLY = 2048

_numbers = itertools.count(int(time.time() * 1000) * 1000)


@dataclass(frozen=True)
class Account:
    """What an account's owner sees in the console."""

    app_id: str = "wx5823bf96d3bd56c7"
    original_id: str = "gh_3c884a361561"
    token: str = "a-token-of-the-account"
    aes_key: str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    secret: str = "a-secret-of-the-account"
    mode: str = "secure"
    """plain, compatible or secure."""


@dataclass(frozen=True)
class Callback:
    """One HTTP request of the platform."""

    query: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Attempt:
    """One delivery: HTTP status (0: hung up), the reply's XML in plain (empty for an acknowledgement)."""

    status: int
    xml: str = ""
    acknowledged: bool = False
    ms: float = 0.0

    @property
    def final(self) -> bool:
        """Whether the platform does not try again."""
        return self.status == 200


@dataclass
class Delivery:
    """Everything that happened to one message."""

    attempts: list[Attempt] = field(default_factory=list)

    @property
    def reply(self) -> dict[str, str]:
        """The fields of the reply that the user got; empty if there was none."""
        return fields_of(self.attempts[-1].xml) if self.attempts[-1].xml else {}

    @property
    def text(self) -> str:
        return self.reply.get("Content", "")


def xml_of(fields: Mapping[str, Any]) -> str:
    """A message as the platform writes it."""

    def element(name: str, value: Any) -> str:
        if isinstance(value, int):
            return f"<{name}>{value}</{name}>"
        safe = str(value).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"

    return "<xml>" + "".join(element(name, value) for name, value in fields.items()) + "</xml>"


def fields_of(xml: str) -> dict[str, str]:
    """The fields of a flat message; a name that comes twice is an error."""
    root = ET.fromstring(xml)
    names = [child.tag for child in root]
    assert root.tag == "xml" and len(set(names)) == len(names), f"not one message: {names}"
    return {child.tag: child.text or "" for child in root}


def callback_of(account: Account, xml: str, now: float | None = None, token: str | None = None) -> Callback:
    """The request that brings ``xml``; ``now`` and ``token`` for a wrong time or signature."""
    timestamp, nonce = str(int(time.time() if now is None else now)), secrets.token_hex(5)
    token = account.token if token is None else token
    query = {"signature": sealing.signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    fields = fields_of(xml)
    query["openid"] = fields["FromUserName"]
    if account.mode == "plain":
        return Callback(query, xml.encode())
    encrypted = sealing.encrypt(xml, account.aes_key, account.app_id)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sealing.signature(token, timestamp, nonce, encrypted)
    outer = {"ToUserName": fields["ToUserName"], "Encrypt": encrypted}
    if account.mode == "compatible":
        outer = {**fields, **outer}
    return Callback(query, xml_of(outer).encode())


class Platform:
    """One account on the platform. Use from one event loop."""

    def __init__(self, account: Account, callback: str = "", scale: float = 1.0) -> None:
        """Call the assistant at ``callback``; waits are ``scale`` times as long as in reality."""
        self.account = account
        self.callback = callback
        self.others: list[str] = []
        """Further addresses of the same assistant; which one gets a request is chance."""
        self.scale = scale
        self.api = Api(account.app_id, account.secret)
        self.users: dict[str, User] = {}
        self._session: aiohttp.ClientSession | None = None

    async def start(self, api_port: int = 0) -> None:
        """Open for business; the API on ``api_port``, or a free port."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self.api.on_sent = lambda openid, message: self.user(openid).see_message(message)
        await self.api.start(api_port)

    async def stop(self) -> None:
        if self._session:
            await self._session.close()
        await self.api.stop()

    def user(self, openid: str | None = None) -> User:
        """A follower; a new one without ``openid``."""
        openid = openid or "o" + secrets.token_urlsafe(20)[:27]
        return self.users.setdefault(openid, User(self, openid))

    async def verify(self, echo: str, **wrong: str) -> tuple[int, str]:
        """The check of the address: status and body; ``wrong`` overwrites the query."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
        query = {
            "signature": sealing.signature(self.account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
            **wrong,
        }
        async with self.session.get(self.callback, params=query) as answer:
            return answer.status, await answer.text()

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session, "not started"
        return self._session

    async def post(self, callback: Callback, patience: float | None = None) -> Attempt:
        """One request, as it is."""
        started = time.monotonic()
        try:
            async with self.session.post(
                random.choice([self.callback, *self.others]),
                params=callback.query,
                data=callback.body,
                headers={"Content-Type": "text/xml"},
                timeout=aiohttp.ClientTimeout(total=patience or PATIENCE * self.scale),
            ) as answer:
                status, body = answer.status, await answer.text()
        except asyncio.TimeoutError:
            return Attempt(0, ms=(time.monotonic() - started) * 1000)
        ms = (time.monotonic() - started) * 1000
        if status != 200 or body in ("", "success"):
            return Attempt(status, acknowledged=status == 200, ms=ms)
        return Attempt(status, self._plain(body), ms=ms)

    async def deliver(self, fields: Mapping[str, Any], shown: bool = True) -> Delivery:
        """A message or event, with retries until it is answered; the phone shows the outcome (not of a duplicate)."""
        user = self.user(str(fields["FromUserName"]))
        xml = xml_of(fields)
        delivery = Delivery()
        for _ in range(1 + RETRIES):
            delivery.attempts.append(await self.post(callback_of(self.account, xml)))
            if delivery.attempts[-1].final:
                break
        if shown:
            user.see(delivery)
        return delivery

    def _plain(self, body: str) -> str:
        """The reply's XML; encrypted as the mode demands, with a right signature and our id."""
        fields = fields_of(body)
        if "Encrypt" not in fields:
            assert self.account.mode != "secure", "a plain reply in the secure mode"
            return body
        signed = sealing.signature(self.account.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == signed, "wrong signature of the reply"
        xml, receiver = sealing.decrypt(fields["Encrypt"], self.account.aes_key)
        assert receiver == self.account.app_id, "a reply of another account"
        return xml


class User:
    """A follower's phone: ``shown`` is what the assistant said on it, in order."""

    def __init__(self, platform: Platform, openid: str) -> None:
        self.platform, self.openid = platform, openid
        self.shown: list[str] = []
        self.handed_over = 0

    def message(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The fields of a new message of this user."""
        return {**self._head(kind), **fields, "MsgId": next(_numbers)}

    def event(self, name: str, **fields: Any) -> dict[str, Any]:
        """The fields of an event."""
        return {**self._head("event"), "Event": name, **fields}

    async def say(self, text: str) -> Delivery:
        self.platform.api.opened(self.openid)
        return await self.platform.deliver(self.message("text", Content=text))

    async def send(self, kind: str, **fields: Any) -> Delivery:
        self.platform.api.opened(self.openid)
        return await self.platform.deliver(self.message(kind, **fields))

    async def do(self, name: str, **fields: Any) -> Delivery:
        self.platform.api.opened(self.openid, 3)
        return await self.platform.deliver(self.event(name, **fields))

    def see(self, delivery: Delivery) -> None:
        """Show the passive reply."""
        last = delivery.attempts[-1]
        if not last.final:
            self.shown.append(OUT_OF_SERVICE)
        elif last.xml:
            reply = delivery.reply
            assert (reply["ToUserName"], reply["FromUserName"]) == (self.openid, self.platform.account.original_id)
            if reply["MsgType"] == "transfer_customer_service":
                self.handed_over += 1
            else:
                assert reply["MsgType"] == "text" and 0 < len(reply["Content"].encode()) <= LONGEST_REPLY
                self.shown.append(reply["Content"])

    def see_message(self, message: dict[str, Any]) -> None:
        """Show what came by the API."""
        if message["msgtype"] == "msgmenu":
            menu = message["msgmenu"]
            items = [f"[{item['content']}]" for item in menu["list"]]
            self.shown.append("\n".join([menu["head_content"], *items, menu.get("tail_content", "")]).strip())
        else:
            self.shown.append(message["text"]["content"])

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "ToUserName": self.platform.account.original_id,
            "FromUserName": self.openid,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }
