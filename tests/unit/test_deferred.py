"""Modules that are loaded when they are used, and modules that are not there for a while."""

import sys
from pathlib import Path

import pytest

from bot.deferred import absent, defer

_MODULE = "deferred_example.heavy"


@pytest.fixture
def heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "deferred_example"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "heavy.py").write_text("import sys\nsys.heavy_was_loaded = True\nANSWER = 42\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "heavy_was_loaded", False, raising=False)
    yield
    for name in (_MODULE, "deferred_example"):
        sys.modules.pop(name, None)


def test_deferred_module_is_loaded_at_first_use_only(heavy: None) -> None:
    defer(_MODULE)

    import deferred_example.heavy
    import deferred_example.heavy as module

    assert not sys.heavy_was_loaded
    assert module.ANSWER == deferred_example.heavy.ANSWER == 42
    assert sys.heavy_was_loaded


def test_name_imported_from_a_deferred_module_is_there(heavy: None) -> None:
    defer(_MODULE)

    from deferred_example.heavy import ANSWER

    assert ANSWER == 42


def test_module_that_does_not_exist_is_not_deferred(heavy: None) -> None:
    with pytest.raises(ModuleNotFoundError):
        defer("deferred_example.nothing")


def test_absent_module_cannot_be_imported_until_the_end_of_the_block(heavy: None) -> None:
    with absent(_MODULE), pytest.raises(ImportError):
        import deferred_example.heavy

    import deferred_example.heavy

    assert deferred_example.heavy.ANSWER == 42
