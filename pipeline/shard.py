"""Rows between stages: Parquet files whose columns are the fields of a row type.

A shard is written whole or not at all, so a stage that is run again replaces what it wrote before.
"""

import os
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

Row = TypeVar("Row")

_TIMESTAMP = pa.timestamp("us")  # UTC without a zone, as the warehouse keeps it
_PLAIN = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), datetime: _TIMESTAMP}


@cache
def schema(row_type: type) -> pa.Schema:
    """Return the Arrow schema of a row type: str, int, float, bool, datetime, tuples and row types, or None of them."""
    hints = get_type_hints(row_type)
    return pa.schema([pa.field(field.name, _arrow(hints[field.name])) for field in fields(row_type)])


def table(row_type: type, items: Iterable[Any]) -> pa.Table:
    """Return rows as an Arrow table."""
    items = list(items)
    columns = {name: [_value(getattr(row, name)) for row in items] for name in schema(row_type).names}
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
    hints = get_type_hints(row_type)
    for row in content.to_pylist():
        yield row_type(**{name: _restore(value, hints[name]) for name, value in row.items()})


def arrow(paths: Iterable[Path], row_type: type) -> pa.Table:
    """Return the rows of many shards of one type as one Arrow table; empty where there are none."""
    tables = [pq.read_table(path, schema=schema(row_type)) for path in paths]
    return pa.concat_tables(tables) if tables else schema(row_type).empty_table()


def _arrow(hint: Any) -> pa.DataType:
    if get_origin(hint) in (types.UnionType, typing.Union):
        return _arrow(next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is Literal or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return pa.string()
    if get_origin(hint) is tuple:
        return pa.list_(_arrow(get_args(hint)[0]))
    if hasattr(hint, "__dataclass_fields__"):
        return pa.struct([pa.field(f.name, _arrow(get_type_hints(hint)[f.name])) for f in fields(hint)])
    return _PLAIN[hint]


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # aware UTC by the house rule
    if isinstance(value, tuple):
        return [_value(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _value(getattr(value, field.name)) for field in fields(value)}
    return value


def _restore(value: Any, hint: Any) -> Any:  # noqa: PLR0911  one return a kind of value
    if value is None:
        return None
    if get_origin(hint) in (types.UnionType, typing.Union):
        return _restore(value, next(part for part in get_args(hint) if part is not type(None)))
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, list):
        return tuple(_restore(part, get_args(hint)[0]) for part in value)
    if hasattr(hint, "__dataclass_fields__"):
        inner = get_type_hints(hint)
        return hint(**{name: _restore(part, inner[name]) for name, part in value.items()})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return value
