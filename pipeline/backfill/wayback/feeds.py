"""Feeds as the Wayback Machine captured them: a capture is a unit, of the day of its time.

What the index didn't tell while the plan was made is a unit, too, whose cursor keeps the resume key.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from pipeline.backfill.ask import Ask
from pipeline.backfill.patience import cursor_of, not_had
from pipeline.backfill.source import Given, Item, ItemOutcome, Planned, Step, Task, Window, item_id, unit_of
from pipeline.backfill.wayback import index
from pipeline.backfill.wayback.index import NAME, Capture
from pipeline.entry.read import read_documents
from pipeline.types import BackfillUnit, Feed, Fetch, Request

_ROWS = 1000  # captures that the index tells at once
_PAGES = 20  # of the index, while the plan is made; a run reads the rest
_GAP = timedelta(days=2)  # a feed lists a day or two
_GAPS = 3  # told of a feed


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """Read the index of each feed: a unit a capture, and one for what the index didn't tell."""
    units: list[BackfillUnit] = []
    lacks: list[str] = []
    n_bytes = n_captures = 0
    for feed in ask.feeds((*given.feeds, *given.addresses)):
        told: list[Capture] = []
        captures: list[Capture] = []
        rests: list[BackfillUnit] = []
        for address in _aliases(feed):
            found, rest, why = _index(ask, feed, address, window)
            told += found
            captures += index.changed(found, None)
            rests += [rest] if rest else []
            lacks += [f"{address}: the index isn't read to its end ({why}): a run goes on"] if rest else []
        units += [*(_unit(ask, feed, capture) for capture in captures), *rests]
        lacks += [] if rests else _gaps(feed, told, window, now=ask.now())
        n_captures += len(captures)
        n_bytes += sum(capture.n_bytes for capture in captures)
    if given.is_fetching and units:
        lacks.append("how many pages the captures lead to can't be told before they are read: they come on top")
        lacks.append(
            "of pages that are gone today the archive is asked, on top; the feed's words stand for what it hasn't"
        )
    n_requests = len(units)
    host = urlsplit(ask.settings.wayback).netloc
    return Planned(
        units=tuple(units),
        n_items=n_captures,
        n_requests=n_requests,
        n_bytes=n_bytes,
        hosts={host: n_requests} if n_requests else {},
        cannot_be_had=tuple(lacks),
    )


def step(ask: Ask, task: Task) -> Step:
    """Read one capture, or one answer of the index."""
    cursor, url = cursor_of(task), task.unit.address
    is_capture = index.is_capture(url)
    asked = url if is_capture else index.resumed(url, cursor.get("resume"))
    rows = ask.get([Request(url=asked, kind="archive")], label="archive")
    if not rows:
        return Step(cursor=task.unit.cursor)
    if not (rows[0].outcome.is_ok if is_capture else index.is_told(rows[0])):
        return not_had(task, rows[0])
    feed = ask.feed(task.given, cursor["feed"])
    if is_capture:
        return _read(ask, task, feed, rows[0])
    told, resume = index.captures(ask, rows[0])
    return Step(
        units=tuple(_unit(ask, feed, one) for one in index.changed(told, cursor.get("digest"))),
        cursor=_cursor(feed, resume, told),
        is_done=resume is None,
    )


def _read(ask: Ask, task: Task, feed: Feed, row: Fetch) -> Step:
    """Read the document of a capture, seen at the time of the capture that was given in the end."""
    seen_at = index.seen_at(row)
    item = Item(item_id=item_id(task.unit, 0), url=row.url, observed_at=seen_at, outcome=ItemOutcome.NOT_WANTED)
    if not task.window.holds(seen_at):  # it led to a capture of another time
        return Step(items=(replace(item, note="it leads to another day's"),), cursor=task.unit.cursor, is_done=True)
    held = ask.hold(
        feed.url, ask.body(row), observed_at=seen_at, kind="archive", feed_id=feed.feed_id,
        headers=(("Content-Type", row.content_type or "application/xml"),),
    )  # fmt: skip
    ((_, document),) = read_documents(ask.settings, [held], progress=ask.run.progress)
    outcome = ItemOutcome.UNREADABLE if document.is_refused else ItemOutcome.READ
    return Step(
        items=(replace(item, outcome=outcome, note=document.problem),),
        feeds=(feed,),
        entries=tuple(document.entries),
        cursor=task.unit.cursor,
        is_done=True,
    )


def _aliases(feed: Feed) -> list[str]:
    """Return the addresses that a feed has or had, those once that the index takes for one."""
    known = (feed.url, *filter(None, (feed.polled_url,)), *feed.former_urls)
    return list({re.sub(r"^https?://(www\.)?", "", url).rstrip("/"): url for url in reversed(known)}.values())[::-1]


def _index(ask: Ask, feed: Feed, url: str, window: Window) -> tuple[list[Capture], BackfillUnit | None, str | None]:
    """Return the captures of a feed, the unit that is left where not all were told, and why."""
    address = _index_address(ask.settings.wayback, url, window)
    found: list[Capture] = []
    resume: str | None = None
    why = f"over {_ROWS * _PAGES:,} captures"
    for _ in range(_PAGES):
        rows = ask.get([Request(url=index.resumed(address, resume), kind="archive")], label="index")
        if not rows or not index.is_told(rows[0]):
            why = f"{rows[0].outcome}: {rows[0].note}" if rows else "no leave to ask"
            break
        told, resume = index.captures(ask, rows[0])
        found += told
        if resume is None:
            return found, None, None
    rest = replace(unit_of(NAME, address, now=ask.now()), cursor=_cursor(feed, resume, found))
    return found, rest, why


def _index_address(base: str, url: str, window: Window) -> str:
    """Ask for all captures, also those of the same bytes: a feed that didn't change was seen, and that is no gap."""
    asked = {
        "from": f"{window.first_day:%Y%m%d}",
        "to": f"{window.last_day:%Y%m%d}",
        "filter": "statuscode:200|-",
        "limit": _ROWS,
        "showResumeKey": "true",
    }
    return index.index_address(base, url, **asked)


def _cursor(feed: Feed, resume: str | None = None, told: Sequence[Capture] = ()) -> str:
    """Return a unit's cursor: whose it is, where the index goes on, and what was captured last before that."""
    return json.dumps({"feed": feed.url, "resume": resume, "digest": told[-1].digest if told else None})


def _unit(ask: Ask, feed: Feed, capture: Capture) -> BackfillUnit:
    address = capture.address(ask.settings.wayback)
    return replace(unit_of(NAME, address, now=ask.now(), day=capture.at.date()), cursor=_cursor(feed))


def _gaps(feed: Feed, captures: Iterable[Capture], window: Window, *, now: datetime) -> list[str]:
    """Say between which captures a feed may have listed what nobody saw; the longest first."""
    end = min(datetime.combine(window.last_day, time.max, UTC), now)
    seen = [*sorted(capture.at for capture in captures), end]
    if len(seen) == 1:
        return [f"{feed.url}: no capture of these days"]
    gaps = _between([datetime.combine(window.first_day, time.min, UTC), *seen])
    told = [f"{feed.url}: no capture from {a:%Y-%m-%d %H:%M} to {b:%Y-%m-%d %H:%M}" for a, b in gaps[:_GAPS]]
    return [*told, *([f"{feed.url}: {len(gaps) - _GAPS} shorter gaps"] if len(gaps) > _GAPS else [])]


def _between(moments: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    pairs = [(a, b) for a, b in pairwise(moments) if b - a > _GAP]
    return sorted(pairs, key=lambda pair: pair[0] - pair[1])
