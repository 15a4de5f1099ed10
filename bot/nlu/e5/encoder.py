"""Sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime

from bot.nlu.e5 import graph
from bot.nlu.e5.tokenizer import Tokenizer
from bot.nlu.e5.weights import Weights, bundled

_ERRORS_ONLY = 3


class Encoder:
    """Holds the model; ready in half a second, about 80 MB."""

    def __init__(self) -> None:
        self._weights = Weights(bundled())
        self._tokenizer = Tokenizer(self._weights.vocabulary)
        self._places = (
            self._weights.vector("emb.pos").reshape(-1, self._weights.width)
            + self._weights.vector("emb.type")[: self._weights.width]
        )
        built = graph.build(self._weights)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a second thread gains 1 ms and loses much more on a busy machine
        options.log_severity_level = _ERRORS_ONLY
        constants = map(onnxruntime.OrtValue.ortvalue_from_numpy, built.constants.values())
        options.add_external_initializers(list(built.constants), list(constants))
        self._session = onnxruntime.InferenceSession(built.model, options, providers=["CPUExecutionProvider"])

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return 2 * int(self._weights.width)

    def encode(self, texts: Sequence[str], threads: int = 1) -> np.ndarray:
        """A unit vector for each text, as float32 rows: the last layer in the first half, the second last but one in the other.

        One text at a time: activations are cut to 8 bits by the largest of them, so that in a batch a vector would depend
        on its neighbours.

        Args:
            texts: what to embed; of a text beyond the model's length the beginning counts.
            threads: how many texts are worked on at the same time.
        """
        if threads == 1:
            vectors = [self._pooled(text) for text in texts]
        else:
            with ThreadPoolExecutor(threads) as pool:
                vectors = list(pool.map(self._pooled, texts))
        return np.array(vectors, dtype=np.float32).reshape(-1, self.width) / np.float32(np.sqrt(2))

    def pieces(self, text: str) -> list[int]:
        """The numbers of the pieces that the model is fed for ``text``.

        Without the "query: " that E5 was trained with (Wang et al. 2024, §2): under a linear model it changes nothing that can be
        measured (docs/decisions/0001) and is a quarter of the pieces.
        """
        vocabulary = self._weights.vocabulary
        inside = self._tokenizer.ids(text)[: self._weights.positions - 2]
        return [vocabulary.begin, *inside, vocabulary.end]

    def _pooled(self, text: str) -> np.ndarray:
        pieces = self.pieces(text)
        embedded = self._weights.words(pieces) + self._places[: len(pieces)]
        (pooled,) = self._session.run([graph.OUTPUT], {graph.INPUT: embedded[None]})
        return np.asarray((pooled[0] / np.linalg.norm(pooled[0], axis=1, keepdims=True)).ravel())
