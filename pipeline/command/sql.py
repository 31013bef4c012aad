"""`conflictwire sql`: a statement on the published snapshot, the answer in the format that was asked for."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import warehouse
from pipeline.config import read_settings
from pipeline.errors import InputError

_MAX_TABLE_ROWS = 200
_WIDTH_ELSEWHERE = 160  # columns of a table in a file or a pipe


def run(args: argparse.Namespace) -> None:
    """Run the statement and print its rows."""
    statement = _statement(args)
    con = warehouse.open_snapshot(read_settings(data=args.data))
    try:
        reader = warehouse.query(con, statement)
        if args.format == "table":
            show(reader.read_all())
        else:
            with _output(args) as out:
                _WRITERS[args.format](reader, out)
    finally:
        con.close()


def show(rows: pa.Table, *, limit: int | None = _MAX_TABLE_ROWS) -> None:
    """Print rows as a table; whatever they hold is shown as text, never obeyed."""
    console = wide_console()
    table = Table(header_style="bold", row_styles=("", "dim"))
    for name in rows.column_names:
        table.add_column(Text(name))
    for row in rows.slice(0, limit).to_pylist():
        table.add_row(*(Text(_shown(value), overflow="fold") for value in row.values()))
    console.print(table)
    if limit is not None and rows.num_rows > limit:
        console.print(f"{limit} of {rows.num_rows} rows; --format csv gives all")


def wide_console() -> Console:
    """Return a console as wide as the terminal, or wide enough for a table where there is none."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_ELSEWHERE)


def _statement(args: argparse.Namespace) -> str:
    if args.file:
        try:
            return str(args.file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"can't read {args.file}: {error}") from None
    if args.statement == "-":
        return sys.stdin.read()
    if args.statement:
        return str(args.statement)
    raise InputError('no statement: conflictwire sql "SELECT …", or -f FILE, or - for standard input')


@contextmanager
def _output(args: argparse.Namespace) -> Iterator[BinaryIO]:
    if args.output:
        with Path(args.output).open("wb") as file:
            yield file
    elif args.format == "parquet" and sys.stdout.isatty():
        raise InputError("Parquet is not for a terminal: name --output FILE or redirect it")
    else:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = (
        json.dumps(value, default=_plain, ensure_ascii=False) if isinstance(value, list | dict) else str(_plain(value))
    )
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _write_csv(reader: pa.RecordBatchReader, out: BinaryIO) -> None:
    """Write RFC 4180 CSV. A cell that a spreadsheet would run as a formula gets a leading apostrophe."""
    text = open(out.fileno(), "w", encoding="utf-8", newline="", closefd=False)  # noqa: SIM115  a view of `out`
    writer = csv.writer(text)
    writer.writerow(reader.schema.names)
    for batch in reader:
        for row in batch.to_pylist():
            writer.writerow([_inert(_shown_cell(value)) for value in row.values()])
    text.flush()


def _shown_cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    return json.dumps(value, default=_plain, ensure_ascii=False) if isinstance(value, list | dict) else _plain(value)


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _write_json(reader: pa.RecordBatchReader, out: BinaryIO) -> None:
    """Write one JSON array of objects; times as ISO 8601."""
    first = True
    out.write(b"[")
    for batch in reader:
        for row in batch.to_pylist():
            out.write(b"\n" if first else b",\n")
            out.write(json.dumps(row, default=_json_plain, ensure_ascii=False).encode())
            first = False
    out.write(b"\n]\n")


def _json_plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else _plain(value)


def _write_parquet(reader: pa.RecordBatchReader, out: BinaryIO) -> None:
    with pq.ParquetWriter(out, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


_WRITERS = {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet}
