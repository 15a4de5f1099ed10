"""An official account's API that minds what the platform minds: forced renewals, the IP white list, permissions."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from aiohttp import web

from tests.wechat.api import Api, Refusal

FORCED_APART = 30.0


class StrictApi(Api):
    """``clock`` is moved by tests; ``tokens`` lives by it."""

    def __init__(self, app_id: str = "wx0123456789abcdef", secret: str = "0123456789abcdef0123456789abcdef") -> None:
        super().__init__(app_id, secret)
        self.white_list = True
        self.permitted = True
        self.forced_at = float("-inf")
        self.forced_too_early = 0
        self.rotting = False
        """Every token is refused, new ones too."""
        self.raw: bytes | None = None
        """What every call is answered with, whatever it is."""
        self.status = 200
        self.routes["/cgi-bin/get_current_selfmenu_info"] = (lambda _: {"is_menu_open": 1}, True)

    @property
    def token_calls(self) -> list[dict[str, Any]]:
        return [body for path, body in self.calls if path == "/cgi-bin/stable_token"]

    def revoke(self) -> None:
        """The present token is not the latest any more (somebody else forced a renewal)."""
        self.tokens = {secrets.token_hex(16): time.monotonic() + self.token_seconds}

    def spoil(self) -> None:
        """The present token is refused while ``stable_token`` still hands it out."""
        self.spoilt = set(self.tokens)

    spoilt: set[str] = set()

    async def _handle(self, request: web.Request) -> web.Response:
        if self.raw is not None:
            return web.Response(body=self.raw, status=self.status)
        token = request.query.get("access_token")
        if token and (self.rotting or token in self.spoilt):
            self.calls.append((request.path, {}))
            return web.Response(text=json.dumps({"errcode": 40001, "errmsg": f"invalid credential, rid {token}"}))
        return await super()._handle(request)

    def stable_token(self, content: dict[str, Any]) -> dict[str, Any]:
        if not self.white_list:
            raise Refusal(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 66f3bd4d")
        if content.get("force_refresh"):
            now = time.monotonic()
            if now - self.forced_at < FORCED_APART:
                self.forced_too_early += 1
                content = {**content, "force_refresh": False}
            self.forced_at = now
        return super().stable_token(content)

    def send(self, content: dict[str, Any]) -> dict[str, Any]:
        if not self.permitted:
            raise Refusal(48001, "api unauthorized")
        if not content["touser"].startswith("o"):
            raise Refusal(40003, "invalid openid")
        return super().send(content)

    def create_menu(self, content: dict[str, Any]) -> dict[str, Any]:
        if not self.permitted:
            raise Refusal(48001, "api unauthorized")
        return super().create_menu(content)
