"""What the light stage of the leaf model sees of a sentence: characters, pinyin (so that 骑锋章 is 骑缝章) and concepts.

Characters and syllables are seen twice: as runs, and as pairs that stand near each other, which a character that was dropped
or put in between does not part. A term is a whole number, so that all terms of a sentence are made and looked up at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from scipy.sparse import csr_matrix

from bot.nlu.concepts import concept_terms
from bot.nlu.fast_scores import Terms, Vocabulary
from bot.nlu.spelling import sound

CHARACTERS_APART, SYLLABLES_APART = 6, 3
"""How far apart the two of a pair may stand."""
FREQUENT_RUNS, FREQUENT_PAIRS = 2, 4
"""In how many sentences a term must occur. Rarer pairs are half of the pairs and change nothing."""
_BITS = 21
"""A unit's number has so many: enough for every character there is, and three of them are a 64-bit key."""
_UNHEARD = (1 << _BITS) - 2
"""The number of every syllable that no training sentence has; no term with it is known, and none is the end of a vocabulary."""
_SYLLABLES = re.compile(r"[\u3400-\u9fff]|[^\u3400-\u9fff\s]+")


def characters_of(text: str) -> np.ndarray:
    """The code points of ``text`` in lower case."""
    return np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)


def syllables_of(text: str) -> list[str]:
    """Syllables without tones, each character read as it most often is; what is not Chinese stays in words."""
    return [sound(piece) for piece in _SYLLABLES.findall(text.lower())]


def runs(units: np.ndarray) -> np.ndarray:
    """Keys of all runs of up to three units."""
    two = units[:-1] << _BITS | units[1:]
    return np.concatenate([units, two, two[:-1] << _BITS | units[2:]])


def pairs(units: np.ndarray, apart: int) -> np.ndarray:
    """Keys of pairs of units at most ``apart`` places apart, in their order."""
    first = units << _BITS
    return np.concatenate([first[:-by] | units[by:] for by in range(1, apart + 1)])


@dataclass(frozen=True)
class Views:
    """Learnt with :meth:`fit`; :meth:`of` and :meth:`matrix` give the features of sentences."""

    syllables: Mapping[str, int]
    terms: Sequence[Vocabulary]
    """Of runs and pairs of characters, then of syllables. Their features are numbered through; after them come the concepts."""
    idf: np.ndarray
    """Of each term."""
    concepts: Vocabulary

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Views:
        """Learn which terms and concepts ``texts`` have; others are not seen later."""
        heard = sorted({syllable for text in texts for syllable in syllables_of(text)})
        syllables = {syllable: number for number, syllable in enumerate(heard, 1)}  # not 0: a run may not begin with it
        seen = zip(*(_keys(text, syllables) for text in texts))
        rarest = (FREQUENT_RUNS, FREQUENT_PAIRS) * 2
        learnt = [_learnt(keys, least) for keys, least in zip(seen, rarest)]
        concepts = np.concatenate([concept_terms(text)[0] for text in texts])
        return cls(
            syllables,
            terms=[vocabulary for vocabulary, _ in learnt],
            idf=np.concatenate([idf for _, idf in learnt]),
            concepts=Vocabulary.of(np.unique(concepts)),
        )

    def of(self, text: str) -> Terms:
        """The features of ``text``: TF-IDF, with the logarithm of counts and each view of length 1, and the concepts."""
        places = [vocabulary.places(keys)[0] for vocabulary, keys in zip(self.terms, _keys(text, self.syllables))]
        starts = accumulate(map(len, self.terms), initial=0)
        numbers, counts = np.unique(
            np.concatenate([own + start for own, start in zip(places, starts)]), return_counts=True
        )
        values = (np.log(counts) + 1.0) * self.idf[numbers]
        views = self._view_of[numbers]
        values /= np.sqrt(np.bincount(views, values * values))[views]
        keys, weights = concept_terms(text)
        concepts, known = self.concepts.places(keys)
        return (
            np.concatenate([numbers, concepts + len(self.idf)]),
            np.concatenate([values, weights[known]]).astype(np.float32),
        )

    def matrix(self, texts: Iterable[str]) -> csr_matrix:
        """A row for each text."""
        rows = [self.of(text) for text in texts]
        numbers, values = (np.concatenate(part) for part in zip(*rows))
        ends = np.cumsum([0, *(len(own) for own, _ in rows)])
        return csr_matrix((values, numbers, ends), shape=(len(rows), len(self.idf) + len(self.concepts)))

    @cached_property
    def _view_of(self) -> np.ndarray:
        """The number of the view to which each term belongs."""
        return np.repeat(np.arange(len(self.terms)), [len(vocabulary) for vocabulary in self.terms])


def _keys(text: str, syllables: Mapping[str, int]) -> list[np.ndarray]:
    """The terms of each view."""
    characters = characters_of(text)
    heard = np.array([syllables.get(syllable, _UNHEARD) for syllable in syllables_of(text)], dtype=np.int64)
    return [runs(characters), pairs(characters, CHARACTERS_APART), runs(heard), pairs(heard, SYLLABLES_APART)]


def _learnt(terms: Sequence[np.ndarray], least: int) -> tuple[Vocabulary, np.ndarray]:
    """The terms that ``least`` texts have, and how much each weighs: the log of the share of texts that have it."""
    keys, texts = np.unique(np.concatenate([np.unique(keys) for keys in terms]), return_counts=True)
    often = texts >= least
    return Vocabulary.of(keys[often]), np.log((1 + len(terms)) / (1 + texts[often])) + 1.0
