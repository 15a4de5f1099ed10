"""The project's own words: ``data/lexicon/entities.yml``, for the tokenizer and the entity extractor."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

LEXICON_FILE = Path(__file__).resolve().parent.parent.parent / "data" / "lexicon" / "entities.yml"


@lru_cache(maxsize=1)
def entity_words() -> dict[str, dict[str, str]]:
    """Entity → spelling → standard value (the standard value, lower case, is a spelling of itself)."""
    found: dict[str, dict[str, str]] = {}
    for entity, values in _content().items():
        if entity == "words":
            continue
        spellings = found.setdefault(entity, {})
        for value, others in values.items():
            for spelling in [*others, *([] if entity in ("place", "step") else [value.lower()])]:
                spellings[str(spelling)] = str(value)
    return found


@lru_cache(maxsize=1)
def dictionary_words() -> frozenset[str]:
    """Every word that the tokenizer must keep whole."""
    words = {str(word) for word in _content()["words"]}
    for spellings in entity_words().values():
        words |= {spelling for spelling in spellings if " " not in spelling}
    return frozenset(words)


def _content() -> dict:
    return yaml.safe_load(LEXICON_FILE.read_text(encoding="utf-8"))
