"""Which ideas a text holds: ``data/lexicon/concepts.yml`` names each idea and all the ways people say it."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import sqrt
from pathlib import Path

import yaml

from bot.nlu.literals import PatternSet

CONCEPTS_FILE = Path(__file__).resolve().parent.parent.parent / "data" / "lexicon" / "concepts.yml"


@lru_cache(maxsize=1)
def concepts() -> PatternSet:
    """All concepts, as patterns over a normal form."""
    return PatternSet(yaml.safe_load(CONCEPTS_FILE.read_text(encoding="utf-8")))


def concept_weights(text: str) -> dict[str, float]:
    """The concepts of ``text`` and each pair of them with a weight; the squares of the weights add up to 1.

    Two ideas together say more than both alone: 「原件」 and 「什么时候」 make a question that neither makes.
    """
    found = concepts().found_in(text)
    pairs = [f"{one}&{other}" for one, other in combinations(found, 2)]
    weight = 1.0 / sqrt(max(1.0, len(found) + 0.25 * len(pairs)))
    return {**dict.fromkeys(found, weight), **dict.fromkeys(pairs, 0.5 * weight)}
