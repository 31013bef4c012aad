"""One cycle, stage by stage, over a folder of its own. Airflow maps these functions over batches, `cycle` calls them.

A run's folder holds what stages hand to one another, each file written whole or not at all:

    plan.feeds              the mirror of the feeds file             → load
    poll-N.todo             feeds that batch N polls                 → poll
    poll-N.polled           what each poll came to                   → choose
    poll-N.fetches          a row a request                          → load
    poll-N.entries          what the documents said                  → choose, load
    choose.feeds            feeds after this poll                    → load
    page-N.todo             entries whose articles batch N makes     → fetch, extract
    page-N.again            articles that batch N looks at again     → fetch, extract
    page-N.fetches          a row a request                          → extract, load
    page-N.articles …       articles, dates, judgements, quarantine, boilerplate  → load
    again-N.fetches …       second looks, rechecks, judgements       → load
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from pipeline import feed as feeds_stage
from pipeline import load as load_stage
from pipeline import page as page_stage
from pipeline import recheck, shard, warehouse
from pipeline.article import hosts_of, make_articles
from pipeline.article.known import read_hosts, read_versions
from pipeline.article.repeated import Seen
from pipeline.article.sites import read_sites
from pipeline.collect import collect
from pipeline.config import Settings
from pipeline.entry.read import read_documents
from pipeline.errors import Outcome, RunFailedError
from pipeline.feed import NewEntry, Polled
from pipeline.progress import Progress
from pipeline.relevance import judge
from pipeline.subscriptions import Subscription
from pipeline.subscriptions import read as read_feeds
from pipeline.types import (
    Article,
    Boilerplate,
    DateCandidate,
    Entry,
    Feed,
    Fetch,
    Judgement,
    PageJob,
    Quarantined,
    Recheck,
    RecheckJob,
    Rejudgement,
    Request,
    changed,
)
from pipeline.url import host_of, host_port_of, short_hash

Item = TypeVar("Item")

_FAILS_ABOVE = 0.2  # share of feeds that fail for reasons of our own
_UNREACHED = frozenset({Outcome.DNS, Outcome.CONNECT, Outcome.TIMEOUT_CONNECT, Outcome.RESOLVER, Outcome.INTERNAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to, for people."""

    feed_outcomes: Mapping[str, int]
    page_outcomes: Mapping[str, int]
    loaded: load_stage.Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run's world. `run_id` may hold any characters; `clock` gives aware UTC."""

    settings: Settings
    run_id: str
    clock: Callable[[], datetime]
    progress: Progress

    @property
    def folder(self) -> Path:
        """Where this run's files lie."""
        safe = re.sub(r"[^\w.-]", "_", self.run_id, flags=re.ASCII)
        return self.settings.data / "runs" / f"{safe[:80]}-{short_hash(self.run_id, length=8)}"

    def file(self, name: str) -> Path:
        """Return the path of one of its files."""
        return self.folder / f"{name}.parquet"

    def files(self, pattern: str) -> list[Path]:
        """Return the paths of the files that match, in order."""
        return sorted(self.folder.glob(f"{pattern}.parquet"))


def plan(run: Run, given: Sequence[Subscription] | None = None, *, n_batches: int, poll_all: bool) -> list[str]:
    """Decide which feeds are polled, and in which batch; return the batches' names.

    Without `given` these are the feeds of the feeds file, and feeds that it lacks are no longer wanted. `poll_all`
    takes feeds that are not due as well.
    """
    now = run.clock()
    read_sites(run.settings.sites)  # wrong selectors are said before anything is fetched
    known = _known_feeds(run.settings)
    subscriptions = read_feeds([run.settings.feeds]) if given is None else given
    wanted = feeds_stage.listed(subscriptions, known, now=now)
    kept = {feed.feed_id for feed in wanted}
    dropped = [changed(feed, is_active=False) for key, feed in known.items() if key not in kept and given is None]
    shard.write(run.file("plan.feeds"), Feed, [*wanted, *dropped])
    due = [feed for feed in wanted if poll_all or feeds_stage.is_due(feed, now)]
    run.settings.require_manners({host_port_of(feeds_stage.asked_url(feed)) for feed in due})
    return _write_batches(run, "poll", Feed, due, n_batches=n_batches, group=_feed_host)


