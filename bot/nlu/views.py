"""What the light stage of the leaf model sees of a sentence: characters, pinyin (so that 骑锋章 is 骑缝章) and concepts.

Characters and syllables are seen twice: as runs, and as pairs that stand near each other, which a character that was dropped
or put in between does not part. :class:`Views` learns them and makes the matrices for training; :class:`LookUps` gives the
same numbers for one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.concepts import concept_weights
from bot.nlu.fast_scores import Terms, TermWeights, terms_of
from bot.nlu.spelling import sound

LONGEST_RUN = 3
CHARACTERS_APART, SYLLABLES_APART = 6, 3
"""How far apart the two of a pair may stand."""


_SYLLABLES = re.compile(r"[\u3400-\u9fff]|[^\u3400-\u9fff\s]+")


def characters_of(text: str) -> list[str]:
    """Characters in lower case."""
    return list(text.lower())


def syllables_of(text: str) -> list[str]:
    """Syllables without tones, each character read as it most often is; what is not Chinese stays in words."""
    return [sound(piece) for piece in _SYLLABLES.findall(text.lower())]


def runs(units: Sequence[str]) -> list[str]:
    """All runs of up to :data:`LONGEST_RUN` units."""
    return [
        " ".join(units[start : start + size])
        for size in range(1, LONGEST_RUN + 1)
        for start in range(len(units) - size + 1)
    ]


def character_pairs(units: Sequence[str]) -> list[str]:
    """Pairs of characters at most :data:`CHARACTERS_APART` places apart, in their order."""
    return _pairs(units, CHARACTERS_APART)


def syllable_pairs(units: Sequence[str]) -> list[str]:
    """Pairs of syllables at most :data:`SYLLABLES_APART` places apart, in their order."""
    return _pairs(units, SYLLABLES_APART)


def _pairs(units: Sequence[str], apart: int) -> list[str]:
    return [f"{one} {other}" for place, one in enumerate(units) for other in units[place + 1 : place + 1 + apart]]


_FREQUENT_RUNS, _FREQUENT_PAIRS = 2, 4
"""In how many sentences a term must occur. Rarer pairs are half of the pairs and change nothing."""
_VIEWS = (
    (characters_of, ((runs, _FREQUENT_RUNS), (character_pairs, _FREQUENT_PAIRS))),
    (syllables_of, ((runs, _FREQUENT_RUNS), (syllable_pairs, _FREQUENT_PAIRS))),
)
"""How a sentence is cut, and what is seen of the pieces."""


@dataclass(frozen=True)
class LookUps:
    """The views of one sentence."""

    terms: Sequence[Sequence[TermWeights]]
    concepts: Mapping[str, int]

    def of(self, text: str) -> list[tuple[int, Terms]]:
        """For each view its width and the features of ``text``."""
        seen = []
        for (cut, _), views in zip(_VIEWS, self.terms):
            units = cut(text)
            seen += [(view.width, view.of_units(units)) for view in views]
        weights = {self.concepts[n]: w for n, w in concept_weights(text).items() if n in self.concepts}
        return [*seen, (len(self.concepts), terms_of(weights))]


class Views:
    """The views while a model is trained."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn which runs, pairs and concepts ``texts`` have; others are not seen later."""
        settings = {"sublinear_tf": True, "dtype": np.float32}
        self._vectorizers = [
            [TfidfVectorizer(analyzer=view, min_df=rarest, **settings) for view, rarest in views] for _, views in _VIEWS
        ]
        self._concepts = DictVectorizer(dtype=np.float32, sort=False)
        self.matrix = self._seen(texts, "fit_transform")
        """A row for each text."""

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Rows for other texts, with what is seen of them."""
        return self._seen(texts, "transform")

    def _seen(self, texts: Sequence[str], step: str) -> csr_matrix:
        columns = []
        for (cut, _), vectorizers in zip(_VIEWS, self._vectorizers):
            units = [cut(text) for text in texts]
            columns += [getattr(vectorizer, step)(units) for vectorizer in vectorizers]
        columns.append(getattr(self._concepts, step)([concept_weights(text) for text in texts]))
        return hstack(columns, format="csr")

    def look_ups(self) -> LookUps:
        """The same views for one sentence at a time."""
        terms = [[TermWeights.of(vectorizer) for vectorizer in vectorizers] for vectorizers in self._vectorizers]
        return LookUps(terms, dict(self._concepts.vocabulary_))
