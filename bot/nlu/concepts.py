"""Which ideas a text holds: ``data/lexicon/concepts.yml`` names each idea and all the ways people say it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Iterable

import numpy as np
import yaml
from scipy.sparse import csr_matrix

CONCEPTS_FILE = Path(__file__).resolve().parent.parent.parent / "data" / "lexicon" / "concepts.yml"


@lru_cache(maxsize=1)
def concepts() -> dict[str, re.Pattern[str]]:
    """Name → pattern over a normal form."""
    return {name: re.compile(p) for name, p in yaml.safe_load(CONCEPTS_FILE.read_text(encoding="utf-8")).items()}


def concepts_in(text: str) -> list[int]:
    """The places (in the order of the file) of the concepts that ``text`` holds."""
    return [i for i, pattern in enumerate(concepts().values()) if pattern.search(text)]


def concept_features(texts: Iterable[str]) -> csr_matrix:
    """A row for each text: its concepts, and a column for each pair of them, each row of length 1.

    Two ideas together say more than both alone: 「原件」 and 「什么时候」 make a question that neither makes.
    """
    rows, columns, values = [], [], []
    row = -1
    for row, text in enumerate(texts):
        found = concepts_in(text)
        pairs = [_pair(a, b) for i, a in enumerate(found) for b in found[i + 1 :]]
        weight = 1.0 / np.sqrt(max(1.0, len(found) + 0.25 * len(pairs)))
        rows += [row] * (len(found) + len(pairs))
        columns += [*found, *pairs]
        values += [weight] * len(found) + [0.5 * weight] * len(pairs)
    return csr_matrix((values, (rows, columns)), shape=(row + 1, _width()))


def _pair(first: int, second: int) -> int:
    count = len(concepts())
    return count + first * count + second


def _width() -> int:
    count = len(concepts())
    return count + count * count
