"""One cycle, stage by stage, over a folder of its own. Airflow maps these functions over batches; `cycle` runs them here.

A run's folder holds what stages hand to one another, each file written whole or not at all:

    plan.feeds              the mirror of the feeds file             → load
    poll-N.todo             feeds that batch N polls                 → poll
    poll-N.polled           what each poll came to                   → choose
    poll-N.fetches          a row a request                          → load
    poll-N.entries          what the documents said                  → choose, load
    choose.feeds            feeds after this poll                    → load
    page-N.todo             entries whose articles batch N makes     → fetch, extract
    page-N.fetches          a row a request                          → extract, load
    page-N.articles …       articles, dates, judgements, quarantine  → load
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from pipeline import feed as feeds_stage
from pipeline import load as load_stage
from pipeline import page as page_stage
from pipeline import shard, warehouse
from pipeline.article import make_articles
from pipeline.collect import collect
from pipeline.config import Settings
from pipeline.entry import read_documents
from pipeline.errors import Outcome, RunFailedError
from pipeline.feed import Polled
from pipeline.progress import Progress
from pipeline.relevance import judge
from pipeline.subscriptions import Subscription, feed_id
from pipeline.types import Article, DateCandidate, Entry, Feed, Fetch, Judgement, PageJob, Quarantined, Request
from pipeline.url import host_of, short_hash

Item = TypeVar("Item")

_log = logging.getLogger("conflictwire")
_FAILS_ABOVE = 0.2  # share of feeds that fail for reasons of our own
_UNREACHED = frozenset({Outcome.DNS, Outcome.CONNECT, Outcome.TIMEOUT_CONNECT, Outcome.RESOLVER, Outcome.INTERNAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to, for people."""

    n_feeds: int
    feed_outcomes: Mapping[str, int] = field(default_factory=dict)
    page_outcomes: Mapping[str, int] = field(default_factory=dict)
    loaded: load_stage.Loaded


def folder(settings: Settings, run_id: str) -> Path:
    """Return the folder of a run; any characters are allowed in `run_id`."""
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in run_id)
    return settings.data / "runs" / f"{safe[:80]}-{short_hash(run_id, length=8)}"


def plan(
    settings: Settings,
    run_id: str,
    subscriptions: Sequence[Subscription],
    *,
    now: datetime,
    n_batches: int,
    is_whole_list: bool,
    poll_all: bool,
) -> list[str]:
    """Decide which feeds are polled, and in which batch; return the batches' names.

    `is_whole_list` says that feeds which `subscriptions` lacks are no longer wanted; `poll_all` takes feeds that are
    not due as well.
    """
    known = _known_feeds(settings)
    wanted = [_subscribed(known.get(feed_id(sub.url)), sub, now=now) for sub in subscriptions]
    listed = {feed.feed_id for feed in wanted}
    dropped = [replace(feed, is_active=False) for key, feed in known.items() if key not in listed and is_whole_list]
    run = folder(settings, run_id)
    shard.write(run / "plan.feeds.parquet", Feed, [*wanted, *dropped])
    due = [feed for feed in wanted if poll_all or feeds_stage.is_due(feed, now)]
    return _write_batches(run, "poll", Feed, due, n_batches=n_batches, group=lambda feed: _host(feed.url))


def poll(settings: Settings, run_id: str, batch: str, *, now: datetime, progress: Progress) -> int:
    """Ask the feeds of a batch and read what they answered; return how many entries they listed."""
    run = folder(settings, run_id)
    todo = {feed.feed_id: feed for feed in shard.read(run / f"{batch}.todo.parquet", Feed)}
    requests = [feeds_stage.request_for(feed, now) for feed in todo.values()]
    warehouse.require_space(settings)
    answers = collect(settings, requests, warc_name=_warc_name(run, batch), label="feeds", progress=progress)
    fetches = [feeds_stage.outcome_of(todo[f.feed_id or ""], f) if f.kind == "feed" else f for f in answers]
    polls = {fetch.feed_id: Polled(feed=todo[fetch.feed_id], fetch=fetch) for fetch in fetches if _is_feed(fetch, todo)}
    entries: list[Entry] = []
    for fetch, document in read_documents(
        settings, [fetch for fetch in fetches if fetch.kind == "feed" and fetch.outcome is Outcome.OK], progress=progress
    ):
        entries += document.entries
        polls[fetch.feed_id] = replace(
            polls[fetch.feed_id],
            title=document.title,
            problem=document.problem,
            is_refused=document.is_refused,
            ttl_s=document.ttl_s,
            n_entries=len(document.entries),
        )
    shard.write(run / f"{batch}.fetches.parquet", Fetch, fetches)
    shard.write(run / f"{batch}.polled.parquet", Polled, polls.values())
    return shard.write(run / f"{batch}.entries.parquet", Entry, entries)


