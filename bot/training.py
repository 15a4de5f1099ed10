"""Train a model when something that it is made of has changed, and only then."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Iterator

from bot.settings import ROOT

_SOURCES = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/responses",
    "data/lexicon",
    "bot/nlu",
)
KEPT_MODELS = 3


def _source_files() -> Iterator[Path]:
    for source in _SOURCES:
        path = ROOT / source
        yield from [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in {".yml", ".py"})


def model_name() -> str:
    """The name of the model that the present sources make: a digest of every file that goes into it."""
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"csp-{digest.hexdigest()[:12]}.tar.gz"


def ensure_model(model_dir: Path, force: bool = False) -> tuple[Path, bool]:
    """The model of the present sources, trained now if it is not there yet.

    Args:
        model_dir: where models are kept; the latest :data:`KEPT_MODELS` stay.
        force: train even if the model is there.

    Returns:
        The model's path and whether it was trained now.

    Raises:
        RuntimeError: training failed.
    """
    path = model_dir / model_name()
    if path.exists() and not force:
        return path, False
    from rasa.model_training import train  # seconds to import: only when there is something to train

    model_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model_dir) as folder:
        result = train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=[str(ROOT / "data" / part) for part in ("nlu", "rules", "stories", "responses")],
            output=folder,
            fixed_model_name=path.name,
            force_training=force,
        )
        if result.code != 0 or not result.model:
            raise RuntimeError("训练没有成功，请看上面的提示。")
        Path(result.model).replace(path)  # a model is there whole or not at all
    for old in sorted(model_dir.glob("csp-*.tar.gz"), key=lambda p: p.stat().st_mtime)[:-KEPT_MODELS]:
        old.unlink()
    return path, True
