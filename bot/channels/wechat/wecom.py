"""Callbacks of a corporation: ``/webhooks/wecom/callback`` of its application, ``/webhooks/wxkf/callback`` of 微信客服.

微信客服 either has a callback of its own, or is given to the application (「可调用接口的应用」); then its events come there.
Source: developer.work.weixin.qq.com/document/path/90238, 90240, 94670.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from rasa.core.channels.channel import InputChannel, UserMessage
from redis.exceptions import RedisError
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.wechat.accounts import wecom_account, wxkf_account
from bot.channels.wechat.callback import open_echo, open_message, refusing
from bot.channels.wechat.crypto import BadBody, Envelope, read_xml
from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.inbound import Inbound, read_message
from bot.channels.wechat.render import text_xml
from bot.channels.wechat.reply import Reply
from bot.channels.wechat.wecom_sending import KF_CHANNEL, WECOM_CHANNEL, Customers, Members, Running
from bot.channels.wechat.words import word
from bot.settings import Settings

KF_EVENT = "kf_msg_or_event"
CARD_EVENT = "template_card_event"

log = structlog.get_logger()


class WeComChannel(InputChannel):
    """Rasa input channel for one application of WeCom."""

    def __init__(self, settings: Settings) -> None:
        """Work as the settings say; databases and connections are opened when the server starts."""
        self._settings = settings
        token, key = settings.wecom_token.get_secret_value(), settings.wecom_aes_key.get_secret_value()
        self._envelope = Envelope(token, key, settings.wecom_corp_id, settings.wechat_window)
        self._running: Running
        self._members: Members
        self._customers: Customers

    @classmethod
    def name(cls) -> str:
        """The channel's name: its URL, and the prefix of its conversations."""
        return WECOM_CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes (see parent class)."""
        routes = Blueprint("wecom_channel")

        @routes.listener("before_server_start")
        async def _start(_: Sanic, __: Any) -> None:
            self._running = await Running.open(wecom_account(self._settings), self._settings)
            self._members = Members(self._running, on_new_message)
            alone = not self._settings.wxkf_secret.get_secret_value()
            self._customers = Customers(self._running, on_new_message, notify=alone)
            if alone:
                await self._customers.desk.resume()

        @routes.listener("before_server_stop")
        async def _stop(_: Sanic, __: Any) -> None:
            await self._customers.finish()
            await self._members.exchange.finish()
            await self._running.close()

        @refusing
        async def check(request: Request) -> HTTPResponse:
            return open_echo(request, self._envelope)

        routes.add_route(check, "/callback", methods=["GET"], name="check")
        routes.add_route(refusing(self._receive), "/callback", methods=["POST"], name="receive")
        return routes

    async def _receive(self, request: Request) -> HTTPResponse:
        xml = open_message(request, self._envelope)
        if _told_kf(xml, self._customers):
            return response.text("")
        message = read_message(xml)
        clicked = message.event == CARD_EVENT
        try:
            reply = await self._members.exchange.reply_to(replace(message, event="click") if clicked else message)
        except RedisError as error:
            log.error("wecom without redis", error=type(error).__name__)
            reply = Reply(word("failed"))
        if not reply.text:
            return response.text("")
        if clicked:  # the platform takes no text in answer to a card
            if await self._running.once.begin(f"pushed|{message.once_key}"):
                await self._push(message, reply.text)
            return response.text("")
        now = time.time()
        sealed = self._envelope.seal(text_xml(message, reply.text, now), now)
        return HTTPResponse(sealed, content_type="application/xml; charset=utf-8")

    async def _push(self, message: Inbound, text: str) -> None:
        try:
            await self._members.service.send_text(message.sender, text)
        except PlatformError as error:
            log.warning("answer to a card not sent", error=str(error))


class WxkfChannel(InputChannel):
    """Rasa input channel for 微信客服 with a callback of its own."""

    def __init__(self, settings: Settings) -> None:
        """Work as the settings say; databases and connections are opened when the server starts."""
        self._settings = settings
        token, key = settings.wxkf_token.get_secret_value(), settings.wxkf_aes_key.get_secret_value()
        self._envelope = Envelope(token, key, settings.wecom_corp_id, settings.wechat_window)
        self._running: Running
        self._customers: Customers

    @classmethod
    def name(cls) -> str:
        """The channel's name: its URL, and the prefix of its conversations."""
        return KF_CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes (see parent class)."""
        routes = Blueprint("wxkf_channel")

        @routes.listener("before_server_start")
        async def _start(_: Sanic, __: Any) -> None:
            self._running = await Running.open(wxkf_account(self._settings), self._settings)
            self._customers = Customers(self._running, on_new_message, notify=True)
            await self._customers.desk.resume()

        @routes.listener("before_server_stop")
        async def _stop(_: Sanic, __: Any) -> None:
            await self._customers.finish()
            await self._running.close()

        @refusing
        async def check(request: Request) -> HTTPResponse:
            return open_echo(request, self._envelope)

        @refusing
        async def receive(request: Request) -> HTTPResponse:
            _told_kf(open_message(request, self._envelope), self._customers)
            return response.text("")

        routes.add_route(check, "/callback", methods=["GET"], name="check")
        routes.add_route(receive, "/callback", methods=["POST"], name="receive")
        return routes


def _told_kf(xml: str, customers: Customers) -> bool:
    """Whether ``xml`` is the event that there is something to fetch, which has no sender; then it is being fetched.

    Raises:
        BadBody: it is no message.
    """
    fields = read_xml(xml)
    if str(fields.get("Event", "")).lower() != KF_EVENT:
        return False
    account, token = fields.get("OpenKfId"), fields.get("Token")
    if not isinstance(account, str) or not account or ":" in account or "|" in account or len(account) > 64:
        raise BadBody("no proper account")
    customers.desk.something_new(account, token if isinstance(token, str) else "")
    return True
