"""Score one sentence against a trained linear model with a few look-ups, where scikit-learn builds sparse matrices.

The numbers are scikit-learn's (single precision); only the work between them is gone: for one sentence of a hundred n-grams
its validation and matrix objects cost several times what the arithmetic does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

Terms = tuple[np.ndarray, np.ndarray]
"""Numbers of features (none twice) and their values."""

_SPACES = re.compile(r"\s\s+")


@dataclass(frozen=True)
class NGrams:
    """The TF-IDF of one view: n-grams of characters, or of words parted by spaces, each row of length 1."""

    numbers: Mapping[str, int]
    idf: np.ndarray
    shortest: int
    longest: int
    of_words: bool

    @classmethod
    def of(cls, vectorizer: TfidfVectorizer) -> NGrams:
        """The n-grams that ``vectorizer`` (sublinear, normed) was fitted on."""
        shortest, longest = vectorizer.ngram_range
        numbers = {str(term): int(number) for term, number in vectorizer.vocabulary_.items()}
        return cls(numbers, vectorizer.idf_.astype(np.float32), shortest, longest, vectorizer.analyzer == "word")

    def terms(self, text: str) -> Terms:
        """The features of ``text``."""
        counts = Counter(self.numbers[gram] for gram in self._grams(text) if gram in self.numbers)
        numbers, values = terms_of(counts)
        if not len(numbers):
            return numbers, values
        values = (np.log(values) + 1.0) * self.idf[numbers]
        return numbers, values / np.sqrt(values @ values)

    def _grams(self, text: str) -> Iterator[str]:
        lengths = range(self.shortest, self.longest + 1)
        if self.of_words:
            words = text.lower().split()
            return chain.from_iterable((" ".join(words[i : i + n]) for i in range(len(words) - n + 1)) for n in lengths)
        line = _SPACES.sub(" ", text.lower())
        return chain.from_iterable((line[i : i + n] for i in range(len(line) - n + 1)) for n in lengths)


@dataclass(frozen=True)
class Weights:
    """A linear model's weights: :meth:`scores` gives what its decision function does."""

    rows: np.ndarray
    """One row for each feature."""
    intercept: np.ndarray

    @classmethod
    def of(cls, svm: LinearSVC) -> Weights:
        """The weights of a fitted ``svm`` with more than two classes."""
        rows = np.ascontiguousarray(svm.coef_.T, dtype=np.float32)
        return cls(rows, svm.intercept_.astype(np.float32))

    def scores(self, numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
        """A score for each class from the features that are not 0."""
        return values @ self.rows[numbers] + self.intercept


def terms_of(values: Mapping[int, float]) -> Terms:
    """Terms from a mapping."""
    count = len(values)
    return np.fromiter(values, dtype=np.int64, count=count), np.fromiter(values.values(), dtype=np.float32, count=count)


def joined(views: Sequence[tuple[int, Terms]]) -> Terms:
    """Views side by side, each given as its width and its features."""
    numbers, values, start = [], [], 0
    for width, (own, worth) in views:
        numbers.append(own + start)
        values.append(worth)
        start += width
    return np.concatenate(numbers), np.concatenate(values)


def dense(vector: np.ndarray) -> tuple[int, Terms]:
    """A vector as a view."""
    return len(vector), (np.arange(len(vector)), vector)
