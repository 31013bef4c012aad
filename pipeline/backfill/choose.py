"""A step's pages and entries → what is to be made of each: a new article, a later look at a known one, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from pipeline import recheck, shard, warehouse
from pipeline.backfill.source import ItemOutcome, Page, Step
from pipeline.config import Settings
from pipeline.run import host_or_nothing
from pipeline.types import Entry, Feed, Fetch, PageJob, RecheckJob, Source, changed
from pipeline.url import short_hash, url_key

_FEEDS = "SELECT feed_id, source_id, outlet, language, url, link_hosts FROM feeds ORDER BY feed_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The article that a page's address leads to, as it stands; `seen_at` is when its page was seen."""

    text_from: str
    seen_at: datetime
    job: RecheckJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Whose a page is, by its host."""

    source_id: str
    name: str | None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is to be made; `settled` are the items that nothing more is done for, with the article they belong to."""

    jobs: tuple[PageJob, ...] = ()
    looks: tuple[RecheckJob, ...] = ()
    looked_at: Mapping[str, Fetch] = field(default_factory=dict)
    settled: Mapping[str, tuple[str, str | None, str | None]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


def marked(step: Step, *, source: str, backfill_id: str) -> list[Entry]:
    """Return a step's entries with where they are from."""
    return [
        changed(entry, observed_at=entry.first_seen_at, discovered_via=source, backfill_id=backfill_id)
        for entry in step.entries
    ]


def choose(
    settings: Settings,
    step: Step,
    held: Mapping[str, Fetch],
    entries: Sequence[Entry],
    *,
    source: str,
    backfill_id: str,
    now: datetime,
) -> Chosen:
    """Read what is known and decide. `held` are the rows of the pages in hand, by address."""
    pages = {url_key(page.url): page for page in step.pages}
    with warehouse.reading(settings) as con:
        warehouse.set_variables(con, {"now": now.replace(tzinfo=None).isoformat()})
        warehouse.hand_over(con, "asked_pages", pa.table({"url_key": pa.array(list(pages), pa.string())}))
        rows = con.execute(warehouse.statement("stages", "backfill_pages.sql")).to_arrow_table().to_pylist()
        known = {row["asked_key"]: _known(row) for row in rows}
        outlets = _outlets(con)
        listed = _entry_jobs(con, step.feeds, entries) if entries else []
    jobs = [job for job in listed if job.url_key not in pages]
    looks: list[RecheckJob] = []
    looked_at: dict[str, Fetch] = {}
    settled: dict[str, tuple[str, str | None, str | None]] = {}
    sources: dict[str, Source] = {}
    for key, page in pages.items():
        before = known.get(key)
        if page.job and (before is None or before.text_from != "page"):
            jobs.append(page.job)
        elif before is None or before.text_from != "page":
            outlet = outlets.get(host_or_nothing(page.url)) or _stranger(page.url)
            sources[outlet.source_id] = Source(
                source_id=outlet.source_id, name=outlet.name or "", first_seen_at=page.observed_at or now
            )
            jobs.append(_job(page, key, outlet, source=source, backfill_id=backfill_id, now=now))
        elif not page.is_held:
            settled[page.item_id] = (ItemOutcome.KNOWN, None, before.job.article_id)
        elif _seen_at(page, held) <= before.seen_at:
            note = "not later than the page that its text is from"
            settled[page.item_id] = (ItemOutcome.KNOWN, note, before.job.article_id)
        else:
            look = changed(before.job, link=page.url)
            looks.append(look)
            looked_at[page.url] = recheck.outcome_of(look, held[page.url])
            settled[page.item_id] = (ItemOutcome.SEEN_AGAIN, None, before.job.article_id)
    return Chosen(
        jobs=tuple(jobs), looks=tuple(looks), looked_at=looked_at, settled=settled, sources=tuple(sources.values())
    )


def _seen_at(page: Page, held: Mapping[str, Fetch]) -> datetime:
    return page.observed_at or held[page.url].seen_at


def _known(row: dict[str, object]) -> Known:
    times = shard.row(_Times, row)
    return Known(text_from=str(row["text_from"]), seen_at=times.seen_at, job=shard.row(RecheckJob, row))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    seen_at: datetime


def _outlets(con: warehouse.Connection) -> dict[str, Outlet]:
    """Return whose pages hosts are, as far as feeds tell: by where they lie and where their entries lead."""
    found: dict[str, Outlet] = {}
    for _, source_id, outlet, language, url, hosts in con.execute(_FEEDS).fetchall():
        for host in (*(hosts or ()), host_or_nothing(url)):
            found.setdefault(host, Outlet(source_id=source_id, name=outlet, language=language))
    return found


def _stranger(url: str) -> Outlet:
    host = host_or_nothing(url)
    return Outlet(source_id=short_hash("source", host.casefold()), name=host)


def _entry_jobs(con: warehouse.Connection, feeds: Sequence[Feed], entries: Sequence[Entry]) -> list[PageJob]:
    """Return the jobs of those of a step's entries that want an article."""
    warehouse.hand_over(con, "shard_entries", shard.table(Entry, entries))
    warehouse.hand_over(con, "shard_feeds", shard.table(Feed, feeds))
    new = con.execute(warehouse.statement("stages", "new_entries.sql")).to_arrow_table()
    warehouse.hand_over(con, "new_entries", new)
    jobs = con.execute(warehouse.statement("stages", "page_jobs.sql")).to_arrow_table()
    ours = {entry.entry_id for entry in entries}
    return [job for job in shard.rows(jobs, PageJob) if job.entry_id in ours]


def _job(page: Page, key: str, outlet: Outlet, *, source: str, backfill_id: str, now: datetime) -> PageJob:
    return PageJob(
        entry_id="",
        feed_id="",
        source_id=outlet.source_id,
        source_name=outlet.name,
        language_hint=outlet.language,
        guid=page.url,
        link=page.url,
        url_key=key,
        title=page.title,
        summary=page.lead,
        content=None,
        authors=(),
        published_raw=page.published_raw,
        published_at=None,
        published_precision=None,
        published_reason=None,
        first_seen_at=page.observed_at or now,
        observed_at=page.observed_at,
        discovered_via=source,
        backfill_id=backfill_id,
        n_tries=page.n_tries,
    )
