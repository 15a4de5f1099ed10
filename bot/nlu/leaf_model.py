"""The classifier over all leaves: a linear model over several views of a sentence, in two stages. No Rasa in here.

The light stage sees characters, pinyin (so that 骑锋章 is 骑缝章) and concepts; it costs about a millisecond. When it is not
sure, the full stage adds the sentence embedding. docs/decisions/0001 says what this choice rests on.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Sequence

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from bot.nlu.embedding import embed
from bot.nlu.fast_scores import Terms, Weights
from bot.nlu.spelling import Speller, without_one
from bot.nlu.views import Views

EMBEDDING_WEIGHT = 2.0
EMBEDDING_AXES = 400
"""Main axes of the embeddings that are kept: half of them, for a third of the training's time and 0.1 points of macro-F1."""
REGULARISATION = 0.3
LIGHT_TEMPERATURE, FULL_TEMPERATURE = 0.15, 0.17
"""What a stage's scores are divided by before their softmax, so that it is a probability: `make nlu-report` measures them."""
LIGHT_SHARE = 0.2
"""Weight of the light stage's probabilities where the full stage is asked as well: it is never wrong in the embedding's way."""
DOUBTFUL = 0.9
"""Up to this probability a text is also read as what it was perhaps meant to be."""
WORTH_EMBEDDING = 0.4
"""Weight from which on such a reading is asked of both stages."""
NOISE_EVERY = 3
"""Every third sentence is trained on once more with a character left out: +0.5 points on such sentences; with all of them +0.9, for
twice the time."""
CACHED_TEXTS = 20_000
CACHED_GLANCES = 50
"""As many as one message needs: its parts and its whole are each asked about in two or three ways."""
_OTHERS = -1
"""A label before all others."""


