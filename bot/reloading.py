"""Exchange the model of a running process: the new one is loaded beside the old one, which answers in the meantime."""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import gc
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog
from sanic import Sanic

from bot.agent import ResellerAgent, load_beside
from bot.metrics import model_loaded
from bot.training import fixed_parts, present_model

_TURN = "model"
"""Lock of the process that loads: one of those that share locks at a time, so that the others have the processor."""

_UNDER_WAY = 0.5
"""Seconds in which turns that began with the old model most often end; what they hold cannot be given back."""
_TRIES = 6

log = structlog.get_logger()


class Reloader:
    """Exchanges ``app.ctx.agent``. Messages under way end with the agent that they began with."""

    def __init__(self, app: Sanic, model_dir: Path) -> None:
        """Take models from ``model_dir``; what the process has read for good is as it is now."""
        self._app = app
        self._model_dir = model_dir
        self._fixed = fixed_parts()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reload")
        self._wanted = 0
        self._running: asyncio.Task | None = None

    def ask(self) -> None:
        """Load the present model; asked again while that goes on, it is done once more afterwards."""
        self._wanted += 1
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._reload_as_wanted())

    async def _reload_as_wanted(self) -> None:
        done = 0
        while done < self._wanted:
            done = self._wanted
            try:
                await self._reload()
            except Exception as error:
                log.error("reload failed, the old model goes on", error=type(error).__name__, exc_info=error)

    async def _reload(self) -> None:
        loop = asyncio.get_running_loop()
        if await loop.run_in_executor(None, fixed_parts) != self._fixed:
            log.error("reload refused", reason="代码、词表或设置文件变了：这个模型要重启才能用")
            return
        started = time.monotonic()
        old: ResellerAgent = self._app.ctx.agent
        async with old.lock_store.turn(_TURN):
            model = await loop.run_in_executor(None, present_model, self._model_dir)
            self._app.ctx.agent = await loop.run_in_executor(self._thread, _load, old, model)
        gone = weakref.ref(old.processor)
        del old
        model_loaded(model.name, time.time())
        for _ in range(_TRIES):
            await asyncio.sleep(_UNDER_WAY)  # turns that began with the old model end first
            await loop.run_in_executor(self._thread, _give_memory_back)
            if gone() is None:
                break
        log.info("reloaded", model=model.name, seconds=round(time.monotonic() - started, 1))


def _load(old: ResellerAgent, model: Path) -> ResellerAgent:
    new = load_beside(old, model)
    asyncio.run(new.warm_up())
    return new


def _give_memory_back() -> None:
    """Return what the old model held to the system; the C library would keep it for later."""
    gc.unfreeze()  # the old model is part of what bot/server.py has frozen
    gc.collect()
    library = ctypes.util.find_library("c")
    trim = getattr(ctypes.CDLL(library), "malloc_trim", None) if library else None
    if trim is not None:
        trim(0)
