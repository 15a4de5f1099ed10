"""Bring what a user typed into one form, remembering where each character came from.

Full width becomes half width, traditional script simplified, upper case lower; zero-width and control characters, emoji
and spaces between Chinese characters go (between words they become commas); spellings of product names become one. Everything behind this module (tokens,
entities, classifier) sees the normal form only; :class:`Normalized` maps its spans back to the original text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

MAX_CHARS = 500
"""Characters of a message that are read; the rest is cut and the user is told (the longest real questions have ~200)."""

_t2s = OpenCC("t2s")

# Applied in this order to the lower-case half-width text. Each replacement is one spelling for what users write in many.
_SPELLINGS = [
    (re.compile(r"(?<![a-z])(?:(?:ms|microsoft)\s*)?(?:off?ice?|o|m|微软)[\s\-_]*365(?!\d)"), "office365"),
    (re.compile(r"(?<![a-z0-9])21\s*-?\s*v(?:ianet)?(?![a-z])|(?<![a-z])vianet(?![a-z])"), "21v"),
    (re.compile(r"web[\s\-_]*d[ie]rect"), "web-direct"),
    (re.compile(r"(?<![a-z])one\s*drive(?![a-z])"), "onedrive"),
    (re.compile(r"(?<![a-z])share\s*point(?![a-z])"), "sharepoint"),
    (re.compile(r"(?<![a-z])c\s*\.?\s*s\s*\.?\s*p(?![a-z])"), "csp"),
    (
        re.compile(r"(?<![讨砍步杀北征采])伐(?=$|[，。！？；,.!?;\s啦呀啊])"),
        "吗",
    ),  # as people in and around Shanghai ask
]
# Cantonese (and 網域 of Taiwan) as it is typed, in the words that the training sentences are written in. A character that Mandarin has in
# words of its own is replaced outside them only (系 in 关系 stays), and only beside something that Mandarin does not say.
_CANTONESE = {
    "系咪": "是不是", "系唔系": "是不是", "使唔使": "要不要", "得唔得": "行不行", "唔使": "不用", "唔该": "请问", "唔": "不",
    "有冇": "有没有", "冇": "没有", "边个": "哪个", "边度": "哪里", "边": "哪", "几时": "什么时候", "几多": "多少", "点解": "为什么",
    "点样": "怎么", "点算": "怎么办", "咩": "什么", "乜嘢": "什么", "乜野": "什么", "乜": "什么", "嘢": "东西", "嘅": "的", "啲": "些",
    "而家": "现在", "畀": "给", "俾": "给", "佢哋": "他们", "佢": "他", "哋": "们", "嚟": "来", "攞": "拿", "嗰": "那", "𠮶": "那",
    "㗎": "啊", "落单": "下单", "成日": "经常", "好少": "很少", "大把": "很多", "净系": "只是", "喺": "在", "咗": "了", "睇": "看",
    "咁": "那", "网域": "域名", "仲": "还", "系": "是",
}  # fmt: skip
_NOT_MANDARIN = re.compile("[唔冇咪咩乜嘢嘅啲佢哋嚟攞嗰𠮶㗎畀俾喺咗睇咁]|成日|净系|点解|点样|点算|边度|网域")
_CANTONESE_WORDS = re.compile(
    "|".join(sorted(_CANTONESE.keys() - {"边", "系", "仲"}, key=len, reverse=True))
    + r"|边(?=[样年间家种日位些啲])|(?<![关联体维干派院])系(?![统列数])|仲(?![裁介秋])"
)
_CJK = r"\u3400-\u9fff"
_PUNCTUATION = r"，。！？；：、“”‘’（）《》「」"
# A space between two Chinese words stands for a comma (voice input, quick typing); between single characters, and around a
# Latin word, for nothing.
_SPACE_AS_COMMA = re.compile(rf"(?<=[{_CJK}a-z0-9][{_CJK}])\s+(?=[{_CJK}][{_CJK}a-z0-9])")
_COMMA = re.compile(rf"(?<=[{_CJK}]),|,(?=[{_CJK}])")
"""Typed with the wrong keyboard; between digits (1,000) it is none."""
_SPACE_BETWEEN = re.compile(rf"(?<=[{_CJK}{_PUNCTUATION}])\s+|\s+(?=[{_CJK}{_PUNCTUATION}])")
_SPACES = [(_COMMA, "，"), (_SPACE_AS_COMMA, "，"), (_SPACE_BETWEEN, ""), (re.compile(r"\s{2,}"), " ")]
# NFKC folds these too, but Chinese punctuation in the normal form stays Chinese.
_ASCII_TO_CHINESE = str.maketrans({"?": "？", "!": "！", ";": "；"})
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"
_DROPPED = {"Cc", "Cf", "Co", "Cn", "Cs", "Mn", "Me", "So", "Sk"}


@dataclass(frozen=True)
class Normalized:
    """The normal form of a message.

    Attributes:
        text: the normal form.
        starts: for each character of ``text``, where its source begins in the original.
        ends: for each character of ``text``, where its source ends in the original.
        cut: whether the message was longer than :data:`MAX_CHARS` and only its beginning was read.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cut: bool = False

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that ``text[start:end]`` (not empty) came from."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=4096)
def _simplified(char: str) -> str:
    return _t2s.convert(char)


