"""Rows between stages: Parquet files whose columns are the fields of a row type.

A shard is written whole or not at all, so a stage that is run again replaces what it wrote before.
"""

import os
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

Row = TypeVar("Row")
Convert = Callable[[Any], Any]

_TIMESTAMP = pa.timestamp("us")  # UTC without a zone, as the warehouse keeps it
_PLAIN = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: _TIMESTAMP,
    date: pa.date32(),
}


@cache
def schema(row_type: type) -> pa.Schema:
    """Return the Arrow schema of a row type: plain values, times, days, tuples and row types, or None."""
    hints = get_type_hints(row_type)
    return pa.schema([pa.field(field.name, _arrow(hints[field.name])) for field in fields(row_type)])


def table(row_type: type, items: Iterable[Any]) -> pa.Table:
    """Return rows as an Arrow table."""
    items, converters = list(items), _converters(row_type)
    columns = {name: _column(items, name, converters.get(name)) for name in schema(row_type).names}
    return pa.table(columns, schema=schema(row_type))


def write(path: Path, row_type: type, items: Iterable[Any]) -> int:
    """Write rows to `path`, replacing it at once; return how many there were."""
    content = table(row_type, items)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    pq.write_table(content, scratch, compression="zstd")
    scratch.replace(path)
    return int(content.num_rows)


def read(path: Path, row_type: type[Row]) -> Iterator[Row]:
    """Yield the rows of a shard as instances of the type that it was written from."""
    for batch in pq.ParquetFile(path).iter_batches(batch_size=1024):
        yield from rows(batch, row_type)


def rows(content: pa.Table | pa.RecordBatch, row_type: type[Row]) -> Iterator[Row]:
    """Yield the rows of an Arrow table as instances of `row_type`; the columns must be its fields."""
    for values in content.to_pylist():
        yield _row(row_type, values)


def row(row_type: Callable[..., Row], values: Mapping[str, Any]) -> Row:
    """Return one row from what a table says, by name; what the type doesn't know is left out."""
    names = schema(row_type).names
    return _row(row_type, {name: values[name] for name in names if name in values})


def arrow(paths: Iterable[Path], row_type: type) -> pa.Table:
    """Return the rows of many shards of one type as one Arrow table; empty where there are none."""
    tables = [pq.read_table(path, schema=schema(row_type)) for path in paths]
    return pa.concat_tables(tables) if tables else schema(row_type).empty_table()


def _kind(hint: Any) -> Any:
    """Return the type of what may be None."""
    if get_origin(hint) in (types.UnionType, typing.Union):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _is_row(kind: Any) -> bool:  # is_dataclass() would tell mypy too much
    return is_dataclass(kind)


def _arrow(hint: Any) -> pa.DataType:
    kind = _kind(hint)
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return pa.string()
    if get_origin(kind) is tuple:
        return pa.list_(_arrow(get_args(kind)[0]))
    return pa.struct(list(schema(kind))) if _is_row(kind) else _PLAIN[kind]


def _column(items: list[Any], name: str, convert: Convert | None) -> list[Any]:
    values = list(map(attrgetter(name), items))
    return [None if value is None else convert(value) for value in values] if convert else values


@cache
def _converters(row_type: type) -> dict[str, Convert]:
    """Return how values become what Arrow reads, for those fields that it can't read as they are.

    It reads tuples, enums, and aware times, which it takes to UTC.
    """
    return _for_fields(row_type, _converter)


def _converter(hint: Any) -> Convert | None:
    kind = _kind(hint)
    if get_origin(kind) is tuple:
        convert = _converter(get_args(kind)[0])
        return (lambda values: [convert(value) for value in values]) if convert else None
    return partial(_struct, kind) if _is_row(kind) else None


def _struct(row_type: type, row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in schema(row_type).names}
    for name, convert in _converters(row_type).items():
        if values[name] is not None:
            values[name] = convert(values[name])
    return values


@cache
def _restorers(row_type: type) -> dict[str, Convert]:
    """Return how what Arrow gives becomes the values of a row, for those fields where the two differ."""
    return _for_fields(row_type, _restorer)


def _restorer(hint: Any) -> Convert | None:
    kind = _kind(hint)
    if get_origin(kind) is tuple:
        restore = _restorer(get_args(kind)[0])
        return (lambda values: tuple(map(restore, values))) if restore else tuple
    if _is_row(kind):
        return partial(_row, kind)
    if kind is datetime:
        return lambda value: value.replace(tzinfo=UTC)
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def _row(row_type: Callable[..., Row], values: dict[str, Any]) -> Row:
    for name, restore in _restorers(row_type).items():
        if values.get(name) is not None:
            values[name] = restore(values[name])
    return row_type(**values)


def _for_fields(row_type: type, maker: Callable[[Any], Convert | None]) -> dict[str, Convert]:
    return {name: made for name, hint in get_type_hints(row_type).items() if (made := maker(hint))}
