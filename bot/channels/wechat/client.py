"""The platform's API: ``api.weixin.qq.com`` for official accounts, ``qyapi.weixin.qq.com`` for WeCom and 微信客服.

One client an account. A call carries the account's token; when that is refused, the call is made once more with a new one,
never a third time. Neither token nor secret is in any error or log line.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import redis.asyncio
import structlog

from bot.channels.wechat.errors import TOKEN_CODES, PlatformError, Unreachable, explain, other
from bot.channels.wechat.tokens import TokenHere, Tokens, TokenShared, TokenStore

TIMEOUT = 5.0
"""Seconds that a call may take."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Account:
    """Who calls.

    Attributes:
        side: ``official`` or ``wecom`` (also 微信客服): which API, and which words for its errors.
        id: AppID, or 企业ID (corp_id).
        secret: AppSecret, or the application's Secret.
        api: where the API is, without a slash at the end.
    """

    side: str
    id: str
    secret: str = field(repr=False)
    api: str

    @property
    def key(self) -> str:
        """A name under which processes with the same credentials meet; it tells nothing of the secret."""
        return hashlib.sha256("\n".join((self.api, self.id, self.secret)).encode()).hexdigest()[:32]


class PlatformClient:
    """Calls the API for one account. Belongs to one event loop."""

    def __init__(self, account: Account, shared: redis.asyncio.Redis | None = None, timeout: float = TIMEOUT) -> None:
        """Connect at the first call; share the token through ``shared`` if it is given."""
        self._account = account
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        store: TokenStore = TokenShared(shared, account.key) if shared else TokenHere()
        self._tokens = Tokens(self._fetch_token, store, can_force=account.side == "official")

    async def call(self, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """Call ``path`` (``message/custom/send``) with ``body`` as JSON, or as GET without one; returns the answer.

        Raises:
            PlatformError: the platform refused; its subclass :class:`Unreachable`: it gave no answer.
        """
        token = await self._tokens.get()
        try:
            return await self._ask(path, body, {**query, "access_token": token})
        except PlatformError as error:
            if error.code not in TOKEN_CODES:
                raise
            log.info("access token refused", account=self._account.id, path=path, code=error.code)
        token = await self._tokens.renew(token)
        return await self._ask(path, body, {**query, "access_token": token})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _fetch_token(self, force: bool) -> tuple[str, float]:
        account = self._account
        if account.side == "official":
            body = {"grant_type": "client_credential", "appid": account.id, "secret": account.secret}
            answer = await self._ask("stable_token", {**body, "force_refresh": force}, {})
        else:
            answer = await self._ask("gettoken", None, {"corpid": account.id, "corpsecret": account.secret})
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, (int, float)):
            raise Unreachable(other("unreadable", status=200))
        log.info("access token fetched", account=account.id, forced=force)
        return token, float(seconds)

    async def _ask(self, path: str, body: dict[str, Any] | None, query: dict[str, str]) -> dict[str, Any]:
        """One request. What aiohttp raises may hold the address, and with it the token: it is not passed on."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        # The platform shows \uXXXX as it stands, hence UTF-8.
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        address = f"{self._account.api}/cgi-bin/{path}"
        try:
            async with self._session.request(
                "GET" if data is None else "POST",
                address,
                params=query,
                data=data,
                headers=None if data is None else {"Content-Type": "application/json; charset=utf-8"},
                allow_redirects=False,
            ) as response:
                status, content = response.status, await response.read()
        except asyncio.TimeoutError:
            raise Unreachable(other("timeout", seconds=f"{self._timeout:g}")) from None
        except (aiohttp.ClientError, OSError):
            raise Unreachable(other("unreachable", host=urlsplit(address).netloc)) from None
        return self._read(status, content, path)

    def _read(self, status: int, content: bytes, path: str) -> dict[str, Any]:
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if status != 200 or not isinstance(answer, dict):
            raise Unreachable(other("unreadable", status=status))
        code = answer.get("errcode", 0)
        if code:
            log.info("platform refused", account=self._account.id, path=path, code=code)
            raise PlatformError(explain(self._account.side, code, str(answer.get("errmsg", ""))), code)
        return answer
