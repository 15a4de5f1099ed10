"""Which ideas a text holds: ``data/lexicon/concepts.yml`` names each idea and all the ways people say it."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import sqrt
from pathlib import Path

import numpy as np
import yaml

from bot.nlu.literals import PatternSet

CONCEPTS_FILE = Path(__file__).resolve().parent.parent.parent / "data" / "lexicon" / "concepts.yml"

_BITS = 16
"""There are fewer concepts than this many bits can count."""


@lru_cache(maxsize=1)
def concepts() -> PatternSet:
    """All concepts, as patterns over a normal form, in the file's order."""
    return PatternSet(yaml.safe_load(CONCEPTS_FILE.read_text(encoding="utf-8")).values())


def concept_terms(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The concepts of ``text`` and each pair of them, as numbers, with a weight each; the squares of the weights add up to 1.

    Two ideas together say more than both alone: 「原件」 and 「什么时候」 make a question that neither makes.
    """
    found = concepts().found_in(text)
    paired = [(1 + one) << _BITS | other for one, other in combinations(found, 2)]
    weight = 1.0 / sqrt(max(1.0, len(found) + 0.25 * len(paired)))
    weights = np.full(len(found) + len(paired), weight)
    weights[len(found) :] *= 0.5
    return np.array(found + paired, dtype=np.int64), weights
