"""Train the stock assistant once and keep its model: ``python -m tests.bench.stock.model``.

It is trained on one side of :mod:`tests.bench.stock.split`. The model lies under ``.cache/bench/stock/<digest>/`` with both
sides of the split and the time its training took; delete it and it is trained anew. That takes tens of minutes, so with
``--latest`` the newest kept model will do when the data has changed since.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from tests.bench.stock.project import Examples, examples_of_the_project, project_files, write_project
from tests.bench.stock.split import Split, split

KEPT = ROOT / ".cache" / "bench" / "stock"
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}


_SIDES = ("train", "test")


@dataclass(frozen=True)
class StockModel:
    """A trained stock assistant.

    Attributes:
        folder: the project, with ``models/stock.tar.gz`` in it.
        digest: of everything that the training read.
        sentences, leaves: how much it was trained on.
        seconds: wall clock of ``rasa train``.
        processor_seconds: the same in processor time, which other work on the machine does not lengthen.
    """

    folder: Path
    digest: str
    sentences: int
    leaves: int
    seconds: float
    processor_seconds: float

    @property
    def path(self) -> Path:
        """The model's file."""
        return self.folder / "models" / "stock.tar.gz"

    @property
    def split(self) -> Split:
        """What it was trained on, and what not."""
        train, test = (json.loads((self.folder / f"{side}.json").read_text(encoding="utf-8")) for side in _SIDES)
        return Split(train, test)


def ensure_stock_model(data: Split, latest_will_do: bool = False) -> StockModel:
    """The stock model for ``data``, trained now if it is not kept.

    Args:
        data: sentences to train on, and to keep for tests.
        latest_will_do: take the newest kept model when there is none for exactly these sentences.

    Raises:
        CalledProcessError: ``rasa train`` failed.
    """
    files = project_files(data.train)
    digest = _digest(files)
    folder = KEPT / digest
    if not (folder / "record.json").exists():
        others = sorted(KEPT.glob("*/record.json"), key=lambda record: record.stat().st_mtime)
        if latest_will_do and others:
            return _recorded(others[-1].parent)
        write_project(folder, files)
        for side in _SIDES:
            (folder / f"{side}.json").write_text(json.dumps(getattr(data, side), ensure_ascii=False), encoding="utf-8")
        _train(folder, digest, data.train)
    return _recorded(folder)


def _recorded(folder: Path) -> StockModel:
    return StockModel(folder=folder, **json.loads((folder / "record.json").read_text(encoding="utf-8")))


def _train(folder: Path, digest: str, examples: Examples) -> None:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "stock", "--force"],
        cwd=folder,
        env={**os.environ, **ENVIRONMENT},
        check=True,
    )
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    model = StockModel(
        folder=folder,
        digest=digest,
        sentences=sum(map(len, examples.values())),
        leaves=len(examples),
        seconds=round(seconds, 1),
        processor_seconds=round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
    )
    record = {key: value for key, value in asdict(model).items() if key != "folder"}
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")


def _digest(files: dict[str, Any]) -> str:
    """Of what training reads; the wording of an answer changes neither model nor cost."""
    domain = {key: value for key, value in files["domain.yml"].items() if key != "responses"}
    return hashlib.sha256(json.dumps({**files, "domain.yml": domain}, ensure_ascii=False).encode()).hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latest", action="store_true", help="a kept model of earlier data will do")
    model = ensure_stock_model(split(examples_of_the_project()), parser.parse_args().latest)
    print(
        f"{model.path.relative_to(ROOT)}: {model.sentences} sentences, {model.leaves} leaves, trained in "
        f"{model.seconds:.0f} s ({model.processor_seconds:.0f} s of processor time)"
    )


if __name__ == "__main__":
    main()
