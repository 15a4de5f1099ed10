"""Partners and orders from files. A row is put in under its number, so that a file can be imported again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import sqlalchemy as sa

from bot.rules.ordering import DataProblem, data_problems
from bot.store import Store
from bot.store.cells import CellError, parse_order, parse_partner
from bot.store.columns import ORDER_COLUMNS, PARTNER_COLUMNS
from bot.store.order_writes import UnknownPartner
from bot.store.records import Order, Partner
from bot.store.sheets import Sheet

_BATCH = 500
"""Rows that are written at a time; also a transaction each, unless the file is all or nothing."""

Tick = Callable[[int], None]
"""Told after each batch how many lines were read since the last."""
_Record = TypeVar("_Record", Partner, Order)


@dataclass(frozen=True)
class RowError:
    """Why a line was not imported: its number in the file, the column and the text there, and the reason in Chinese."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class RowDoubt:
    """A fault in the dates of a line, which was imported all the same."""

    line: int
    order: str
    problem: DataProblem


@dataclass
class Imported:
    """What came of a file. ``kept`` is False when an error undid the whole file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    doubts: list[RowDoubt] = field(default_factory=list)
    kept: bool = True


class _Undo(Exception):
    """Leaves the transaction of a file that is all or nothing."""


@dataclass
class _Batch(Generic[_Record]):
    """Good rows with their lines, and how many lines were read for them."""

    lines: list[int] = field(default_factory=list)
    records: list[_Record] = field(default_factory=list)
    read: int = 0


def import_partners(store: Store, path: Path, all_or_nothing: bool = False, progress: Tick | None = None) -> Imported:
    """Put the partners of a file into the store.

    Raises:
        FileUnreadable: the file cannot be used at all.
        StoreUnavailable: the database cannot be reached; complete batches are kept unless ``all_or_nothing``.
    """
    result = Imported()

    def write(connection: sa.engine.Connection, batch: _Batch[Partner]) -> None:
        created, updated, unchanged = store.put_partners(connection, batch.records)
        result.created += created
        result.updated += updated
        result.unchanged += unchanged

    sheet = Sheet(path, PARTNER_COLUMNS.values())
    _run(store, _batches(sheet, parse_partner, PARTNER_COLUMNS, result), write, result, all_or_nothing, progress)
    return result


def import_orders(
    store: Store,
    path: Path,
    now: dt.datetime,
    today: dt.date,
    all_or_nothing: bool = False,
    progress: Tick | None = None,
) -> Imported:
    """Put the orders of a file into the store, with history and notices; an empty cell means "has not happened".

    Args:
        store: where to.
        path: the file.
        now: for history and notices, with zone.
        today: the date in China; later dates are reported as doubtful.
        all_or_nothing: one bad row undoes the whole file; otherwise good rows are kept.
        progress: told how far it is.

    Raises:
        FileUnreadable: the file cannot be used at all.
        StoreUnavailable: the database cannot be reached; complete batches are kept unless ``all_or_nothing``.
    """
    result = Imported()
    by = f"import:{path.name}"

    def write(connection: sa.engine.Connection, batch: _Batch[Order]) -> None:
        written = store.put_orders(connection, batch.records, by, now)
        result.created += written.created
        result.updated += written.updated
        result.unchanged += written.unchanged
        for position, reason in written.refused.items():
            result.errors.append(_refusal(batch.lines[position], batch.records[position], reason))
        for position, (line, order) in enumerate(zip(batch.lines, batch.records)):
            if position not in written.refused:
                result.doubts += [
                    RowDoubt(line, order.number, problem) for problem in data_problems(order.progress, today)
                ]

    sheet = Sheet(path, ORDER_COLUMNS.values())
    _run(store, _batches(sheet, parse_order, ORDER_COLUMNS, result), write, result, all_or_nothing, progress)
    return result


def _run(
    store: Store,
    batches: Iterator[_Batch],
    write: Callable[[sa.engine.Connection, _Batch], None],
    result: Imported,
    all_or_nothing: bool,
    progress: Tick | None,
) -> None:
    with _whole_file(store, result) if all_or_nothing else nullcontext() as whole:
        for batch in batches:
            if whole is not None:
                write(whole, batch)
            elif batch.records:
                with store.writing() as connection:
                    write(connection, batch)
            if progress:
                progress(batch.read)
    result.errors.sort(key=lambda error: error.line)


@contextmanager
def _whole_file(store: Store, result: Imported) -> Iterator[sa.engine.Connection | None]:
    try:
        with store.writing() as connection:
            yield connection
            if result.errors:
                raise _Undo
    except _Undo:
        result.created = result.updated = result.unchanged = 0
        result.doubts.clear()
        result.kept = False


def _batches(
    sheet: Sheet,
    parse: Callable[[dict[str, str]], _Record | list[CellError]],
    columns: dict[str, str],
    result: Imported,
) -> Iterator[_Batch[_Record]]:
    """The good rows of ``sheet``; bad ones go to ``result``."""
    first_lines: dict[str, int] = {}
    batch: _Batch[_Record] = _Batch()
    for line in sheet:
        batch.read += 1
        parsed = [CellError("", "", line.fault)] if line.fault else parse(line.cells)
        if not isinstance(parsed, list):
            first = first_lines.setdefault(parsed.number, line.number)
            if first != line.number:
                parsed = [CellError(columns["number"], parsed.number, f"和第 {first} 行重复")]
        if isinstance(parsed, list):
            result.errors += [RowError(line.number, error.column, error.value, error.reason) for error in parsed]
        else:
            batch.lines.append(line.number)
            batch.records.append(parsed)
        if batch.read == _BATCH:
            yield batch
            batch = _Batch()
    yield batch


def _refusal(line: int, order: Order, reason: Exception) -> RowError:
    if isinstance(reason, UnknownPartner):
        return RowError(line, ORDER_COLUMNS["partner"], order.partner, "没有这个代理商，请先导入代理商")
    return RowError(line, ORDER_COLUMNS["partner"], order.partner, "这个订单已属于别的代理商，不能改")
