"""What requests of the web channel may carry, and how they are answered: sizes, ids, texts, JSON."""

from __future__ import annotations

import re
from typing import Any, Dict

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.rest import Refused

MAX_BODY = 8 * 1024
"""Bytes of a request body that are read."""
MAX_TEXT = 2000
"""Characters of a message."""

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class TooOften(Refused):
    """Somebody asks faster than allowed; ``seconds`` until the next try."""

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(429, f"您发得太快了，请 {seconds} 秒后再试。")
        self.seconds = seconds


def body_of(request: Request) -> Dict[str, Any]:
    """The JSON object that a request carries, empty when it has no body.

    Raises:
        Refused: it is too long, or no JSON object.
    """
    if len(request.body) > MAX_BODY:
        raise Refused(413, f"请求体不能超过 {MAX_BODY // 1024} KB。")
    try:
        body = request.json if request.body else {}
    except Exception as error:  # Sanic raises its own error for anything that is not JSON
        raise Refused(400, "请求体应是 JSON。") from error
    if not isinstance(body, dict):
        raise Refused(400, "请求体应是 JSON 对象。")
    return body


def message_of(body: Dict[str, Any]) -> tuple[str, str]:
    """The client's id of a message, and its text.

    Raises:
        Refused: one of them is not as agreed.
    """
    client_id, text = body.get("id"), body.get("text")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise Refused(400, "id 应是 8–64 个字母、数字、- 或 _。")
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, "text 应是不为空的文字。")
    if len(text) > MAX_TEXT:
        raise Refused(413, f"一条消息最多 {MAX_TEXT} 个字，请分几条发。")
    # Half a surrogate pair is no character; a NUL is none that PostgreSQL keeps.
    return client_id, text.encode("utf-8", "replace").decode().replace("\x00", "")


def token_of(request: Request) -> str | None:
    """The token that a request shows, when it has the form of one."""
    token = request.token or ""
    return token if _TOKEN.fullmatch(token) else None


def last_seen(request: Request) -> int:
    """The id of the last message that the client has (``?after=``); 0 when it says none."""
    text = request.args.get("after", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def address_of(request: Request, trusted: int) -> str:
    """Who is asking; behind ``trusted`` proxies, the address that the outermost of them has seen."""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    return hops[-trusted] if 0 < trusted <= len(hops) else request.ip


def as_json(content: Dict[str, Any], status: int = 200) -> HTTPResponse:
    """``content`` as an answer."""
    return response.json(content, status=status, ensure_ascii=False)


def as_error(refused: Refused, **more: Any) -> HTTPResponse:
    """A refusal as an answer."""
    return as_json({"error": refused.reason, **more}, refused.status)
