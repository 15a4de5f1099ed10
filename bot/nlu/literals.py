"""Look many regular expressions up in a text at once, by the words that they cannot match without.

An automaton (Aho & Corasick, 1975) finds all words of all patterns in one walk over the text; only patterns of which a word was
found are searched for. Nearly all of some hundred patterns need not be.
"""

from __future__ import annotations

import re
import sre_parse
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import ahocorasick


class PatternSet:
    """Named patterns, none of them with flags; :meth:`found_in` says which of them a text holds."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Compile ``patterns``, given by name."""
        self._patterns = [(name, re.compile(pattern)) for name, pattern in patterns.items()]
        owners: dict[str, list[int]] = defaultdict(list)
        self._always: set[int] = set()
        for number, pattern in enumerate(patterns.values()):
            words = required_literals(sre_parse.parse(pattern))
            if words is None:
                self._always.add(number)
            for word in words or ():
                owners[word].append(number)
        self._words = ahocorasick.Automaton()
        self._words.add_word(_NEVER, [])  # an automaton without a word is none
        for word, numbers in owners.items():
            self._words.add_word(word, numbers)
        self._words.make_automaton()

    def found_in(self, text: str) -> list[str]:
        """The names of the patterns that ``text`` holds, in their order."""
        possible = set(self._always)
        for _, numbers in self._words.iter(text):
            possible.update(numbers)
        return [name for name, pattern in map(self._patterns.__getitem__, sorted(possible)) if pattern.search(text)]


def required_literals(parsed: Any) -> frozenset[str] | None:
    """Words of which every match of a ``parsed`` pattern holds at least one, as long as can be; None if there are no such words."""
    found: list[frozenset[str] | None] = []
    words = _NOTHING  # all that the parts since the last open one match
    for operator, argument in parsed:
        more = _matches(operator, argument)
        if more is not None and len(words) * len(more) <= _MOST:
            words = _joined(words, more)
            continue
        found += [words, more or _required_by(operator, argument)]
        words = _NOTHING
    usable = [words for words in [*found, words] if words and "" not in words]
    return max(usable, key=lambda words: min(map(len, words)), default=None)


def _required_by(operator: Any, argument: Any) -> frozenset[str] | None:
    if operator is sre_parse.SUBPATTERN:
        return required_literals(argument[-1])
    if operator in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT):
        least, _, repeated = argument
        return required_literals(repeated) if least else None
    if operator is sre_parse.BRANCH:
        branches = [required_literals(branch) for branch in argument[1]]
        return None if None in branches else frozenset().union(*branches)  # type: ignore[arg-type]
    return None


_NOTHING = frozenset([""])
_MOST = 64
"""Parts in a row that match more words than this together are not written out."""
_NEVER = "\0"
_WIDTHLESS = (sre_parse.AT, sre_parse.ASSERT, sre_parse.ASSERT_NOT)


def _matches(operator: Any, argument: Any) -> frozenset[str] | None:
    """All that a part matches (what it must not stand beside left aside); None if that is too much to write out."""
    found: frozenset[str] | None = None
    if operator is sre_parse.LITERAL:
        found = frozenset([chr(argument)])
    elif operator in _WIDTHLESS:
        found = _NOTHING
    elif operator is sre_parse.IN and all(kind is sre_parse.LITERAL for kind, _ in argument):
        found = frozenset(chr(code) for _, code in argument)
    elif operator is sre_parse.SUBPATTERN:
        found = _matches_in_a_row(argument[-1])
    elif operator in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT) and argument[:2] == (0, 1):
        once = _matches_in_a_row(argument[2])
        found = once and once | _NOTHING
    elif operator is sre_parse.BRANCH:
        branches = [_matches_in_a_row(branch) for branch in argument[1]]
        found = None if None in branches else frozenset().union(*branches)  # type: ignore[arg-type]
    return found if found and len(found) <= _MOST else None


def _matches_in_a_row(parsed: Any) -> frozenset[str] | None:
    words = _NOTHING
    for operator, argument in parsed:
        more = _matches(operator, argument)
        if more is None or len(words) * len(more) > _MOST:
            return None
        words = _joined(words, more)
    return words


def _joined(words: frozenset[str], more: frozenset[str]) -> frozenset[str]:
    return frozenset(one + other for one in words for other in more)
