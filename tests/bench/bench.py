"""``make bench``: a stock Rasa assistant and this one, one after the other, under the same load; see docs/performance.md.

Writes docs/bench.json, docs/bench.md and docs/img/bench.png. The stock model is trained once and kept
(:mod:`tests.bench.stock.model`); ``--quick`` makes a short run that writes to a temporary folder, ``--together`` compares one client only.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.settings import ROOT, settings
from bot.store import open_store
from bot.training import ensure_model
from tests.bench.load import measure
from tests.bench.load.assistants import Assistant, Stock, This
from tests.bench.load.measure import Kind, Side, hold_histories, pair, warm_up
from tests.bench.load.messages import Speaker
from tests.bench.load.report import Result, write
from tests.bench.orders import fill, made_orders
from tests.bench.stock.model import KEPT, StockModel, ensure_stock_model
from tests.bench.stock.project import examples_of_the_project
from tests.bench.stock.split import split

BOUND = 40 * 60
"""Seconds after which the run ends, whatever it is at: twice what it takes on a quiet machine. The training of the stock model comes
before and is kept."""
FEW, MANY = 100, 1_000_000
ROUNDS = 100
"""Visits of each kind on each side of a comparison within this assistant."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one client, turn 1 only, no million orders, no training")
    parser.add_argument("--exact", action="store_true", help="train the stock model again when the data has changed")
    parser.add_argument(
        "--together",
        action="store_true",
        help="only the median of one client, both assistants running and taking turns",
    )
    options = parser.parse_args()
    stock = ensure_stock_model(split(examples_of_the_project()), latest_will_do=not options.exact)
    ensure_model(settings().model_dir)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(BOUND)
    with tempfile.TemporaryDirectory() as folder:
        if options.together:
            print(asyncio.run(_together(Path(folder), stock)))
            return
        if options.quick:
            measure.CLIENTS, measure.TURNS = (1,), (1,)
        result = asyncio.run(_run(Path(folder), stock, options.quick))
        print(write(result, Path(folder) if options.quick else ROOT / "docs"))


def _too_long(*_: Any) -> None:
    raise TimeoutError(f"not finished within {BOUND} s")


async def _run(folder: Path, stock: StockModel, quick: bool) -> Result:
    result = Result(machine=_machine())
    result.training["stock"] = {
        "seconds": stock.seconds,
        "processor_seconds": stock.processor_seconds,
        "sentences": stock.sentences,
    }
    if not quick:
        _say("training this assistant from nothing, on the same sentences …")
        result.training["this"] = {**_train(stock.folder / "train.json"), "sentences": stock.sentences}
    for assistant in (
        Stock(folder / "stock", _orders(folder / "stock.db", FEW), stock),
        This(folder / "this", _orders(folder / "this.db", FEW)),
    ):
        await _measure(assistant, result, quick)
    if not quick:
        await _million(folder, result)
    return result


async def _measure(assistant: Assistant, result: Result, quick: bool) -> None:
    speaker = Speaker(_known(FEW))
    try:
        _say(f"starting {assistant.name} …")
        result.start[assistant.name] = round(await assistant.start(), 2)
        await warm_up(assistant, speaker)
        idle = assistant.processes.memory()
        await hold_histories(assistant, speaker)
        result.cells += await measure.measure(assistant, speaker, _say)
        loaded = assistant.processes.memory()
        result.memory[assistant.name] = {"idle_rss": idle.rss, "idle_pss": idle.pss, "loaded_rss": loaded.rss}
        if assistant.name == "this" and not quick:
            early, late = Side(assistant, speaker, 1), Side(assistant, speaker, 200)
            result.pairs["turn 200 / turn 1"] = await pair(early, late, list(Kind), ROUNDS)
    finally:
        await assistant.stop()


async def _together(folder: Path, stock: StockModel) -> str:
    """Medians of both assistants at turn 1, visit by visit in turns: what else happens on the machine falls on both alike."""
    both = (
        Stock(folder / "stock", _orders(folder / "stock.db", FEW), stock),
        This(folder / "this", _orders(folder / "this.db", FEW)),
    )
    try:
        for assistant in both:
            await assistant.start()
            await warm_up(assistant, Speaker(_known(FEW)))
        its, ours = (Side(assistant, Speaker(_known(FEW), seed=1), 1) for assistant in both)
        found = await pair(its, ours, list(Kind), ROUNDS)
    finally:
        for assistant in both:
            await assistant.stop()
    lines = [f"| {kind} | {its:.1f} | {ours:.1f} | {ours / its:.2f} |" for kind, (its, ours) in found.items()]
    return "\n".join(["| kind | stock, median ms | this | ratio |", "|---|---|---|---|", *lines])


async def _million(folder: Path, result: Result) -> None:
    """Order look-ups of this assistant with few and with many orders, both running at the same time."""
    many_orders = folder / "many.db"
    shutil.copy(_orders(KEPT.parent / f"orders-{MANY}.db", MANY), many_orders)
    sides = [This(folder / "few", _orders(folder / "few.db", FEW)), This(folder / "many", many_orders)]
    try:
        for side, count in zip(sides, (FEW, MANY)):
            await side.start()
            await warm_up(side, Speaker(_known(count)))
        few, many = (Side(side, Speaker(_known(n), seed=1), 1) for side, n in zip(sides, (FEW, MANY)))
        result.pairs["a million orders / a hundred"] = await pair(few, many, [Kind.ORDER], 2 * ROUNDS)
    finally:
        for side in sides:
            await side.stop()


def _orders(path: Path, count: int) -> Path:
    """A database with ``count`` orders, made where it is missing; it is there whole or not at all."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        store = open_store(f"sqlite:///{unfinished}")
        fill(store, count)
        store.close()
        unfinished.replace(path)
    return path


def _known(count: int) -> list[Any]:
    """Orders that the clients ask for."""
    return [order for order in made_orders(min(count, 20_000)) if order.partner == "P1001"]


def _train(sentences: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.load.training", str(sentences)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    seconds: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return seconds


def _machine() -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    return {
        "date": dt.date.today().isoformat(),
        "commit": f"commit {commit.strip()}",
        "cores": f"{os.cpu_count()} cores",
        "python": f"Python {platform.python_version()}",
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
