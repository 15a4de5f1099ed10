"""How long this assistant trains from nothing: no kept vectors, no cache. ``python -m tests.bench.load.training SPLIT.json``.

Trains on the sentences of a file (leaf → sentences with their markup), as the stock assistant did, or on all of ``data/nlu``
where there is no file. Prints one JSON line: seconds, and processor seconds.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import yaml

from bot.settings import ROOT


def main() -> None:
    """Train and print."""
    sentences = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RASA_TELEMETRY_ENABLED"] = "false"
        nlu = ROOT / "data" / "nlu"
        if sentences is not None:
            nlu = Path(folder) / "nlu.yml"
            blocks = [
                {"intent": leaf, "examples": "".join(f"- {s}\n" for s in said)} for leaf, said in sentences.items()
            ]
            nlu.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
        started = time.perf_counter()
        from rasa.model_training import train

        import bot.nlu.classifier

        bot.nlu.classifier.VECTORS_FILE = Path(folder) / "vectors.npz"
        result = train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=[str(nlu), str(ROOT / "data" / "rules"), str(ROOT / "data" / "responses")],
            output=folder,
            fixed_model_name="bench",
            force_training=True,
        )
        if not result.model:
            sys.exit("training failed")
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": round(seconds, 1), "processor_seconds": round(used.ru_utime + used.ru_stime, 1)}))


if __name__ == "__main__":
    main()
