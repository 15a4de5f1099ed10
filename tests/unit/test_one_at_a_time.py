"""One thread holds the lock at a time, and others come in while it steps aside."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.nlu.one_at_a_time import OneAtATime

_SOON = 5
"""Seconds within which a thread that can go on does."""
_NEVER = 0.2
"""Seconds after which one that has to wait is taken to wait."""


@pytest.fixture
def alone() -> OneAtATime:
    return OneAtATime()


@pytest.fixture
def come_in(alone: OneAtATime) -> Iterator[Callable[[], threading.Event]]:
    """Let another thread want in; the event says that it was."""
    with ThreadPoolExecutor(1) as pool:

        def start() -> threading.Event:
            inside = threading.Event()

            def other() -> None:
                with alone:
                    inside.set()

            pool.submit(other)
            return inside

        yield start


def test_others_come_in_only_while_the_holder_steps_aside(alone, come_in):
    with alone:
        first = come_in()
        assert not first.wait(_NEVER)
        with alone.aside():
            assert first.wait(_SOON)
        second = come_in()
        assert not second.wait(_NEVER)
    assert second.wait(_SOON)


def test_what_fails_aside_still_holds_the_lock_and_then_gives_it_back(alone, come_in):
    with alone:
        with pytest.raises(ValueError, match="boom"), alone.aside():
            raise ValueError("boom")
        inside = come_in()
        assert not inside.wait(_NEVER)
    assert inside.wait(_SOON)


def test_who_holds_nothing_steps_aside_from_nothing(alone, come_in):
    with alone.aside():
        assert come_in().wait(_SOON)