@dataclass(frozen=True)
class Compass:
    """Where sentence vectors lie, and along which axes they differ most."""

    centre: np.ndarray
    axes: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray) -> Compass:
        """From the vectors of the training sentences."""
        centre = vectors.mean(axis=0)
        moved = _directions(vectors, centre)
        _, axes = np.linalg.eigh(moved.T @ moved)  # the weakest axis first
        return cls(centre, np.ascontiguousarray(axes[:, ::-1][:, :EMBEDDING_AXES], dtype=np.float32))

    def seen(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors as features: without what all sentences share (E5's lie in a narrow cone), at the embedding's weight."""
        return np.asarray(EMBEDDING_WEIGHT * _directions(vectors, self.centre) @ self.axes, dtype=np.float32)


def _directions(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    moved = vectors - centre
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


@dataclass
class LeafModel:
    """Trained with :meth:`fit`; :meth:`probabilities` answers for one normal form."""

    leaves: list[str]
    views: Views
    compass: Compass
    light: Weights
    full: Weights
    """Of the views; those of the embedding are apart."""
    of_embedding: np.ndarray
    sure: float
    speller: Speller
    _cache: OrderedDict[tuple[str, float], np.ndarray] = field(default_factory=OrderedDict, repr=False)
    _glances: OrderedDict[str, tuple[Terms, np.ndarray]] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        leaves: Sequence[str],
        sure: float = 0.98,
        embedding: Callable[[Sequence[str]], np.ndarray] = embed,
    ) -> LeafModel:
        """Train on normal forms and their leaves.

        Args:
            texts: normal forms.
            leaves: the leaf of each.
            sure: probability from which the light stage's answer is taken without asking the full stage.
            embedding: gives the texts' vectors; asked last, because another process may still be at work on them.
        """
        views = Views.fit(texts)
        speller = Speller.fit(texts)
        chance = random.Random(0)
        light = views.matrix([*texts, *(without_one(text, chance) for text in texts[::NOISE_EVERY])])
        names, labels = np.unique(np.asarray(leaves), return_inverse=True)
        vectors = embedding(texts)
        compass = Compass.of(vectors)
        # A spoiled sentence has the whole one's vector: it is near enough, and embedding takes longest.
        seen = compass.seen(np.concatenate([vectors, vectors[::NOISE_EVERY]]))
        full = hstack([light, csr_matrix(seen)], format="csr")
        light_weights, all_weights = fit_weights([light, full], np.concatenate([labels, labels[::NOISE_EVERY]]))
        full_weights, of_embedding = all_weights.parted(light.shape[1])
        return cls(
            leaves=[str(name) for name in names],
            views=views,
            compass=compass,
            light=light_weights,
            full=full_weights,
            of_embedding=of_embedding,
            sure=sure,
            speller=speller,
        )

    def probabilities(self, text: str, vector: np.ndarray | None = None, sure: float | None = None) -> np.ndarray:
        """A probability for each of :attr:`leaves`; the same text again costs nothing.

        Args:
            text: a normal form.
            vector: its embedding where the caller has it.
            sure: taken for :attr:`sure`; with 0 the light stage answers.
        """
        sure = self.sure if sure is None else sure
        known = self._cache.get((text, sure))
        if known is not None:
            self._cache.move_to_end((text, sure))
            return known
        found = self._cascade(text, sure, vector)
        if found.max() < min(sure, DOUBTFUL):
            readings = self.speller.readings(text)
            found = found * (1 - sum(weight for _, weight in readings))
            for reading, weight in readings:
                found += weight * (
                    self._cascade(reading, sure) if weight >= WORTH_EMBEDDING else self._light(reading)[1]
                )
        self._cache[text, sure] = found
        if len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)
        return found

    def at_a_glance(self, text: str) -> tuple[str, float]:
        """The likeliest leaf and its probability in the light stage's eyes, in about a millisecond."""
        _, found = self._light(text)
        best = int(found.argmax())
        return self.leaves[best], float(found[best])

    def _light(self, text: str) -> tuple[Terms, np.ndarray]:
        """The features of ``text`` and the light stage's probabilities."""
        known = self._glances.get(text)
        if known is None:
            terms = self.views.of(text)
            known = terms, _softmax(self.light.scores(*terms), LIGHT_TEMPERATURE)
            self._glances[text] = known
            if len(self._glances) > CACHED_GLANCES:
                self._glances.popitem(last=False)
        return known

    def _cascade(self, text: str, sure: float, vector: np.ndarray | None = None) -> np.ndarray:
        """The light stage's probabilities if it is sure, else both stages'."""
        terms, found = self._light(text)
        if found.max() >= sure:
            return found
        vectors = embed([text]) if vector is None else np.atleast_2d(vector)
        scores = self.full.scores(*terms) + self.compass.seen(vectors)[0] @ self.of_embedding
        return LIGHT_SHARE * found + (1 - LIGHT_SHARE) * _softmax(scores, FULL_TEMPERATURE)


def _softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    scaled = np.exp((scores - scores.max()) / temperature)
    return np.asarray(scaled / scaled.sum())


def fit_weights(features: Sequence[csr_matrix], labels: np.ndarray) -> list[Weights]:
    """Train on each view of the same sentences, one class against all others.

    The classes are trained in two halves, in each of which the other half is one class more, so that both cores are at work to
    the end: in processes, because scipy tidies a matrix in place while it is read, so that threads may not share one.
    """
    halves = np.array_split(np.unique(labels), 2)
    trained = Parallel(n_jobs=2, mmap_mode="c")(
        delayed(_weights)(view, labels, half) for view in features for half in halves
    )
    return [Weights.beside(trained[start : start + 2]) for start in range(0, len(trained), 2)]


def _weights(view: csr_matrix, labels: np.ndarray, classes: np.ndarray) -> Weights:
    """The weights of ``classes`` against everything else."""
    svm = LinearSVC(C=REGULARISATION, random_state=0)
    return Weights.of(svm.fit(view, np.where(np.isin(labels, classes), labels, _OTHERS))).without_first()
