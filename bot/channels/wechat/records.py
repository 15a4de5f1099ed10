"""What the WeChat channels remember for sending, on one database: notices, windows, 微信客服's cursors."""

from __future__ import annotations

from bot.channels.wechat.kf_records import KfRecords
from bot.channels.wechat.windows import Windows
from bot.store.database import migrate
from bot.store.engine import open_engine
from bot.store.outbox import Outbox


class Records(Outbox, Windows, KfRecords):
    """Everything for sending."""


def open_records(url: str) -> Records:
    """Open the database at ``url`` and bring its schema up to date.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    engine = open_engine(url)
    migrate(engine)
    return Records(engine)
