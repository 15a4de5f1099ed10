"""What the light stage of the leaf model sees of a sentence: characters, pinyin (so that 骑锋章 is 骑缝章) and concepts.

:class:`Views` learns them and makes the matrices for training; :class:`LookUps` gives the same numbers for one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.concepts import concept_weights
from bot.nlu.fast_scores import NGrams, Terms, terms_of


def pinyin_of(text: str) -> str:
    """Syllables without tones, parted by spaces."""
    return " ".join(lazy_pinyin(text))


@dataclass(frozen=True)
class LookUps:
    """The views of one sentence."""

    characters: NGrams
    syllables: NGrams
    concepts: Mapping[str, int]

    def of(self, text: str) -> list[tuple[int, Terms]]:
        """For each view its width and the features of ``text``."""
        weights = {self.concepts[n]: w for n, w in concept_weights(text).items() if n in self.concepts}
        return [
            (len(self.characters.idf), self.characters.terms(text)),
            (len(self.syllables.idf), self.syllables.terms(pinyin_of(text))),
            (len(self.concepts), terms_of(weights)),
        ]


class Views:
    """The views while a model is trained."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn which n-grams and pairs of concepts ``texts`` have; others are not seen later."""
        common = {"ngram_range": (1, 3), "min_df": 2, "sublinear_tf": True, "dtype": np.float32}
        self._characters = TfidfVectorizer(analyzer="char", **common)
        self._syllables = TfidfVectorizer(analyzer="word", token_pattern=r"\S+", **common)
        self._concepts = DictVectorizer(dtype=np.float32, sort=False)
        self.matrix: csr_matrix = hstack(
            [
                self._characters.fit_transform(texts),
                self._syllables.fit_transform(pinyin_of(text) for text in texts),
                self._concepts.fit_transform([concept_weights(text) for text in texts]),
            ],
            format="csr",
        )
        """A row for each text."""

    def look_ups(self) -> LookUps:
        """The same views for one sentence at a time."""
        return LookUps(NGrams.of(self._characters), NGrams.of(self._syllables), dict(self._concepts.vocabulary_))
