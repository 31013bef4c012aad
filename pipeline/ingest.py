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

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline import feed as feeds_stage
from pipeline import load as load_stage
from pipeline import shard, warehouse
from pipeline.article.sites import read_sites
from pipeline.batch import extract, fetch
from pipeline.config import Settings
from pipeline.entry.read import read_documents
from pipeline.errors import Outcome, RunFailedError
from pipeline.feed import NewEntry, Polled
from pipeline.run import Run, ask, deal, host_or_nothing, listed, outcomes_of, write_batches
from pipeline.subscriptions import Subscription
from pipeline.subscriptions import read as read_feeds
from pipeline.types import Entry, Feed, Fetch, PageJob, Quarantined, RecheckJob, changed
from pipeline.url import host_port_of

__all__ = ["Report", "Run", "choose", "cycle", "extract", "fetch", "finish", "judge_run", "listed", "plan", "poll"]

_FAILS_ABOVE = 0.2  # share of feeds that fail for reasons of our own
_UNREACHED = frozenset({Outcome.DNS, Outcome.CONNECT, Outcome.TIMEOUT_CONNECT, Outcome.RESOLVER, Outcome.INTERNAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to, for people."""

    feed_outcomes: Mapping[str, int]
    page_outcomes: Mapping[str, int]
    loaded: load_stage.Loaded


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
    return write_batches(run, "poll", Feed, due, n_batches=n_batches, group=_feed_host)


def poll(run: Run, batch: str) -> int:
    """Ask the feeds of a batch and read what they answered; return how many entries they listed."""
    todo = {feed.feed_id: feed for feed in shard.read(run.file(f"{batch}.todo"), Feed)}
    now = run.clock()
    answers = ask(run, batch, [feeds_stage.request_for(feed, now) for feed in todo.values()], label="feeds")
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
    piles = deal(run, "page", items, n_batches=n_batches, group=_page_host)
    for name, pile in piles.items():
        shard.write(run.file(f"{name}.todo"), PageJob, [job for job in pile if isinstance(job, PageJob)])
        shard.write(run.file(f"{name}.again"), RecheckJob, [job for job in pile if isinstance(job, RecheckJob)])
    return list(piles)


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
    counted = listed(outcomes_of(run, "poll-*.fetches", "feed")) or "no outcome at all"
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
        feed_outcomes=outcomes_of(run, "poll-*.fetches", "feed"),
        page_outcomes=outcomes_of(run, "page-*.fetches", "page"),
        loaded=loaded,
    )


def _due_rechecks(con: warehouse.Connection, settings: Settings) -> list[RecheckJob]:
    ages = [int(age.total_seconds()) for age in settings.rechecks]
    labels, limit = sorted(settings.recheck_labels), settings.rechecks_per_run if ages else 0
    warehouse.set_variables(con, {"recheck_ages_s": ages or [0], "recheck_labels": labels, "n_rechecks": limit})
    return list(shard.rows(con.execute(warehouse.statement("stages", "rechecks.sql")).to_arrow_table(), RecheckJob))


def _known_feeds(settings: Settings) -> dict[str, Feed]:
    with warehouse.reading(settings) as con:
        rows = con.execute("SELECT * EXCLUDE (run_id, code_version) FROM feeds").to_arrow_table()
    return {feed.feed_id: feed for feed in shard.rows(rows, Feed)}


def _with_lost_pages(run: Run) -> set[str]:
    """Return the feeds some of whose pages were in a batch that died."""
    lost = [path for path in run.files("page-*.todo") if not run.file(f"{path.name.split('.')[0]}.articles").exists()]
    return {job.feed_id for path in lost for job in shard.read(path, PageJob)}


def _page_host(job: PageJob | RecheckJob) -> str:
    return host_or_nothing(job.link)


def _feed_host(feed: Feed) -> str:
    return host_or_nothing(feeds_stage.asked_url(feed))
