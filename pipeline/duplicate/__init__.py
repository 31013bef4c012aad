"""Which articles repeat another one? Links from copies to originals, kept up to date inside the load's transaction.

Texts that share prints within a window of days are compared word by word; the pairs that hold make a graph, and each
connected part of it is given its originals. All of it is a function of the articles' texts, days and outlets, so any
order of arrival, size of batches and repetition ends in the same links.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from pipeline import shard, warehouse
from pipeline.duplicate.credits import credited
from pipeline.duplicate.likeness import LEAST_WORDS, Likeness, Reading, compare, read
from pipeline.duplicate.originals import Text, originals
from pipeline.duplicate.shingles import METHOD, prints

WINDOW_DAYS = 7
"""Two texts that are further apart are not compared."""
_FURNITURE = 6  # texts of one outlet, within the window, in which a print makes it the outlet's furniture
_LEAST_SHARED = 3  # prints; with a sixteenth of all kept, some fifty shingles
_DIGITS = 6

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credits:
    article_id: str
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    one_id: str
    other_id: str
    kind: str | None
    jaccard: float
    of_one: float
    of_other: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Id:
    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A row of `duplicates`."""

    article_id: str
    original_id: str
    day: str
    original_day: str
    kind: str
    jaccard: float
    containment: float
    containment_of_original: float
    method: str


def link(con: warehouse.Connection, *, first: date, last: date) -> int:
    """Bring `duplicates` up to date with the table `loaded_articles`; return how many links are new.

    All days that these articles count or counted on lie from `first` to `last`. Call it inside the load's transaction.
    """
    # an article of these days changes what its outlet repeats a window around, partners lie a window further, and
    # what repeats with them another one
    reach = 3 * timedelta(days=WINDOW_DAYS)
    days = {"loaded_from": first, "loaded_until": last, "copies_from": first - reach, "copies_until": last + reach}
    variables: dict[str, Any] = {
        "copies_window_days": WINDOW_DAYS,
        "copies_least_words": LEAST_WORDS,
        "copies_furniture": _FURNITURE,
        "copies_least_shared": _LEAST_SHARED,
    }
    warehouse.set_variables(con, variables | days)
    con.execute(warehouse.statement("stages", "copies_texts.sql"))
    readings = _take_prints(con)
    con.execute(warehouse.statement("stages", "copies_prints.sql"))
    con.execute(warehouse.statement("stages", "copies_candidates.sql"))
    uncompared = con.execute("SELECT one_id, other_id FROM uncompared_pairs ORDER BY ALL").fetchall()
    _read_more(con, readings, uncompared)
    compared = [_compared(one, other, compare(readings[one], readings[other])) for one, other in uncompared]
    warehouse.hand_over(con, "compared_pairs", shard.table(_Compared, compared))
    con.execute(warehouse.statement("stages", "copies_pairs.sql"))
    pairs = _connected_pairs(con, first - reach, last + reach)
    links = _links(con, pairs, readings)
    warehouse.hand_over(con, "settled_links", shard.table(_Link, links))
    con.execute(warehouse.statement("stages", "copies_links.sql"))
    return int(con.execute("SELECT count(*) FROM new_duplicates").fetchall()[0][0])


def _take_prints(con: warehouse.Connection) -> dict[str, Reading]:
    """Read the texts that are new, and hand over their prints and credits; return what was read."""
    texts = dict(con.execute("SELECT article_id, text FROM fresh_texts").fetchall())
    readings = {article_id: read(text) for article_id, text in texts.items()}
    credits_ = [_Credits(article_id=article_id, credits=credited(text)) for article_id, text in texts.items()]
    warehouse.hand_over(con, "fresh_credits", shard.table(_Credits, credits_))
    taken = {article_id: prints(reading.shingles) for article_id, reading in readings.items()}
    ids = [article_id for article_id, found in taken.items() for _ in found]
    hashes = [fp for found in taken.values() for fp in found.tolist()]
    rows = pa.table({"article_id": pa.array(ids, pa.string()), "fp": pa.array(hashes, pa.uint64())})
    warehouse.hand_over(con, "fresh_prints", rows)
    return readings


