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

LOG_P_SUBSTITUTION, LOG_P_DELETION = math.log(0.002), math.log(0.02)
"""How often each slip is made, as the log of a probability. Chosen, as all that follows, on a fifth of the training sentences, clean and
spoiled: larger ones help the spoiled and cost the clean (docs/decisions/0001)."""
MOST_READINGS = 3
LARGEST_SHARE = 0.5
"""The most that all readings together weigh against the text as it came: the language model knows few of all good sentences."""
SMALLEST_SHARE = 0.2
"""Readings that weigh less than this together are not worth their reading."""
_LEAST_ODDS = math.log(0.05)
"""Readings with less are not worth weighing."""
_HOPELESS = -3.5
"""A log probability that a character and the two after it seldom have together: places where a reading would need more are passed over,
which saves time."""
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

    log_probabilities: dict[str, float]
    """N-gram → log probability of its last character after the others."""
    backoff: dict[str, float]
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
        known = self.log_probabilities
        while (found := known.get(ngram)) is None:
            if not ngram:
                return lost - math.log(_CHARACTERS)
            lost += self.backoff.get(ngram[:-1], 0.0)
            ngram = ngram[1:]
        return lost + found

    def likely_after(self, before: str, characters: str, least: float) -> Iterator[tuple[str, float]]:
        """Those of ``characters``, all known, that have at least the log probability ``least`` after the two ``before``, with it."""
        known = self.log_probabilities
        last, lost = before[1:], self.backoff.get(before, 0.0)
        lost_twice = lost + self.backoff.get(last, 0.0)
        for char in characters:
            found = known.get(before + char)
            if found is None:
                found = known.get(last + char)
                found = lost_twice + known[char] if found is None else lost + found
            if found >= least:
                yield char, found

    def along(self, padded: str, least: float = -math.inf) -> float:
        """The log probability of the characters of ``padded`` after the first two; less than ``least`` may be any number below."""
        total = 0.0
        for end in range(_ORDER, len(padded) + 1):
            total += self.log_probability(padded[end - _ORDER : end])
            if total < least:
                break
        return total


@dataclass(frozen=True)
class Speller:
    """Trained with :meth:`fit` on normal forms; :meth:`readings` tells what a text was perhaps meant to be."""

    language: LanguageModel
    by_sound: dict[str, str]
    """Syllable → all characters that are read so."""
    between: dict[str, str]
    """Pair of characters → all characters that were seen between them."""

    @classmethod
    def fit(cls, texts: Iterable[str]) -> Speller:
        """Learn from ``texts`` what is usual."""
        language = LanguageModel.fit(texts)
        by_sound: dict[str, str] = defaultdict(str)
        between: dict[str, str] = defaultdict(str)
        for ngram in language.log_probabilities:
            if len(ngram) == 1 and _is_hanzi(ngram):
                by_sound[sound(ngram)] += ngram
            elif len(ngram) == _ORDER and _is_hanzi(ngram[1]):
                between[ngram[0] + ngram[2]] += ngram[1]
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
        """Every text that is one slip away, and the log of its odds where they are worth anything."""
        padded = f"{_START}{text}{_END}"
        first = len(_START)
        each = [0.0] * first + [self.language.along(padded[i - first : i + 1]) for i in range(first, len(padded))]
        for place in range(first, len(padded)):
            before, after = padded[:place], padded[place:]
            near, here = before[-first:], after[0]
            old = sum(each[place : place + first])
            least = old + _LEAST_ODDS - LOG_P_DELETION
            if least < _HOPELESS:
                for char, begun in self.language.likely_after(near, self.between.get(near[-1] + here, ""), least):
                    new = begun + self.language.along(near[1:] + char + after[:first], least - begun)
                    if new >= least and char != near[-1]:  # the same text as with one more before it
                        yield LOG_P_DELETION + new - old, f"{before}{char}{after}"[first:-1]
            old += sum(each[place + first : place + first + 1])
            least = old + _LEAST_ODDS - LOG_P_SUBSTITUTION
            if least < _HOPELESS and _is_hanzi(here):
                for char, begun in self.language.likely_after(near, self.by_sound.get(sound(here), ""), least):
                    new = begun + self.language.along(near[1:] + char + after[1 : 1 + first], least - begun)
                    if new >= least and char != here:
                        yield LOG_P_SUBSTITUTION + new - old, f"{before}{char}{after[1:]}"[first:-1]


@lru_cache(maxsize=8192)
def sound(char: str) -> str:
    """The syllable, without its tone, that ``char`` is read as most often; what is not Chinese is its own."""
    return "".join(lazy_pinyin(char))
