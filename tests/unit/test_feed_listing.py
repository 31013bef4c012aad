"""Which feed an address of the list means: one that we know keeps its id and its history wherever it moved."""

from datetime import UTC, datetime

from pipeline.feed import listed
from pipeline.subscriptions import Subscription, feed_id
from pipeline.types import Feed

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OLD, NEW = "https://a.example/rss", "https://b.example/feed"


def known(url: str = OLD, **given) -> Feed:
    return Feed(feed_id=feed_id(url), url=url, source_id="s", name="A", outlet="A", added_at=NOW, **given)


def meant(*urls: str, feeds: tuple[Feed, ...]) -> list[tuple[str, str]]:
    subscriptions = [Subscription(url=url, name="A", outlet="A") for url in urls]
    return [(f.feed_id, f.url) for f in listed(subscriptions, {feed.feed_id: feed for feed in feeds}, now=NOW)]


def test_a_feed_listed_by_the_address_that_it_moved_to_keeps_its_id():
    assert meant(NEW, feeds=(known(polled_url=NEW),)) == [(feed_id(OLD), NEW)]


def test_its_old_address_is_remembered_so_that_it_can_be_listed_by_it_again():
    (moved,) = listed([Subscription(url=NEW, name="A")], {feed_id(OLD): known(polled_url=NEW)}, now=NOW)
    assert moved.former_urls == (OLD,)
    assert meant(OLD, feeds=(moved,)) == [(feed_id(OLD), OLD)]


def test_a_feed_is_known_by_an_address_that_it_is_about_to_move_to():
    assert meant(NEW, feeds=(known(moving_to=NEW),)) == [(feed_id(OLD), NEW)]


def test_both_addresses_in_the_list_are_one_feed():
    assert meant(NEW, OLD, feeds=(known(polled_url=NEW),)) == [(feed_id(OLD), OLD)]


def test_two_feeds_with_a_history_each_become_the_one_that_the_other_moved_to():
    assert meant(OLD, NEW, feeds=(known(polled_url=NEW), known(NEW))) == [(feed_id(NEW), NEW)]


def test_an_address_that_no_feed_had_is_a_new_feed():
    assert meant(OLD, "https://c.example/rss", feeds=(known(),)) == [
        (feed_id(OLD), OLD),
        (feed_id("https://c.example/rss"), "https://c.example/rss"),
    ]
