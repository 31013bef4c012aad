"""Which of the dates that were stated is the publication's? Pure; never makes one up.

Statements come most trusted first: the feed, then what the page says outright, then what it shows. The first that can
be read is taken, unless others show it to be something else: a placeholder, the request's own time, a later change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from pipeline.article.facts import Facts
from pipeline.dates import DateReading, Order, order_of, read_date, zone_of
from pipeline.types import DateCandidate, DateOrigin, PageJob, Precision

_SKEW = timedelta(hours=1)  # how far a publisher's clock may be ahead of ours
_RENDERED = timedelta(minutes=2)  # a "date" this close to the request may be the time at which the page was made
_SHOWN = ("time", "text", "url", "meta")  # where a later change or the day of the request may stand instead
# The offsets in use by IANA's zones, in minutes: a clock that differs by another one shows another moment.
_ZONES = frozenset({60 * hours for hours in range(-11, 15)} | {-570, -210, -150, 210, 270, 330, 345, 390, 570, 630})
_URL_DATES = (
    re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
    re.compile(r"[/_-](20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?(?=[/_.-]|$)"),
)
_MAX_RAW_CHARS = 200
_ORDERS: tuple[Order, ...] = ("day first", "month first", "year first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """The publication date that was accepted, and every candidate. `zone` is the publisher's offset from UTC."""

    value: datetime | None
    precision: Precision | None
    origin: DateOrigin | None
    zone: str | None
    reason: str | None
    candidates: tuple[DateCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """One statement as read; `refused` says why it can't be the publication, whatever else is stated."""

    origin: DateOrigin
    raw: str
    reading: DateReading
    refused: str | None = None

    @property
    def day(self) -> date | None:
        """The day as written, wherever that was."""
        written = self.reading.written or self.reading.value
        return written.date() if written else None


def date_article(
    job: PageJob, facts: Facts | None, *, article_id: str, seen_at: datetime, language: str | None
) -> Dating:
    """Weigh what feed, page and address state; `seen_at` is when the page was fetched, `language` the page's."""
    stated = _settled(list(_statements(job, facts, seen_at)), language, seen_at)
    changed = {
        reading.value for raw in (facts.updated if facts else ()) if (reading := read_date(raw, fetched_at=seen_at))
    }
    judged = _judged(stated, changed, seen_at)
    taken = _most_exact(judged, _first(judged))
    candidates = tuple(_candidate(one, taken, article_id) for one in judged)
    if taken is None:
        why = "; ".join(dict.fromkeys(f"{c.origin}: {c.reason}" for c in candidates)) or "nothing states a date"
        return Dating(value=None, precision=None, origin=None, zone=None, reason=why, candidates=candidates)
    return Dating(
        value=taken.reading.value,
        precision=taken.reading.precision,
        origin=taken.origin,
        zone=_zone(taken, judged),
        reason=None,
        candidates=candidates,
    )


def _statements(job: PageJob, facts: Facts | None, seen_at: datetime) -> Iterator[_Stated]:
    if job.published_raw:
        reading = read_date(job.published_raw, fetched_at=job.first_seen_at)
        loosely = job.published_reason if (job.published_reason or "").startswith("from updated") else None
        yield _Stated(origin="feed", raw=job.published_raw, reading=replace(reading, reason=loosely or reading.reason))
    for origin, raw in facts.dates if facts else ():
        yield _Stated(origin=origin, raw=raw[:_MAX_RAW_CHARS], reading=read_date(raw, fetched_at=seen_at))
    path = urlsplit(job.link).path if job.link and job.url_key else ""
    if found := next((match for pattern in _URL_DATES if (match := pattern.search(path))), None):
        text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
        yield _Stated(origin="url", raw=found[0].strip("/_-"), reading=read_date(text, fetched_at=seen_at))


def _settled(stated: list[_Stated], language: str | None, seen_at: datetime) -> list[_Stated]:
    """Read what is written in figures of no clear order as the page's other dates, else its language, have it."""
    known = {one.day for one in stated if one.reading.value}
    return [_settle(one, known, order_of(language), seen_at) for one in stated]


def _settle(one: _Stated, known: set[date | None], order: Order | None, seen_at: datetime) -> _Stated:
    if not (one.reading.reason or "").endswith("first"):
        return one
    ways = {way: read_date(one.raw, fetched_at=seen_at, order=way) for way in _ORDERS}
    agreeing = [r for r in ways.values() if r.value and (r.written or r.value).date() in known]
    usual = ways[order] if order else None
    reading = agreeing[0] if agreeing else usual
    return replace(one, reading=reading) if reading is not None and reading.value else one


def _judged(stated: list[_Stated], changed: set[datetime | None], seen_at: datetime) -> list[_Stated]:
    days = [one.day for one in stated if one.reading.value]
    earliest = min((one.reading.value for one in stated if one.reading.value), default=seen_at)
    return [
        replace(one, refused=_impossible(one, days, seen_at) or _doubtful(one, earliest, changed, seen_at))
        for one in stated
    ]


def _impossible(one: _Stated, days: list[date | None], seen_at: datetime) -> str | None:
    """Say why a statement can't be the publication, whatever else is stated; a day that others repeat is real."""
    value, written = one.reading.value, one.reading.written
    if value is None:
        return one.reading.reason or "unreadable"
    if one.reading.precision == "day":
        return None
    if value > seen_at + _SKEW:
        return "after it was fetched"
    if written and written.timetuple()[1:5] == (1, 1, 0, 0) and days.count(one.day) < 2:
        return "a placeholder: midnight on 1 January"
    return None


def _doubtful(one: _Stated, earliest: datetime, changed: set[datetime | None], seen_at: datetime) -> str | None:
    """Say why a statement is likely of something later than the publication, where others say an earlier day."""
    value, is_exact = one.reading.value, one.reading.precision != "day"
    if value is None or earliest.date() >= value.date() - timedelta(days=1):
        return None
    if one.origin != "feed" and abs(value - seen_at) < (_RENDERED if is_exact else timedelta(days=1)):
        return "the time of the request, and others say earlier"
    is_of_change = is_exact and value in changed and one.origin in _SHOWN
    if is_of_change or (one.reading.reason or "").startswith("from updated"):
        return "of a later change, and others say earlier"
    return None


def _first(judged: list[_Stated]) -> _Stated | None:
    return next((one for one in judged if one.refused is None), None)


def _most_exact(judged: list[_Stated], first: _Stated | None) -> _Stated | None:
    """Prefer to a bare day the most trusted statement that has a clock and a zone, and the same day as written."""
    if first is None or first.reading.precision != "day":
        return first
    exact = (one for one in judged if one.refused is None and one.reading.precision != "day" and one.day == first.day)
    return next(exact, first)


def _zone(taken: _Stated, judged: list[_Stated]) -> str | None:
    """Return the publisher's own offset from UTC: Greenwich time says none where a local clock shows the same moment.

    That clock may have an offset beside it, or none, and then the difference is the offset.
    """
    value, zone = taken.reading.value, taken.reading.zone
    if value is None or taken.reading.precision == "day" or zone not in (None, "+00:00"):
        return zone
    for one in judged:
        reading = one.reading
        if reading.zone not in (None, "+00:00") and reading.value and abs(reading.value - value) < timedelta(minutes=1):
            return reading.zone
        if reading.zone is None and reading.written and reading.precision == "day" and reading.reason == "no time zone":
            east = reading.written.replace(second=0) - value.replace(tzinfo=None, second=0, microsecond=0)
            if east and east // timedelta(minutes=1) in _ZONES:
                return zone_of(east)
    return zone


def _candidate(one: _Stated, taken: _Stated | None, article_id: str) -> DateCandidate:
    reason = one.refused
    if reason is None and one is not taken and taken is not None:
        reason = f"{'agrees' if one.day == taken.day else 'another day'}; {taken.origin} was taken"
    return DateCandidate(
        article_id=article_id,
        origin=one.origin,
        raw=one.raw,
        value=one.reading.value,
        precision=one.reading.precision,
        zone=one.reading.zone,
        is_accepted=one is taken,
        reason=reason,
    )
