"""Files that nobody would send."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import DANGEROUS, GOOD, HEADER, load, row

from bot.store import Store, open_store
from bot.store.records import Partner
from bot.store.sheets import FileUnreadable


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One store for all fuzzed files."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'csp.db'}")
    with store.writing() as connection:
        store.put_partners(connection, [Partner("P1001", "远景科技", "佳杰")])
    return store


CELL = st.one_of(
    st.text(max_size=20),
    st.sampled_from([*DANGEROUS, *GOOD.values(), "", "\0", "2016-02-30", "0000-00-00", "1e9", "٣", "²", "\ud800"]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.fixed_dictionaries({column: CELL for column in HEADER}), max_size=4))
def test_fuzzed_rows_are_imported_or_reported(scratch: Store, tmp_path: Path, rows):
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in line.values()) for line in rows)
    text = "\n".join([",".join(HEADER), *quoted])
    (tmp_path / "o.csv").write_bytes(text.encode("utf-8", "replace"))

    try:
        result = load(scratch, tmp_path / "o.csv")
    except FileUnreadable:
        return
    assert all(error.reason for error in result.errors)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=300))
def test_fuzzed_bytes_are_imported_or_reported(scratch: Store, tmp_path: Path, tail: bytes):
    (tmp_path / "o.csv").write_bytes(",".join(HEADER).encode() + b"\r\n" + tail)

    try:
        load(scratch, tmp_path / "o.csv")
    except FileUnreadable as error:
        assert str(error).endswith("。")


def test_damaged_workbooks_are_refused_or_read(scratch: Store, tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(list(row().values()))
    book.save(tmp_path / "o.xlsx")
    whole = (tmp_path / "o.xlsx").read_bytes()
    chance = random.Random(0)

    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "o.xlsx").write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
        try:
            load(scratch, tmp_path / "o.xlsx")
        except FileUnreadable as error:
            assert str(error).endswith("。")
