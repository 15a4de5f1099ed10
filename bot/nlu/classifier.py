"""The Rasa component around :mod:`bot.nlu.leaf_model`: which leaf a message asks for, or which two.

There is one classification over all leaves (``faq/seal`` …), so that a retrieval intent's inner choice cannot fail unseen:
the confidence that is compared with the line is the leaf's own.
"""

from __future__ import annotations

import gzip
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List

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
from bot.nlu.several import MAX_ANSWERS, Asked, Several

FALLBACK = "nlu_fallback"
RANKED = 10
_TORN = 0.8
"""Below this probability of the whole message its parts are believed against it, if all of them are sure."""
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
        return {"line": 0.4, "part_line": 0.6, "side_line": 0.9, "sure": 0.96, "short": 12}

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, model: LeafModel | None = None
    ) -> None:
        """Keep what the graph hands over; ``model`` is None until trained or loaded."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model
        self._several = Several(model, config["part_line"], config["side_line"]) if model else None

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
        if not text or self._model is None or self._several is None:
            return _result(FALLBACK, 0.0, [], [], short=True)
        asked = self._several.asked(text)
        surely_two = len(asked) > 1 and all(one.confidence >= self._config["side_line"] for one in asked)
        found = self._model.probabilities(text, sure=0.0 if surely_two else None)  # is it something else altogether?
        order = np.argsort(-found)[:RANKED]
        ranking = [{"name": self._model.leaves[i], "confidence": float(found[i])} for i in order]
        questions = self._questions(asked, Asked(ranking[0]["name"], ranking[0]["confidence"], text))
        best, confidence = questions[0].leaf, questions[0].confidence
        leaf = best if confidence >= self._config["line"] else FALLBACK
        return _result(leaf, confidence, ranking, questions, short=len(text) <= self._config["short"])

    def _questions(self, asked: List[Asked], whole: Asked) -> List[Asked]:
        """The questions of a message: what its parts have ``asked``, or its ``whole``, which is trusted unless unsure or one of them."""
        if len(asked) > 1:
            unsure = whole.confidence < self._config["part_line"] or whole.leaf.startswith("followup/")
            torn = whole.confidence < _TORN and min(one.confidence for one in asked) >= self._config["side_line"]
            if unsure or torn or any(one.leaf == whole.leaf for one in asked):
                return asked[:MAX_ANSWERS]
        elif asked and whole.confidence < self._config["line"]:
            return asked
        return [whole]


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
    return _result(EMOJI_LEAF, 1.0, [], [Asked(EMOJI_LEAF, 1.0, "")], short=True)


def _result(leaf: str, confidence: float, ranking: list, questions: List[Asked], short: bool) -> Dict[str, Any]:
    return {
        INTENT: {"name": leaf.split("/")[0], "confidence": confidence},
        "leaf": leaf,
        "questions": [asdict(question) for question in questions],
        "short": short,
        INTENT_RANKING_KEY: ranking,
    }
