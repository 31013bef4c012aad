"""One step: what the source told is landed, fetched, made into judged articles, and loaded together with its cursor."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from pipeline import load as load_stage
from pipeline import page as page_stage
from pipeline import shard
from pipeline.backfill import again
from pipeline.backfill.ask import Ask
from pipeline.backfill.budget import Budget
from pipeline.backfill.choose import Chosen, choose, marked
from pipeline.backfill.source import Given, Item, ItemOutcome, Source, Step, Task, Window
from pipeline.batch import extract
from pipeline.collect import Collector
from pipeline.run import Run
from pipeline.types import (
    Article,
    Backfill,
    BackfillItem,
    BackfillUnit,
    Entry,
    Feed,
    Fetch,
    PageJob,
    RecheckJob,
)
from pipeline.types import Source as Outlet

_LIMIT = 1000  # pages a step: what a kill costs at most, some 30 s of work
_BATCH = "page-00"

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all steps of one run of a backfill share."""

    backfill: Backfill
    source: Source
    given: Given
    window: Window
    collector: Collector
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one step came to. `units` are the ids of new ones; `why_cut` says why it was thrown away."""

    loaded: load_stage.Loaded
    outcomes: Counter[str]
    units: frozenset[str] = frozenset()
    why_cut: str | None = None


def take(run: Run, bench: Bench, unit: BackfillUnit) -> Taken:
    """Take `unit` on by one step, in the folder of `run`. Raises as `collect` and `load` do."""
    began = run.clock()
    with Ask(run, bench.collector, backfill_id=bench.backfill.backfill_id) as ask:
        task = Task(given=bench.given, window=bench.window, unit=unit, limit=_LIMIT)
        step = again.step(task) if unit.source == again.NAME else bench.source.step(ask, task)
        entries = marked(step, source=bench.source.name, backfill_id=bench.backfill.backfill_id)
        chosen = Chosen() if ask.is_cut else _chosen(ask, bench, step, entries)
        if bench.given.is_fetching:
            _fetch(ask, chosen, bench.budget)
    if ask.is_cut:
        _load_requests(run, ask)
        why = bench.budget.why_spent() or "what its budget leaves is not enough for the next step"
        return Taken(loaded=load_stage.Loaded(), outcomes=Counter(), why_cut=why)
    shard.write(run.file("step.sources"), Outlet, chosen.sources)
    step = _put_off(ask, unit, step, chosen)
    items = _make(run, ask, unit, step, chosen)
    step = _sought(run, ask, bench, step, chosen)
    _write(run, ask, step, entries, items)
    _write_units(run, ask, step, unit, n_items=len(items), began=began)
    loaded = load_stage.load(run.settings, run.folder, run_id=run.run_id, now=run.clock(), kind="backfill", defer=True)
    found = frozenset(found.unit_id for found in step.units)
    return Taken(loaded=loaded, outcomes=Counter(item.outcome for item in items), units=found)


def _chosen(ask: Ask, bench: Bench, step: Step, entries: Sequence[Entry]) -> Chosen:
    names = {"source": bench.source.name, "backfill_id": bench.backfill.backfill_id}
    return choose(ask.settings, step, _held(ask), entries, now=ask.now(), **names)


def _held(ask: Ask) -> dict[str, Fetch]:
    return {row.url: row for row in ask.fetches.values() if row.kind == "page" and row.observed_at}


def _fetch(ask: Ask, chosen: Chosen, budget: Budget) -> None:
    """Ask for the pages that aren't in hand, but for those whose hosts are over the budget."""
    held = _held(ask)
    jobs = {job.link: job for job in chosen.jobs if job.link not in held}
    requests = [one for one in page_stage.requests_for(list(jobs.values())) if budget.allows_host(one.url)]
    if requests:
        rows = ask.get([replace(one, feed_id=one.feed_id or None) for one in requests], label="pages")
        for row in rows:
            ask.fetches[row.fetch_id] = page_stage.settle(row, n_tries=jobs[row.url].n_tries + 1)


def _put_off(ask: Ask, unit: BackfillUnit, step: Step, chosen: Chosen) -> Step:
    """Take out the pages that may be had later, and their items, and give the step units for them instead."""
    asked = {row.url: row for row in ask.fetches.values() if row.kind == "page"}
    wanted = [page for page in step.pages if page.item_id not in chosen.settled]
    later = [page for page in wanted if again.may_wait(page, asked.get(page.url))]
    put_off = {page.item_id for page in later}
    return replace(
        step,
        pages=tuple(page for page in step.pages if page.item_id not in put_off),
        items=tuple(item for item in step.items if item.item_id not in put_off),
        units=(*step.units, *again.units_for(unit, later, asked, now=ask.now())),
    )


