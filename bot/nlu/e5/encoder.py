"""Sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import numpy as np

from bot.nlu.e5 import graph
from bot.nlu.e5.ranges import RANGES
from bot.nlu.e5.tokenizer import Tokenizer
from bot.nlu.e5.weights import Weights, bundled

_BATCH = 8
"""Texts of one length that are embedded together: a third less of a processor than one by one, and more gain little."""


class Encoder:
    """Holds the model; ready in half a second, about 80 MB."""

    def __init__(self) -> None:
        self.weights = Weights(bundled())
        self._tokenizer = Tokenizer(self.weights.vocabulary)
        self._places = (
            self.weights.vector("emb.pos").reshape(-1, self.weights.width)
            + self.weights.vector("emb.type")[: self.weights.width]
        )
        self._session = graph.build(self.weights, RANGES).session()

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return 2 * int(self.weights.width)

    def encode(self, texts: Sequence[str], threads: int = 1) -> np.ndarray:
        """A unit vector for each text, as float32 rows: the last layer in the first half, the second last but one in the other.

        Args:
            texts: what to embed; of a text beyond the model's length the beginning counts.
            threads: how many batches are worked on at the same time.
        """
        pieces = [self.pieces(text) for text in texts]
        places = sorted(range(len(texts)), key=lambda place: len(pieces[place]))
        batches = [
            same[start : start + _BATCH]
            for _, group in groupby(places, key=lambda place: len(pieces[place]))
            for same in [list(group)]
            for start in range(0, len(same), _BATCH)
        ]
        vectors = np.empty((len(texts), self.width), dtype=np.float32)

        def fill(batch: list[int]) -> None:
            vectors[batch] = self._pooled([pieces[place] for place in batch])

        if threads == 1:
            for batch in batches:
                fill(batch)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(fill, batches))
        return vectors

    def pieces(self, text: str) -> list[int]:
        """The numbers of the pieces that the model is fed for ``text``.

        Without the "query: " that E5 was trained with (Wang et al. 2024, §2): under a linear model it changes nothing that can be
        measured (docs/decisions/0001) and is a quarter of the pieces.
        """
        vocabulary = self.weights.vocabulary
        inside = self._tokenizer.ids(text)[: self.weights.positions - 2]
        return [vocabulary.begin, *inside, vocabulary.end]

    def embedded(self, pieces: Sequence[int]) -> np.ndarray:
        """What the graph is fed for pieces: one row for each."""
        return np.asarray(self.weights.words(list(pieces)) + self._places[: len(pieces)])

    def _pooled(self, pieces: Sequence[list[int]]) -> np.ndarray:
        """Vectors of texts of the same length."""
        (pooled,) = self._session.run([graph.OUTPUT], {graph.INPUT: np.stack([self.embedded(each) for each in pieces])})
        directions = pooled / np.linalg.norm(pooled, axis=2, keepdims=True)
        return np.asarray(directions.reshape(len(pieces), -1) / np.float32(np.sqrt(2)))
