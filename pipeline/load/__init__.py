"""Shards → tables, in one transaction with a ledger row; then the checks; then the snapshot.

Every statement is keyed, so that loading the same shards twice, or shards of two runs that overlap, changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from pipeline import __version__, shard, warehouse
from pipeline.checks import run_checks
from pipeline.config import Settings
from pipeline.load.follow import follow
from pipeline.load.gather import gather
from pipeline.load.resolve import resolve
from pipeline.load.revise import revise
from pipeline.types import (
    Article,
    Backfill,
    BackfillItem,
    BackfillUnit,
    Boilerplate,
    DateCandidate,
    Entry,
    Feed,
    Fetch,
    Judgement,
    Quarantined,
    Recheck,
    Rejudgement,
    Source,
)

ROW_TYPES: Mapping[str, type] = {
    "feeds": Feed,
    "fetches": Fetch,
    "entries": Entry,
    "articles": Article,
    "replayed": Article,
    "date_candidates": DateCandidate,
    "relevance": Judgement,
    "quarantine": Quarantined,
    "boilerplate": Boilerplate,
    "rechecks": Recheck,
    "rejudged": Rejudgement,
    "rescored": Judgement,
    "sources": Source,
    "backfills": Backfill,
    "backfill_units": BackfillUnit,
    "backfill_items": BackfillItem,
}
"""Tables that shards may carry, `NAME.TABLE.parquet`, and the row type of each."""

_STEPS: tuple[tuple[str, str] | Callable[[warehouse.Connection], None], ...] = (
    ("load", "10_sources.sql"),
    ("load", "20_feeds.sql"),
    ("load", "30_fetches.sql"),
    gather,
    ("load", "40_incoming_entries.sql"),
    resolve,
    ("load", "50_articles.sql"),
    ("load", "55_replayed.sql"),
    ("load", "60_article_urls.sql"),
    ("load", "65_entries.sql"),
    ("load", "51_rechecks.sql"),
    revise,
    ("load", "52_revisions.sql"),
    ("load", "70_date_candidates.sql"),
    ("load", "80_relevance.sql"),
    ("load", "81_rescored.sql"),
    ("load", "85_quarantine.sql"),
    ("load", "86_boilerplate.sql"),
    ("load", "87_backfills.sql"),
    follow,
    ("load", "90_batches.sql"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load added; all zero when the same shards had been loaded before."""

    n_fetches: int = 0
    n_entries: int = 0
    n_articles: int = 0
    n_articles_changed: int = 0
    n_duplicates: int = 0
    n_rechecks: int = 0
    n_revisions: int = 0
    is_published: bool = False


def load(
    settings: Settings, shards: Path, *, run_id: str, now: datetime, kind: str = "ingest", defer: bool = False
) -> Loaded:
    """Load all shards of the folder `shards`, check, and publish; to `defer` leaves the last to a later load.

    Raises StoreError (disk, lock, newer schema) or CheckError; nothing is half-loaded then.
    """
    paths = sorted(path for path in shards.glob("*.parquet") if _table_of(path) in ROW_TYPES)
    batch_id = _batch_id(paths)
    with warehouse.writer_lock(settings):
        with warehouse.writing(settings) as con:
            if not _is_loaded(con, batch_id):
                _load(con, paths, batch_id=batch_id, run_id=run_id, now=now, kind=kind)
            run_checks(con, run_id=run_id)
            loaded = _ledger(con, batch_id)
        added = loaded.n_entries + loaded.n_articles + loaded.n_articles_changed + loaded.n_revisions
        changed = added > 0 or kind == "rescore"
        is_published = not defer and warehouse.publish(settings, changed=changed, now=now)
    return replace(loaded, is_published=is_published)


def _load(
    con: warehouse.Connection, paths: Sequence[Path], *, batch_id: str, run_id: str, now: datetime, kind: str
) -> None:
    variables = {
        "run_id": run_id,
        "code_version": __version__,
        "batch_id": batch_id,
        "kind": kind,
        "loaded_at": now.replace(tzinfo=None).isoformat(),
        "n_shards": len(paths),
    }
    warehouse.set_variables(con, variables)
    for name, row_type in ROW_TYPES.items():
        warehouse.hand_over(con, f"shard_{name}", _arrow(paths, name, row_type))
    with warehouse.transaction(con):
        for step in _STEPS:
            if callable(step):
                step(con)
            else:
                con.execute(warehouse.statement(*step))


def _arrow(paths: Sequence[Path], name: str, row_type: type) -> pa.Table:
    return shard.arrow([path for path in paths if _table_of(path) == name], row_type)


def _table_of(path: Path) -> str:
    return path.name.split(".")[-2]


def _batch_id(paths: Sequence[Path]) -> str:
    digest = sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _is_loaded(con: warehouse.Connection, batch_id: str) -> bool:
    return con.execute("SELECT 1 FROM batches WHERE batch_id = ?", [batch_id]).fetchone() is not None


def _ledger(con: warehouse.Connection, batch_id: str) -> Loaded:
    columns = "n_fetches, n_entries, n_articles, n_articles_changed, n_duplicates, n_rechecks, n_revisions"
    row = con.execute(f"SELECT {columns} FROM batches WHERE batch_id = ?", [batch_id]).fetchone()  # noqa: S608  fixed names
    assert row is not None
    return Loaded(**dict(zip(columns.split(", "), row, strict=True)))
