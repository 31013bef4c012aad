"""Which of the addresses that a sitemap lists may be of the window? Pure."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from pipeline.backfill.sitemaps.file import Place, may_hold
from pipeline.backfill.source import Given, ItemOutcome, Task, Window, key_of
from pipeline.dates import read_date
from pipeline.url import host_of

_DATED = re.compile(r"/(19[89]\d|20\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=/)")
_MAX_DEPTH = 3  # indexes of indexes: the protocol allows none, sites have one

Why = tuple[ItemOutcome, str | None]


def why_no_sitemap(url: str, place: Place, task: Task, *, depth: int, now: datetime) -> Why | None:
    """Return what speaks against a sitemap of an index, None where it may list pages of the window."""
    if not key_of(url):
        return ItemOutcome.NO_ADDRESS, None
    if depth >= _MAX_DEPTH:
        return ItemOutcome.NOT_WANTED, f"an index below {_MAX_DEPTH} others"
    if key_of(url) == key_of(task.unit.address):
        return ItemOutcome.REPEATED, "the index names itself"
    days = {"first_day": task.window.first_day, "last_day": task.window.last_day}
    return (
        None if may_hold(place, day_of(place.last_changed, now), **days) else (ItemOutcome.NOT_WANTED, "another time")
    )


def why_no_page(url: str, place: Place, given: Given, window: Window, *, now: datetime) -> Why | None:
    """Return what speaks against a page, None where it may be one of the window."""
    if not key_of(url):
        return ItemOutcome.NO_ADDRESS, None
    if not given.wants_host(host_of(url)):
        return ItemOutcome.NOT_WANTED, "another host"
    published = read_date(place.published, fetched_at=now).value
    if published:
        return None if window.holds(published) else (ItemOutcome.NOT_WANTED, "another day")
    changed = day_of(place.last_changed, now)
    if changed and changed < window.first_day - timedelta(days=1):  # its day isn't that of UTC
        return ItemOutcome.NOT_WANTED, "last changed before the window"
    return None if _fits(urlsplit(url).path, window) else (ItemOutcome.NOT_WANTED, "another day, by its address")


def _fits(path: str, window: Window) -> bool:
    """Whether the day that a path tells (`/2023/10/07/`), if it does, may lie in the window."""
    found = _DATED.search(path)
    if not found:
        return True
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year
    assert month
    with suppress(ValueError):
        first = date(year, month, day or 1)
        last = first if day else (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        margin = timedelta(days=1)
        return first - margin <= window.last_day and window.first_day <= last + margin
    return True


def day_of(said: str | None, now: datetime) -> date | None:
    """Return the day that a date says, None where it can't be read."""
    moment = read_date(said, fetched_at=now).value
    return moment.date() if moment else None
