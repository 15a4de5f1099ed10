"""One process that serves the assistant: Rasa's agent, the channels and the actions."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from pathlib import Path
from typing import Any, Sequence

import structlog
from rasa.core.channels.channel import InputChannel, register
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.agent import load_agent
from bot.broker import open_broker
from bot.channels.rest import RestChannel
from bot.channels.web import WebChannel, page_routes
from bot.channels.wechat import wechat_channels
from bot.health import Health, health_routes
from bot.metrics import MetricsServer, count_request, model_loaded
from bot.reloading import Reloader
from bot.settings import Settings
from bot.shared_redis import open_redis
from bot.stopping import stop_when_quiet
from bot.store import StoreUnavailable
from bot.store.demo import DemoCode
from bot.store.engine import open_engine
from bot.store.outbox import Outbox
from bot.workers import bound_socket

log = structlog.get_logger()

BACKLOG = 1024
"""Connections that may wait to be accepted."""


def create_app(model: Path, settings: Settings, demo_codes: Sequence[DemoCode] = (), number: int = 0) -> Sanic:
    """The Sanic application with its channels; the agent is loaded before the first request is taken.

    Args:
        model: the trained model.
        settings: of this process.
        demo_codes: codes to bind with that the page shows.
        number: which of the service's processes on this machine this is.
    """
    app = Sanic("csp")
    app.ctx.demo_codes = demo_codes
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = settings.stop_grace  # SIGTERM: turns under way are finished first
    app.config.REQUEST_MAX_SIZE = 1024 * 1024
    app.config.ACCESS_LOG = False
    register(_channels(settings), app, route="/webhooks/")
    app.blueprint(page_routes())
    app.blueprint(health_routes())

    @app.before_server_start
    async def _load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.database = Outbox(open_engine(settings.database_url))
        app.ctx.redis = open_redis(settings.redis_url) if settings.redis_url else None
        app.ctx.health = Health(app.ctx.database, app.ctx.redis)
        app.ctx.broker = await open_broker(settings.broker_url) if settings.broker_url else None
        app.ctx.agent = load_agent(model, settings, app.ctx.broker)
        await app.ctx.agent.warm_up()
        gc.collect()
        gc.freeze()  # what stays is not searched for garbage: 0.3 s in which nobody is answered
        model_loaded(model.name, time.time())
        app.ctx.health.loaded = True
        loop.add_signal_handler(signal.SIGHUP, Reloader(app, settings.model_dir).ask)

    stop_when_quiet(app, settings.stop_grace)
    if settings.metrics_port:
        _publish_metrics(app, settings.metrics_host, settings.metrics_port + number)

    @app.after_server_start
    async def _ready(app: Sanic, _: Any) -> None:
        log.info("ready", url=f"http://{settings.host}:{settings.port}/", model=model.name)

    @app.after_server_stop
    async def _close(app: Sanic, _: Any) -> None:
        if app.ctx.broker is not None:
            await app.ctx.broker.close()
        await app.ctx.agent.lock_store.close()
        if app.ctx.redis is not None:
            await app.ctx.redis.close()
        app.ctx.database.close()

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


def _publish_metrics(app: Sanic, host: str, port: int) -> None:
    def waiting() -> int:
        try:
            return int(app.ctx.database.count_waiting())
        except StoreUnavailable:
            return -1

    @app.before_server_start
    async def _listen(app: Sanic, _: Any) -> None:
        app.ctx.metrics = MetricsServer(host, port, waiting)

    @app.on_response
    async def _count(request: Request, answer: HTTPResponse) -> None:
        count_request(request.path, answer.status, {channel.name() for channel in app.ctx.input_channels})

    @app.after_server_stop
    async def _close(app: Sanic, _: Any) -> None:
        app.ctx.metrics.close()


def _channels(settings: Settings) -> list[InputChannel]:
    return [RestChannel(settings.rest_token), WebChannel(settings), *wechat_channels(settings)]


def serve(
    model: Path, settings: Settings, demo_codes: Sequence[DemoCode] = (), number: int = 0, share_port: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        model: the trained model.
        settings: of this process.
        demo_codes: codes to bind with that the page shows.
        number: which of the service's processes on this machine this is.
        share_port: let other processes listen on the same port.
    """
    app = create_app(model, settings, demo_codes, number)
    common: dict[str, Any] = {"backlog": BACKLOG, "access_log": False, "motd": False, "register_sys_signals": False}
    if share_port:
        app.run(sock=bound_socket(settings.host, settings.port, shared=True), **common)
    else:
        app.run(host=settings.host, port=settings.port, **common)


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
