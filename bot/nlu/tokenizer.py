"""Split the normal form into words with a private jieba tokenizer and the project's dictionary."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Dict, List

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.lexicon import dictionary_words
from bot.nlu.normalize import Normalized, normalize


@lru_cache(maxsize=1)
def segmenter() -> jieba.Tokenizer:
    """One jieba tokenizer for this process; jieba's global one stays untouched (other code may use it)."""
    jieba.setLogLevel(logging.WARNING)
    own = jieba.Tokenizer()
    own.initialize()
    for word in dictionary_words():
        own.add_word(word)
    return own


def tokens_of(normal: Normalized) -> List[Token]:
    """The words of ``normal`` with offsets into the original text; white space never becomes a token."""
    tokens = []
    for word, start, end in segmenter().tokenize(normal.text):
        if word.strip():
            original_start, original_end = normal.original_span(start, end)
            tokens.append(Token(word, original_start, original_end))
    return tokens


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DomainTokenizer(Tokenizer):
    """Rasa tokenizer over the normal form of a message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Rasa's tokenizer settings (see parent class); nothing of our own."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> List[str]:
        """Packages that must be installed (see parent class)."""
        return ["jieba"]

    @classmethod
    def create(cls, config: Dict[str, Any], *_: Any) -> DomainTokenizer:
        """Create the component (see parent class)."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing is learnt from words."""
        return training_data

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Tokens of one attribute of ``message``; the user's text is read in its normal form."""
        text = message.get(attribute) or ""
        if attribute != TEXT:
            return [Token(text, 0)] if text.strip() else []
        return tokens_of(normalize(text))
