"""The classifier over all leaves: a linear model over several views of a sentence, in two stages. No Rasa in here.

The light stage sees characters, pinyin (so that 骑锋章 is 骑缝章) and concepts; it costs about a millisecond. When it is not
sure, the full stage adds the sentence embedding. docs/decisions/0001 says what this choice rests on.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.embedding import embed
from bot.nlu.fast_scores import Terms, Weights, dense, joined
from bot.nlu.spelling import Speller
from bot.nlu.views import LookUps, Views

EMBEDDING_WEIGHT = 2.0
REGULARISATION = 0.3
REPAIRED_SHARE = 0.7
"""Weight of a repaired text's probabilities against those of the text as it came: a repair may be wrong."""
CACHED_TEXTS = 20_000


@dataclass
class Stage:
    """One linear model with its probabilities' temperature."""

    weights: Weights
    temperature: float

    def probabilities(self, terms: Terms) -> np.ndarray:
        """A probability for each leaf; they sum to 1."""
        return _softmax(self.weights.scores(*terms), self.temperature)[0]


@dataclass
class LeafModel:
    """Trained with :meth:`fit`; :meth:`probabilities` answers for one normal form."""

    leaves: list[str]
    views: LookUps
    centre: np.ndarray
    light: Stage
    full: Stage
    sure: float
    speller: Speller
    _cache: OrderedDict[str, np.ndarray] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def fit(
        cls, texts: Sequence[str], leaves: Sequence[str], sure: float = 0.9, vectors: np.ndarray | None = None
    ) -> LeafModel:
        """Train on normal forms and their leaves.

        Args:
            texts: normal forms.
            leaves: the leaf of each.
            sure: probability from which the light stage's answer is taken without asking the full stage.
            vectors: the texts' embeddings where the caller has them.
        """
        views = Views(texts)
        vectors = embed(texts) if vectors is None else vectors
        names, labels = np.unique(np.asarray(leaves), return_inverse=True)
        centre = vectors.mean(axis=0)
        full = hstack([views.matrix, csr_matrix(_centred(vectors, centre))], format="csr")
        light_stage, full_stage = _fit_stages([views.matrix, full], labels)
        return cls(
            leaves=[str(name) for name in names],
            views=views.look_ups(),
            centre=centre,
            light=light_stage,
            full=full_stage,
            sure=sure,
            speller=Speller.fit(texts),
        )

    def probabilities(self, text: str, vector: np.ndarray | None = None) -> np.ndarray:
        """A probability for each of :attr:`leaves`; the same text again costs nothing.

        Args:
            text: a normal form.
            vector: its embedding where the caller has it.
        """
        known = self._cache.get(text)
        if known is not None:
            self._cache.move_to_end(text)
            return known
        found = self._cascade(text, vector)
        repaired = self.speller.repair(text)
        if repaired != text:
            found = (1 - REPAIRED_SHARE) * found + REPAIRED_SHARE * self._cascade(repaired)
        self._cache[text] = found
        if len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)
        return found

    def at_a_glance(self, text: str) -> tuple[str, float]:
        """The likeliest leaf and its probability in the light stage's eyes, in about a millisecond."""
        found = self.light.probabilities(joined(self.views.of(text)))
        best = int(found.argmax())
        return self.leaves[best], float(found[best])

    def _cascade(self, text: str, vector: np.ndarray | None = None) -> np.ndarray:
        """The light stage's probabilities if it is sure, else the full stage's."""
        light = self.views.of(text)
        found = self.light.probabilities(joined(light))
        if found.max() >= self.sure:
            return found
        vectors = embed([text]) if vector is None else np.atleast_2d(vector)
        return self.full.probabilities(joined([*light, dense(_centred(vectors, self.centre)[0])]))


def _centred(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Vectors without what all sentences share (E5's lie in a narrow cone), at the embedding's weight."""
    moved = vectors - centre
    return np.asarray(EMBEDDING_WEIGHT * moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def _softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    scaled = np.atleast_2d(scores) / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return scaled / scaled.sum(axis=1, keepdims=True)


def _fit_stages(features: Sequence[csr_matrix], labels: np.ndarray) -> list[Stage]:
    """Train a stage on each view of the same sentences.

    A stage is trained on everything; its temperature comes from a quarter that a second model of the same kind did not
    see. The trainings are independent and liblinear leaves the interpreter free, so they share the cores.
    """
    seen, unseen = train_test_split(np.arange(len(labels)), test_size=0.25, stratify=labels, random_state=0)
    with ThreadPoolExecutor(max_workers=2) as pool:
        probes = [pool.submit(_svm().fit, view[seen], labels[seen]) for view in features]
        models = [pool.submit(_svm().fit, view, labels) for view in features]
        return [
            Stage(
                Weights.of(model.result()), _temperature(probe.result().decision_function(view[unseen]), labels[unseen])
            )
            for view, probe, model in zip(features, probes, models)
        ]


def _temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """What to divide ``scores`` by so that their softmax is likeliest to have said ``labels``."""

    def log_loss(temperature: float) -> float:
        likelihood = _softmax(scores, temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(likelihood, 1e-12)).mean())

    return float(minimize_scalar(log_loss, bounds=(0.02, 2.0), method="bounded").x)


def _svm() -> LinearSVC:
    return LinearSVC(C=REGULARISATION)
