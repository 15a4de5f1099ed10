"""Entities: patterns for regular language and known words, a trained recogniser for customer names.

The recogniser is a spaCy pipeline over characters (``spacy.blank("zh")``), trained from the names marked in
``data/nlu`` and loaded from the model's folder with ``spacy.load``, as Rasa loads any spaCy model.
"""

from __future__ import annotations

import random
from typing import Any, Dict, Iterable, List

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from bot.nlu.lexicon import entity_words
from bot.nlu.normalize import Normalized, normalize
from bot.nlu.values import ORDER_NUMBER, Found, find_values

CUSTOMER = "customer"
PLAIN = 15
"""Sentences without a name for each with one: with fewer it takes ordinary words for names."""
_KNOWN_WORD = "|"
_NAMES = "ner"
NAMES_WANTED = "names"
"""Key of a message's metadata: true where a customer's name matters whatever is asked."""


def blank_pipeline() -> Language:
    """A spaCy pipeline that knows the lexicon's words and has an untrained name recogniser."""
    nlp = spacy.blank("zh")
    ner: Any = nlp.add_pipe(_NAMES, config={"model": _small_model()})
    ner.add_label(CUSTOMER)
    ruler: Any = nlp.add_pipe("entity_ruler", before=_NAMES)
    ruler.add_patterns(
        [
            {"label": f"{entity}{_KNOWN_WORD}{value}", "pattern": spelling}
            for entity, words in entity_words().items()
            for spelling, value in words.items()
        ]
    )
    return nlp


def _small_model() -> dict:
    """SpaCy's transition parser over a narrow CNN: names of a few characters need no more, and it answers in ~2 ms."""
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 48,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {
            "@architectures": "spacy.HashEmbedCNN.v2",
            "pretrained_vectors": None,
            "width": 64,
            "depth": 3,
            "embed_size": 1500,
            "window_size": 1,
            "maxout_pieces": 2,
            "subword_features": False,
        },
    }


def train_recogniser(nlp: Language, sentences: Iterable[tuple[Normalized, list[tuple[int, int]]]], epochs: int) -> None:
    """Train the name recogniser in place.

    Args:
        nlp: from :func:`blank_pipeline`.
        sentences: normal forms with the spans (of the normal form) that are customer names; none is a valid example.
        epochs: passes over the sentences.
    """
    examples = [
        Example.from_dict(nlp.make_doc(normal.text), {"entities": [(start, end, CUSTOMER) for start, end in spans]})
        for normal, spans in sentences
        if normal.text
    ]
    shuffle = random.Random(0)
    spacy.util.fix_random_seed(0)  # the same sentences make the same recogniser
    with nlp.select_pipes(enable=_NAMES):
        optimizer = nlp.initialize(lambda: examples[:200])
        for _ in range(epochs):
            shuffle.shuffle(examples)
            for batch in spacy.util.minibatch(examples, size=32):
                nlp.update(batch, sgd=optimizer, drop=0.2)


def find_entities(nlp: Language | None, normal: Normalized, names: bool = True) -> list[Found]:
    """Everything found in ``normal``, in order of place; regular language wins over known words, these over names.

    Args:
        nlp: the trained pipeline; without it there is regular language only.
        normal: the message.
        names: whether customers' names are looked for as well; that takes longer than all the rest.
    """
    found = list(find_values(normal.text))
    if nlp is not None and normal.text:
        doc: Doc = nlp.make_doc(normal.text)
        for name, pipe in nlp.pipeline:
            if names or name != _NAMES:
                doc = pipe(doc)
        known = [e for e in doc.ents if _KNOWN_WORD in e.label_]
        for entity in [*known, *(e for e in doc.ents if e.label_ == CUSTOMER)]:
            start, end = entity.start_char, entity.end_char
            if any(start < f.end and f.start < end for f in found):
                continue
            label, _, value = entity.label_.partition(_KNOWN_WORD)
            found.append(Found(label, start, end, value or entity.text))
    return sorted(found, key=lambda f: f.start)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpacyEntities(GraphComponent, EntityExtractorMixin):
    """Rasa entity extractor over :func:`find_entities`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``epochs``: passes of the name recogniser over its sentences.

        ``nameless``: intents that are the same for every customer. Where the classifier, which comes before, gives one of them
        at least the probability ``nameless_from`` (its own line for a part of a message), nobody looks for names, unless
        :data:`NAMES_WANTED` says so: the guide and questions after an order look like these intents.
        """
        return {"epochs": 10, "nameless": ["faq", "dc", "chitchat", "refuse", "human"], "nameless_from": 0.55}

    @staticmethod
    def required_packages() -> List[str]:
        """Packages that must be installed (see parent class)."""
        return ["spacy"]

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, nlp: Language | None = None
    ) -> None:
        """Keep what the graph hands over; ``nlp`` is None until trained or loaded."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._nlp = nlp

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyEntities:
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
    ) -> SpacyEntities:
        """Load the trained pipeline from the model (see parent class)."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, spacy.load(folder / "spacy"))

    def train(self, training_data: TrainingData) -> Resource:
        """Train the name recogniser on the marked sentences and :data:`PLAIN` times as many others; keep it in the model."""
        marked: List[Any] = []
        plain: List[Any] = []
        for message in training_data.intent_examples:
            normal = normalize(message.get(TEXT) or "")
            spans = _normal_spans(normal, message.get(ENTITIES) or [])
            (marked if spans else plain).append((normal, spans))
        random.Random(0).shuffle(plain)
        self._nlp = blank_pipeline()
        train_recogniser(self._nlp, [*marked, *plain[: PLAIN * len(marked)]], self._config["epochs"])
        with self._storage.write_to(self._resource) as folder:
            self._nlp.to_disk(folder / "spacy")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training sentences keep the names that people marked in them."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add to each message what :func:`find_entities` finds, with offsets into the original text."""
        for message in messages:
            normal = normalize(message.get(TEXT) or "")
            entities = []
            for found in find_entities(self._nlp, normal, names=self._wants_names(message, normal)):
                start, end = normal.original_span(found.start, found.end)
                entities.append(
                    {
                        "entity": found.entity,
                        "start": start,
                        "end": end,
                        "value": found.value,
                        "normal_start": found.start,
                        "normal_end": found.end,
                    }
                )
            message.set(ENTITIES, self.add_extractor_name(entities), add_to_output=True)
        return messages

    def _wants_names(self, message: Message, normal: Normalized) -> bool:
        if (message.get(METADATA) or {}).get(NAMES_WANTED):
            return True
        intent = message.get(INTENT) or {}
        sure = intent.get("confidence", 0.0) >= self._config["nameless_from"]
        numbered = bool(ORDER_NUMBER.search(normal.text))  # an order is found by that alone
        return not (numbered or (sure and intent.get("name") in self._config["nameless"]))


def _normal_spans(normal: Normalized, entities: list[dict]) -> list[tuple[int, int]]:
    """Spans of the normal form for customer names that are marked in the original text."""
    spans = []
    for entity in entities:
        inside = [
            i
            for i, (start, end) in enumerate(zip(normal.starts, normal.ends))
            if entity["start"] <= start and end <= entity["end"]
        ]
        if entity["entity"] == CUSTOMER and inside:
            spans.append((inside[0], inside[-1] + 1))
    return spans