def poll(run: Run, batch: str) -> int:
    """Ask the feeds of a batch and read what they answered; return how many entries they listed."""
    todo = {feed.feed_id: feed for feed in shard.read(run.file(f"{batch}.todo"), Feed)}
    now = run.clock()
    answers = _collect(run, batch, [feeds_stage.request_for(feed, now) for feed in todo.values()], label="feeds")
    fetches = [feeds_stage.outcome_of(todo[f.feed_id or ""], f) if f.kind == "feed" else f for f in answers]
    asked = {fetch.feed_id or "": fetch for fetch in fetches if fetch.kind == "feed"}
    polls = {key: Polled(feed=todo[key], fetch=fetch) for key, fetch in asked.items()}
    changed = [fetch for fetch in asked.values() if fetch.outcome is Outcome.OK]
    entries: list[Entry] = []
    cases: list[Quarantined] = []
    for key, document in read_documents(run.settings, changed, progress=run.progress):
        entries += document.entries
        polls[key] = feeds_stage.with_document(polls[key], document)
        cases += feeds_stage.case(polls[key], document, now=now)
    shard.write(run.file(f"{batch}.quarantine"), Quarantined, cases)
    shard.write(run.file(f"{batch}.fetches"), Fetch, fetches)
    shard.write(run.file(f"{batch}.polled"), Polled, polls.values())
    return shard.write(run.file(f"{batch}.entries"), Entry, entries)


def choose(run: Run, *, n_batches: int) -> list[str]:
    """Tell new entries from known ones, settle when feeds are polled next, deal out the pages; return the batches."""
    now = run.clock()
    with warehouse.reading(run.settings) as con:
        warehouse.set_variables(con, {"now": now.replace(tzinfo=None).isoformat()})
        warehouse.hand_over(con, "shard_entries", shard.arrow(run.files("poll-*.entries"), Entry))
        warehouse.hand_over(con, "shard_feeds", shard.arrow([run.file("plan.feeds")], Feed))
        new = con.execute(warehouse.statement("stages", "new_entries.sql")).to_arrow_table()
        warehouse.hand_over(con, "new_entries", new)
        jobs = con.execute(warehouse.statement("stages", "page_jobs.sql")).to_arrow_table()
        due = _due_rechecks(con, run.settings)
    by_feed: dict[str, list[NewEntry]] = defaultdict(list)
    for entry in shard.rows(new.select(shard.schema(NewEntry).names), NewEntry):
        by_feed[entry.feed_id].append(entry)
    polls = [polled for path in run.files("poll-*.polled") for polled in shard.read(path, Polled)]
    news = {p.feed.feed_id: feeds_stage.news_of(p.feed, by_feed[p.feed.feed_id]) for p in polls}
    after = [feeds_stage.decide(polled, news=news[polled.feed.feed_id], now=now) for polled in polls]
    shard.write(run.file("choose.feeds"), Feed, after)
    wanted = list(shard.rows(jobs, PageJob))
    links = {job.link for job in wanted}
    again = [job for job in due if job.link not in links]
    items: list[PageJob | RecheckJob] = [*wanted, *again]
    piles = _deal(run, "page", items, n_batches=n_batches, group=_page_host)
    for name, pile in piles.items():
        shard.write(run.file(f"{name}.todo"), PageJob, [job for job in pile if isinstance(job, PageJob)])
        shard.write(run.file(f"{name}.again"), RecheckJob, [job for job in pile if isinstance(job, RecheckJob)])
    return list(piles)


def fetch(run: Run, batch: str) -> dict[str, int]:
    """Ask for the pages of a batch; return how often each outcome came."""
    jobs = list(shard.read(run.file(f"{batch}.todo"), PageJob))
    tries = {job.link: job.n_tries for job in jobs}
    again = {job.link: job for job in shard.read(run.file(f"{batch}.again"), RecheckJob)}
    requests = [*page_stage.requests_for(jobs), *recheck.requests_for(list(again.values()))]  # new pages first

    def settled(fetch: Fetch) -> Fetch:
        if fetch.kind != "page":
            return fetch
        if fetch.url in again:
            return recheck.outcome_of(again[fetch.url], fetch)
        return page_stage.settle(fetch, n_tries=tries[fetch.url] + 1)

    fetches = [settled(fetch) for fetch in _collect(run, batch, requests, label="pages")]
    shard.write(run.file(f"{batch}.fetches"), Fetch, fetches)
    return _outcomes(run, f"{batch}.fetches", "page")


