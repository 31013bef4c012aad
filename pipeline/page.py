"""Entries → pages that are asked for, and when to ask again. Pure; the asking is `collect`'s."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.errors import NO_ANSWER, REFUSED, TRANSIENT, Outcome
from pipeline.types import Fetch, PageJob, Request

_TRANSIENT_PAUSES = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
_DEAD = frozenset({Outcome.HTTP_404, Outcome.GONE, Outcome.SOFT_404, Outcome.DNS, "parked"})
_OTHER_PAUSES = (timedelta(days=1), timedelta(days=7))


def requests_for(jobs: Sequence[PageJob]) -> list[Request]:
    """Return a request for each job that has an address; the link is asked for as the feed gave it."""
    wanted = [job for job in jobs if not job.is_retold]
    return [Request(url=job.link, kind="page", feed_id=job.feed_id) for job in wanted if job.link and job.url_key]


def settle(fetch: Fetch, *, n_tries: int) -> Fetch:
    """Return the row with `retry_at` saying when a page that wasn't had is asked for again: None when given up.

    `n_tries` counts this one. A server's own Retry-After is taken at its word.
    """
    return replace(fetch, retry_at=_retry_at(fetch, n_tries=n_tries))


def is_dead(fetch: Fetch, reason: str | None) -> bool:
    """Whether a page is gone for good, as far as one look can tell; `reason` is why it gave its article no text.

    A refusal, a server's trouble and a resolver's silence are no death.
    """
    return reason in _DEAD and not (fetch.outcome is Outcome.DNS and NO_ANSWER in (fetch.note or ""))


def _retry_at(fetch: Fetch, *, n_tries: int) -> datetime | None:
    if fetch.outcome is Outcome.OK or fetch.outcome is Outcome.GONE:
        return None
    pauses = _TRANSIENT_PAUSES if fetch.outcome in TRANSIENT else _OTHER_PAUSES
    if fetch.outcome not in TRANSIENT and fetch.outcome not in REFUSED and fetch.outcome is not Outcome.HTTP_404:
        return None
    if n_tries > len(pauses):
        return None
    return fetch.retry_at or fetch.requested_at + pauses[n_tries - 1]
