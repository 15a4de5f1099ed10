"""What the callbacks of WeCom and 微信客服 have in common: encrypted both ways, always."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import structlog
from sanic.request import Request
from sanic.response import HTTPResponse, text

from bot.channels.wechat.crypto import Envelope, Refused, read_xml

MAX_BODY = 64 * 1024
"""Bytes of a request body that are read."""

Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]
log = structlog.get_logger()


def refusing(handler: Handler) -> Handler:
    """``handler`` with refusals answered by their status, and logged without what was sent."""

    @wraps(handler)
    async def handle(request: Request) -> HTTPResponse:
        try:
            return await handler(request)
        except Refused as refused:
            log.warning("callback refused", path=request.path, status=refused.status, reason=refused.reason)
            return text("", status=refused.status)

    return handle


def open_echo(request: Request, envelope: Envelope) -> HTTPResponse:
    """The answer to the check of the address: ``echostr`` in plain, and nothing else (path/90238).

    Raises:
        Refused: it does not come from the platform.
    """
    return text(envelope.open(request.args.get("echostr") or "", *_seal_of(request), time.time()))


def open_message(request: Request, envelope: Envelope) -> str:
    """The XML that a callback brings.

    Raises:
        Refused: it does not come from the platform, or is not what it sends.
    """
    if len(request.body) > MAX_BODY:
        raise Refused(413, "body too long")
    return envelope.open_body(read_xml(request.body), *_seal_of(request), time.time())


def _seal_of(request: Request) -> tuple[str, str, str]:
    signature, timestamp, nonce = (request.args.get(name) or "" for name in ("msg_signature", "timestamp", "nonce"))
    return signature, timestamp, nonce
