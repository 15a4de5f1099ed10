"""The web channel's routes under ``/webhooks/web``.

``POST /session`` opens a session and returns its token, which every other request carries as ``Authorization: Bearer``.
``POST /messages`` answers one message as a stream of server-sent events, ``GET /events`` is the stream of everything that
is said in the session, ``GET /history`` what was said. ``POST /feedback``, ``/restart`` and ``/identity`` do as they say.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.rest import Refused
from bot.channels.web.hub import TooMany
from bot.channels.web.identity import BadIdentity, OtherMember, bind_claim, read_identity
from bot.channels.web.limits import RateLimit, open_limits
from bot.channels.web.notices import keep_delivering
from bot.channels.web.push import open_hub
from bot.channels.web.records import WebRecords, session_of
from bot.channels.web.requests import (
    TooOften,
    address_of,
    as_error,
    as_json,
    body_of,
    last_seen,
    message_of,
    token_of,
)
from bot.channels.web.streams import open_stream
from bot.channels.web.turns import CHANNEL, Turns, conversation_of
from bot.settings import Settings
from bot.store import Store, StoreUnavailable, UnknownPartner, open_store

SESSIONS_A_MINUTE = 30
"""Sessions that one address may open."""

Handler = Callable[..., Coroutine[Any, Any, Optional[HTTPResponse]]]


class WebChannel(InputChannel):
    """Rasa input channel for the widget."""

    def __init__(self, settings: Settings) -> None:
        """Work as the settings say; the database is opened when the server starts."""
        self._settings = settings
        self._idle = settings.web_session_days * 86400
        new_sessions = SESSIONS_A_MINUTE if settings.web_rate_address < 10_000 else 10_000
        limit = open_limits(settings.redis_url)
        self._by_session = limit("web-session", settings.web_rate_session)
        self._by_address = limit("web-address", settings.web_rate_address)
        self._new_sessions = limit("web-new", new_sessions)
        self._origins = {origin.strip().rstrip("/") for origin in settings.web_origins.split(",") if origin.strip()}
        self._hub = open_hub(settings.redis_url)
        self._records: WebRecords
        self._store: Store
        self._turns: Turns

    @classmethod
    def name(cls) -> str:
        """The channel's name: its URL, and the prefix of its conversations."""
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes (see parent class)."""
        routes = Blueprint("web_channel")
        self._live_with_server(routes, on_new_message)
        for method, path, handler in (
            ("POST", "/session", self._open_session),
            ("POST", "/identity", self._identify),
            ("POST", "/messages", self._post_message),
            ("GET", "/events", self._stream_events),
            ("GET", "/history", self._history),
            ("POST", "/feedback", self._feedback),
            ("POST", "/restart", self._restart),
        ):
            routes.add_route(self._guarded(handler), path, methods=[method], name=path[1:])
            routes.add_route(self._guarded(self._preflight), path, methods=["OPTIONS"], name=f"{path[1:]}_options")
        return routes

    def _live_with_server(self, routes: Blueprint, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> None:
        deliveries: list[asyncio.Task] = []

        @routes.listener("before_server_start")
        async def _start(_: Sanic, __: Any) -> None:
            url = self._settings.database_url
            self._store = await asyncio.to_thread(open_store, url)
            self._records = await asyncio.to_thread(WebRecords.open, url)
            await self._hub.open()
            self._turns = Turns(self._records, self._hub, on_new_message)
            deliveries.append(asyncio.ensure_future(keep_delivering(self._store, self._turns)))

        @routes.listener("before_server_stop")
        async def _stop(_: Sanic, __: Any) -> None:
            for task in deliveries:
                task.cancel()
            await self._turns.finish(self._settings.stop_grace)
            await self._hub.close()

    def _guarded(self, handler: Handler) -> Handler:
        """``handler`` with refusals, a lost database and the headers for other origins taken care of."""

        @wraps(handler)
        async def handle(request: Request) -> Optional[HTTPResponse]:
            try:
                answer = await handler(request)
            except TooOften as often:
                answer = as_error(often, retry_after=often.seconds)
                answer.headers["Retry-After"] = str(often.seconds)
            except Refused as refused:
                answer = as_error(refused)
            except TooMany:
                answer = as_error(Refused(503, "现在访问的人太多，请稍后再试。"))
            except StoreUnavailable:
                answer = as_error(Refused(503, "暂时无法保存对话，请稍后再试。"))
            if answer is not None:
                answer.headers.update({"Cache-Control": "no-store", **self._cors(request)})
            return answer

        return handle

    def _cors(self, request: Request) -> Dict[str, str]:
        origin = request.headers.get("origin", "")
        if origin not in self._origins:
            return {"Vary": "Origin"}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}

    async def _preflight(self, request: Request) -> HTTPResponse:
        headers = self._cors(request)
        if "Access-Control-Allow-Origin" in headers:
            headers["Access-Control-Allow-Methods"] = "GET, POST"
            headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            headers["Access-Control-Max-Age"] = "600"
        return response.empty(headers=headers)

    async def _open_session(self, request: Request) -> HTTPResponse:
        await self._permit(self._new_sessions, self._address(request))
        identity = body_of(request).get("identity")
        now = time.time()
        for gone in await asyncio.to_thread(self._records.purge, now - self._idle):
            await asyncio.to_thread(self._store.unbind, conversation_of(gone))
        token = await asyncio.to_thread(self._records.open_session, now)
        if identity is not None:
            await self._bind(session_of(token), identity)
        return as_json({"token": token})

    async def _identify(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        await self._permit(self._by_session, session)
        await self._bind(session, body_of(request).get("identity"))
        return as_json({})

    async def _bind(self, session: str, identity: Any) -> None:
        try:
            if not isinstance(identity, str):
                raise BadIdentity
            claim = read_identity(identity, self._settings.web_jwt_secret)
            now = dt.datetime.now(dt.timezone.utc)
            await asyncio.to_thread(bind_claim, self._store, conversation_of(session), claim, now)
        except (BadIdentity, UnknownPartner) as error:
            raise Refused(403, "页面给出的身份无效或已过期，请刷新页面。") from error
        except OtherMember as error:
            raise Refused(409, "这个会话属于另一位员工。") from error

    async def _post_message(self, request: Request) -> None:
        session = await self._session(request)
        client_id, text = message_of(body_of(request))
        await self._permit(self._by_address, self._address(request))
        await self._permit(self._by_session, session)
        with self._hub.listening(session) as events:
            message = await asyncio.to_thread(self._records.accept, session, client_id, text, time.time())
            again = message.done or self._turns.is_running(session, client_id)
            turn = None if message.done else self._turns.start(session, message)
            out = await open_stream(request, self._records, session, self._cors(request))
            if again:
                await out.tell_again(client_id, turn)
            else:
                await out.follow_turn(events, client_id)
        await out.end()

    async def _stream_events(self, request: Request) -> None:
        session = await self._session(request)
        await self._permit(self._by_address, self._address(request))
        async with self._hub.following(session) as events:
            out = await open_stream(request, self._records, session, self._cors(request))
            await out.follow_session(events, last_seen(request))
        await out.end()

    async def _history(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        await self._permit(self._by_address, self._address(request))
        messages = await asyncio.to_thread(self._records.messages, session)
        return as_json({"messages": [message.as_dict() for message in messages]})

    async def _feedback(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        await self._permit(self._by_session, session)
        body = body_of(request)
        message, useful = body.get("message"), body.get("useful")
        if not isinstance(message, int) or not 0 < message < 2**31 or not isinstance(useful, bool):
            raise Refused(400, "message 应是回复的编号，useful 应是 true 或 false。")
        if not await asyncio.to_thread(self._records.rate, session, message, useful, time.time()):
            raise Refused(404, "没有这条回复。")
        return as_json({})

    async def _restart(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        await self._permit(self._by_address, self._address(request))
        await self._permit(self._by_session, session)
        await asyncio.shield(self._turns.start_over(session))
        return as_json({})

    async def _session(self, request: Request) -> str:
        token = token_of(request)
        if token:
            session = session_of(token)
            if await asyncio.to_thread(self._records.use_session, session, time.time(), self._idle):
                return session
        raise Refused(401, "会话不存在或已过期。")

    async def _permit(self, limit: RateLimit, key: str) -> None:
        seconds = await limit.permit(key)
        if seconds:
            raise TooOften(seconds)

    def _address(self, request: Request) -> str:
        return address_of(request, self._settings.web_proxies)
