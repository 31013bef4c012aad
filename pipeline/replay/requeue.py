"""`conflictwire requeue`: what hurt a parser is tried again, from the stored bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline import load as load_stage
from pipeline import shard, warehouse
from pipeline.article import MAX_STRIKES, NO_RECORD
from pipeline.config import Settings
from pipeline.entry.read import read_documents
from pipeline.progress import Progress
from pipeline.replay.known import recall
from pipeline.replay.make import Remade, remake, write
from pipeline.types import Entry, Fetch, Quarantined

_CASES = "SELECT * FROM quarantine ORDER BY kind, reason, url"
_ARTICLES = """\
SELECT DISTINCT entries.link, entries.article_id FROM entries
INNER JOIN articles ON entries.article_id = articles.article_id AND entries.entry_id = articles.entry_id
WHERE entries.article_id IS NOT NULL AND list_contains(?, entries.link)"""
_FETCHES = "SELECT * FROM fetches WHERE list_contains(?, raw_ref)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page or feed that hurt a parser, and whether it is left alone for it."""

    row: Quarantined

    @property
    def state(self) -> str:
        """Say what happens to it next."""
        if self.row.kind == "feed":
            return "its next document is read"
        return "quarantined" if self.row.n_strikes >= MAX_STRIKES else "asked for once more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeued:
    """What became of a case: read, hurts still, or asked for again by the next run, as its bytes are gone."""

    row: Quarantined
    result: str


def quarantined(settings: Settings, *, reason: str | None = None, url: str | None = None) -> list[Case]:
    """Return the cases, all or those of a reason or an address."""
    with warehouse.reading(settings) as con:
        rows = con.execute(_CASES).to_arrow_table().to_pylist()
    found = [shard.row(Quarantined, values) for values in rows]
    return [Case(row=row) for row in found if reason in (None, row.reason) and url in (None, row.url)]


def requeue(
    settings: Settings,
    cases: Sequence[Case],
    *,
    run_id: str,
    now: datetime,
    progress: Progress,
) -> list[Requeued]:
    """Try these cases again from their stored bytes; nobody is asked. Raises as `load` does.

    What can be read now goes into the tables, and its strikes are forgotten; what still hurts gets another. A page
    whose bytes are gone is asked for by the next run.
    """
    pages = [case.row for case in cases if case.row.kind == "page"]
    feeds = [case.row for case in cases if case.row.kind == "feed"]
    remade, settled = _pages(settings, pages, now=now, progress=progress)
    entries, read = _feeds(settings, feeds, now=now, progress=progress)
    shards = settings.data / "runs" / run_id
    write(shards, remade, cases=[row for _, row in (*settled, *read)], entries=entries)
    load_stage.load(settings, shards, run_id=run_id, now=now, kind="replay")
    return [result for result, _ in (*settled, *read)]


def _pages(
    settings: Settings, rows: Sequence[Quarantined], *, now: datetime, progress: Progress
) -> tuple[list[Remade], list[tuple[Requeued, Quarantined]]]:
    with warehouse.reading(settings) as con:
        found = dict(con.execute(_ARTICLES, [[row.url for row in rows]]).fetchall())
    made = {
        one.known.article.article_id: one
        for one in remake(settings, recall(settings, list(found.values())), now=now, progress=progress)
    }
    changed, settled = [], []
    for row in rows:
        one = made.get(found.get(row.url, ""))
        gone = one is None or one.failure == NO_RECORD or one.known.fetch is None
        if one and gone:
            changed.append(
                replace(
                    one,
                    article=replace(one.known.article, page_retry_at=now, extracted_at=now),
                    dates=one.known.dates,
                    judgement=one.known.judgement,
                )
            )
        elif one and not one.failure:
            changed.append(one)
        hurts = one is not None and not gone and one.failure is not None
        result = "asked for again" if gone else "hurts still" if hurts else "read"
        settled.append((Requeued(row=row, result=result), replace(row, n_strikes=int(hurts), quarantined_at=now)))
    return changed, settled


def _feeds(
    settings: Settings, rows: Sequence[Quarantined], *, now: datetime, progress: Progress
) -> tuple[list[Entry], list[tuple[Requeued, Quarantined]]]:
    with warehouse.reading(settings) as con:
        found = con.execute(_FETCHES, [[row.raw_ref for row in rows]]).to_arrow_table().to_pylist()
    fetches = [shard.row(Fetch, values) for values in found]
    refs = {fetch.feed_id: fetch.raw_ref for fetch in fetches}
    documents = {refs[key]: document for key, document in read_documents(settings, fetches, progress=progress)}
    entries = [entry for document in documents.values() for entry in document.entries]
    settled = []
    for row in rows:
        document = documents.get(row.raw_ref)
        hurts = document is not None and document.hurt is not None
        result = "asked for again" if document is None else "hurts still" if hurts else "read"
        settled.append((Requeued(row=row, result=result), replace(row, n_strikes=int(hurts), quarantined_at=now)))
    return entries, settled
