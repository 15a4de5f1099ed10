"""Train a model when something that it is made of has changed, and only then."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Callable, Iterable, Iterator

from bot.settings import ROOT

_SOURCES = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/responses",
    "data/lexicon",
    "bot/nlu",
    "requirements.lock",
)
_FIXED = ("bot", "actions", "data/lexicon")
"""With the files of ``data`` itself: what a process reads once."""
KEPT_MODELS = 3


def _files(sources: Iterable[str]) -> Iterator[Path]:
    for source in sources:
        path = ROOT / source
        yield from [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in {".yml", ".py"})


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def model_name() -> str:
    """The name of the model that the present sources make: a digest of every file that goes into it."""
    return f"csp-{_digest(_files(_SOURCES))}.tar.gz"


def fixed_parts() -> str:
    """A digest of what a running process has read for good: code, lexicon, policy, words outside of the model.

    A model is only exchanged in a process whose fixed parts are those that it was trained with.
    """
    return _digest([*_files(_FIXED), *sorted((ROOT / "data").glob("*.yml"))])


def present_model(model_dir: Path) -> Path:
    """The model of the present sources or, where they are not what was trained from, the latest in ``model_dir``.

    Raises:
        FileNotFoundError: there is none.
    """
    path = model_dir / model_name()
    if path.exists():
        return path
    models = sorted(model_dir.glob("csp-*.tar.gz"), key=lambda p: p.stat().st_mtime)
    if not models:
        raise FileNotFoundError(model_dir)
    return models[-1]


def ensure_model(
    model_dir: Path, force: bool = False, say: Callable[[str], None] = lambda _: None
) -> tuple[Path, bool]:
    """The model of the present sources, trained now if it is not there yet.

    Args:
        model_dir: where models are kept; the latest :data:`KEPT_MODELS` stay.
        force: train even if the model is there.
        say: is told the names of the parts of the training as it comes to them.

    Returns:
        The model's path and whether it was trained now.

    Raises:
        rasa.shared.exceptions.RasaException: what Rasa finds wrong with the files.
    """
    path = model_dir / model_name()
    if path.exists() and not force:
        return path, False
    from bot.graph_training import train_graph  # seconds to import: only when there is something to train

    model_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model_dir) as folder:
        trained = Path(folder) / path.name
        train_graph(ROOT, trained, say)
        trained.replace(path)  # a model is there whole or not at all
    for old in sorted(model_dir.glob("csp-*.tar.gz"), key=lambda p: p.stat().st_mtime)[:-KEPT_MODELS]:
        old.unlink()
    return path, True
