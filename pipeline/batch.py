"""One batch of pages: asked for, then made into judged articles. What live runs and backfills have in common."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

import pyarrow as pa

from pipeline import page as page_stage
from pipeline import recheck, shard, warehouse
from pipeline.article import hosts_of, make_articles
from pipeline.article.known import read_hosts, read_versions
from pipeline.article.repeated import Seen
from pipeline.config import Settings
from pipeline.relevance import judge
from pipeline.run import Run, ask, outcomes_of
from pipeline.types import (
    Article,
    Boilerplate,
    DateCandidate,
    Fetch,
    Judgement,
    PageJob,
    Quarantined,
    Recheck,
    RecheckJob,
    Rejudgement,
)


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

    fetches = [settled(fetch) for fetch in ask(run, batch, requests, label="pages")]
    shard.write(run.file(f"{batch}.fetches"), Fetch, fetches)
    return outcomes_of(run, f"{batch}.fetches", "page")


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
    cases = [one.quarantined for one in made if one.quarantined]
    made = [one for one in made if one.article.entry_id or one.article.text_from == "page"]  # nobody's words stand in
    articles = [one.article for one in made]
    shard.write(run.file(f"{batch}.date_candidates"), DateCandidate, [date for one in made for date in one.dates])
    shard.write(run.file(f"{batch}.quarantine"), Quarantined, cases)
    shard.write(run.file(f"{batch}.boilerplate"), Boilerplate, [row for one in made for row in one.boilerplate])
    shard.write(run.file(f"{batch}.relevance"), Judgement, judge(articles, profile=run.settings.profile))
    _look_again(run, batch, fetches)
    return shard.write(run.file(f"{batch}.articles"), Article, articles)


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
