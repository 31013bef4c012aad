"""Sights of entries → entries, before sql/load/40_incoming_entries.sql.

Two sights are of one entry where they share an id (feed, guid, address), or feed, address and title, as a feed may deal
out a new guid at every poll. What follows from all sights together doesn't depend on which came first: a sight that
shares a name with each of two entries makes them one.
"""

from collections.abc import Iterable, Mapping

import pyarrow as pa

from pipeline import warehouse


def gather(con: warehouse.Connection) -> None:
    """Leave the table `settled_names`: the entry of each name that an incoming entry or one akin to it bears."""
    con.execute(warehouse.statement("stages", "entry_names.sql"))
    given = con.execute("SELECT DISTINCT id_hash, place_hash FROM given_names").fetchall()
    known = dict(con.execute("SELECT name_hash, id_hash FROM known_names").fetchall())
    settled = settle(given, known)
    columns = {"name_hash": list(settled), "id_hash": list(settled.values())}
    arrays = {name: pa.array(values, pa.uint64()) for name, values in columns.items()}
    warehouse.hand_over(con, "settled_names", pa.table(arrays))


def settle(given: Iterable[tuple[int, int | None]], known: Mapping[int, int]) -> dict[int, int]:
    """Return for each name its entry's id: a known one where any of those that share names is, else the least given.

    `given` are pairs of an id and a place, as numbers, `known` leads from names to ids of entries.
    """
    pairs = list(given)
    above: dict[int, int] = {}
    ids = {one for one, _ in pairs}
    holders = set(known.values())

    def top(name: int) -> int:
        while (higher := above.get(name, name)) != name:
            name = higher
        return name

    def rank(name: int) -> tuple[bool, bool, int]:
        return name not in holders, name not in ids, name

    for one, other in [*((one, other) for one, other in pairs if other is not None), *known.items()]:
        first, second = sorted((top(one), top(other)), key=rank)
        if first != second:
            above[second] = first
    return {name: top(name) for pair in (*pairs, *known.items()) for name in pair if name is not None}
