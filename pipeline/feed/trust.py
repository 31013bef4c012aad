"""What a feed may be believed: its validators, its redirects, its farewells, its being the feed that we knew. Pure.

Each function takes the feed as it stood before the poll, or as far as it is decided, and returns it with its own few
columns changed.
"""

from datetime import datetime, timedelta

from pipeline.errors import Outcome
from pipeline.feed.poll import OLD_AFTER, News, Polled
from pipeline.types import Feed, Fetch, changed

N_DAYS = 3  # a server's word for ever (301, 410) counts once it was given on so many days
_FLOOD = 10
_ALARM_RESTS = timedelta(days=7)
MAX_KEPT = 20


def judge_validators(feed: Feed, polled: Polled, news: News) -> Feed:
    """Note the time when new entries show that the validators, or the last 304, did not tell the truth."""
    is_lie = news.n_missed > 0 or (news.n_new > 0 and _same_validators(feed, polled.fetch))
    return changed(feed, lied_at=polled.fetch.requested_at) if polled.is_full and is_lie else feed


def judge_redirect(feed: Feed, polled: Polled) -> Feed:
    """Adopt a permanent redirect once it led to the same place, which is a feed, on three days; undo it when that died.

    An alarm stands in the way: a feed that was taken over moves nowhere.
    """
    fetch = polled.fetch
    if not fetch.outcome.is_ok:
        return feed
    target = fetch.permanent_url if polled.is_good else None
    if feed.polled_url and target == feed.polled_url:  # its turn came because the other failed; they still agree
        return feed
    if feed.polled_url and polled.is_good and fetch.url != feed.polled_url and target is None and not feed.alarm:
        return _asking(feed, None, instead_of=feed.polled_url)
    if target is None or target == fetch.url or feed.alarm:
        return changed(feed, moving_to=None, n_moving_days=0, moving_at=None) if feed.moving_to else feed
    if target != feed.moving_to:
        feed = changed(feed, moving_to=target, n_moving_days=0, moving_at=None)
    if not polled.is_full or _is_same_day(feed.moving_at, fetch.requested_at):
        return feed
    feed = changed(feed, n_moving_days=feed.n_moving_days + 1, moving_at=fetch.requested_at)
    return _asking(feed, target, instead_of=fetch.url) if feed.n_moving_days >= N_DAYS else feed


def judge_farewell(feed: Feed, polled: Polled) -> Feed:
    """Retire a feed that said 410 on three days without a success between; any success revives it."""
    if polled.is_good:
        return changed(feed, n_gone_days=0, gone_at=None, retired_at=None) if feed.gone_at else feed
    at = polled.fetch.requested_at
    if polled.fetch.outcome is not Outcome.GONE or _is_same_day(feed.gone_at, at):
        return feed
    n_days = feed.n_gone_days + 1
    return changed(
        feed, n_gone_days=n_days, gone_at=at, retired_at=feed.retired_at or (at if n_days >= N_DAYS else None)
    )


def judge_identity(feed: Feed, polled: Polled, news: News) -> Feed:
    """Keep title and hosts up to date, unless both are strangers at once; raise, keep or end the alarm.

    An alarm ends a week after anything last spoke for it, and never while the feed goes by a strange title.
    """
    if not polled.is_full or polled.n_entries is None:  # no document, or the one that we know
        return feed
    is_renamed = bool(feed.title and polled.title) and _plain(feed.title) != _plain(polled.title)
    is_elsewhere = bool(feed.link_hosts and news.hosts) and not set(feed.link_hosts) & set(news.hosts)
    said = "; ".join(
        filter(None, (_flood(news), _takeover(feed, polled, news) if is_renamed and is_elsewhere else None))
    )
    at = polled.fetch.requested_at
    if said:
        feed = changed(feed, alarm=said, alarm_at=at)
    elif feed.alarm_at and at - feed.alarm_at > _ALARM_RESTS and not is_renamed:
        feed = changed(feed, alarm=None, alarm_at=None)
    if is_renamed and (is_elsewhere or not news.hosts):
        return feed  # without a new entry nobody can tell a new name from a new owner
    hosts = tuple(dict.fromkeys((*news.hosts, *feed.link_hosts)))[:MAX_KEPT]
    title = polled.title or feed.title
    if (title, hosts) == (feed.title, feed.link_hosts):
        return feed
    return changed(feed, title=title, link_hosts=hosts)


def _asking(feed: Feed, url: str | None, *, instead_of: str) -> Feed:
    return changed(
        feed,
        polled_url=None if url == feed.url else url,
        former_urls=tuple(dict.fromkeys((*feed.former_urls, instead_of)))[-MAX_KEPT:],
        moving_to=None,
        n_moving_days=0,
        moving_at=None,
    )


def _same_validators(feed: Feed, fetch: Fetch) -> bool:
    if feed.etag and fetch.etag:
        return feed.etag.removeprefix("W/") == fetch.etag.removeprefix("W/")
    return bool(feed.last_modified) and feed.last_modified == fetch.last_modified


def _flood(news: News) -> str | None:
    if news.n_old < _FLOOD or news.n_old * 2 < news.n_new:
        return None
    days = OLD_AFTER.days
    return f"old entries: of {news.n_new} new ones {news.n_old} were published over {days} days before the last look"


def _takeover(feed: Feed, polled: Polled, news: News) -> str:
    was = f"{(feed.title or '')[:100]!r} with links to {feed.link_hosts[0]}"
    return f"another feed: it was {was}, now it is {(polled.title or '')[:100]!r} with links to {news.hosts[0]}"


def _plain(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def _is_same_day(one: datetime | None, other: datetime) -> bool:
    return one is not None and one.date() == other.date()
