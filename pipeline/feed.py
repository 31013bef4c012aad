"""Which feeds are due, how they are asked, and when they are asked again. Pure; the asking is `collect`'s."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from pipeline.errors import REFUSED, Outcome
from pipeline.types import Feed, Fetch, ParsedFeed, Request

MIN_INTERVAL_S = 600
MAX_INTERVAL_S = 86_400
_FIRST_INTERVAL_S = 1_800
_FULL_EVERY = timedelta(days=1)  # an unconditional poll a day finds servers whose 304 lies
_LONGEST_PAUSE = timedelta(days=30)  # no feed is ever dead, polls only grow rare


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll came to: the request, and what the document said when there was a new one."""

    feed: Feed
    fetch: Fetch
    title: str | None = None
    problem: str | None = None
    is_refused: bool = False
    ttl_s: int | None = None
    n_entries: int | None = None


def is_due(feed: Feed, now: datetime) -> bool:
    """Whether the feed is to be polled at `now`."""
    return feed.is_active and (feed.next_poll_at is None or feed.next_poll_at <= now)


def request_for(feed: Feed, now: datetime) -> Request:
    """Return the conditional GET for a feed; once a day an unconditional one."""
    is_fresh = feed.last_full_at is not None and now - feed.last_full_at < _FULL_EVERY
    return Request(
        url=feed.url,
        kind="feed",
        feed_id=feed.feed_id,
        etag=feed.etag if is_fresh else None,
        last_modified=feed.last_modified if is_fresh else None,
    )


def outcome_of(feed: Feed, fetch: Fetch) -> Fetch:
    """Mark an answer whose body is the one that we know already."""
    if fetch.outcome is Outcome.OK and fetch.body_sha256 == feed.body_sha256:
        return replace(fetch, outcome=Outcome.SAME_BODY)
    return fetch


def with_document(polled: Polled, document: ParsedFeed) -> Polled:
    """Return the poll with what its document said."""
    return replace(
        polled,
        title=document.title,
        problem=document.problem,
        is_refused=document.is_refused,
        ttl_s=document.ttl_s,
        n_entries=len(document.entries),
    )


def decide(polled: Polled, *, n_new: int, now: datetime) -> Feed:
    """Return what is known of the feed after this poll, with the time of the next one.

    `n_new` is the number of entries that were not known before. Pure.
    """
    feed, fetch = polled.feed, polled.fetch
    is_good = fetch.outcome.is_ok and not polled.is_refused
    interval_s = _interval(polled, n_new) if is_good else feed.interval_s
    failures = 0.0 if is_good else feed.failures + _grade(fetch.outcome)
    after = replace(
        feed,
        last_polled_at=fetch.requested_at,
        last_outcome=fetch.outcome.value,
        last_note=polled.problem or fetch.note,
        n_polls=feed.n_polls + 1,
        failures=failures,
        interval_s=interval_s,
        next_poll_at=_next_poll(polled, interval_s=interval_s, failures=failures, now=now),
    )
    if not is_good:
        return after
    after = replace(after, last_ok_at=fetch.requested_at, status="verified")
    if n_new:
        after = replace(after, last_new_entry_at=fetch.requested_at)
    if fetch.outcome is Outcome.NOT_MODIFIED:
        return after
    return replace(
        after,
        title=polled.title or feed.title,
        etag=fetch.etag,
        last_modified=fetch.last_modified,
        body_sha256=fetch.body_sha256,
        last_full_at=fetch.requested_at,
        n_new_last=n_new,
    )


def _interval(polled: Polled, n_new: int) -> int:
    """Ask twice as often while most of a document is new, more rarely when nothing is."""
    feed = polled.feed
    if feed.last_full_at is None:
        wanted: float = _FIRST_INTERVAL_S  # the first document is all new and says nothing about the pace
    elif n_new == 0:
        wanted = feed.interval_s * 1.25
    elif n_new * 2 >= (polled.n_entries or n_new):
        wanted = feed.interval_s / 2
    else:
        wanted = feed.interval_s
    floor = min(max(polled.ttl_s or 0, polled.fetch.max_age_s or 0, MIN_INTERVAL_S), MAX_INTERVAL_S)
    return int(min(max(wanted, floor), MAX_INTERVAL_S))


def _grade(outcome: Outcome) -> float:
    """Weigh a failure: a refusal or a missing feed 1, a struggling server 1/2, the network between us 1/4."""
    if outcome.is_ours:
        return 0.0
    if outcome in (Outcome.HTTP_5XX, Outcome.RETRY_LATER):
        return 0.5
    if outcome in (Outcome.TIMEOUT_CONNECT, Outcome.TIMEOUT_HEADERS, Outcome.TIMEOUT_TOTAL, Outcome.CONNECT):
        return 0.25
    return 1.0


def _next_poll(polled: Polled, *, interval_s: int, failures: float, now: datetime) -> datetime:
    """Linear back-off with jitter, never sooner than the server allows."""
    pause = timedelta(seconds=interval_s * (1 + 2 * failures))
    if polled.fetch.outcome in REFUSED:
        pause = max(pause, timedelta(hours=6))
    pause = min(pause, _LONGEST_PAUSE) * (0.95 + 0.1 * _fraction(polled.fetch.fetch_id))
    at = now + pause
    return max(at, polled.fetch.retry_at) if polled.fetch.retry_at else at


def _fraction(key: str) -> float:
    """Return a number in [0, 1) that only depends on `key`: jitter that a rerun repeats."""
    return int.from_bytes(sha256(key.encode()).digest()[:4]) / 2**32
