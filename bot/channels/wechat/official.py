"""The official account (公众号): its callback at ``/webhooks/wechat/callback``.

``GET`` is the platform's check of the address, ``POST`` a message or event. In the secure mode both ways are encrypted, in
the compatible mode the platform sends both forms and the encrypted one counts, in the plain mode nothing is encrypted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import InputChannel, UserMessage
from redis.exceptions import RedisError
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.wechat.callback import MAX_BODY, refusing
from bot.channels.wechat.crypto import BadBody, Envelope, Refused, check_signature, read_xml
from bot.channels.wechat.exchange import Exchange
from bot.channels.wechat.inbound import Inbound, read_message
from bot.channels.wechat.kept import Kept
from bot.channels.wechat.once import Once, open_once
from bot.channels.wechat.render import text_xml, transfer_xml
from bot.channels.wechat.reply import Reply
from bot.channels.wechat.sending import OfficialSending
from bot.channels.wechat.words import word
from bot.settings import Settings

CHANNEL = "wechat"
ACKNOWLEDGED = "success"
"""Tells the platform that the message arrived and that nothing is said to the user."""

log = structlog.get_logger()


class WeChatChannel(InputChannel):
    """Rasa input channel for one official account."""

    def __init__(self, settings: Settings) -> None:
        """Work as the settings say; databases and connections are opened when the server starts."""
        self._settings = settings
        self._token = settings.wechat_token.get_secret_value()
        self._plain = settings.wechat_mode == "plain"
        key = settings.wechat_aes_key.get_secret_value()
        self._envelope = (
            None if self._plain else Envelope(self._token, key, settings.wechat_app_id, settings.wechat_window)
        )
        self._sending: OfficialSending
        self._kept: Kept
        self._once: Once
        self._exchange: Exchange

    @classmethod
    def name(cls) -> str:
        """The channel's name: its URL, and the prefix of its conversations."""
        return CHANNEL

    def identity(self, openid: str) -> str:
        """Whom the assistant speaks with, and who may be bound to a partner: a user of one account is none of another."""
        return f"{CHANNEL}:{self._settings.wechat_app_id}:{openid}"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes (see parent class)."""
        routes = Blueprint("wechat_channel")

        @routes.listener("before_server_start")
        async def _start(_: Sanic, __: Any) -> None:
            self._once = open_once(self._settings.redis_url)
            self._kept = await asyncio.to_thread(Kept.open, self._settings.database_url)
            self._sending = await OfficialSending.open(self._settings, self.identity)
            self._exchange = Exchange(
                channel=CHANNEL,
                identity_of=self.identity,
                once=self._once,
                kept=self._kept,
                on_new_message=on_new_message,
                limit=self._settings.wechat_reply_seconds,
                service=self._sending.service,
                menus=self._settings.wechat_account == "service",
                human=self._settings.wechat_human,
            )

        @routes.listener("before_server_stop")
        async def _stop(_: Sanic, __: Any) -> None:
            await self._exchange.finish()
            await self._sending.close()
            await self._once.close()
            self._kept.close()

        routes.add_route(refusing(self._check), "/callback", methods=["GET"], name="check")
        routes.add_route(refusing(self._receive), "/callback", methods=["POST"], name="receive")
        return routes

    async def _check(self, request: Request) -> HTTPResponse:
        """Prove to the platform that this address is the account's (消息推送的接入校验)."""
        self._check_signature(request, time.time())
        return response.text(request.args.get("echostr") or "")

    async def _receive(self, request: Request) -> HTTPResponse:
        now = time.time()
        self._check_signature(request, now)
        if len(request.body) > MAX_BODY:
            raise Refused(413, "body too long")
        message, sealed = self._open(request, now)
        try:
            reply = await self._exchange.reply_to(message)
        except RedisError as error:
            log.error("wechat without redis", error=type(error).__name__)
            reply = Reply(word("failed"))
        return self._response(message, reply, sealed)

    def _open(self, request: Request, now: float) -> tuple[Inbound, bool]:
        """The message, and whether it was encrypted."""
        if self._envelope is None:
            return read_message(request.body), False
        fields = read_xml(request.body)
        if "Encrypt" in fields:
            signature = request.args.get("msg_signature") or ""
            return read_message(self._envelope.open_body(fields, signature, *_when(request), now)), True
        if self._settings.wechat_mode == "secure":
            raise BadBody("not encrypted, in the secure mode")
        return read_message(request.body), False

    def _response(self, message: Inbound, reply: Reply, sealed: bool) -> HTTPResponse:
        now = time.time()
        if reply.transfer:
            xml = transfer_xml(message, now)
        elif reply.text:
            xml = text_xml(message, reply.text, now)
        else:
            return response.text(ACKNOWLEDGED)
        if sealed and self._envelope:
            xml = self._envelope.seal(xml, now)
        return HTTPResponse(xml, content_type="application/xml; charset=utf-8")

    def _check_signature(self, request: Request, now: float) -> None:
        given = request.args.get("signature") or ""
        check_signature(given, self._token, *_when(request), now=now, window=self._settings.wechat_window)


def _when(request: Request) -> tuple[str, str]:
    return request.args.get("timestamp") or "", request.args.get("nonce") or ""
