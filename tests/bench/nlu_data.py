"""The training sentences as the classifier sees them, and ways to spoil them as users do."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

import yaml
from opencc import OpenCC
from pypinyin import lazy_pinyin

from bot.nlu.normalize import normalize
from bot.settings import ROOT

_MARKUP = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def without_markup(sentence: str) -> str:
    """A training sentence as a user would type it."""
    return _MARKUP.sub(r"\1", sentence)


def sentences(folder: Path = ROOT / "data" / "nlu") -> list[tuple[str, str]]:
    """Every training sentence without its markup, and its leaf."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip().startswith("- "):
                    found.append((without_markup(line.strip()[2:]), block["intent"]))
    return found


def homophones(texts: list[str]) -> dict[str, list[str]]:
    """For each toneless syllable the Chinese characters of ``texts`` that are read so."""
    found: dict[str, set[str]] = defaultdict(set)
    for char in {c for text in texts for c in text if "\u4e00" <= c <= "\u9fff"}:
        found[lazy_pinyin(char)[0]].add(char)
    return {syllable: sorted(chars) for syllable, chars in found.items()}


def with_homophone(text: str, same_sound: dict[str, list[str]], chance: random.Random) -> str:
    """``text`` with one Chinese character replaced by another of the same sound, where there is one."""
    places = [i for i, c in enumerate(text) if len(same_sound.get(lazy_pinyin(c)[0], [])) > 1]
    if not places:
        return text
    place = chance.choice(places)
    others = [c for c in same_sound[lazy_pinyin(text[place])[0]] if c != text[place]]
    return text[:place] + chance.choice(others) + text[place + 1 :]


def traditional(text: str) -> str:
    """``text`` in traditional script."""
    return OpenCC("s2t").convert(text)


def without_punctuation(text: str) -> str:
    """``text`` as voice input gives it."""
    return re.sub(r"[，。！？；：、“”「」《》,.!?;:~～…\s]", "", text)


def normal(texts: list[str]) -> list[str]:
    """Their normal forms."""
    return [normalize(text).text for text in texts]
