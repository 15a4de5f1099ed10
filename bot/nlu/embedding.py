"""Sentence vectors: 768 numbers that are alike for sentences that mean alike."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Iterator, Sequence

import numpy as np

from bot.nlu.e5 import Encoder
from bot.nlu.one_at_a_time import understanding

_TRAINING_THREADS = os.cpu_count() or 1


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return Encoder()


def embed(texts: Iterable[str], threads: int = 1) -> np.ndarray:
    """One 768-dimensional unit vector for each text, as a float32 matrix."""
    with understanding.aside():
        return _encoder().encode(list(texts), threads)


def embed_kept(texts: Sequence[str], store: Path) -> np.ndarray:
    """:func:`embed` for training: vectors of sentences seen before are read from ``store`` (made where it is missing).

    Embedding is much of a training's time, and an edit changes a few sentences of thousands. Where another process is at it,
    this one waits for what comes of it.
    """
    wanted = list(dict.fromkeys(texts))
    with _alone(store):
        known = _kept(store)
        new = [text for text in wanted if text not in known]
        known.update(zip(new, embed(new, _TRAINING_THREADS)))
        if new or len(wanted) < len(known):
            unfinished = store.with_name(f"{store.stem}.{os.getpid()}.npz")
            vectors = np.array([known[text] for text in wanted])
            np.savez(unfinished, texts=np.array(wanted), vectors=vectors, encoder=np.array(_encoder_digest()))
            unfinished.replace(store)
    return np.array([known[text] for text in texts])


def _kept(store: Path) -> dict[str, np.ndarray]:
    if not store.exists():
        return {}
    with np.load(store, allow_pickle=False) as kept:
        if "encoder" not in kept or str(kept["encoder"]) != _encoder_digest():
            return {}  # vectors of another encoder do not fit the ones that messages will get
        return dict(zip(kept["texts"].tolist(), kept["vectors"]))


def _encoder_digest() -> str:
    """A digest of the encoder's sources: whatever changes a vector changes one of them."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "e5").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """One process at a time."""
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