def _characters(original: str) -> list[tuple[str, int, int]]:
    found = []
    for index, char in enumerate(original):
        if char in "\t\r\n\u3000\u00a0":
            found.append((" ", index, index + 1))
            continue
        if unicodedata.category(char) in _DROPPED and char not in _CIRCLED:
            continue
        folded = char if char in _PUNCTUATION else unicodedata.normalize("NFKC", char)
        for part in folded.lower().translate(_ASCII_TO_CHINESE):
            found.append((_simplified(part) if part > "\u00ff" else part, index, index + 1))
        if char in _CIRCLED and index + 1 < len(original):
            found.append(("、", index, index + 1))  # it numbers what follows; alone it is the answer to a list
    return found


def _replace(
    text: str, chars: list[tuple[str, int, int]], pattern: re.Pattern[str], new: str | dict[str, str]
) -> tuple[str, list[tuple[str, int, int]]]:
    """Replace each match by ``new``, or by what it says for the match; every character of it stands for the whole source of the match.

    ``text`` is what ``chars`` spell.
    """
    result, done = [], 0
    for match in pattern.finditer(text):
        if match.start() == match.end():
            continue
        result += chars[done : match.start()]
        start, end = chars[match.start()][1], chars[match.end() - 1][2]
        result += [(c, start, end) for c in (new if isinstance(new, str) else new[match.group()])]
        done = match.end()
    if not done:
        return text, chars
    result += chars[done:]
    return "".join(c for c, _, _ in result), result


@lru_cache(maxsize=256)
def normalize(original: str) -> Normalized:
    """Return the normal form of ``original``; it is empty when nothing readable is left.

    The latest are kept: each part of a turn asks for the same one.
    """
    chars = _characters(original[:MAX_CHARS])
    text = "".join(c for c, _, _ in chars)
    for pattern, new in _SPELLINGS:
        text, chars = _replace(text, chars, pattern, new)
    if _NOT_MANDARIN.search(text):
        text, chars = _replace(text, chars, _CANTONESE_WORDS, _CANTONESE)
    for pattern, space in _SPACES:
        text, chars = _replace(text, chars, pattern, space)
    while chars and chars[0][0] == " ":
        chars = chars[1:]
    while chars and chars[-1][0] == " ":
        chars = chars[:-1]
    return Normalized(
        text="".join(c for c, _, _ in chars),
        starts=tuple(s for _, s, _ in chars),
        ends=tuple(e for _, _, e in chars),
        cut=len(original) > MAX_CHARS,
    )


def is_emoji(original: str) -> bool:
    """Whether ``original`` holds pictures and nothing to read."""
    return any(unicodedata.category(char) == "So" for char in original) and not normalize(original).text
