"""Cuts a text into the pieces that e5 was trained on: SentencePiece's unigram model, the likeliest cut (Kudo 2018, §3.1)."""

from __future__ import annotations

import re

from bot.nlu.e5.weights import Vocabulary

_SPACE = "\u2581"
"""What SentencePiece writes for a space, and before the first word."""
_UNKNOWN_COSTS = 10.0
"""By how much an unknown character is less likely than the least likely piece (SentencePiece's penalty)."""


class Tokenizer:
    """Made once; :meth:`ids` may be called from several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        # For each first character, because few have pieces as long as the longest of all.
        self._longest: dict[str, int] = {}
        for piece in vocabulary.ids:
            self._longest[piece[:1]] = max(len(piece), self._longest.get(piece[:1], 1))
        self._unlikely = min(vocabulary.scores) - _UNKNOWN_COSTS

    def ids(self, text: str) -> list[int]:
        """The pieces' numbers, without the marks of beginning and end."""
        written = re.sub(" {2,}", " ", text.translate(self._vocabulary.replacements))
        written = (written if written.startswith(" ") else " " + written).replace(" ", _SPACE)
        known, scores, size = self._vocabulary.ids, self._vocabulary.scores, len(written)
        best = [0.0] + [float("-inf")] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            so_far = best[start]
            for end in range(start + 1, min(size, start + self._longest.get(written[start], 1)) + 1):
                piece = known.get(written[start:end], self._vocabulary.unknown)
                if piece != self._vocabulary.unknown:
                    score = so_far + scores[piece]
                elif end == start + 1:
                    score = so_far + self._unlikely
                else:
                    continue
                if score > best[end]:
                    best[end], came[end] = score, (start, piece)
        found = []
        while size:
            size, piece = came[size]
            found.append(piece)
        return found[::-1]
