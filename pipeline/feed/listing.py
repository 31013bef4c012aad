"""Which feeds does a list mean? The ones that we know, also by an address that they moved to. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from pipeline.errors import BadUrlError
from pipeline.feed.trust import MAX_KEPT
from pipeline.subscriptions import Subscription, feed_id
from pipeline.types import Feed, changed
from pipeline.url import host_of, short_hash


def listed(subscriptions: Iterable[Subscription], known: Mapping[str, Feed], *, now: datetime) -> list[Feed]:
    """Return a feed for each of `subscriptions`, with all that is known of it; those that are one feed give one.

    `known` are feeds by id. A feed is known by each address that it had or moves to (the eldest, where several are), so
    that its id and its history stay when a reader puts the new one into the list.
    """
    given = [(feed_id(sub.url), sub) for sub in subscriptions]
    own = {key for key, _ in given}
    youngest_first = sorted(known.values(), key=lambda feed: (feed.added_at, feed.feed_id), reverse=True)
    owners = {key: feed.feed_id for feed in youngest_first for key in _ids(_addresses(feed))}
    meant = [(_meant(key, own, known, owners), key, sub) for key, sub in given]
    meant.sort(key=lambda one: one[0] != one[1])  # the address by which it was first known speaks for a feed
    feeds: dict[str, Feed] = {}
    for key, _, sub in meant:
        if key not in feeds:
            feeds[key] = _subscribed(key, known.get(key), sub, now=now)
    return list(feeds.values())


def as_listed_anew(feed: Feed) -> Feed:
    """Forget what stands against a feed whose address or name was changed in the feeds file: a person has looked at it.

    sql/load/20_feeds.sql does the same for feeds that aren't due.
    """
    feed = changed(feed, polled_url=None, next_poll_at=None, n_gone_days=0, gone_at=None, retired_at=None)
    return changed(feed, title=None, link_hosts=(), alarm=None, alarm_at=None)


def _meant(key: str, own: set[str], known: Mapping[str, Feed], owners: Mapping[str, str]) -> str:
    """Return the id of the feed that an address with the id `key` stands for.

    Two feeds with a history each become the one to whose address the other moved.
    """
    if key not in known:
        return owners.get(key, key)
    moved_to = next(_ids((known[key].polled_url,)), key)
    return moved_to if moved_to in own and moved_to in known and known[moved_to].polled_url is None else key


def _addresses(feed: Feed) -> tuple[str | None, ...]:
    return (feed.url, feed.polled_url, feed.moving_to, *feed.former_urls)


def _ids(urls: Iterable[str | None]) -> Iterator[str]:
    for url in filter(None, urls):
        with suppress(BadUrlError):
            yield feed_id(url)


def _subscribed(key: str, known: Feed | None, sub: Subscription, *, now: datetime) -> Feed:
    """Return the feed as the list has it, with all that we know of it."""
    outlet = sub.outlet or sub.name or _host(sub.url)
    source_id = short_hash("source", outlet.casefold())
    feed = known or Feed(feed_id=key, url=sub.url, source_id=source_id, added_at=now)
    if known and (known.url, known.name, known.outlet) != (sub.url, sub.name or None, outlet):
        feed = as_listed_anew(feed)
    if feed_id(feed.url) != feed_id(sub.url):
        feed = changed(feed, former_urls=tuple(dict.fromkeys((*feed.former_urls, feed.url)))[-MAX_KEPT:])
    return changed(
        feed,
        url=sub.url,
        source_id=source_id,
        name=sub.name or None,
        outlet=outlet,
        country=sub.country or None,
        language=sub.language or None,
        kind=sub.kind or None,
        is_active=True,
    )


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""
