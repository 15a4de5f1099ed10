"""Which facts a message asks for, one question or several, in the model's eyes.

Each clause that asks is read alone; where that leaves doubt, with the story told before it (「材料退回来了，怎么办」) and in the light
of the whole message, which says what its clauses may be about (「服务协议盖什么章，寄哪」).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from bot.nlu.leaf_model import LeafModel
from bot.nlu.questions import clauses, unmarked_cuts

MAX_ANSWERS = 4
_CERTAIN = 0.99
"""From this probability on a clause is read without looking at the rest of the message."""
_BESIDE = 0.02
"""What a leaf counts in a clause, beside its probability for the whole message: a second question is often hidden by the first."""
_ASKED_ELSEWHERE = 0.1
"""How much of a leaf's probability for the whole message is left for a part when another part is surely about that leaf."""
_ROOM, _ROOM_IN_A_CLAUSE = 4, 6
"""Characters that a question in unpunctuated speech has at least; more where the message does have marks."""


@dataclass(frozen=True)
class Asked:
    """A fact that is asked for: its ``leaf``, the ``text`` that asks, and how probable that is."""

    leaf: str
    confidence: float
    text: str


class Several:
    """Finds the questions of a message."""

    def __init__(self, model: LeafModel, part_line: float, side_line: float) -> None:
        """``part_line``: from this probability a part counts as a question; ``side_line``: it is surely one to the light stage."""
        self._model = model
        self._part_line = part_line
        self._side_line = side_line
        self._followups = np.array([leaf.startswith("followup/") for leaf in model.leaves])

    def asked(self, text: str) -> list[Asked]:
        """The facts that the parts of ``text`` ask for, each once; empty when it is all one."""
        parts = list(self._parts(text))
        if parts in ([], [(text, "")]):
            return []
        if len(parts) == 1:
            return self._only(parts[0][0])
        whole = self._model.probabilities(text, sure=0.0)
        readings = [self._read(part, story) for part, story in parts]
        found: dict[str, Asked] = {}
        for (part, _), reading in zip(parts, readings):
            weighed = self._in_its_light(reading, whole, readings) if reading.max() < _CERTAIN else reading
            best = int(weighed.argmax())
            leaf, confidence = self._model.leaves[best], float(weighed[best])
            if leaf.startswith("faq/") and confidence >= self._part_line:
                found.setdefault(leaf, Asked(leaf, confidence, part))
        return list(found.values())

    def _parts(self, text: str) -> Iterator[tuple[str, str]]:
        """What asks, each with the story told before it."""
        marked = clauses(text)
        room = _ROOM if len(marked) == 1 else _ROOM_IN_A_CLAUSE
        story: list[str] = []
        for clause in marked:
            if clause.asks:
                for part in self._unmarked_parts(clause.text, room):
                    yield part, "，".join(story)
                    story = []
            else:
                story.append(clause.text)

    def _only(self, part: str) -> list[Asked]:
        found = self._alone(part)
        best = int(found.argmax())
        leaf = self._model.leaves[best]
        sure = leaf.startswith("faq/") and found[best] >= self._part_line
        return [Asked(leaf, float(found[best]), part)] if sure else []

    def _read(self, part: str, story: str) -> np.ndarray:
        found = self._alone(part)
        if story and found.max() < self._side_line:
            found = max(found, self._alone(f"{story}，{part}"), key=np.max)
        return found

    def _in_its_light(self, reading: np.ndarray, whole: np.ndarray, readings: list[np.ndarray]) -> np.ndarray:
        """``reading`` of a part, weighed with what the ``whole`` message is about and other parts have not surely asked already."""
        sure = {int(other.argmax()) for other in readings if other.max() >= self._side_line} - {int(reading.argmax())}
        left = whole.copy()
        left[list(sure)] *= _ASKED_ELSEWHERE
        weighed = reading * (left / left.sum() + _BESIDE)
        return np.asarray(weighed / weighed.sum())

    def _alone(self, text: str) -> np.ndarray:
        """Probabilities without those of a follow-up: what a part leaves out stands beside it."""
        return np.where(self._followups, 0.0, self._model.probabilities(text, sure=self._side_line))

    def _unmarked_parts(self, text: str, room: int) -> list[str]:
        """The two or three questions of ``text`` without punctuation, if all are surely different ones; else ``text``.

        One of them must be what the whole is taken for: a question with two asking words is far more frequent than two.
        """
        cuts = unmarked_cuts(text, room)
        if not cuts:
            return [text]
        best = self._model.leaves[int(self._model.probabilities(text).argmax())]
        glance = cache(self._model.at_a_glance)
        sure = [(len(pieces), surest, pieces) for pieces in cuts if (surest := self._surely(pieces, best, glance))]
        return max(sure)[2] if sure else [text]

    def _surely(self, pieces: list[str], best: str, glance: Callable[[str], tuple[str, float]]) -> float:
        """How probable the least sure of ``pieces`` is, or 0 if one is not sure, two are the same, or none is ``best``."""
        least, leaves = 1.0, set()
        for piece in pieces:
            leaf, confidence = glance(piece)
            least = min(least, confidence)
            leaves.add(leaf)
            if least < self._side_line:
                return 0.0
        return least if best in leaves and len(leaves) == len(pieces) else 0.0
