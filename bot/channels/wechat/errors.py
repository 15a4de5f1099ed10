"""What the platform's refusals mean, as sentences for the operator (``data/wechat/errors.yml``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from bot.settings import ROOT

TOKEN_CODES = frozenset({40001, 40014, 42001})
"""The token was refused; a new one may help."""
WINDOW_CODES = frozenset({45015, 45047, 95001, 95002})
"""The platform takes no more messages for this user until they write again."""

_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){2,7}")


class PlatformError(Exception):
    """The platform did not do what was asked; the message is a sentence in Chinese, without token or secret.

    Attributes:
        code: the platform's ``errcode``; None when there was no answer to read.
    """

    def __init__(self, sentence: str, code: int | None = None) -> None:
        """Keep sentence and code."""
        super().__init__(sentence)
        self.code = code


class Unreachable(PlatformError):
    """No answer came, or none that can be read; whether the platform did what was asked is not known."""


class NotNow(PlatformError):
    """The platform's rules forbid to send now, so it was not asked.

    Attributes:
        seconds: until it is allowed again; None when that depends on the user.
    """

    def __init__(self, sentence: str, seconds: float | None = None) -> None:
        """Keep sentence and wait."""
        super().__init__(sentence)
        self.seconds = seconds


@lru_cache(maxsize=1)
def _sentences() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "data" / "wechat" / "errors.yml").read_text(encoding="utf-8"))
    return content


def explain(side: str, code: int, message: str = "") -> str:
    """The sentence for an ``errcode``.

    Args:
        side: ``official``, ``wecom`` or ``send_fail``.
        code: the platform's.
        message: the platform's ``errmsg``; an address in it is told, nothing else.
    """
    found = _sentences()[side].get(code)
    if found is None:
        return other("unknown", code=code)
    seen = _ADDRESS.search(message)
    return f"{found.format(ip=seen.group() if seen else other('no_address'))}（错误码 {code}）"


def other(key: str, **values: object) -> str:
    """A sentence for what has no code."""
    return str(_sentences()["other"][key]).format(**values)
