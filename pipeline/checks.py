"""The promises of sql/checks/, looked at: those of each row at every load, all of them daily."""

from pipeline.errors import CheckError
from pipeline.resources import data_path
from pipeline.warehouse import Connection

_OF_ROWS = ("60_dates_are_possible", "61_dates_or_reasons", "70_words_are_of_their_lists", "80_titles_are_clean")


def run_checks(con: Connection, *, run_id: str | None = None) -> None:
    """Run all of sql/checks/; or, over the rows that one run wrote last, those that can be told from a row alone.

    What takes all rows to tell (that ids are unique, that references lead somewhere) is true by the way a load writes,
    and costs the whole history: it is looked at daily. Raises CheckError naming the first rows that break a promise.
    """
    names = _of_run(con, run_id) if run_id else []
    broken: list[str] = []
    for path in sorted(data_path("sql", "checks").glob("*.sql")):
        if run_id is None or path.stem in _OF_ROWS:
            rows = con.execute(path.read_text(encoding="utf-8")).fetchmany(3)
            broken += [f"{path.stem}: {'; '.join(str(value) for value in row)}" for row in rows]
    for name in names:
        con.execute(f"DROP TABLE temp.{name}")
    if broken:
        raise CheckError(f"{len(broken)} promises broken, nothing was published: " + " | ".join(broken[:5]))


def _of_run(con: Connection, run_id: str) -> list[str]:
    """Lay temporary tables with the rows of one run before the tables of the same names; return the names."""
    tables = "SELECT database_name, table_name FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary"
    columns = "SELECT database_name, table_name FROM duckdb_columns() WHERE column_name = 'run_id'"
    found = con.execute(f"{tables} INTERSECT {columns}").fetchall()
    for database, name in found:
        rows = f'SELECT * FROM "{database}".main.{name} WHERE run_id = ?'  # noqa: S608  names of ours
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {rows}", [run_id])
    return [name for _, name in found]
