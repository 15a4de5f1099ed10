"""Modules that are loaded when something in them is first used, not when they are imported.

Rasa's policies import ``rasa.utils.train_utils``, which imports TensorFlow: three hundred megabytes and most of the start,
for training neural networks, of which this assistant has none. What is used of a deferred module loads it after all, so
nothing behaves differently. (``importlib.util.LazyLoader`` is the same idea, but on Python 3.10 a second import of the
module loads it.)
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_TRAINING = "rasa.utils.train_utils"


def defer_training_code() -> None:
    """Spare this process what only the training of neural networks needs; call before Rasa is imported."""
    defer(_TRAINING)


class _Deferred(ModuleType):
    """A module that is empty until an attribute is missed."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # asked by the import system and by inspection, which must not load it
        self.__class__ = ModuleType  # type: ignore[assignment]
        self.__spec__.loader.exec_module(self)  # type: ignore[union-attr]
        return getattr(self, name)


def defer(name: str) -> None:
    """Defer the module ``name``, unless it has been imported already. Its packages are imported now."""
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(name)
    module = _Deferred(name)
    module.__spec__, module.__file__ = spec, spec.origin
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    setattr(sys.modules[parent], child, module)


@contextmanager
def absent(name: str) -> Iterator[None]:
    """Let imports inside find no module ``name``, unless it has been imported already.

    For libraries that load another one only to see whether it is there. ``None`` in ``sys.modules`` is how the language
    says that a module cannot be imported.
    """
    hidden = name not in sys.modules
    if hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules[name]