def choose(settings: Settings, run_id: str, *, now: datetime, n_batches: int) -> list[str]:
    """Tell new entries from known ones, settle when feeds are polled next, and deal out the pages; return the batches."""
    run = folder(settings, run_id)
    polls = [poll for path in sorted(run.glob("poll-*.polled.parquet")) for poll in shard.read(path, Polled)]
    entries = shard.arrow(sorted(run.glob("poll-*.entries.parquet")), Entry)
    plan_feeds = shard.arrow([run / "plan.feeds.parquet"], Feed)
    with warehouse.reading(settings) as con:
        warehouse.set_variables(con, {"now": now.replace(tzinfo=None).isoformat()})
        new = _query(con, {"shard_entries": entries}, "new_entries.sql")
        known_feeds = _query(con, {"shard_feeds": plan_feeds}, "known_feeds.sql")
        wanted = _query(con, {"new_entries": new, "known_feeds": known_feeds}, "page_jobs.sql")
    n_new = Counter(new.column("feed_id").to_pylist())
    after = [feeds_stage.decide(poll, n_new=n_new[poll.feed.feed_id], now=now) for poll in polls]
    shard.write(run / "choose.feeds.parquet", Feed, after)
    jobs = list(shard.rows(wanted, PageJob))
    return _write_batches(run, "page", PageJob, jobs, n_batches=n_batches, group=lambda job: _host(job.link))


def fetch(settings: Settings, run_id: str, batch: str, *, now: datetime, progress: Progress) -> dict[str, int]:
    """Ask for the pages of a batch; return how often each outcome came."""
    run = folder(settings, run_id)
    jobs = list(shard.read(run / f"{batch}.todo.parquet", PageJob))
    tries = {job.link: job.n_tries for job in jobs}
    warehouse.require_space(settings)
    answers = collect(
        settings,
        page_stage.requests_for(jobs),
        warc_name=_warc_name(run, batch),
        label="pages",
        progress=progress,
    )
    fetches = [page_stage.settle(f, n_tries=tries[f.url] + 1) if f.kind == "page" else f for f in answers]
    shard.write(run / f"{batch}.fetches.parquet", Fetch, fetches)
    return Counter(fetch.outcome.value for fetch in fetches if fetch.kind == "page")


def extract(settings: Settings, run_id: str, batch: str, *, now: datetime, progress: Progress) -> int:
    """Make the articles of a batch and judge them; return how many."""
    run = folder(settings, run_id)
    jobs = list(shard.read(run / f"{batch}.todo.parquet", PageJob))
    fetches = {f.url: f for f in shard.read(run / f"{batch}.fetches.parquet", Fetch) if f.kind == "page"}
    made = list(make_articles(settings, jobs, fetches, now=now, progress=progress))
    articles = [one.article for one in made]
    judgements = judge(articles, profile=settings.profile)
    shard.write(run / f"{batch}.date_candidates.parquet", DateCandidate, [date for one in made for date in one.dates])
    shard.write(run / f"{batch}.relevance.parquet", Judgement, judgements)
    shard.write(run / f"{batch}.quarantine.parquet", Quarantined, [o.quarantined for o in made if o.quarantined])
    return shard.write(run / f"{batch}.articles.parquet", Article, articles)


def finish(settings: Settings, run_id: str, *, now: datetime) -> Report:
    """Load what the run's batches left, publish, and say what came of it.

    Raises RunFailedError, after loading all that could be had, when more than 20 % of the feeds failed for reasons of
    our own or none could be reached at all.
    """
    run = folder(settings, run_id)
    loaded = load_stage.load(settings, run, run_id=run_id, now=now)
    planned = [feed for path in sorted(run.glob("poll-*.todo.parquet")) for feed in shard.read(path, Feed)]
    report = Report(
        n_feeds=len(planned),
        feed_outcomes=_outcomes(run, "poll", "feed"),
        page_outcomes=_outcomes(run, "page", "page"),
        loaded=loaded,
    )
    judge_run(report)
    return report


