"""WeCom's side: encrypted callbacks to the application and to 微信客服, members and customers who write."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.wechat import sealing
from tests.wechat.platform import PATIENCE, RETRIES, Attempt, Delivery, fields_of, xml_of
from tests.wechat.work_api import WorkApi

_numbers = itertools.count(int(time.time() * 1000) * 1000)


@dataclass(frozen=True)
class Corporation:
    """What the administrator sees in the console."""

    corp_id: str = "ww0123456789abcdef"
    agent_id: int = 1000002
    secret: str = "an-application-secret"
    token: str = "WeComToken1"
    aes_key: str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

    def settings(self, api_url: str, **more: str) -> dict[str, str]:
        return {
            "CSP_WECOM_CORP_ID": self.corp_id,
            "CSP_WECOM_AGENT_ID": str(self.agent_id),
            "CSP_WECOM_SECRET": self.secret,
            "CSP_WECOM_TOKEN": self.token,
            "CSP_WECOM_AES_KEY": self.aes_key,
            "CSP_WECOM_API_URL": api_url,
            **more,
        }


class WorkPlatform:
    """One corporation on the platform. Use from one event loop."""

    def __init__(self, corporation: Corporation, scale: float = 1.0) -> None:
        self.corporation = corporation
        self.scale = scale
        self.callback = ""
        self.api = WorkApi(corporation.corp_id, corporation.secret, corporation.agent_id)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession()
        await self.api.start()

    async def stop(self) -> None:
        if self._session:
            await self._session.close()
        await self.api.stop()

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session, "not started"
        return self._session

    def query(self, encrypted: str, token: str | None = None, now: float | None = None) -> dict[str, str]:
        timestamp, nonce = str(int(time.time() if now is None else now)), secrets.token_hex(5)
        signature = sealing.signature(token or self.corporation.token, timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    async def verify(self, echo: str, receiver: str | None = None, **wrong: Any) -> tuple[int, bytes, str]:
        """The check of the address: status, body, content type."""
        encrypted = sealing.encrypt(echo, self.corporation.aes_key, receiver or self.corporation.corp_id)
        query = {**self.query(encrypted, **wrong), "echostr": encrypted}
        async with self.session.get(self.callback, params=query) as answer:
            return answer.status, await answer.read(), answer.headers.get("Content-Type", "")

    async def post(self, xml: str, receiver: str | None = None, **wrong: Any) -> Attempt:
        """One request."""
        encrypted = sealing.encrypt(xml, self.corporation.aes_key, receiver or self.corporation.corp_id)
        outer = {"ToUserName": self.corporation.corp_id, "AgentID": str(self.corporation.agent_id)}
        body = xml_of({**outer, "Encrypt": encrypted}).encode()
        timeout = aiohttp.ClientTimeout(total=PATIENCE * self.scale)
        query = self.query(encrypted, **wrong)
        try:
            async with self.session.post(self.callback, params=query, data=body, timeout=timeout) as answer:
                status, text = answer.status, await answer.text()
        except asyncio.TimeoutError:
            return Attempt(0)
        if status != 200 or not text:
            return Attempt(status, acknowledged=status == 200)
        return Attempt(status, self._plain(text))

    async def deliver(self, fields: Mapping[str, Any]) -> Delivery:
        """A message or event, with retries until it is answered."""
        delivery = Delivery()
        for _ in range(1 + RETRIES):
            delivery.attempts.append(await self.post(xml_of(fields)))
            if delivery.attempts[-1].final:
                break
        return delivery

    async def say(self, member: str, text: str) -> Delivery:
        return await self.deliver(self.message(member, "text", Content=text))

    def message(self, member: str, kind: str, **fields: Any) -> dict[str, Any]:
        number = {} if kind == "event" else {"MsgId": next(_numbers)}
        return {**self._head(member, kind), **fields, **number, "AgentID": self.corporation.agent_id}

    def _head(self, member: str, kind: str) -> dict[str, Any]:
        return {
            "ToUserName": self.corporation.corp_id,
            "FromUserName": member,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }

    def _plain(self, body: str) -> str:
        fields = fields_of(body)
        signed = sealing.signature(self.corporation.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == signed, "wrong signature of the reply"
        xml, receiver = sealing.decrypt(fields["Encrypt"], self.corporation.aes_key)
        assert receiver == self.corporation.corp_id, "a reply of another corporation"
        return xml

    # 微信客服

    def customer_message(self, account: str, customer: str, kind: str = "text", **fields: Any) -> dict[str, Any]:
        """Put a customer's message into the account's log; the window opens, a session that was over begins anew."""
        message = {
            "msgid": f"msg_{next(_numbers)}",
            "open_kfid": account,
            "external_userid": customer,
            "send_time": int(time.time()),
            "origin": 3,
            "msgtype": kind,
            **fields,
        }
        kf = self.api.accounts[account]
        kf.log.append(message)
        kf.left[customer] = 5
        if kf.states[customer] == 4:
            kf.states[customer] = 0
        return message

    def kf_event(self, account: str, customer: str, event_type: str, **fields: Any) -> dict[str, Any]:
        """Put an event into the account's log."""
        event = {"event_type": event_type, "open_kfid": account, "external_userid": customer, **fields}
        message = {"msgid": f"evt_{next(_numbers)}", "send_time": int(time.time()), "origin": 4, "msgtype": "event"}
        self.api.accounts[account].log.append({**message, "event": event, "open_kfid": account})
        return event

    async def tell(self, account: str, token: str | None = None) -> Attempt:
        """The callback that says that there is something to fetch."""
        token = token or secrets.token_hex(16)
        self.api.sync_tokens.add(token)
        fields = {
            "ToUserName": self.corporation.corp_id,
            "CreateTime": int(time.time()),
            "MsgType": "event",
            "Event": "kf_msg_or_event",
            "Token": token,
            "OpenKfId": account,
        }
        return await self.post(xml_of(fields))

    async def customer_says(self, account: str, customer: str, text: str) -> None:
        self.customer_message(account, customer, text={"content": text})
        assert (await self.tell(account)).status == 200

    def shown_to(self, person: str) -> list[dict[str, Any]]:
        """What reached a member or customer."""
        return [content for to, content in self.api.sent if to == person]

    async def wait_for(self, person: str, count: int = 1, seconds: float = 10) -> list[dict[str, Any]]:
        """What reached a person, as soon as it is ``count`` messages; a moment longer, to see whether more come."""
        deadline = time.monotonic() + seconds
        while len(self.shown_to(person)) < count and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        return self.shown_to(person)