def _make(run: Run, ask: Ask, unit: BackfillUnit, step: Step, chosen: Chosen) -> list[BackfillItem]:
    """Make and judge the articles of a step; return its items, each with its outcome."""
    pages = {row.url: row for row in ask.fetches.values() if row.kind == "page"} | dict(chosen.looked_at)
    shard.write(run.file(f"{_BATCH}.todo"), PageJob, chosen.jobs)
    shard.write(run.file(f"{_BATCH}.again"), RecheckJob, chosen.looks)
    shard.write(run.file(f"{_BATCH}.fetches"), Fetch, pages.values())
    extract(run, _BATCH)
    run.file(f"{_BATCH}.fetches").unlink()  # its rows are among the step's
    keys = {job.link: job.url_key for job in chosen.jobs}
    made = {one.url_key: one for one in shard.read(run.file(f"{_BATCH}.articles"), Article)}
    came_to = {
        page.item_id: chosen.settled.get(page.item_id) or _came_to(made.get(keys.get(page.url)), pages.get(page.url))
        for page in step.pages
    }
    return [_settled(unit, item, came_to.get(item.item_id)) for item in step.items]


def _sought(run: Run, ask: Ask, bench: Bench, step: Step, chosen: Chosen) -> Step:
    """Give a step the units by which its source looks elsewhere for those of its entries' pages that are dead today."""
    if bench.source.seek is None:
        return step
    asked = {row.url: row for row in ask.fetches.values() if row.kind == "page" and row.observed_at is None}
    reasons = {one.entry_id: one.text_reason for one in shard.read(run.file(f"{_BATCH}.articles"), Article)}
    jobs = [job for job in chosen.jobs if job.entry_id and job.link in asked]
    dead = [job for job in jobs if page_stage.is_dead(asked[job.link or ""], reasons.get(job.entry_id))]
    return replace(step, units=(*step.units, *(bench.source.seek(ask, job) for job in dead)))


def _came_to(article: Article | None, fetch: Fetch | None) -> tuple[str, str | None, str | None]:
    """Say what a page came to: an article, or what stood in its way."""
    if article and article.text_from == "page":
        return ItemOutcome.ARTICLE, None, article.article_id
    if article:  # the feed's words go on standing in
        return ItemOutcome.NOT_ARTICLE, article.text_reason, article.article_id
    if fetch is None:
        return ItemOutcome.OVER_BUDGET, "its host is one too many", None
    if fetch.outcome.is_ok:
        return ItemOutcome.NOT_ARTICLE, None, None
    return fetch.outcome, fetch.note, None


def _settled(unit: BackfillUnit, item: Item, page: tuple[str, str | None, str | None] | None) -> BackfillItem:
    outcome, note, article_id = page or (item.outcome, item.note, None)
    assert outcome, f"item {item.item_id} of {unit.address} has neither an outcome nor a page"
    return BackfillItem(
        backfill_id=unit.backfill_id,
        unit_id=unit.unit_id,
        item_id=item.item_id,
        url=item.url,
        observed_at=item.observed_at,
        outcome=str(outcome),
        note=note,
        article_id=article_id,
    )


def _write(run: Run, ask: Ask, step: Step, entries: Sequence[Entry], items: Sequence[BackfillItem]) -> None:
    """Leave the shards of what a step told. Of a feed that is polled a backfill has nothing to tell."""
    feeds = [feed for feed in step.feeds if not feed.is_active and feed.last_polled_at is None]
    shard.write(run.file("step.fetches"), Fetch, ask.fetches.values())
    shard.write(run.file("step.feeds"), Feed, feeds)
    shard.write(run.file("step.entries"), Entry, entries)
    shard.write(run.file("step.backfill_items"), BackfillItem, items)


def _write_units(run: Run, ask: Ask, step: Step, unit: BackfillUnit, *, n_items: int, began: datetime) -> None:
    """Leave where the unit goes on, and the units that the step found; they are worked where it is."""
    now = run.clock()
    asked = [row for row in ask.fetches.values() if row.observed_at is None]
    moved = replace(
        unit,
        cursor=step.cursor,
        is_done=step.is_done,
        n_steps=unit.n_steps + 1,
        n_items=unit.n_items + n_items,
        n_requests=unit.n_requests + len(asked),
        n_bytes=unit.n_bytes + sum(row.n_bytes for row in asked),
        elapsed_s=unit.elapsed_s + (now - began).total_seconds(),
        outcome=step.outcome or unit.outcome,
        note=step.note or unit.note,
        not_before=step.not_before,
        updated_at=now,
    )
    found = [replace(one, backfill_id=unit.backfill_id, day=one.day or unit.day, updated_at=now) for one in step.units]
    shard.write(run.file("step.backfill_units"), BackfillUnit, [moved, *found])


def _load_requests(run: Run, ask: Ask) -> None:
    """Load the requests of a step that is thrown away: they were made, and count. The step will find their answers."""
    aside = replace(run, run_id=f"{run.run_id} cut {uuid4().hex[:8]}")
    shard.write(aside.file("step.fetches"), Fetch, ask.fetches.values())
    now = run.clock()
    load_stage.load(run.settings, aside.folder, run_id=aside.run_id, now=now, kind="backfill", defer=True)
