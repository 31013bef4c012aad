"""Which feeds a list means: a feed that moved stays itself, whichever of its addresses is listed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from pipeline import ingest, shard
from pipeline.config import Settings
from pipeline.feed import listed
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription, feed_id
from pipeline.types import Feed

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OLD, NEW, OTHER = "http://old.example/rss", "https://new.example/feed", "https://other.example/"


def feed(url: str, **known) -> Feed:
    said = {"source_id": "s", "outlet": "Wire", "name": "Wire", "added_at": NOW - timedelta(days=90), "n_polls": 9}
    return Feed(feed_id=feed_id(url), url=url, **said | known)


def subscribed(known: list[Feed], *urls: str) -> list[Feed]:
    subs = [Subscription(url=url, name="Wire", outlet="Wire") for url in urls]
    return listed(subs, {one.feed_id: one for one in known}, now=NOW)


@pytest.mark.parametrize(
    "moved",
    [{"polled_url": NEW}, {"polled_url": OTHER, "former_urls": (OLD, NEW)}, {"moving_to": NEW, "n_moving_days": 1}],
    ids=["moved", "moved on", "moving"],
)
def test_a_feed_listed_by_the_address_that_it_moved_to_keeps_its_id_and_its_history(moved):
    known = feed(OLD, etag='"1"', last_full_at=NOW, **moved)
    (found,) = subscribed([known], NEW)
    assert (found.feed_id, found.url, found.polled_url) == (known.feed_id, NEW, None)
    assert (found.n_polls, found.etag, found.last_full_at, found.added_at) == (9, '"1"', NOW, known.added_at)
    assert OLD in found.former_urls


def test_a_feed_listed_by_both_addresses_is_one_in_any_order():
    known = feed(OLD, polled_url=NEW)
    for urls in permutations((OLD, NEW)):
        assert subscribed([known], *urls) == [replace(known, source_id=subscribed([known], OLD)[0].source_id)]


def test_a_feed_whose_address_a_reader_brought_up_to_date_is_known_by_the_old_one_too():
    known = subscribed([feed(OLD, polled_url=NEW)], NEW)
    assert subscribed(known, NEW) == known
    assert [one.feed_id for one in subscribed(known, OLD, NEW)] == [feed_id(OLD)]
    (back,) = subscribed(known, OLD)
    assert (back.feed_id, back.url) == (feed_id(OLD), OLD)


def test_of_two_feeds_with_histories_the_one_is_left_to_whose_address_the_other_moved():
    old, new = feed(OLD, polled_url=NEW, n_polls=3), feed(NEW, n_polls=5)
    for urls in permutations((OLD, NEW)):
        (found,) = subscribed([old, new], *urls)
        assert (found.feed_id, found.url, found.n_polls) == (new.feed_id, NEW, 5)
    assert [one.feed_id for one in subscribed([old, new], OLD)] == [old.feed_id]


def test_two_feeds_that_moved_to_each_other_stay_two():
    both = [feed(OLD, polled_url=NEW), feed(NEW, polled_url=OLD)]
    assert {(one.feed_id, one.url) for one in subscribed(both, OLD, NEW)} == {(feed_id(OLD), OLD), (feed_id(NEW), NEW)}


def test_a_feed_that_nobody_knows_gets_the_id_of_its_address():
    (found,) = subscribed([feed(OLD, polled_url=NEW)], OTHER)
    assert (found.feed_id, found.added_at, found.n_polls, found.former_urls) == (feed_id(OTHER), NOW, 0, ())


def test_another_spelling_of_an_address_is_no_former_one():
    (found,) = subscribed([feed(OLD)], OLD.replace("old.example", "OLD.example"))
    assert (found.feed_id, found.former_urls) == (feed_id(OLD), ())


def test_the_warehouse_keeps_one_line_for_a_feed_whose_new_address_was_listed(tmp_path):
    settings = Settings(data=tmp_path, contact="test@example.org", min_free_mb=1)

    def run(name: str) -> ingest.Run:
        return ingest.Run(settings=settings, run_id=name, clock=lambda: NOW, progress=Lines())

    def plan(name: str, url: str) -> list[Feed]:
        ingest.plan(run(name), [Subscription(url=url, name="Wire")], n_batches=1, poll_all=False)
        return list(shard.read(run(name).file("plan.feeds"), Feed))

    shard.write(run("first").file("choose.feeds"), Feed, [feed(OLD, polled_url=NEW, last_polled_at=NOW)])
    ingest.finish(run("first"))
    plan("second", NEW)
    ingest.finish(run("second"))
    for url in (NEW, OLD):
        (found,) = plan(f"again {url}", url)
        assert (found.feed_id, found.url, found.n_polls) == (feed_id(OLD), url, 9)
        assert OLD in found.former_urls
