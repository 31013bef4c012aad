"""Batches, and when a run counts as failed."""

from datetime import UTC, datetime

import pytest

from pipeline import ingest, shard
from pipeline.config import Settings
from pipeline.errors import Outcome, RunFailedError, SettingsError
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription, feed_id
from pipeline.types import Article, Feed, Fetch, PageJob

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path) -> ingest.Run:
    settings = Settings(data=tmp_path / "data", contact="test@example.org", min_free_mb=1)
    return ingest.Run(
        settings=settings, run_id="scheduled__2026-03-10T12:00:00+00:00", clock=lambda: NOW, progress=Lines()
    )


def subscribe(*urls: str) -> list[Subscription]:
    return [Subscription(url=url) for url in urls]


def settle(run: ingest.Run, outcomes: list[Outcome | None]) -> None:
    """Leave what a run leaves whose feeds came to `outcomes`; None for a feed whose batch died."""
    subs = subscribe(*(f"https://h{n}.example/rss" for n in range(len(outcomes))))
    ingest.plan(run, subs, n_batches=1, poll_all=True)
    rows = [
        Fetch(
            fetch_id=sub.url,
            kind="feed",
            feed_id=feed_id(sub.url),
            url=sub.url,
            final_url=None,
            requested_at=NOW,
            outcome=outcome,
        )
        for sub, outcome in zip(subs, outcomes, strict=True)
        if outcome
    ]
    shard.write(run.file("poll-00.fetches"), Fetch, rows)
    shard.write(run.file("choose.feeds"), Feed, [])


def test_a_host_is_never_split_and_batches_are_even(run):
    urls = [f"https://big.example/{n}" for n in range(30)] + [f"https://h{n}.example/rss" for n in range(60)]
    names = ingest.plan(run, subscribe(*urls), n_batches=3, poll_all=True)
    piles = [[feed.url for feed in shard.read(run.file(f"{name}.todo"), Feed)] for name in names]
    assert sorted(url for pile in piles for url in pile) == sorted(urls)
    assert [sum("big.example" in url for url in pile) for pile in piles].count(0) == 2
    assert max(map(len, piles)) - min(map(len, piles)) <= 1


def test_a_plan_made_anew_leaves_no_batch_of_the_old_one(run):
    assert (
        len(ingest.plan(run, subscribe(*(f"https://h{n}.example/" for n in range(9))), n_batches=8, poll_all=True)) == 8
    )
    assert ingest.plan(run, subscribe("https://a.example/"), n_batches=8, poll_all=True) == ["poll-00"]
    assert [path.name for path in run.files("poll-*.todo")] == ["poll-00.todo.parquet"]


def test_the_folder_of_a_run_is_safe_whatever_its_id(tmp_path, run):
    names = {
        ingest.Run(settings=run.settings, run_id=name, clock=run.clock, progress=run.progress).folder
        for name in ("../../x", "..__x", "/", "a" * 500)
    }
    assert len(names) == 4
    assert {path.parent for path in names} == {run.settings.data / "runs"}


def test_live_feeds_are_not_planned_without_a_contact(tmp_path):
    settings = Settings(data=tmp_path, allow_addresses=frozenset({"127.0.0.1:80"}), min_free_mb=1)
    anonymous = ingest.Run(settings=settings, run_id="r", clock=lambda: NOW, progress=Lines())
    ingest.plan(anonymous, subscribe("http://127.0.0.1/rss"), n_batches=1, poll_all=True)
    with pytest.raises(SettingsError, match=r"a\.example:443"):
        ingest.plan(anonymous, subscribe("https://a.example/rss"), n_batches=1, poll_all=True)


def test_bad_feeds_never_fail_a_run(run):
    settle(run, [Outcome.HTTP_404, Outcome.DNS, Outcome.TLS_EXPIRED, Outcome.TIMEOUT_TOTAL, Outcome.ROBOTS])
    assert "5 feeds" in ingest.judge_run(run)


@pytest.mark.parametrize("ours", [Outcome.INTERNAL, Outcome.RESOLVER, None])
def test_a_fifth_of_failures_of_our_own_is_borne_and_more_is_not(run, ours):
    settle(run, [ours, *[Outcome.OK] * 4])
    ingest.judge_run(run)
    settle(run, [ours, ours, *[Outcome.OK] * 4])
    with pytest.raises(RunFailedError, match="2 of 6 feeds"):
        ingest.judge_run(run)


def test_a_run_that_reached_nobody_failed(run):
    settle(run, [Outcome.DNS, Outcome.CONNECT])
    with pytest.raises(RunFailedError, match="could be reached"):
        ingest.judge_run(run)


def test_a_run_with_nothing_due_is_well(run):
    settle(run, [])
    assert ingest.judge_run(run).startswith("0 feeds")


def test_a_run_that_stopped_before_its_pages_were_chosen_failed(run):
    ingest.plan(run, subscribe("https://a.example/rss"), n_batches=1, poll_all=True)
    with pytest.raises(RunFailedError, match="stopped before"):
        ingest.judge_run(run)


def test_pages_whose_batch_died_count_for_their_feeds(run):
    settle(run, [Outcome.OK] * 3)
    job = PageJob(
        entry_id="e",
        feed_id=feed_id("https://h0.example/rss"),
        source_id="s",
        source_name=None,
        language_hint=None,
        guid="g",
        link=None,
        url_key=None,
        title=None,
        summary=None,
        content=None,
        authors=(),
        published_raw=None,
        published_at=None,
        published_precision=None,
        published_reason=None,
        first_seen_at=NOW,
    )
    shard.write(run.file("page-00.todo"), PageJob, [job])
    with pytest.raises(RunFailedError, match="1 of 3"):
        ingest.judge_run(run)
    shard.write(run.file("page-00.articles"), Article, [])
    ingest.judge_run(run)
