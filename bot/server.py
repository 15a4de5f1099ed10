"""One process that serves the assistant: Rasa's agent, the channels and the actions."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path
from typing import Any, Sequence

import structlog
from rasa.core.channels.channel import InputChannel, register
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.agent import load_agent, open_broker
from bot.channels.rest import RestChannel
from bot.channels.web import WebChannel, page_routes
from bot.settings import Settings
from bot.store.demo import DemoCode

log = structlog.get_logger()

QUIET = 0.5
"""Seconds without a request after which nobody is taken to be waiting."""


def create_app(model: Path, settings: Settings, demo_codes: Sequence[DemoCode] = ()) -> Sanic:
    """The Sanic application with its channels; the agent is loaded before the first request is taken.

    Args:
        model: the trained model.
        settings: of this process.
        demo_codes: codes to bind with that the page shows.
    """
    app = Sanic("csp")
    app.ctx.demo_codes = demo_codes
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = settings.stop_grace  # SIGTERM: turns under way are finished first
    app.config.REQUEST_MAX_SIZE = 1024 * 1024
    app.config.ACCESS_LOG = False
    register(_channels(settings), app, route="/webhooks/")
    app.blueprint(page_routes())

    @app.before_server_start
    async def _load(app: Sanic, _: Any) -> None:
        app.ctx.broker = await open_broker(settings.broker_url) if settings.broker_url else None
        app.ctx.agent = load_agent(model, settings, app.ctx.broker)
        await app.ctx.agent.warm_up()

    _stop_when_quiet(app, settings.stop_grace)

    @app.after_server_start
    async def _ready(app: Sanic, _: Any) -> None:
        log.info("ready", url=f"http://{settings.host}:{settings.port}/", model=model.name)

    @app.after_server_stop
    async def _close(app: Sanic, _: Any) -> None:
        if app.ctx.broker is not None:
            await app.ctx.broker.close()

    @app.get("/healthz")
    async def _health(_: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @app.exception(Exception)
    async def _failed(request: Request, error: Exception) -> HTTPResponse:
        status = getattr(error, "status_code", 500)
        if status >= 500:
            log.error("request failed", path=request.path, error=type(error).__name__, exc_info=error)
        reason = {404: "没有这个地址。", 405: "这个地址不接受这种请求。", 413: "请求体太大。"}.get(
            status, "出错了，请稍后再试。"
        )
        return response.json({"error": reason}, status=status, ensure_ascii=False)

    return app


def _stop_when_quiet(app: Sanic, grace: float) -> None:
    """On SIGTERM or SIGINT go on until no request has been under way for a moment, then stop.

    Sanic would close the listener at once, and with it the connections that wait in the kernel's queue or have not been
    read yet: their messages would be lost.
    """
    app.ctx.under_way = 0
    app.ctx.latest = 0.0

    @app.on_request
    async def _begun(_: Request) -> None:
        app.ctx.under_way += 1
        app.ctx.latest = time.monotonic()

    @app.on_response
    async def _answered(_: Request, __: Any) -> None:
        app.ctx.under_way -= 1
        app.ctx.latest = time.monotonic()

    async def drain() -> None:
        until = time.monotonic() + grace
        await asyncio.sleep(QUIET)
        while time.monotonic() < until and (app.ctx.under_way > 0 or time.monotonic() - app.ctx.latest < QUIET):
            await asyncio.sleep(QUIET / 5)
        app.stop()

    @app.after_server_start
    async def _listen(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: loop.create_task(drain()))


def _channels(settings: Settings) -> list[InputChannel]:
    return [RestChannel(settings.rest_token), WebChannel(settings)]


def serve(model: Path, settings: Settings, demo_codes: Sequence[DemoCode] = ()) -> None:
    """Serve until SIGTERM or SIGINT."""
    create_app(model, settings, demo_codes).run(
        host=settings.host, port=settings.port, access_log=False, motd=False, register_sys_signals=False
    )


async def chat_once(agent: Any, sender: str, text: str) -> list[dict]:
    """One turn without a network: what the assistant answers to ``text``."""
    from rasa.core.channels.channel import UserMessage

    from bot.channels.rest import RestOutput

    output = RestOutput()
    await agent.handle_message(UserMessage(text, output, sender, input_channel="terminal"))
    return output.messages


def run_chat(model: Path, settings: Settings) -> None:
    """Talk to the assistant in the terminal until end of file."""
    agent = load_agent(model, settings)
    print("可以开始提问了（Ctrl-D 退出）。")
    while True:
        try:
            text = input("您：")
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not text.strip():
            continue
        for message in asyncio.run(chat_once(agent, "terminal:local", text)):
            print("助手：" + message.get("text", ""))
            for number, button in enumerate(message.get("buttons", []), 1):
                print(f"   {number}. {button['title']}")
