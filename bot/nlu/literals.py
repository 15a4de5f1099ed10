"""Look many regular expressions up in a text at once, by the words that they cannot match without.

An automaton (Aho & Corasick, 1975) finds all words of all patterns in one walk over the text; only alternatives of which a word was
found are searched for, and one that is nothing but its words need not be. That leaves some thirty of six thousand.
"""

from __future__ import annotations

import re
import sre_compile
import sre_parse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import ahocorasick


class PatternSet:
    """Patterns, none of them with flags; :meth:`found_in` says which of them a text holds."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile ``patterns``."""
        self._branches: list[tuple[int, re.Pattern[str]]] = []
        self._always: set[int] = set()
        owners: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        owners[_NEVER] = ([], [])  # an automaton without a word is none
        for number, pattern in enumerate(patterns):
            for branch in _branches(sre_parse.parse(pattern)):
                place = len(self._branches)
                self._branches.append((number, sre_compile.compile(branch)))
                needed = required_literals(branch)
                if needed is None:
                    self._always.add(place)
                enough = needed == _matches_in_a_row(branch) and _WIDTHLESS.isdisjoint(_operators(branch))
                for word in needed or ():
                    owners[word][enough].append(number if enough else place)
        self._words = ahocorasick.Automaton()
        for word, numbers in owners.items():
            self._words.add_word(word, numbers)
        self._words.make_automaton()

    def found_in(self, text: str) -> list[int]:
        """The numbers of the patterns that ``text`` holds, in ascending order."""
        possible, found = set(self._always), set()
        for _, (not_enough, enough) in self._words.iter(text):
            possible.update(not_enough)
            found.update(enough)
        for place in possible:
            number, branch = self._branches[place]
            if number not in found and branch.search(text):
                found.add(number)
        return sorted(found)


def _branches(parsed: Any) -> list[Any]:
    """The alternatives of a ``parsed`` pattern; itself where there is only one."""
    if len(parsed) == 1 and parsed[0][0] is sre_parse.BRANCH:
        return [each for branch in parsed[0][1][1] for each in _branches(branch)]
    return [parsed]


def _operators(parsed: Any) -> Iterator[Any]:
    """What a ``parsed`` pattern is made of, at all depths."""
    parts = parsed.data if isinstance(parsed, sre_parse.SubPattern) else parsed
    if isinstance(parts, (list, tuple)):
        for part in parts:
            yield from _operators(part)
    else:
        yield parts


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
_WIDTHLESS = frozenset((sre_parse.AT, sre_parse.ASSERT, sre_parse.ASSERT_NOT))


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
