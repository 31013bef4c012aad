"""How a feed is asked, and what one poll came to: the facts that are decided upon. Pure; the asking is `collect`'s."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.errors import HURT_PARSER, BadUrlError, Outcome
from pipeline.types import Feed, Fetch, ParsedFeed, Precision, Quarantined, Request, changed
from pipeline.url import host_of, short_hash

OLD_AFTER = timedelta(days=30)
_FULL_EVERY = timedelta(days=1)  # an unconditional poll a day finds servers whose 304 lies
_DISTRUST = timedelta(days=30)  # then a liar gets another chance; the daily poll finds out within a day
_CLOCKS_DIFFER = timedelta(hours=12)  # many feeds give local time as if it were UTC
_TRY_BOTH_FROM = 3  # graded failures after which an adopted address and the listed one are asked in turn
_MAX_HOSTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll came to: the request, and what the document said when there was a new one."""

    feed: Feed
    fetch: Fetch
    title: str | None = None
    problem: str | None = None
    is_refused: bool = False
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    n_entries: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether the other side gave what was asked for, and that is a feed."""
        return self.fetch.outcome.is_ok and not self.is_refused

    @property
    def skips(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Hours and days on which the feed asks not to be polled: by its document, else as known."""
        says = self if self.is_good and self.n_entries is not None else self.feed
        return says.skip_hours, says.skip_days

    @property
    def is_full(self) -> bool:
        """Whether it gave a feed's document, new or the one that we know."""
        return self.is_good and self.fetch.outcome is not Outcome.NOT_MODIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What counts here of an entry that was not known before."""

    feed_id: str
    link: str | None
    published_at: datetime | None
    published_precision: Precision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was new in a document: all new entries, the ones much older than our last look, the ones a 304 kept from us.

    `hosts` are the hosts that new entries link to, the most frequent first, at most 20.
    """

    n_new: int = 0
    n_old: int = 0
    n_missed: int = 0
    hosts: tuple[str, ...] = ()


def asked_url(feed: Feed) -> str:
    """Return the address to ask: the listed one, or the one that it moved to; both in turn when that keeps failing."""
    is_turn_of_listed = feed.failures >= _TRY_BOTH_FROM and feed.n_polls % 2 == 1
    return feed.url if is_turn_of_listed else feed.polled_url or feed.url


def is_due(feed: Feed, now: datetime) -> bool:
    """Whether the feed is to be polled at `now`."""
    return feed.is_active and (feed.next_poll_at is None or feed.next_poll_at <= now)


def is_lying(feed: Feed, now: datetime) -> bool:
    """Whether its validators were found to lie in the last 30 days."""
    return feed.lied_at is not None and now - feed.lied_at < _DISTRUST


def request_for(feed: Feed, now: datetime) -> Request:
    """Return the conditional GET for a feed; once a day, and of a liar always, an unconditional one."""
    url = asked_url(feed)
    is_fresh = feed.last_full_at is not None and now - feed.last_full_at < _FULL_EVERY
    is_conditional = is_fresh and not is_lying(feed, now) and url == (feed.polled_url or feed.url)
    return Request(
        url=url,
        kind="feed",
        feed_id=feed.feed_id,
        etag=feed.etag if is_conditional else None,
        last_modified=feed.last_modified if is_conditional else None,
    )


def outcome_of(feed: Feed, fetch: Fetch) -> Fetch:
    """Mark an answer whose body is the one that we know already."""
    if fetch.outcome is Outcome.OK and fetch.body_sha256 == feed.body_sha256:
        return changed(fetch, outcome=Outcome.SAME_BODY)
    return fetch


def with_document(polled: Polled, document: ParsedFeed) -> Polled:
    """Return the poll with what its document said."""
    return changed(
        polled,
        title=document.title,
        problem=document.problem,
        is_refused=document.is_refused,
        ttl_s=document.ttl_s,
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        n_entries=len(document.entries),
    )


def case(polled: Polled, document: ParsedFeed, *, now: datetime) -> list[Quarantined]:
    """Return a strike when the document hurt the parser, what takes strikes back when one before it did, or nothing."""
    was_hurt = (polled.feed.last_note or "").startswith(HURT_PARSER)
    if not document.hurt and not was_hurt:
        return []
    url = asked_url(polled.feed)
    return [
        Quarantined(
            quarantine_id=short_hash("feed", polled.feed.feed_id),
            kind="feed",
            url=url,
            raw_ref=polled.fetch.raw_ref,
            reason=document.hurt or "read after all",
            n_strikes=int(document.hurt is not None),
            quarantined_at=now,
        )
    ]


def news_of(feed: Feed, entries: Iterable[NewEntry]) -> News:
    """Sum up the entries of a poll that were not known before, as `feed` stood before the poll."""
    entries = list(entries)
    hosts = Counter(host for entry in entries if (host := _host(entry.link)))
    return News(
        n_new=len(entries),
        n_old=sum(_is_old(feed, entry) for entry in entries),
        n_missed=sum(_is_missed(feed, entry) for entry in entries),
        hosts=tuple(host for host, _ in hosts.most_common(_MAX_HOSTS)),
    )


def _is_old(feed: Feed, entry: NewEntry) -> bool:
    if feed.last_full_at is None or entry.published_at is None:
        return False
    return entry.published_at < feed.last_full_at - OLD_AFTER


def _is_missed(feed: Feed, entry: NewEntry) -> bool:
    """Whether a 304 after its publication denied it. A bare day is no time to hold against anybody."""
    if feed.last_full_at is None or feed.last_ok_at is None or entry.published_at is None:
        return False
    is_exact = entry.published_precision != "day"
    return is_exact and feed.last_full_at < entry.published_at < feed.last_ok_at - _CLOCKS_DIFFER


def _host(link: str | None) -> str | None:
    try:
        return host_of(link).removeprefix("www.") if link else None
    except BadUrlError:
        return None
