"""What a text was perhaps meant to be: a character taken for another of the same sound, or one left out.

Phones type by pinyin, so most typos are homophones (骑锋章 for 骑缝章); thumbs and voice input leave characters out. Each text that
is one such slip away is weighed by how much likelier it is than the text as it came, times how often such a slip is made: the
noisy channel of Kernighan, Church & Gale (1990). How likely a text is, a language model of the training sentences says.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Iterable, Iterator

from pypinyin import lazy_pinyin

OFTEN_SWAPPED, OFTEN_LEFT_OUT = math.log(0.002), math.log(0.02)
"""How often each slip is made, as the log of a share. Chosen, as all that follows, on a fifth of the training sentences, clean and
spoiled: larger ones help the spoiled and cost the clean (docs/decisions/0001)."""
MOST_READINGS = 3
LARGEST_SHARE = 0.5
"""The most that all readings together weigh against the text as it came: the language model knows few of all good sentences."""
SMALLEST_SHARE = 0.2
"""Readings that weigh less than this together are not worth their reading."""
_UNLIKELY = 4.0
"""From this improbability on (a negative log) a place may hold a slip; likelier places cannot gain enough."""
_ORDER = 3
_START, _END = "\x02" * (_ORDER - 1), "\x03"
_CHARACTERS = 6000
"""A character that was never seen is one of so many."""


def _is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def without_one(text: str, chance: random.Random) -> str:
    """``text`` with one character left out; up to three characters say too little for that."""
    place = chance.randrange(len(text)) if len(text) > 3 else len(text)
    return text[:place] + text[place + 1 :]


@dataclass(frozen=True)
class LanguageModel:
    """How likely a character is after the two before it: n-grams with the smoothing of Witten & Bell (1991)."""

    seen: dict[str, float]
    """N-gram → log probability of its last character after the others."""
    shorter: dict[str, float]
    """Characters before → log of what is left for a character that never came after them."""

    @classmethod
    def fit(cls, texts: Iterable[str]) -> LanguageModel:
        """Count the n-grams of ``texts`` and smooth them, the short ones first."""
        counts: Counter[str] = Counter()
        for text in texts:
            padded = f"{_START}{text}{_END}"
            counts.update(padded[i - n : i + 1] for i in range(len(_START), len(padded)) for n in range(_ORDER))
        follow: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for ngram, count in counts.items():
            follow[ngram[:-1]] += count
            kinds[ngram[:-1]] += 1
        probability: dict[str, float] = {}
        for ngram in sorted(counts, key=len):
            before = ngram[:-1]
            less = probability[ngram[1:]] if before else 1 / _CHARACTERS
            probability[ngram] = (counts[ngram] + kinds[before] * less) / (follow[before] + kinds[before])
        return cls(
            {ngram: math.log(p) for ngram, p in probability.items()},
            {before: math.log(n / (n + follow[before])) for before, n in kinds.items()},
        )

    def log_probability(self, ngram: str) -> float:
        """Of the last character of ``ngram`` after the others."""
        lost = 0.0
        while ngram not in self.seen:
            if not ngram:
                return lost - math.log(_CHARACTERS)
            lost += self.shorter.get(ngram[:-1], 0.0)
            ngram = ngram[1:]
        return lost + self.seen[ngram]

    def along(self, padded: str, start: int, end: int) -> float:
        """The log probability of the characters from ``start`` to before ``end``."""
        return sum(self.log_probability(padded[i - _ORDER + 1 : i + 1]) for i in range(start, min(end, len(padded))))


@dataclass(frozen=True)
class Speller:
    """Trained with :meth:`fit` on normal forms; :meth:`readings` tells what a text was perhaps meant to be."""

    language: LanguageModel
    by_sound: dict[str, list[str]]
    between: dict[str, list[str]]

    @classmethod
    def fit(cls, texts: Iterable[str]) -> Speller:
        """Learn from ``texts`` what is usual."""
        language = LanguageModel.fit(texts)
        by_sound, between = defaultdict(list), defaultdict(list)
        for ngram in language.seen:
            if len(ngram) == 1 and _is_hanzi(ngram):
                by_sound[sound(ngram)].append(ngram)
            elif len(ngram) == _ORDER and _is_hanzi(ngram[1]):
                between[ngram[0] + ngram[2]].append(ngram[1])
        return cls(language, dict(by_sound), dict(between))

    def readings(self, text: str) -> list[tuple[str, float]]:
        """Other texts that may be meant, the likeliest first, and the weight of each; what is left to 1 is that of ``text``."""
        slips = list(self._slips(text))
        if slips and max(slips)[0] > 0:  # surely one slip: there may be another
            odds, better = max(slips)
            slips += [(odds + more, reading) for more, reading in self._slips(better) if reading != text]
        best = heapq.nlargest(MOST_READINGS, slips)
        likelier = sum(math.exp(min(odds, 30.0)) for odds, _ in best)
        share = min(LARGEST_SHARE, likelier / (1 + likelier))
        if share < SMALLEST_SHARE:
            return []
        return [(reading, share * math.exp(min(odds, 30.0)) / likelier) for odds, reading in best]

    def _slips(self, text: str) -> Iterator[tuple[float, str]]:
        """Every text that is one slip away, and the log of its odds."""
        padded = f"{_START}{text}{_END}"
        each = [0.0] * len(_START) + [self.language.along(padded, i, i + 1) for i in range(len(_START), len(padded))]
        for place in range(len(_START), len(padded)):
            before, after = padded[:place], padded[place:]
            near = before[1 - _ORDER :]
            old = sum(each[place : place + _ORDER - 1])
            if old <= -_UNLIKELY:
                for char in self.between.get(before[-1] + after[0], ()):
                    new = self._around(near, char, after)
                    if char != before[-1]:  # the same text as with one more before it
                        yield OFTEN_LEFT_OUT + new - old, f"{before}{char}{after}"[len(_START) : -1]
            old += sum(each[place + _ORDER - 1 : place + _ORDER])
            if old <= -_UNLIKELY and _is_hanzi(after[0]):
                for char in self.by_sound.get(sound(after[0]), ()):
                    new = self._around(near, char, after[1:])
                    if char != after[0] and new > old:
                        yield OFTEN_SWAPPED + new - old, f"{before}{char}{after[1:]}"[len(_START) : -1]

    def _around(self, before: str, char: str, after: str) -> float:
        """The log probability of ``char`` and what it bears on."""
        return self.language.along(f"{before}{char}{after[: _ORDER - 1]}", len(before), len(before) + _ORDER)


@lru_cache(maxsize=8192)
def sound(char: str) -> str:
    """The syllable, without its tone, that ``char`` is read as most often; what is not Chinese is its own."""
    return str(lazy_pinyin(char)[0])
