"""CSV and XLSX files as rows of text under named columns, and back.

Reading never evaluates: a formula is its own text. Writing is safe to open in Excel: a text that Excel would take for a
formula gets an apostrophe in front, which reading takes off again.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_COLUMNS = 64
"""Columns that are looked at."""
_ENCODINGS = ("utf-8-sig", "gb18030")
_CHUNK = 1 << 20
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a formula may begin with, in full width too (owasp.org/www-community/attacks/CSV_Injection)."""


class FileUnreadable(ValueError):
    """A file cannot be used at all; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Line:
    """A row of a file: the number of its line (the header has 1), and its text by column.

    ``fault`` says in Chinese why the line cannot be read; then there are no cells.
    """

    number: int
    cells: dict[str, str]
    fault: str = ""


class Sheet:
    """A CSV or XLSX file whose first row names its columns."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        """Open ``path`` and find ``columns`` in its header, in any order; others are ignored.

        Raises:
            FileUnreadable: there is no such file, it is neither CSV nor XLSX, or a column is missing or there twice.
        """
        if not path.is_file():
            raise FileUnreadable(f"找不到文件 {path.name}。")
        suffix = path.suffix.lower()
        if suffix not in (".csv", ".xlsx"):
            raise FileUnreadable(f"{path.name} 不是 .csv 或 .xlsx 文件。")
        try:
            self._rows = _xlsx_rows(path) if suffix == ".xlsx" else _csv_rows(path)
            _, header, fault = next(self._rows, (1, [], "文件是空的"))
        except FileUnreadable:
            raise
        except Exception as error:  # a damaged XLSX fails in any way that zip and XML can
            raise FileUnreadable(f"{path.name} 打不开，可能已损坏。") from error
        if fault:
            raise FileUnreadable(f"{path.name} 的表头读不了：{fault}。")
        self._places = _find_columns(path.name, [_plain(cell) for cell in header], list(columns))
        self._name = path.name

    def __iter__(self) -> Iterator[Line]:
        """The lines below the header that are not empty.

        Raises:
            FileUnreadable: the file breaks off in the middle.
        """
        try:
            for number, values, fault in self._rows:
                texts = [_plain(value) for value in values]
                if fault or any(texts):
                    cells = {c: texts[place] if place < len(texts) else "" for c, place in self._places.items()}
                    yield Line(number, cells, fault)
        except FileUnreadable:
            raise
        except Exception as error:  # see above
            raise FileUnreadable(f"{self._name} 读到一半出错，可能已损坏。") from error


def count_lines(path: Path) -> int:
    """About how many lines a file has, for a progress bar; 0 when that cannot be told quickly."""
    if path.suffix.lower() != ".csv":
        return 0
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows under a header to a ``.csv`` (UTF-8 with BOM) or ``.xlsx`` file; returns how many.

    Raises:
        FileUnreadable: the name ends otherwise, or the file cannot be written.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise FileUnreadable(f"{path.name} 应以 .csv 或 .xlsx 结尾。")
    try:
        return write(path, columns, ([_shown(value) for value in row] for row in rows))
    except OSError as error:
        raise FileUnreadable(f"写不了 {path.name}：{error.strerror}。") from error


def _find_columns(file: str, header: list[str], wanted: list[str]) -> dict[str, int]:
    missing = [column for column in wanted if column not in header]
    twice = [column for column in wanted if header.count(column) > 1]
    if missing:
        raise FileUnreadable(f"{file} 缺少列：{'、'.join(missing)}。")
    if twice:
        raise FileUnreadable(f"{file} 里这些列出现了不止一次：{'、'.join(twice)}。")
    return {column: header.index(column) for column in wanted}


def _encoding_of(path: Path) -> str:
    for encoding in _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                for chunk in iter(lambda: file.read(_CHUNK), b""):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileUnreadable(f"{path.name} 的编码不是 UTF-8，也不是 GB18030。")


_Row = tuple[int, Sequence[Any], str]


def _csv_rows(path: Path) -> Iterator[_Row]:
    with path.open(encoding=_encoding_of(path), newline="") as file:
        reader = csv.reader(file)
        while True:
            number = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield number, (), "这一行不是合法的 CSV"
                continue
            yield number, row[:MAX_COLUMNS], ""


def _xlsx_rows(path: Path) -> Iterator[_Row]:
    import openpyxl  # here, because loading it would slow down every command

    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            yield number, row, ""
    finally:
        book.close()


def _plain(value: Any) -> str:
    """The text of a cell as people see it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ".join(str(value).split())
    return text[1:] if text[:1] == "'" and text[1:2] in ("'", *_FORMULA_STARTS) else text


def _shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("'", *_FORMULA_STARTS)) else text


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(columns))
    count = 0
    for row in rows:
        sheet.append(list(row))
        count += 1
    book.save(path)
    return count
