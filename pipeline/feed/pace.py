"""When a feed is asked again: its own pace, the server's wishes, patience with failures. Pure."""

from datetime import datetime, timedelta
from zlib import crc32

from pipeline.errors import REFUSED, Outcome
from pipeline.feed.poll import News, Polled

MIN_INTERVAL_S = 600
MAX_INTERVAL_S = 86_400
LONGEST_PAUSE = timedelta(days=30)  # no feed is ever dead, polls only grow rare
_FIRST_INTERVAL_S = 1_800
_PAUSE_WHEN_REFUSED = timedelta(hours=6)
_FEW = 2
_WEEK_H = 168
_SPREAD = timedelta(minutes=30)

_GRADES = dict.fromkeys((Outcome.HTTP_5XX, Outcome.RETRY_LATER), 0.5) | dict.fromkeys(
    (Outcome.TIMEOUT_CONNECT, Outcome.TIMEOUT_HEADERS, Outcome.TIMEOUT_TOTAL, Outcome.CONNECT), 0.25
)


def interval_s(polled: Polled, news: News) -> int:
    """Return the pause that suits the feed, seconds: at its floor or above, between 10 minutes and a day."""
    floor = max(polled.ttl_s or 0, polled.fetch.max_age_s or 0, MIN_INTERVAL_S)
    return int(min(max(_wanted_s(polled, news), floor), MAX_INTERVAL_S))


def grade(outcome: Outcome) -> float:
    """Weigh a failure: a refusal or a missing feed 1, a struggling server 1/2, the network between us 1/4, ours 0."""
    return 0.0 if outcome.is_ours else _GRADES.get(outcome, 1.0)


def next_poll_at(polled: Polled, *, failures: float, pause_s: int, is_retired: bool, now: datetime) -> datetime:
    """Return the time of the next poll, by what is decided of the feed after this one.

    Linear back-off, never sooner than the server allows, nor in hours that the feed asks to skip; at most a day after a
    success, else 30. The jitter is the feed's own and only ever adds, so that pauses never shrink while failures last.
    """
    pause = timedelta(seconds=pause_s * (1 + 2 * failures))
    if polled.fetch.outcome in REFUSED:
        pause = max(pause, _PAUSE_WHEN_REFUSED)
    pause *= 1 + 0.1 * _fraction(polled.feed.feed_id)
    if is_retired and not polled.fetch.outcome.is_ours:
        pause = LONGEST_PAUSE
    at = _past_skips(max(now + pause, polled.fetch.retry_at or now), polled)
    return min(at, now + (timedelta(seconds=MAX_INTERVAL_S) if polled.is_good else LONGEST_PAUSE))


def _wanted_s(polled: Polled, news: News) -> float:
    """Follow the feed: where all is new something may have been lost, where nothing is new we asked for nothing."""
    feed, n_fresh = polled.feed, news.n_new - news.n_old
    n_entries = polled.n_entries or n_fresh
    if feed.last_full_at is None:
        return _FIRST_INTERVAL_S  # the first document is all new and says nothing about the pace
    if n_fresh == 0:
        return feed.interval_s * 1.25
    if n_fresh >= n_entries:
        return feed.interval_s / 4
    if n_fresh * 2 >= n_entries:
        return feed.interval_s / 2
    return feed.interval_s * (0.8 if n_fresh > _FEW else 1)


def _past_skips(at: datetime, polled: Polled) -> datetime:
    """Return `at`, or else a time within half an hour of the end of the skipped hours that it falls into."""
    hours, days = polled.skips
    if not (at.hour in hours or at.weekday() in days):
        return at
    start = at.replace(minute=0, second=0, microsecond=0)
    later = (start + timedelta(hours=n) for n in range(1, _WEEK_H))
    free = next((hour for hour in later if not (hour.hour in hours or hour.weekday() in days)), at)
    return free + _SPREAD * _fraction(polled.feed.feed_id)


def _fraction(key: str) -> float:
    """Return a number in [0, 1) that only depends on `key`: jitter that a rerun repeats."""
    return crc32(key.encode()) / 2**32
