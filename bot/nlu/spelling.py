"""Repair what a slip of the input method did to a text: a character for another of the same sound, or one left out.

Phones type by pinyin, so most typos are homophones (骑锋章 for 骑缝章). Character pairs and triples of the training sentences say
what is usual. A character is only replaced where it stands in no usual pair and in no word of the general dictionary; where
one may be missing, the likeliest of all texts with one more are read besides.
A noisy-channel corrector in the sense of Kernighan, Church & Gale (1990), with n-gram counts in place of a language model.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Iterable

from pypinyin import lazy_pinyin

from bot.nlu.tokenizer import segmenter

GAIN_OF_SWAP = 5.0
"""Log-likelihood that a homophone must add; at 5 about 4 % of correct sentences are touched, at 3 twice as many."""
GAIN_OF_COMPLETION = 2.0
"""Log-likelihood that a character more must add; at 0 most sentences have such, and are read worse for it."""
COMPLETIONS = 3
"""Texts with one character more that are read besides; with six nothing is better."""
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
    """Trained with :meth:`fit` on normal forms; tells what a text was perhaps meant to be."""

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

    def swapped(self, text: str) -> str:
        """``text`` with likelier homophones, most often ``text`` itself."""
        padded = f"{_EDGE}{text}{_EDGE}"
        for place in range(2, len(padded) - 2):
            if _is_hanzi(padded[place]) and not self._stands(padded, place):
                padded = self._best_swap(padded, place)
        return padded[2:-2]

    def completed(self, text: str) -> list[tuple[str, float]]:
        """The likeliest texts with one character more that are likelier than ``text``, and how likely each is among them."""
        padded = f"{_EDGE}{text}{_EDGE}"
        found = []
        for place in range(2, len(padded) - 1):
            before, after = padded[place - 2 : place], padded[place : place + 2]
            broken = self._log(before + after[0]) + self._log(before[1] + after)
            pair = self._log(before[1] + after[0])
            for char in self.between.get(before[1] + after[0], ()):
                around = self._log(before + char) + self._log(char + after)
                gain = self._log(before[1] + char + after[0]) - pair + 0.5 * (around - broken)
                if gain > GAIN_OF_COMPLETION:
                    found.append((gain, padded[2:place] + char + padded[place:-2]))
        best = heapq.nlargest(COMPLETIONS, found)
        whole = sum(math.exp(gain) for gain, _ in best)
        return [(longer, math.exp(gain) / whole) for gain, longer in best]

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
