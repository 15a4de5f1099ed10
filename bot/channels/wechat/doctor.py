"""Is WeChat set up? Checks one thing after the other and says for each what to do (``csp doctor wechat``)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import yaml
from redis.exceptions import RedisError

from bot.settings import ROOT, Settings
from bot.shared_redis import open_redis
from bot.store import StoreUnavailable


class State(str, Enum):
    """How a check ended."""

    OK = "ok"
    HINT = "hint"
    """Works as it is, but could be better, or was not checked."""
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        part: ``official``, ``wecom``, ``wxkf`` or ``common``.
        check: what was checked, a key of ``names`` in the texts.
        state: how it ended.
        text: a sentence in Chinese: what is, and what to do.
    """

    part: str
    check: str
    state: State
    text: str

    def line(self) -> str:
        """For the terminal."""
        return f"{texts()['states'][self.state.value]} {texts()['names'][self.check]}：{self.text}"


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """What the doctor says."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "data" / "wechat" / "doctor.yml").read_text(encoding="utf-8"))
    return content


def finding(part: str, check: str, state: State, key: str, **values: object) -> Finding:
    """The finding whose sentence is ``check.key``, filled with ``values``."""
    return Finding(part, check, state, str(texts()[check][key]).format(**values))


async def examine(settings: Settings, url: str = "") -> list[Finding]:
    """Everything that can be checked.

    Args:
        settings: what is configured; what is not is named and left out.
        url: where the assistant is reachable (``https://host``, no path); empty: on this machine.
    """
    from bot.channels.wechat.doctor_official import examine_official
    from bot.channels.wechat.doctor_wecom import examine_wecom, examine_wxkf

    if not (settings.wechat_app_id or settings.wecom_corp_id):
        return [finding("common", "settings", State.FAULT, "nothing")]
    base = url.rstrip("/")
    found = await examine_official(settings, base)
    found += await examine_wecom(settings, base)
    found += await examine_wxkf(settings, base)
    return [*found, await _redis(settings), *await asyncio.to_thread(_database, settings)]


def ill(findings: Iterable[Finding]) -> bool:
    """Whether something must be changed."""
    return any(f.state is State.FAULT for f in findings)


async def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        return finding("common", "redis", State.HINT, "none")
    connection = open_redis(settings.redis_url)
    try:
        await connection.ping()
    except (RedisError, OSError):
        return finding("common", "redis", State.FAULT, "fault")
    finally:
        await connection.close()
    return finding("common", "redis", State.OK, "ok")


def _database(settings: Settings) -> list[Finding]:
    from bot.channels.wechat.records import Records

    try:
        records = Records.open(settings.database_url)
        kept = records.kept_notices()
        records.close()
    except StoreUnavailable:
        return [finding("common", "database", State.FAULT, "fault")]
    found = [finding("common", "database", State.OK, "ok")]
    if kept:
        waiting = finding("common", "notices", State.HINT, "waiting", count=len(kept), reason=kept[0].reason)
        return [*found, waiting]
    return [*found, finding("common", "notices", State.OK, "ok")]
