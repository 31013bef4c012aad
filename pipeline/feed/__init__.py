"""Which feeds are due, how they are asked, what is believed of them, and when they are asked again. Pure.

A poll's outcome and what was known become what is known and the next poll: `decide`. How it is asked is in `poll`, when
in `pace`, what is believed (validators, redirects, 410, alarms) in `trust`, which feeds a list means in `listing`.
"""

from datetime import datetime
from typing import Any

from pipeline.feed.listing import as_listed_anew, listed
from pipeline.feed.pace import LONGEST_PAUSE, MAX_INTERVAL_S, MIN_INTERVAL_S, grade, interval_s, next_poll_at
from pipeline.feed.poll import (
    NewEntry,
    News,
    Polled,
    asked_url,
    case,
    is_due,
    is_lying,
    news_of,
    outcome_of,
    request_for,
    with_document,
)
from pipeline.feed.trust import judge_farewell, judge_identity, judge_redirect, judge_validators
from pipeline.types import Feed, changed

__all__ = [
    "LONGEST_PAUSE",
    "MAX_INTERVAL_S",
    "MIN_INTERVAL_S",
    "NewEntry",
    "News",
    "Polled",
    "as_listed_anew",
    "asked_url",
    "case",
    "decide",
    "is_due",
    "is_lying",
    "listed",
    "news_of",
    "outcome_of",
    "request_for",
    "with_document",
]


def decide(polled: Polled, *, news: News, now: datetime) -> Feed:
    """Return what is known of the feed after this poll, with the time of the next one. Pure."""
    feed = judge_validators(polled.feed, polled, news)
    feed = judge_identity(feed, polled, news)
    feed = judge_redirect(feed, polled)
    feed = judge_farewell(feed, polled)
    fetch, is_good = polled.fetch, polled.is_good
    failures = 0.0 if is_good else feed.failures + grade(fetch.outcome)
    pause_s = interval_s(polled, news) if is_good else feed.interval_s
    skip_hours, skip_days = polled.skips
    return changed(
        feed,
        last_polled_at=fetch.requested_at,
        last_outcome=fetch.outcome.value,
        last_note=polled.problem or fetch.note,
        n_polls=feed.n_polls + 1,
        failures=failures,
        interval_s=pause_s,
        skip_hours=skip_hours,
        skip_days=skip_days,
        next_poll_at=next_poll_at(
            polled, failures=failures, pause_s=pause_s, is_retired=feed.retired_at is not None, now=now
        ),
        **_learnt(polled, news),
    )


def _learnt(polled: Polled, news: News) -> dict[str, Any]:
    """Return the columns that a good answer changes; a failure keeps all that was known."""
    fetch, learnt = polled.fetch, dict[str, Any]()
    if polled.is_good:
        learnt |= {"last_ok_at": fetch.requested_at, "status": "verified"}
    if polled.is_good and news.n_new:
        learnt |= {"last_new_entry_at": fetch.requested_at}
    if polled.is_full:
        learnt |= {"etag": fetch.etag, "last_modified": fetch.last_modified, "body_sha256": fetch.body_sha256}
        learnt |= {"last_full_at": fetch.requested_at, "n_new_last": news.n_new}
    return learnt
