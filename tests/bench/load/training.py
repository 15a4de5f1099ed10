"""How long this assistant trains from nothing: no kept vectors, no cache. ``python -m tests.bench.load.training SPLIT.json``.

Trains on the sentences of a file (leaf → sentences with their markup), as the stock assistant did, or on all of ``data/nlu``
where there is no file. Prints one JSON line: seconds, and processor seconds.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import yaml
from joblib.externals.loky import get_reusable_executor

from bot.settings import ROOT


def main() -> None:
    """Train and print."""
    sentences = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        root = _project_with(sentences, Path(folder))
        started = time.perf_counter()
        from bot.graph_training import train_graph
        from bot.nlu import classifier

        classifier.VECTORS_FILE = root / "vectors.npz"
        train_graph(root, root / "bench.tar.gz", lambda _: None)
        seconds = time.perf_counter() - started
    get_reusable_executor().shutdown()  # its workers are counted once they have ended
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor_seconds = sum(usage.ru_utime + usage.ru_stime for usage in used)
    print(json.dumps({"seconds": round(seconds, 1), "processor_seconds": round(processor_seconds, 1)}))


def _project_with(sentences: dict[str, list[str]] | None, folder: Path) -> Path:
    """A copy of the project's files in ``folder``, with ``sentences`` in place of its own where there are some."""
    (folder / "data").mkdir()
    for part in ("config.yml", "domain.yml", "data/rules", "data/responses", *(() if sentences else ("data/nlu",))):
        (folder / part).symlink_to(ROOT / part)
    if sentences:
        blocks = [{"intent": leaf, "examples": "".join(f"- {s}\n" for s in said)} for leaf, said in sentences.items()]
        (folder / "data" / "nlu").mkdir()
        (folder / "data" / "nlu" / "all.yml").write_text(
            yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8"
        )
    return folder


if __name__ == "__main__":
    main()
