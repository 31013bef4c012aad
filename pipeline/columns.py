"""docs/columns.md: every table and view, column by column, from the schema's COMMENTs. Pure but for what it asks."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

_HEAD = """# Tables and columns

Made by `make docs` from the COMMENTs in `sql/migrations/` and `sql/views/`; change it there. Times are UTC, held in
`TIMESTAMP`; ids are hashes. What the words mean stands in [glossary.md](glossary.md).
"""

_KINDS = {
    "views": "What to ask first: they hold no data of their own, and follow the tables.",
    "tables": "What is stored: one question each.",
}

_QUESTION = """
WITH things AS (
    SELECT 'views' AS kind, view_name AS name, comment FROM duckdb_views()
    WHERE NOT internal AND database_name = current_database()
    UNION ALL
    SELECT 'tables' AS kind, table_name AS name, comment FROM duckdb_tables()
    WHERE NOT internal AND database_name = current_database()
)

SELECT things.kind, things.name, things.comment, columns.column_name, columns.data_type, columns.comment
FROM things
INNER JOIN duckdb_columns() AS columns ON things.name = columns.table_name
WHERE columns.database_name = current_database()
ORDER BY things.kind DESC, things.name, columns.column_index
"""


class Result(Protocol):
    """What `execute` returns: something whose rows can be had at once."""

    def fetchall(self) -> list[Any]:
        """Return all rows, a tuple each."""


class Connection(Protocol):
    """A connection to a migrated database, open for reading at least."""

    def execute(self, query: str, /) -> Result:
        """Run one statement."""


def render(con: Connection) -> str:
    """Return the page in Markdown, line feed at its end; a table or column without COMMENT shows a dash."""
    return "\n".join(_lines(con.execute(_QUESTION).fetchall()))


def _lines(rows: list[Any]) -> Iterator[str]:
    yield _HEAD
    for kind, of_kind in groupby(rows, itemgetter(0)):
        yield f"## {kind.capitalize()}\n\n{_KINDS[kind]}\n"
        for (name, comment), columns in groupby(of_kind, itemgetter(1, 2)):
            yield f"### {name}\n\n{_cell(comment)}\n"
            yield "| column | type | meaning |\n|---|---|---|"
            yield from (
                f"| {column} | `{data_type}` | {_cell(meaning)} |" for *_, column, data_type, meaning in columns
            )
            yield ""


def _cell(text: str | None) -> str:
    return text.replace("|", r"\|") if text else "-"
