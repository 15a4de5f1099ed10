"""Score one sentence against a trained linear model with a few look-ups, where scikit-learn builds sparse matrices.

The numbers are scikit-learn's (weights in half precision, sums in single); only the work between them is gone: for one sentence of a hundred n-grams
its validation and matrix objects cost several times what the arithmetic does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

Terms = tuple[np.ndarray, np.ndarray]
"""Numbers of features (none twice) and their values."""


@dataclass(frozen=True)
class TermWeights:
    """TF-IDF over the terms that ``analyzer`` finds in a cut sentence, each row of length 1."""

    numbers: Mapping[str, int]
    idf: np.ndarray
    analyzer: Callable[[Sequence[str]], list[str]]

    @classmethod
    def of(cls, vectorizer: TfidfVectorizer) -> TermWeights:
        """The terms that ``vectorizer`` (sublinear, normed) was fitted on."""
        numbers = {str(term): int(number) for term, number in vectorizer.vocabulary_.items()}
        return cls(numbers, vectorizer.idf_.astype(np.float32), vectorizer.analyzer)

    @property
    def width(self) -> int:
        """How many terms there are."""
        return len(self.idf)

    def of_units(self, units: Sequence[str]) -> Terms:
        """The features of a cut sentence."""
        counts = Counter(map(self.numbers.get, self.analyzer(units)))
        counts.pop(None, None)
        numbers, values = terms_of(counts)  # type: ignore[arg-type]
        if not len(numbers):
            return numbers, values
        values = (np.log(values) + 1.0) * self.idf[numbers]
        return numbers, values / np.sqrt(values @ values)


@dataclass(frozen=True)
class Weights:
    """A linear model's weights: :meth:`scores` gives what its decision function does."""

    rows: np.ndarray
    """One row for each feature, in half precision: a quarter of a million of them."""
    intercept: np.ndarray

    @classmethod
    def of(cls, svm: LinearSVC) -> Weights:
        """The weights of a fitted ``svm`` with more than two classes."""
        rows = np.ascontiguousarray(svm.coef_.T, dtype=np.float16)
        return cls(rows, svm.intercept_.astype(np.float32))

    @classmethod
    def beside(cls, models: Sequence[Weights]) -> Weights:
        """One model with the classes of several, in their order."""
        return cls(np.hstack([m.rows for m in models]), np.concatenate([m.intercept for m in models]))

    def without_first(self) -> Weights:
        """Without the first class."""
        return Weights(self.rows[:, 1:], self.intercept[1:])

    def scores(self, numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
        """A score for each class from the features that are not 0."""
        return values @ self.rows[numbers].astype(np.float32) + self.intercept


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