def extract(run: Run, batch: str) -> int:
    """Make the articles of a batch and judge them, look again at those that are due; return how many are new."""
    jobs = list(shard.read(run.file(f"{batch}.todo"), PageJob))
    fetches = {f.url: f for f in shard.read(run.file(f"{batch}.fetches"), Fetch) if f.kind == "page"}
    now = run.clock()
    known_texts = partial(_known_texts, run.settings, now=now)
    with warehouse.reading(run.settings) as con:
        hosts = read_hosts(con, hosts_of(jobs), now=now)
    made = list(
        make_articles(run.settings, jobs, fetches, now=now, progress=run.progress, known_texts=known_texts, hosts=hosts)
    )
    articles = [one.article for one in made]
    shard.write(run.file(f"{batch}.date_candidates"), DateCandidate, [date for one in made for date in one.dates])
    shard.write(run.file(f"{batch}.quarantine"), Quarantined, [one.quarantined for one in made if one.quarantined])
    shard.write(run.file(f"{batch}.boilerplate"), Boilerplate, [row for one in made for row in one.boilerplate])
    shard.write(run.file(f"{batch}.relevance"), Judgement, judge(articles, profile=run.settings.profile))
    _look_again(run, batch, fetches)
    return shard.write(run.file(f"{batch}.articles"), Article, articles)


def finish(run: Run) -> load_stage.Loaded:
    """Load what the run's batches left and publish; a batch that died leaves its entries to the next run."""
    return load_stage.load(run.settings, run.folder, run_id=run.run_id, now=run.clock())


def judge_run(run: Run) -> str:
    """Say what became of the run's feeds, in words.

    Raises RunFailedError when more than 20 % of them failed for reasons of our own, when none could be reached at all,
    or when the machinery stopped before the end; never for what a feed did.
    """
    if not run.file("choose.feeds").exists():
        raise RunFailedError("the run stopped before its pages were chosen: see the log; its feeds are due again")
    planned = {feed.feed_id for path in run.files("poll-*.todo") for feed in shard.read(path, Feed)}
    rows = shard.arrow(run.files("poll-*.fetches"), Fetch).to_pylist()
    outcomes = {row["feed_id"]: Outcome(row["outcome"]) for row in rows if row["kind"] == "feed"}
    counted = listed(_outcomes(run, "poll-*.fetches", "feed")) or "no outcome at all"
    ours = {key for key in planned if key not in outcomes or outcomes[key].is_ours} | _with_lost_pages(run)
    if len(ours) > _FAILS_ABOVE * len(planned):
        raise RunFailedError(
            f"{len(ours)} of {len(planned)} feeds failed for reasons of our own ({counted}): "
            "see the log, `conflictwire doctor`, and the notes in the table fetches"
        )
    if planned and set(outcomes.values()) <= _UNREACHED:
        raise RunFailedError(
            f"none of {len(planned)} feeds could be reached ({counted}): is there a network? See `conflictwire doctor`"
        )
    return f"{len(planned)} feeds: {counted}"


def cycle(run: Run, given: Sequence[Subscription] | None = None, *, poll_all: bool) -> Report:
    """Run one whole cycle in this process, by the same functions that Airflow maps. Raises as they do."""
    for batch in plan(run, given, n_batches=1, poll_all=poll_all):
        poll(run, batch)
    for batch in choose(run, n_batches=1):
        fetch(run, batch)
        extract(run, batch)
    loaded = finish(run)
    judge_run(run)
    return Report(
        feed_outcomes=_outcomes(run, "poll-*.fetches", "feed"),
        page_outcomes=_outcomes(run, "page-*.fetches", "page"),
        loaded=loaded,
    )


def listed(outcomes: Mapping[str, int]) -> str:
    """Return outcomes with their counts, in words."""
    return ", ".join(f"{n} {name}" for name, n in outcomes.items())


def _collect(run: Run, batch: str, requests: Sequence[Request], *, label: str) -> list[Fetch]:
    warehouse.require_space(run.settings)
    name = f"{run.folder.name}/{batch}.warc.gz"
    return collect(run.settings, requests, warc_name=name, label=label, progress=run.progress, clock=run.clock)


