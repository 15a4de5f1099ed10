"""Stopping without losing a message."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import time
from typing import Any, NoReturn

from sanic import Sanic
from sanic.request import Request

from bot.health import PROBES

QUIET = 0.5
"""Seconds without a request after which nobody is taken to be waiting."""


def stop_when_quiet(app: Sanic, grace: float) -> None:
    """On SIGTERM or SIGINT go on until no request has been under way for a moment, then stop; after ``grace`` at the latest.

    Sanic would close the listener at once, and with it the connections that wait in the kernel's queue or have not been
    read yet: their messages would be lost. A worker whose supervisor has died stops in the same way.
    """
    app.ctx.under_way = 0
    app.ctx.latest = 0.0

    @app.on_request
    async def _begun(request: Request) -> None:
        if request.path not in PROBES:
            app.ctx.under_way += 1
            app.ctx.latest = time.monotonic()

    @app.on_response
    async def _answered(request: Request, _: Any) -> None:
        if request.path not in PROBES:
            app.ctx.under_way -= 1
            app.ctx.latest = time.monotonic()

    async def drain() -> None:
        app.ctx.health.stopping = True
        until = time.monotonic() + grace
        await asyncio.sleep(QUIET)
        while time.monotonic() < until and (app.ctx.under_way > 0 or time.monotonic() - app.ctx.latest < QUIET):
            await asyncio.sleep(QUIET / 5)
        app.stop()

    @app.after_server_start
    async def _listen(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        def begin() -> None:
            if not app.ctx.health.stopping:
                app.ctx.draining = loop.create_task(drain())

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, begin)
        supervisor = multiprocessing.parent_process()
        if supervisor is not None:

            def orphaned() -> None:
                loop.remove_reader(supervisor.sentinel)
                begin()

            loop.add_reader(supervisor.sentinel, orphaned)


def leave(code: int = 0) -> NoReturn:
    """End the process now; taking the numerical libraries apart would keep a processor busy for seconds."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
