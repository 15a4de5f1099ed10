"""The Rasa component around :mod:`bot.nlu.leaf_model`: which leaf a message asks for, or which two.

There is one classification over all leaves (``faq/seal`` …), so that a retrieval intent's inner choice cannot fail unseen:
the confidence that is compared with the line is the leaf's own.
"""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path
from typing import Any, Dict, Iterable, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding import embed_kept
from bot.nlu.leaf_model import LeafModel
from bot.nlu.normalize import is_emoji, normalize
from bot.nlu.questions import asks, question_parts, unmarked_borders

FALLBACK = "nlu_fallback"
RANKED = 10
MAX_ANSWERS = 4
EMOJI_LEAF = "chitchat/ok"
_FILE = "leaf_model.pickle.gz"
VECTORS_FILE = Path(__file__).resolve().parent.parent.parent / ".cache" / "e5-vectors.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LeafClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent`` (the leaf's first part), ``leaf``, ``questions``, ``short``, ``cut`` and ``intent_ranking`` of a message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The measured lines (docs/nlu.md), all probabilities.

        ``line``: below it the assistant asks back. ``part_line``: above it each part of a message counts as a question of
        its own. ``side_line``: from it on a part is surely one to the light stage. ``sure``: from it on the
        light stage answers alone. ``short``: characters up to which a message that was
        not understood may be a follow-up.
        """
        return {"line": 0.4, "part_line": 0.55, "side_line": 0.9, "sure": 0.96, "short": 12}

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, model: LeafModel | None = None
    ) -> None:
        """Keep what the graph hands over; ``model`` is None until trained or loaded."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LeafClassifier:
        """Create an untrained component (see parent class)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LeafClassifier:
        """Load the trained model (see parent class)."""
        with model_storage.read_from(resource) as folder, gzip.open(folder / _FILE) as file:
            return cls(config, model_storage, resource, pickle.load(file))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on every sentence that has an intent."""
        texts, leaves = labelled(training_data)
        self._model = LeafModel.fit(
            texts, leaves, sure=self._config["sure"], embedding=lambda texts: embed_kept(texts, VECTORS_FILE)
        )
        with self._storage.write_to(self._resource) as folder:
            # Packed lightly now, or Rasa's archive of the model takes most of a minute.
            packed = gzip.compress(pickle.dumps(self._model, pickle.HIGHEST_PROTOCOL), compresslevel=1)
            (folder / _FILE).write_bytes(packed)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Classify each message (see the class)."""
        for message in messages:
            text = message.get(TEXT) or ""
            normal = normalize(text)
            said = _nod() if not normal.text and is_emoji(text) else self.classify(normal.text)
            for key, value in {**said, "cut": normal.cut, "normal": normal.text}.items():
                message.set(key, value, add_to_output=True)
        return messages

    def classify(self, text: str) -> Dict[str, Any]:
        """What the component says of one normal form."""
        if not text or self._model is None:
            return _result(FALLBACK, 0.0, [], [], short=True)
        parts = question_parts(text)
        asked = self._asked(parts)
        surely_two = len(asked) > 1 and all(q["confidence"] >= self._config["side_line"] for q in asked)
        found = self._model.probabilities(text, sure=0.0 if surely_two else None)  # is it something else altogether?
        order = np.argsort(-found)[:RANKED]
        ranking = [{"name": self._model.leaves[i], "confidence": float(found[i])} for i in order]
        best, confidence = ranking[0]["name"], ranking[0]["confidence"]
        if not parts:
            asked = self._asked(self._unmarked_parts(text, best))
        questions = self._questions(asked, {"leaf": best, "confidence": confidence, "text": text})
        if len(questions) > 1 or confidence < self._config["line"] <= questions[0]["confidence"]:
            best, confidence = questions[0]["leaf"], questions[0]["confidence"]
        leaf = best if confidence >= self._config["line"] else FALLBACK
        return _result(leaf, confidence, ranking, questions, short=len(text) <= self._config["short"])

    def _asked(self, parts: Iterable[str]) -> List[Dict[str, Any]]:
        """The parts that confidently ask for a fact, each fact once; one that tells (the story before the question) asks nothing."""
        found: Dict[str, Dict[str, Any]] = {}
        for part in filter(asks, parts):
            probabilities = self._model.probabilities(part, sure=self._config["side_line"])  # type: ignore[union-attr]
            leaf = self._model.leaves[int(probabilities.argmax())]  # type: ignore[union-attr]
            if leaf.startswith("faq/") and probabilities.max() >= self._config["part_line"]:
                found.setdefault(leaf, {"leaf": leaf, "confidence": float(probabilities.max()), "text": part})
        return list(found.values())

    def _questions(self, asked: List[Dict[str, Any]], whole: Dict[str, Any]) -> List[Dict[str, Any]]:
        """The questions of a message: what its parts have ``asked``, or its ``whole``, which is trusted unless unsure or one of them."""
        unsure = whole["confidence"] < self._config["part_line"]
        if len(asked) > 1 and (unsure or any(q["leaf"] == whole["leaf"] for q in asked)):
            return asked[:MAX_ANSWERS]
        return asked if len(asked) == 1 and unsure else [whole]

    def _unmarked_parts(self, text: str, best: str) -> tuple[str, ...]:
        """The two questions of ``text`` without punctuation, if there is a place where both sides are surely different ones.

        One of them must be what the whole is taken for: a question with two asking words is far more frequent than two.
        """
        surest: float = self._config["side_line"]
        parts: tuple[str, ...] = ()
        for left, right in unmarked_borders(text):
            (one, p), (other, q) = self._model.at_a_glance(left), self._model.at_a_glance(right)  # type: ignore[union-attr]
            if one != other and best in (one, other) and min(p, q) >= surest:
                surest, parts = min(p, q), (left, right)
        return parts


def labelled(training_data: TrainingData) -> tuple[List[str], List[str]]:
    """The normal form of every sentence that has an intent, and its leaf."""
    texts, leaves = [], []
    for message in training_data.intent_examples:
        text = normalize(message.get(TEXT) or "").text
        if text:
            texts.append(text)
            leaves.append(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT))
    return texts, leaves


def _nod() -> Dict[str, Any]:
    """👌 and the like: the user has heard."""
    return _result(EMOJI_LEAF, 1.0, [], [{"leaf": EMOJI_LEAF, "confidence": 1.0, "text": ""}], short=True)


def _result(leaf: str, confidence: float, ranking: list, questions: list, short: bool) -> Dict[str, Any]:
    return {
        INTENT: {"name": leaf.split("/")[0], "confidence": confidence},
        "leaf": leaf,
        "questions": questions,
        "short": short,
        INTENT_RANKING_KEY: ranking,
    }