def _due_rechecks(con: warehouse.Connection, settings: Settings) -> list[RecheckJob]:
    ages = [int(age.total_seconds()) for age in settings.rechecks]
    labels, limit = sorted(settings.recheck_labels), settings.rechecks_per_run if ages else 0
    warehouse.set_variables(con, {"recheck_ages_s": ages or [0], "recheck_labels": labels, "n_rechecks": limit})
    return list(shard.rows(con.execute(warehouse.statement("stages", "rechecks.sql")).to_arrow_table(), RecheckJob))


def _look_again(run: Run, batch: str, fetches: Mapping[str, Fetch]) -> None:
    jobs = list(shard.read(run.file(f"{batch}.again"), RecheckJob))
    name = batch.replace("page", "again")  # a name of its own: a retry looks for what page-N* has asked for
    warc_name = f"{run.folder.name}/{name}.warc.gz"
    with warehouse.reading(run.settings) as con:
        recorded = read_versions(con, {job.boilerplate_version for job in jobs if job.boilerplate_version})
    looked = recheck.look(
        run.settings,
        jobs,
        fetches,
        recorded=recorded,
        warc_name=warc_name,
        clock=run.clock,
        progress=run.progress,
    )
    shard.write(run.file(f"{name}.fetches"), Fetch, looked.fetches)
    shard.write(run.file(f"{name}.rechecks"), Recheck, looked.rechecks)
    shard.write(run.file(f"{name}.rejudged"), Rejudgement, looked.rejudged)


def _known_texts(settings: Settings, hashes: Collection[str], *, now: datetime) -> list[Seen]:
    """Return the stored addresses whose pages lately held words with one of these hashes."""
    with warehouse.reading(settings) as con:
        warehouse.set_variables(con, {"now": now.replace(tzinfo=None).isoformat()})
        warehouse.hand_over(con, "asked_texts", pa.table({"text_sha256": sorted(hashes)}))
        found = con.execute(warehouse.statement("stages", "known_texts.sql")).to_arrow_table()
    return list(shard.rows(found, Seen))


def _known_feeds(settings: Settings) -> dict[str, Feed]:
    with warehouse.reading(settings) as con:
        rows = con.execute("SELECT * EXCLUDE (run_id, code_version) FROM feeds").to_arrow_table()
    return {feed.feed_id: feed for feed in shard.rows(rows, Feed)}


def _write_batches(
    run: Run, stage: str, row_type: type, items: Sequence[Item], *, n_batches: int, group: Callable[[Item], Hashable]
) -> list[str]:
    """Deal items into at most `n_batches` files, and return the batches' names."""
    piles = _deal(run, stage, items, n_batches=n_batches, group=group)
    for name, pile in piles.items():
        shard.write(run.file(f"{name}.todo"), row_type, pile)
    return list(piles)


def _deal(
    run: Run, stage: str, items: Sequence[Item], *, n_batches: int, group: Callable[[Item], Hashable]
) -> dict[str, list[Item]]:
    """Deal items into at most `n_batches` piles of even size, in their order; a group (a host) is never split."""
    for stale in run.files(f"{stage}-*.todo"):  # of a try that planned otherwise
        stale.unlink()
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[group(item)].append(item)
    piles: list[list[Item]] = [[] for _ in range(min(n_batches, len(groups)))]
    for members in sorted(groups.values(), key=len, reverse=True):
        min(piles, key=len).extend(members)
    return {f"{stage}-{number:02}": pile for number, pile in enumerate(piles)}


def _outcomes(run: Run, pattern: str, kind: str) -> dict[str, int]:
    rows = shard.arrow(run.files(pattern), Fetch).to_pylist()
    return dict(Counter(row["outcome"] for row in rows if row["kind"] == kind).most_common())


def _with_lost_pages(run: Run) -> set[str]:
    """Return the feeds some of whose pages were in a batch that died."""
    lost = [path for path in run.files("page-*.todo") if not run.file(f"{path.name.split('.')[0]}.articles").exists()]
    return {job.feed_id for path in lost for job in shard.read(path, PageJob)}


def _page_host(job: PageJob | RecheckJob) -> str:
    return _host(job.link)


def _feed_host(feed: Feed) -> str:
    return _host(feeds_stage.asked_url(feed))


def _host(url: str | None) -> str:
    try:
        return host_of(url) if url else ""
    except ValueError:
        return ""