def _read_more(con: warehouse.Connection, readings: dict[str, Reading], pairs: Iterable[Pair]) -> None:
    """Read the stored texts that pairs name and that were not read yet."""
    missing = {article_id for pair in pairs for article_id in pair} - readings.keys()
    if missing:
        warehouse.hand_over(con, "missing_texts", shard.table(_Id, [_Id(article_id=one) for one in sorted(missing)]))
        wanted = """
            SELECT article_id, text FROM articles_of_days(getvariable('copies_from'), getvariable('copies_until'))
            WHERE article_id IN (SELECT article_id FROM missing_texts)
        """
        readings.update({article_id: read(text) for article_id, text in con.execute(wanted).fetchall()})


def _compared(one: str, other: str, likeness: Likeness) -> _Compared:
    return _Compared(
        one_id=one,
        other_id=other,
        kind=likeness.kind,
        jaccard=round(likeness.jaccard, _DIGITS),
        of_one=round(likeness.of_one, _DIGITS),
        of_other=round(likeness.of_other, _DIGITS),
    )


def _connected_pairs(con: warehouse.Connection, first: date, last: date) -> list[_Compared]:
    """Return the pairs of every connected part of the graph that this load touched; `settled_texts` are its texts."""
    window = timedelta(days=WINDOW_DAYS)
    con.execute("CREATE OR REPLACE TEMP TABLE settled_texts AS SELECT article_id FROM unsettled_texts")
    con.execute("CREATE OR REPLACE TEMP TABLE reached_texts AS SELECT article_id FROM unsettled_texts")
    while con.execute("SELECT count(*) FROM reached_texts").fetchall()[0][0]:
        con.execute(warehouse.statement("stages", "copies_reach.sql"))
        first, last = first - window, last + window
        warehouse.set_variables(con, {"copies_from": first, "copies_until": last})
    columns = "one_id, other_id, kind, jaccard, of_one, of_other"
    settled = f"""
        SELECT {columns} FROM text_pairs
        WHERE
            one_day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
            AND kind IS NOT NULL AND one_id IN (SELECT article_id FROM settled_texts)
        ORDER BY one_id, other_id
    """  # noqa: S608  fixed names
    rows = con.execute(settled).fetchall()
    return [_Compared(**dict(zip(columns.split(", "), row, strict=True))) for row in rows]


def _links(con: warehouse.Connection, pairs: Sequence[_Compared], readings: dict[str, Reading]) -> list[_Link]:
    if not pairs:
        return []
    evidence = {(pair.one_id, pair.other_id): pair for pair in pairs}
    texts = _texts(con)
    found = originals(texts, evidence)
    days = {text.article_id: text.day for text in texts}
    wanted = {tuple(sorted((copy, root))): (copy, root) for copy, roots in found.items() for root in roots}
    _read_more(con, readings, [pair for key, pair in wanted.items() if key not in evidence])
    return [
        _link(copy, root, evidence.get((min(copy, root), max(copy, root))), readings, days)
        for copy, root in wanted.values()
    ]


def _texts(con: warehouse.Connection) -> list[Text]:
    rows = con.execute(warehouse.statement("stages", "copies_settled.sql")).fetchall()
    return [
        Text(
            article_id=article_id,
            day=day.isoformat(),
            published_at=published_at,
            source=(source or "").casefold(),
            is_agency=kind == "wire",
            credits=frozenset(credits_),
        )
        for article_id, day, published_at, source, kind, credits_ in rows
    ]


def _link(
    copy: str, root: str, pair: _Compared | None, readings: Mapping[str, Reading], days: Mapping[str, str]
) -> _Link:
    """Return the row; two texts that are only connected through others are a wire copy by what they share."""
    if pair is None:
        pair = _compared(copy, root, compare(readings[copy], readings[root]))
    of_copy, of_root = (pair.of_one, pair.of_other) if pair.one_id == copy else (pair.of_other, pair.of_one)
    return _Link(
        article_id=copy,
        original_id=root,
        day=days[copy],
        original_day=days[root],
        kind=pair.kind or "wire_copy",
        jaccard=pair.jaccard,
        containment=of_copy,
        containment_of_original=of_root,
        method=METHOD,
    )
