"""Score one sentence against a trained linear model with a few look-ups, where scikit-learn builds sparse matrices.

The numbers are scikit-learn's (weights in 16 bits, sums in single precision); only the work between them is gone: for one
sentence of a hundred n-grams its validation and matrix objects cost several times what the arithmetic does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.svm import LinearSVC

Terms = tuple[np.ndarray, np.ndarray]
"""Numbers of features (none twice) and their values."""


@dataclass(frozen=True)
class Vocabulary:
    """The terms that are known, as whole numbers; a term's feature is its place among them."""

    keys: np.ndarray
    """In ascending order, and after them one that is larger than any."""

    @classmethod
    def of(cls, keys: np.ndarray) -> Vocabulary:
        """Of ``keys`` in ascending order, none twice."""
        return cls(np.append(keys, np.iinfo(np.int64).max))

    def __len__(self) -> int:
        """How many terms are known."""
        return len(self.keys) - 1

    def places(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The places of those ``keys`` that are known, and which of them these are."""
        places = self.keys.searchsorted(keys)
        known = self.keys[places] == keys
        return places[known], known


@dataclass(frozen=True)
class Weights:
    """A linear model's weights in 16 bits: :meth:`scores` gives what its decision function does."""

    rows: np.ndarray
    """One row for each feature, a quarter of a million of them: whole numbers, which numpy turns into single precision three
    times as fast as half precision."""
    steps: np.ndarray
    """What 1 stands for, for each class."""
    intercept: np.ndarray

    @classmethod
    def of(cls, svm: LinearSVC) -> Weights:
        """The weights of a fitted ``svm`` with more than two classes."""
        largest = np.maximum(np.abs(svm.coef_).max(axis=1), np.finfo(np.float32).tiny)
        steps = largest / np.iinfo(np.int16).max
        rows = np.rint(svm.coef_.T / steps)
        return cls(
            np.ascontiguousarray(rows, dtype=np.int16), steps.astype(np.float32), svm.intercept_.astype(np.float32)
        )

    @classmethod
    def beside(cls, models: Sequence[Weights]) -> Weights:
        """One model with the classes of several, in their order."""
        return cls(
            np.hstack([m.rows for m in models]),
            np.concatenate([m.steps for m in models]),
            np.concatenate([m.intercept for m in models]),
        )

    def without_first(self) -> Weights:
        """Without the first class."""
        return Weights(self.rows[:, 1:], self.steps[1:], self.intercept[1:])

    def parted(self, feature: int) -> tuple[Weights, np.ndarray]:
        """The model of the features before ``feature``, and the weights of the others in single precision."""
        return Weights(self.rows[:feature], self.steps, self.intercept), self.rows[feature:] * self.steps

    def scores(self, numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
        """A score for each class from the features that are not 0."""
        return (values @ self.rows[numbers].astype(np.float32)) * self.steps + self.intercept
