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
from pypinyin import lazy_pinyin
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.concepts import concept_features
from bot.nlu.embedding import embed

EMBEDDING_WEIGHT = 2.0
CONCEPT_WEIGHT = 1.0
REGULARISATION = 0.3
CACHED_TEXTS = 20_000


def pinyin_of(text: str) -> str:
    """Syllables without tones, parted by spaces."""
    return " ".join(lazy_pinyin(text))


@dataclass
class Stage:
    """One linear model with its probabilities' temperature."""

    svm: LinearSVC
    temperature: float

    def probabilities(self, features: csr_matrix) -> np.ndarray:
        """A probability for each leaf; rows sum to 1."""
        return _softmax(self.svm.decision_function(features), self.temperature)


@dataclass
class LeafModel:
    """Trained with :meth:`fit`; :meth:`probabilities` answers for one normal form."""

    leaves: list[str]
    characters: TfidfVectorizer
    syllables: TfidfVectorizer
    centre: np.ndarray
    light: Stage
    full: Stage
    sure: float
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
        characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True, dtype=np.float32)
        syllables = TfidfVectorizer(
            analyzer="word", token_pattern=r"\S+", ngram_range=(1, 3), min_df=2, sublinear_tf=True, dtype=np.float32
        )
        characters.fit(texts)
        syllables.fit(pinyin_of(t) for t in texts)
        vectors = embed(texts) if vectors is None else vectors
        names, labels = np.unique(np.asarray(leaves), return_inverse=True)
        light = _light_features(characters, syllables, texts)
        centre = vectors.mean(axis=0)
        full = hstack([light, csr_matrix(_centred(vectors, centre))], format="csr")
        light_stage, full_stage = _fit_stages([light, full], labels)
        return cls(
            leaves=[str(name) for name in names],
            characters=characters,
            syllables=syllables,
            centre=centre,
            light=light_stage,
            full=full_stage,
            sure=sure,
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
        light = _light_features(self.characters, self.syllables, [text])
        found = self.light.probabilities(light)[0]
        if found.max() < self.sure:
            vectors = embed([text]) if vector is None else np.atleast_2d(vector)
            seen = hstack([light, csr_matrix(_centred(vectors, self.centre))], format="csr")
            found = self.full.probabilities(seen)[0]
        self._cache[text] = found
        if len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)
        return found


def _light_features(characters: TfidfVectorizer, syllables: TfidfVectorizer, texts: Sequence[str]) -> csr_matrix:
    return hstack(
        [
            characters.transform(texts),
            syllables.transform([pinyin_of(t) for t in texts]),
            CONCEPT_WEIGHT * concept_features(texts),
        ],
        format="csr",
    )


def _centred(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Vectors without what all sentences share (E5's lie in a narrow cone), at the embedding's weight."""
    moved = vectors - centre
    return EMBEDDING_WEIGHT * moved / np.linalg.norm(moved, axis=1, keepdims=True)


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
            Stage(model.result(), _temperature(probe.result().decision_function(view[unseen]), labels[unseen]))
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
