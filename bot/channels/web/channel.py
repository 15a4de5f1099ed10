"""The web channel's routes under ``/webhooks/web``.

``POST /session`` opens a session and returns its token, which every other request carries as ``Authorization: Bearer``.
``POST /messages`` answers one message as a stream of server-sent events, ``GET /events`` is the stream of everything that
is said in the session, ``GET /history`` what was said. ``POST /feedback``, ``/restart`` and ``/identity`` do as they say.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import time
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, Optional

import structlog
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.rest import Refused
from bot.channels.web.hub import Event, Hub, Stream, TooMany
from bot.channels.web.identity import BadIdentity, OtherMember, bind_claim, read_identity
from bot.channels.web.limits import RateLimit
from bot.channels.web.notices import keep_delivering
from bot.channels.web.records import WebRecords, session_of
from bot.channels.web.turns import CHANNEL, Turns, conversation_of
from bot.settings import Settings
from bot.store import Store, StoreUnavailable, UnknownPartner, open_store

MAX_BODY = 8 * 1024
"""Bytes of a request body that are read."""
MAX_TEXT = 2000
"""Characters of a message."""
HEARTBEAT = 15.0
"""Seconds after which a silent stream shows that it is alive."""
SESSIONS_A_MINUTE = 30
"""Sessions that one address may open."""

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Handler = Callable[..., Coroutine[Any, Any, Optional[HTTPResponse]]]
log = structlog.get_logger()


class TooOften(Refused):
    """Somebody asks faster than allowed; ``seconds`` until the next try."""

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(429, f"您发得太快了，请 {seconds} 秒后再试。")
        self.seconds = seconds


class WebChannel(InputChannel):
    """Rasa input channel for the widget."""

    def __init__(self, settings: Settings) -> None:
        """Work as the settings say; the database is opened when the server starts."""
        self._settings = settings
        self._idle = settings.web_session_days * 86400
        self._by_session = RateLimit(settings.web_rate_session)
        self._by_address = RateLimit(settings.web_rate_address)
        self._new_sessions = RateLimit(SESSIONS_A_MINUTE if settings.web_rate_address < 10_000 else 10_000)
        self._origins = {origin.strip().rstrip("/") for origin in settings.web_origins.split(",") if origin.strip()}
        self._hub = Hub()
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
            self._records = await asyncio.to_thread(WebRecords, url)
            self._turns = Turns(self._records, self._hub, on_new_message)
            deliveries.append(asyncio.ensure_future(keep_delivering(self._store, self._turns)))

        @routes.listener("before_server_stop")
        async def _stop(_: Sanic, __: Any) -> None:
            for task in deliveries:
                task.cancel()
            await self._turns.finish()
            self._hub.close()

    def _guarded(self, handler: Handler) -> Handler:
        """``handler`` with refusals, a lost database and the headers for other origins taken care of."""

        @wraps(handler)
        async def handle(request: Request) -> Optional[HTTPResponse]:
            try:
                answer = await handler(request)
            except TooOften as often:
                answer = _error(often, retry_after=often.seconds)
                answer.headers["Retry-After"] = str(often.seconds)
            except Refused as refused:
                answer = _error(refused)
            except TooMany:
                answer = _error(Refused(503, "现在访问的人太多，请稍后再试。"))
            except StoreUnavailable:
                answer = _error(Refused(503, "暂时无法保存对话，请稍后再试。"))
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
        self._permit(self._new_sessions, self._address(request))
        identity = _body(request).get("identity")
        now = time.time()
        for gone in await asyncio.to_thread(self._records.purge, now - self._idle):
            await asyncio.to_thread(self._store.unbind, conversation_of(gone))
        token = await asyncio.to_thread(self._records.open_session, now)
        if identity is not None:
            await self._bind(session_of(token), identity)
        return _json({"token": token})

    async def _identify(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        self._permit(self._by_session, session)
        await self._bind(session, _body(request).get("identity"))
        return _json({})

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
        client_id, text = _message(_body(request))
        self._permit(self._by_address, self._address(request))
        self._permit(self._by_session, session)
        with self._hub.listening(session) as stream:
            message = await asyncio.to_thread(self._records.accept, session, client_id, text, time.time())
            again = message.done or self._turns.is_running(session, client_id)
            turn = None if message.done else self._turns.start(session, message)
            out = await request.respond(
                content_type="text/event-stream", headers={**_STREAM_HEADERS, **self._cors(request)}
            )
            if again:
                answered = turn is None or await asyncio.shield(turn)
                await self._tell_again(out, session, client_id, answered)
            else:
                await _follow_turn(out, stream, client_id)
        await out.eof()

    async def _tell_again(self, out: Any, session: str, client_id: str, answered: bool) -> None:
        if not answered:
            await out.send(_frame(Event("failed", {"cid": client_id})))
            return
        replies = await asyncio.to_thread(self._records.replies, session, client_id)
        for reply in replies:
            await out.send(_frame(Event("message", reply.as_dict())))
        await out.send(_frame(Event("done", {"cid": client_id, "ids": [reply.id for reply in replies]})))

    async def _stream_events(self, request: Request) -> None:
        session = await self._session(request)
        self._permit(self._by_address, self._address(request))
        last = _number(request.args.get("after", "0"))
        with self._hub.listening(session) as stream:
            out = await request.respond(
                content_type="text/event-stream", headers={**_STREAM_HEADERS, **self._cors(request)}
            )
            hidden = await asyncio.to_thread(self._records.hidden_to, session)
            await out.send(_frame(Event("cleared", {"to": hidden})))
            last = await self._catch_up(out, session, last)
            while True:
                try:
                    event = await asyncio.wait_for(stream.get(), HEARTBEAT)
                except asyncio.TimeoutError:
                    # What another process of this service has said is found here.
                    last = await self._catch_up(out, session, last)
                    await out.send(": \n\n")
                    continue
                if event is None:
                    break
                await out.send(_frame(event))
                last = max(last, event.data.get("id", 0))
        await out.eof()

    async def _catch_up(self, out: Any, session: str, last: int) -> int:
        for message in await asyncio.to_thread(self._records.messages, session, last):
            await out.send(_frame(Event("message", message.as_dict())))
            last = message.id
        return last

    async def _history(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        self._permit(self._by_address, self._address(request))
        messages = await asyncio.to_thread(self._records.messages, session)
        return _json({"messages": [message.as_dict() for message in messages]})

    async def _feedback(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        self._permit(self._by_session, session)
        body = _body(request)
        message, useful = body.get("message"), body.get("useful")
        if not isinstance(message, int) or not 0 < message < 2**31 or not isinstance(useful, bool):
            raise Refused(400, "message 应是回复的编号，useful 应是 true 或 false。")
        if not await asyncio.to_thread(self._records.rate, session, message, useful, time.time()):
            raise Refused(404, "没有这条回复。")
        return _json({})

    async def _restart(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        self._permit(self._by_address, self._address(request))
        self._permit(self._by_session, session)
        await asyncio.shield(self._turns.start_over(session))
        return _json({})

    async def _session(self, request: Request) -> str:
        token = request.token or ""
        if _TOKEN.fullmatch(token):
            session = session_of(token)
            if await asyncio.to_thread(self._records.use_session, session, time.time(), self._idle):
                return session
        raise Refused(401, "会话不存在或已过期。")

    def _permit(self, limit: RateLimit, key: str) -> None:
        seconds = limit.wait(key, time.monotonic())
        if seconds:
            raise TooOften(seconds)

    def _address(self, request: Request) -> str:
        """Who is asking; behind proxies, the address that the outermost one that we trust has seen."""
        trusted = self._settings.web_proxies
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        return hops[-trusted] if 0 < trusted <= len(hops) else request.ip


async def _follow_turn(out: Any, stream: Stream, client_id: str) -> None:
    """Pass on what concerns one message until it is answered."""
    while True:
        event = await stream.get()
        if event is None:
            return
        if client_id in (event.data.get("cid"), event.data.get("reply")):
            await out.send(_frame(event))
            if event.name in ("done", "failed"):
                return


def _frame(event: Event) -> str:
    return f"event: {event.name}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n"


def _json(content: Dict[str, Any], status: int = 200) -> HTTPResponse:
    return response.json(content, status=status, ensure_ascii=False)


def _error(refused: Refused, **more: Any) -> HTTPResponse:
    return _json({"error": refused.reason, **more}, refused.status)


def _body(request: Request) -> Dict[str, Any]:
    if len(request.body) > MAX_BODY:
        raise Refused(413, f"请求体不能超过 {MAX_BODY // 1024} KB。")
    try:
        body = request.json if request.body else {}
    except Exception as error:  # Sanic raises its own error for anything that is not JSON
        raise Refused(400, "请求体应是 JSON。") from error
    if not isinstance(body, dict):
        raise Refused(400, "请求体应是 JSON 对象。")
    return body


def _message(body: Dict[str, Any]) -> tuple[str, str]:
    client_id, text = body.get("id"), body.get("text")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise Refused(400, "id 应是 8–64 个字母、数字、- 或 _。")
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, "text 应是不为空的文字。")
    if len(text) > MAX_TEXT:
        raise Refused(413, f"一条消息最多 {MAX_TEXT} 个字，请分几条发。")
    # Half a surrogate pair is no character; a NUL is none that PostgreSQL keeps.
    return client_id, text.encode("utf-8", "replace").decode().replace("\x00", "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
