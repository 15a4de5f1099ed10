"""Repair what a slip of the input method did to a text: a character for another of the same sound, or one left out.

Phones type by pinyin, so most typos are homophones (骑锋章 for 骑缝章). Character pairs and triples of the training sentences say
what is usual; a character is only touched where it stands in no usual pair and in no word of the general dictionary.
A noisy-channel corrector in the sense of Kernighan, Church & Gale (1990), with n-gram counts in place of a language model.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Iterable

from pypinyin import lazy_pinyin

from bot.nlu.tokenizer import segmenter

GAIN_OF_SWAP = 5.0
"""Log-likelihood that a homophone must add; at 5 about 4 % of correct sentences are touched, at 3 twice as many."""
GAIN_OF_INSERTION = 4.0
_USUAL = 3
"""Times that a pair of characters must stand in the training sentences to be left alone."""
_COMMON_WORD = 30
"""Frequency in the tokenizer's dictionary from which a word of two characters is left alone."""
_UNSEEN = 0.3
_EDGE = "\x02\x02"


def _is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


@dataclass
class Speller:
    """Trained with :meth:`fit` on normal forms; :meth:`repair` gives the likelier text, most often the text itself."""

    ngrams: Counter[str]
    by_sound: dict[str, list[str]]
    between: dict[str, list[str]]

    @classmethod
    def fit(cls, texts: Iterable[str]) -> Speller:
        """Count pairs and triples of characters."""
        characters: Counter[str] = Counter()
        ngrams: Counter[str] = Counter()
        for text in texts:
            characters.update(text)
            padded = f"{_EDGE}{text}{_EDGE}"
            for size in (2, 3):
                ngrams.update(padded[i : i + size] for i in range(len(padded) - size + 1))
        by_sound = defaultdict(list)
        for char, count in characters.items():
            if _is_hanzi(char) and count >= _USUAL:
                by_sound[_sound(char)].append(char)
        between = defaultdict(list)
        for ngram, count in ngrams.items():
            if len(ngram) == 3 and count > _USUAL:
                between[ngram[0] + ngram[2]].append(ngram[1])
        return cls(ngrams, dict(by_sound), dict(between))

    def repair(self, text: str) -> str:
        """``text`` with likelier homophones, and with one character more where one seems to be missing."""
        padded = f"{_EDGE}{text}{_EDGE}"
        for place in range(2, len(padded) - 2):
            if _is_hanzi(padded[place]) and not self._stands(padded, place):
                padded = self._best_swap(padded, place)
        return self._best_insertion(padded)[2:-2]

    def _stands(self, padded: str, place: int) -> bool:
        before, after = padded[place - 1 : place + 1], padded[place : place + 2]
        return (
            (self.ngrams.get(before, 0) > _USUAL and self.ngrams.get(after, 0) > _USUAL)
            or _is_word(before)
            or _is_word(after)
        )

    def _best_swap(self, padded: str, place: int) -> str:
        best, limit = padded, self._fit_at(padded, place) + GAIN_OF_SWAP
        for other in self.by_sound.get(_sound(padded[place]), ()):
            swapped = padded[:place] + other + padded[place + 1 :]
            fit = self._fit_at(swapped, place)
            if fit > limit:
                best, limit = swapped, fit
        return best

    def _best_insertion(self, padded: str) -> str:
        best, limit = padded, GAIN_OF_INSERTION
        for place in range(2, len(padded) - 1):
            pair = padded[place - 1 : place + 1]
            if self.ngrams.get(pair, 0) >= _USUAL or _is_word(pair):
                continue
            for char in self.between.get(pair, ()):
                longer = padded[:place] + char + padded[place:]
                triple = longer[place - 1 : place + 2]
                around = self._log(longer[place - 2 : place + 1]) + self._log(longer[place : place + 3])
                gain = self._log(triple) - self._log(pair) + 0.5 * around
                if gain > limit:
                    best, limit = longer, gain
        return best

    def _fit_at(self, padded: str, place: int) -> float:
        """Sum of the log counts of the pairs and triples that hold the character at ``place``."""
        spans = ((place - 1, 2), (place, 2), (place - 2, 3), (place - 1, 3), (place, 3))
        return sum(self._log(padded[start : start + size]) for start, size in spans)

    def _log(self, ngram: str) -> float:
        return math.log(self.ngrams.get(ngram, 0) + _UNSEEN)


@lru_cache(maxsize=8192)
def _sound(char: str) -> str:
    return lazy_pinyin(char)[0]


def _is_word(pair: str) -> bool:
    return segmenter().FREQ.get(pair, 0) > _COMMON_WORD
