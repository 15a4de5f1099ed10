"""What is said on WeChat besides the assistant's answers, read from ``data/wechat/replies.yml``."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from bot.nlu.normalize import normalize
from bot.settings import ROOT


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load((ROOT / "data" / "wechat" / "replies.yml").read_text(encoding="utf-8"))
    return words


def word(key: str) -> str:
    """The sentence under ``key``.

    Raises:
        KeyError: the file has none.
    """
    return _words()[key]


def asks_for_more(text: str) -> bool:
    """Whether the user wants to read on."""
    return _says("more_words", text)


def asks_for_human(text: str) -> bool:
    """Whether the user wants to be handed to a human, and asks nothing besides."""
    return _says("human_words", text)


def _says(key: str, text: str) -> bool:
    return re.search(word(key), normalize(text).text.strip()) is not None