def judge_run(report: Report) -> None:
    """Raise RunFailedError when a run is to count as failed; never for what single feeds did."""
    outcomes = {Outcome(name): n for name, n in report.feed_outcomes.items()}
    lost = report.n_feeds - sum(outcomes.values())  # their batch died
    ours = lost + sum(n for outcome, n in outcomes.items() if outcome.is_ours)
    if report.n_feeds and ours > _FAILS_ABOVE * report.n_feeds:
        raise RunFailedError(
            f"{ours} of {report.n_feeds} feeds failed for reasons of our own ({_listed(report.feed_outcomes)}): "
            "see the log, `conflictwire doctor`, and the notes in the table fetches"
        )
    if report.n_feeds and set(outcomes) <= _UNREACHED:
        raise RunFailedError(
            f"none of {report.n_feeds} feeds could be reached ({_listed(report.feed_outcomes)}): is there a network? "
            "`conflictwire doctor` looks"
        )


def cycle(
    settings: Settings,
    run_id: str,
    subscriptions: Sequence[Subscription],
    *,
    clock: Callable[[], datetime],
    is_whole_list: bool,
    poll_all: bool,
    progress: Progress,
) -> Report:
    """Run one whole cycle in this process; the same functions that Airflow maps. Raises as they do."""
    for batch in plan(
        settings,
        run_id,
        subscriptions,
        now=clock(),
        n_batches=1,
        is_whole_list=is_whole_list,
        poll_all=poll_all,
    ):
        poll(settings, run_id, batch, now=clock(), progress=progress)
    for batch in choose(settings, run_id, now=clock(), n_batches=1):
        fetch(settings, run_id, batch, now=clock(), progress=progress)
        extract(settings, run_id, batch, now=clock(), progress=progress)
    return finish(settings, run_id, now=clock())


def _known_feeds(settings: Settings) -> dict[str, Feed]:
    with warehouse.reading(settings) as con:
        rows = con.execute("SELECT * EXCLUDE (run_id, code_version) FROM feeds").to_arrow_table()
    return {feed.feed_id: feed for feed in shard.rows(rows, Feed)}


def _subscribed(known: Feed | None, sub: Subscription, *, now: datetime) -> Feed:
    """Return the feed as the list has it, with all that we know of it."""
    outlet = sub.outlet or sub.name or _host(sub.url)
    given = {
        "url": sub.url,
        "source_id": short_hash("source", outlet.casefold()),
        "name": sub.name or None,
        "outlet": outlet,
        "country": sub.country or None,
        "language": sub.language or None,
        "kind": sub.kind or None,
        "is_active": True,
    }
    if known:
        return replace(known, **given)
    return Feed(feed_id=feed_id(sub.url), added_at=now, **given)


def _write_batches(
    run: Path, stage: str, row_type: type, items: Sequence[Item], *, n_batches: int, group: Callable[[Item], Hashable]
) -> list[str]:
    """Deal items into at most `n_batches` files of even size; a group (a host) is never split."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[group(item)].append(item)
    piles: list[list[Item]] = [[] for _ in range(min(n_batches, len(groups)))]
    for members in sorted(groups.values(), key=len, reverse=True):
        min(piles, key=len).extend(members)
    names = [f"{stage}-{number:02}" for number in range(len(piles))]
    for name, pile in zip(names, piles, strict=True):
        shard.write(run / f"{name}.todo.parquet", row_type, pile)
    return names


def _query(con: warehouse.Connection, inputs: Mapping[str, pa.Table], file: str) -> pa.Table:
    for name, table in inputs.items():
        con.register(name, table)
    return con.execute(warehouse.statement("stages", file)).to_arrow_table()


def _outcomes(run: Path, stage: str, kind: str) -> dict[str, int]:
    rows = shard.arrow(sorted(run.glob(f"{stage}-*.fetches.parquet")), Fetch)
    found = zip(rows.column("kind").to_pylist(), rows.column("outcome").to_pylist(), strict=True)
    return dict(Counter(outcome for row_kind, outcome in found if row_kind == kind).most_common())


def _listed(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in outcomes.items()) or "no outcome at all"


def _is_feed(fetch: Fetch, todo: Mapping[str, Feed]) -> bool:
    return fetch.kind == "feed" and fetch.feed_id in todo


def _warc_name(run: Path, batch: str) -> str:
    return f"{run.name}/{batch}.warc.gz"


def _host(url: str | None) -> str:
    try:
        return host_of(url) if url else ""
    except ValueError:
        return ""
