"""What the WeChat channels remember for sending, on one database: notices, windows, 微信客服's cursors."""

from __future__ import annotations

from bot.channels.wechat.kf_records import KfRecords
from bot.channels.wechat.windows import Windows
from bot.store.outbox import Outbox


class Records(Outbox, Windows, KfRecords):
    """Everything for sending."""
