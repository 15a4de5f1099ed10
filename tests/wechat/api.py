"""The platform's API as a real HTTP server: tokens, customer-service messages, the menu; faults on demand.

A path's handler is a method that takes the request's JSON and returns the answer's; ``routes`` names them, so that more are
added by adding a method. ``fail`` makes the next calls of a path end with an error code, ``delay`` makes them slow.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

LONGEST_TEXT = 2048


class Refusal(Exception):
    """An ``errcode``."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Api:
    """One account's API. ``sent`` holds what reached users: (OpenID, message)."""

    def __init__(self, app_id: str, secret: str) -> None:
        self.app_id, self.secret = app_id, secret
        self.url = ""
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: dict[str, float] = {}
        self.token_seconds = 7200
        self.menu: dict[str, Any] | None = None
        self.left: dict[str, int] = defaultdict(int)
        self.delay: dict[str, float] = {}
        self.on_sent: Callable[[str, dict[str, Any]], None] = lambda openid, message: None
        self._faults: dict[str, deque[int]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None
        self.routes: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], bool]] = {  # (handler, needs a token)
            "/cgi-bin/stable_token": (self.stable_token, False),
            "/cgi-bin/message/custom/send": (self.send, True),
            "/cgi-bin/menu/create": (self.create_menu, True),
            "/cgi-bin/menu/get": (self.get_menu, True),
            "/cgi-bin/menu/delete": (self.delete_menu, True),
        }

    async def start(self, port: int = 0) -> str:
        """Listen on ``port``, or a free one; returns the address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self.url

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def fail(self, path: str, *codes: int) -> None:
        """Let the next calls of ``path`` end with ``codes``, one each."""
        self._faults[path].extend(codes)

    def opened(self, openid: str, count: int = 5) -> None:
        """The user wrote or clicked: ``count`` messages may be sent."""
        self.left[openid] = count

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        content = json.loads(body) if body else {}
        self.calls.append((request.path, content))
        if request.path not in self.routes:
            return web.Response(status=404)
        await asyncio.sleep(self.delay.get(request.path, 0))
        handler, needs_token = self.routes[request.path]
        try:
            if self._faults[request.path]:
                raise Refusal(self._faults[request.path].popleft(), "as asked")
            if needs_token and self.tokens.get(request.query.get("access_token", ""), 0) < time.monotonic():
                raise Refusal(40001, "invalid credential, access_token is invalid or not latest")
            answer = {"errcode": 0, "errmsg": "ok", **handler(content)}
        except Refusal as refusal:
            answer = {"errcode": refusal.code, "errmsg": refusal.message}
        return web.Response(text=json.dumps(answer, ensure_ascii=False), content_type="application/json")

    def stable_token(self, content: dict[str, Any]) -> dict[str, Any]:
        if content.get("appid") != self.app_id:
            raise Refusal(40013, "invalid appid")
        if content.get("secret") != self.secret:
            raise Refusal(40125, "invalid appsecret")
        now = time.monotonic()
        valid = [token for token, end in self.tokens.items() if end > now]
        if not valid or content.get("force_refresh"):
            self.tokens = {secrets.token_hex(16): now + self.token_seconds}
            valid = list(self.tokens)
        return {"access_token": valid[0], "expires_in": int(self.tokens[valid[0]] - now)}

    def send(self, content: dict[str, Any]) -> dict[str, Any]:
        openid = content["touser"]
        if self.left[openid] <= 0:
            raise Refusal(45047 if openid in self.left else 45015, "out of response count limit")
        text = content.get("text", {}).get("content", "")
        if len(text.encode()) > LONGEST_TEXT:
            raise Refusal(45002, "content size out of limit")
        self.left[openid] -= 1
        self.sent.append((openid, content))
        self.on_sent(openid, content)
        return {}

    def create_menu(self, content: dict[str, Any]) -> dict[str, Any]:
        self.menu = content
        return {}

    def get_menu(self, _: dict[str, Any]) -> dict[str, Any]:
        if self.menu is None:
            raise Refusal(46003, "menu no exist")
        return {"menu": self.menu}

    def delete_menu(self, _: dict[str, Any]) -> dict[str, Any]:
        self.menu = None
        return {}
