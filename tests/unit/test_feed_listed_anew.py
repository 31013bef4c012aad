"""A person's word in the feeds file: what stands against a feed is forgotten, due or not, and nothing else is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline import ingest, shard
from pipeline.config import Settings
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription, feed_id
from pipeline.types import Feed

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
URL = "https://a.example/rss"
KNOWN = Feed(
    feed_id=feed_id(URL),
    url=URL,
    source_id="s",
    name="A",
    outlet="A",
    added_at=NOW,
    title="Meridian Wire",
    etag='"1"',
    n_polls=7,
    last_polled_at=NOW,
    next_poll_at=NOW + timedelta(days=30),
    polled_url="https://b.example/feed",
    former_urls=(URL,),
    link_hosts=("a.example",),
    n_gone_days=3,
    gone_at=NOW,
    retired_at=NOW,
    alarm="another feed",
    alarm_at=NOW,
)


@pytest.fixture
def stored(tmp_path):
    """Load feeds by way of a run that only plans and loads; return what the table holds of them then."""
    settings = Settings(data=tmp_path, contact="test@example.org", min_free_mb=1)

    def run(name: str) -> ingest.Run:
        return ingest.Run(settings=settings, run_id=name, clock=lambda: NOW, progress=Lines())

    first = run("first")
    shard.write(first.file("choose.feeds"), Feed, [KNOWN])
    ingest.finish(first)

    def listed(name: str, *, poll_all: bool = False) -> tuple[Feed, list[str]]:
        again = run(f"again {name}")
        batches = ingest.plan(again, [Subscription(url=URL, name=name)], n_batches=1, poll_all=poll_all)
        ingest.finish(again)
        last = run("last")
        ingest.plan(last, [Subscription(url=URL, name=name)], n_batches=1, poll_all=False)
        (feed,) = shard.read(last.file("plan.feeds"), Feed)
        return feed, batches

    return listed


def test_a_feed_listed_as_before_stays_as_it_was(stored):
    feed, batches = stored("A")
    assert feed == replace(KNOWN, source_id=feed.source_id)
    assert batches == []


def test_a_feed_that_a_person_renamed_is_due_and_cleared_though_its_poll_never_came(stored):
    feed, batches = stored("B")
    assert batches == ["poll-00"]
    assert (feed.name, feed.polled_url, feed.alarm, feed.retired_at, feed.next_poll_at) == ("B", None, None, None, None)
    assert (feed.title, feed.link_hosts, feed.n_gone_days) == (None, (), 0)
    assert (feed.etag, feed.n_polls, feed.former_urls) == ('"1"', 7, (URL,))
