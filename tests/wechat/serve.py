"""The assistant's server for these tests, with settings from the environment.

With a model it is the whole assistant; a text that begins with 「慢1.5」 is answered 1.5 s late, as if the turn took so long.
Without one, the channels are the real ones and the assistant is a script that does as the text says (see ``Script``).
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage, register
from sanic import Sanic

from bot.channels.wechat import wechat_channels
from bot.logs import configure_logs
from bot.server import create_app
from bot.settings import Settings, settings

ORDER = {
    "kind": "order",
    "number": "CSP20160315001",
    "customer": "北京晨光贸易有限公司",
    "product": "Office 365 企业版 E3",
    "quantity": 25,
    "years": 1,
    "stage": "待付款",
    "since": "2016-03-18",
    "steps": [{"name": "盖章", "state": "done"}, {"name": "付款", "state": "now"}, {"name": "开通", "state": "todo"}],
    "waiting_for": {"action": "按付款通知付款", "actor": "您这边（代理商）"},
    "due": None,
    "overdue": 2,
}
_SLOW = re.compile(r"慢(\d+(?:\.\d+)?)\s*")


async def linger(message: UserMessage) -> None:
    """Take the time that the text asks for, and forget that it asked."""
    found = _SLOW.match(message.text or "")
    if found:
        await asyncio.sleep(float(found[1]))
        message.text = (message.text or "")[found.end() :]


class Slowed:
    """An agent whose turns take longer on demand."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent

    async def handle_message(self, message: UserMessage) -> Any:
        await linger(message)
        return await self._agent.handle_message(message)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._agent, name)


class Script:
    """Says ``答：<text>``, or: 长N → N lines, 选 → options, 卡 → a card, 单 → an order's card, 两条 → two messages, 错 → an error, 静 → nothing."""

    def __init__(self) -> None:
        self.turns: dict[str, asyncio.Lock] = {}

    async def handle_message(self, message: UserMessage) -> None:
        async with self.turns.setdefault(message.sender_id, asyncio.Lock()):  # as the agent's own locks do
            await linger(message)
            await self._answer(message.text or "", message.sender_id, message.output_channel)

    async def _answer(self, text: str, sender: str, output: Any) -> None:
        if text.startswith("长"):
            lines = "\n".join(f"第{number}行：这一行讲的是盖章和寄件的事。" for number in range(int(text[1:])))
            await output.send_text_message(sender, lines)
        elif text == "选":
            buttons = [{"title": title, "payload": title, "leaf": "x"} for title in ("云总代有哪几家", "怎么付款")]
            await output.send_text_with_buttons(sender, "**您**想问哪个？", buttons)
        elif text == "卡":
            await output.send_text_message(sender, "订单在审核。")
            await output.send_custom_json(sender, {"card": "order", "text": "订单在审核。"})
        elif text == "单":
            buttons = [{"title": "转人工", "payload": "转人工", "leaf": "human/request"}]
            await output.send_text_with_buttons(sender, "晨光那单在审核。", buttons)
            await output.send_custom_json(sender, {"parts": [{"text": "看这里"}, {"card": ORDER}]})
        elif text == "两条":
            await output.send_text_message(sender, "第一条。")
            await output.send_text_message(sender, "第二条。")
        elif text == "错":
            raise RuntimeError("as asked")
        elif text != "静":
            await output.send_text_message(sender, f"答：{text}（{sender}）")


def scripted(own: Settings) -> Sanic:
    """The WeChat channels before a script."""
    app = Sanic("scripted")
    app.ctx.agent = Script()
    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = 1024 * 1024
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = own.stop_grace
    register(wechat_channels(own), app, route="/webhooks/")
    return app


def whole(model: Path, own: Settings) -> Sanic:
    """The assistant, slowed on demand."""
    app = create_app(model, own)

    @app.before_server_start
    async def _slow(app: Sanic, _: Any) -> None:
        app.ctx.agent = Slowed(app.ctx.agent)

    return app


def serve(model: str) -> None:
    """Serve until SIGTERM; without ``model``, the script."""
    own = settings()
    configure_logs(with_text=False)
    app = whole(Path(model), own) if model else scripted(own)
    app.run(host=own.host, port=own.port, access_log=False, motd=False, register_sys_signals=not model)
