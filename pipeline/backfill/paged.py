"""Feeds that go on: page by page, or in archives → the entries that they listed before.

Three ways, told apart by the document: archives that name the one before them (RFC 5005, 4: `prev-archive`), pages that
name the next (RFC 5005, 3: `next`), and WordPress, which answers `?paged=N` with its N-th page
(https://developer.wordpress.org/reference/classes/wp_query/#pagination-parameters). Pages shift while they are walked:
each step asks for the next page and then once more for the last, so that what moved up between them is seen.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.backfill.ask import Ask
from pipeline.backfill.patience import cursor_of, not_had
from pipeline.backfill.source import (
    PAGE_BYTES,
    Given,
    Item,
    ItemOutcome,
    Planned,
    Source,
    Step,
    Task,
    Window,
    item_id,
    unit_of,
)
from pipeline.entry.read import read_documents
from pipeline.errors import Outcome
from pipeline.run import host_or_nothing
from pipeline.types import Entry, Feed, Fetch, ParsedFeed, Request
from pipeline.url import short_hash

NAME = "paged_feed"
_MAX_PAGES = 5000  # of one feed: no chain is followed for ever
_END = frozenset({Outcome.HTTP_404, Outcome.GONE, Outcome.HTTP_4XX, Outcome.EMPTY, Outcome.SOFT_404})
_NOT_PAGED = "it lists no older entries: neither pages nor archives"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A document that was had; `feed` is None of one that is no feed."""

    row: Fetch
    said: ParsedFeed

    @property
    def ids(self) -> list[str]:
        return [short_hash(entry.entry_id, length=10) for entry in self.said.entries]


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """One unit a feed; its pages are told from the first document: how many days it covers, and whether it goes on."""
    feeds = ask.feeds((*given.feeds, *given.addresses))
    hosts: dict[str, int] = {}
    missing: list[str] = []
    counts: list[tuple[int, int, int] | None] = []
    for feed in feeds:
        read = next(iter(_had(ask, feed, [feed.url])), None)
        if not isinstance(read, _Read):
            missing.append(f"{feed.url}: {read.outcome if read else 'no leave to ask'}")
            continue
        if read.said.is_refused:
            missing.append(f"{feed.url}: {read.said.problem}")
            continue
        if read.said.pages.is_complete:
            missing.append(f"{feed.url}: what it doesn't list now; it says that it is complete")
        counts.append(_expected(read, window))
        hosts[host_or_nothing(feed.url)] = hosts.get(host_or_nothing(feed.url), 0) + sum((counts[-1] or (1,))[:2])
        if counts[-1] is None:
            missing.append(f"{feed.url}: its dates don't tell how many pages there are")
    known = [one for one in counts if one]
    n_pages = sum(one[1] for one in known) if given.is_fetching else 0
    n_documents = sum(one[0] for one in known)
    is_told = len(known) == len(counts)
    return Planned(
        units=tuple(unit_of(NAME, feed.url, now=ask.now()) for feed in feeds),
        n_items=n_documents if is_told else None,
        n_requests=2 * n_documents + n_pages + len(hosts) if is_told else None,
        n_bytes=sum(one[0] * one[2] for one in known) * 2 + n_pages * PAGE_BYTES if is_told else None,
        hosts=hosts,
        cannot_be_had=tuple(missing),
    )


def step(ask: Ask, task: Task) -> Step:
    """Take one more document of a feed, and look at the one before once more."""
    cursor = cursor_of(task)
    feed = ask.feed(task.given, task.unit.address)
    url = str(cursor.get("url") or feed.url)
    asked = [url, *([cursor["last"]] if cursor.get("last") else [])]
    found: list[_Read] = []
    for address in asked:  # one after the other: the second look has to be the later one
        had = next(iter(_had(ask, feed, [address])), None)
        if had is None:
            return Step(cursor=task.unit.cursor)
        if isinstance(had, _Read):
            found.append(had)
        elif address != url:
            continue  # the second look adds nothing then
        elif int(cursor.get("n", 1)) > 1 and had.outcome in _END:
            found.append(_Read(row=had, said=_nothing()))
        else:
            return not_had(task, had)
    return _told(task, cursor, feed, found)


def _told(task: Task, cursor: dict[str, Any], feed: Feed, found: Sequence[_Read]) -> Step:
    new, n = found[0], int(cursor.get("n", 1))
    entries = {one.entry_id: one for read in found for one in read.said.entries if _is_of(one, task.window)}
    why_end = _why_end(new, found[1:], cursor, task.window, n)
    forward = None if why_end else _next(new, cursor, n)
    is_unreadable = new.said.is_refused and n == 1
    outcome = (
        ItemOutcome.UNREADABLE if is_unreadable else ItemOutcome.READ if new.said.entries else ItemOutcome.NOT_WANTED
    )
    note = new.said.problem or why_end or (None if forward else _NOT_PAGED if n == 1 else "the last")
    item = Item(item_id=item_id(task.unit, new.row.url), url=new.row.url, outcome=outcome, note=note)
    visited = [*cursor.get("visited", []), short_hash(new.row.url, length=10)]
    said = {"url": forward, "n": n + 1, "visited": visited, "first": cursor.get("first") or new.ids}
    mode = _mode(new, cursor)
    if mode != "archive":  # an archive stays as it is (RFC 5005, 4), a page doesn't
        said["last"] = new.row.url
    return Step(
        items=(item,),
        feeds=(_titled(feed, new.said),),
        entries=tuple(entries.values()),
        cursor=json.dumps(said | {"mode": mode}),
        is_done=forward is None,
        outcome=outcome if is_unreadable else None,
        note=note,
    )


def _why_end(new: _Read, before: Sequence[_Read], cursor: dict[str, Any], window: Window, n: int) -> str | None:
    """Say why a feed isn't followed further, None while it is. Pure."""
    if new.said.is_refused and n > 1:
        return "the page after the last is no feed"
    if not new.said.entries:
        return "the page after the last"
    mine = set(new.ids)
    if n > 1 and (mine <= set(cursor.get("first", ())) or any(mine <= set(one.ids) for one in before)):
        return "it says again what an earlier page said"
    if n >= _MAX_PAGES:
        return f"more than {_MAX_PAGES:,} pages"
    dates = [at for one in new.said.entries if (at := one.published_at or one.updated_at)]
    if dates and max(dates).date() < window.first_day - timedelta(days=1):
        return "older than the window"
    return None


def _next(new: _Read, cursor: dict[str, Any], n: int) -> str | None:
    """Return where a feed goes on, None where it doesn't, or in a circle. Pure."""
    pages = new.said.pages
    mode = _mode(new, cursor)
    url = {
        "archive": pages.older_url,
        "next": pages.next_url,
        "wordpress": _paged(new.row.url, n + 1),
        "complete": None,
    }[mode]
    seen = {*cursor.get("visited", ()), short_hash(new.row.url, length=10)}
    return url if url and short_hash(url, length=10) not in seen else None


def _mode(new: _Read, cursor: dict[str, Any]) -> str:
    """Return how a feed goes on; that of its first document holds. Without a word of it, WordPress's way is tried."""
    pages = new.said.pages
    if cursor.get("mode"):
        return str(cursor["mode"])
    if pages.older_url:
        return "archive"
    return "next" if pages.next_url else "complete" if pages.is_complete else "wordpress"


def _paged(url: str, n: int) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(n))])))


def _is_of(entry: Entry, window: Window) -> bool:
    return window.holds(entry.published_at or entry.updated_at)


def _had(ask: Ask, feed: Feed, urls: Sequence[str]) -> list[_Read | Fetch]:
    """Ask for documents of a feed; return each read, or the row of what can't be had."""
    rows = ask.get([Request(url=url, kind="archive", feed_id=feed.feed_id) for url in urls], label="feeds")
    had: list[_Read | Fetch] = []
    for row in rows:
        if row.outcome is Outcome.OK:
            had += [
                _Read(row=row, said=said) for _, said in read_documents(ask.settings, [row], progress=ask.run.progress)
            ]
        else:
            had.append(row)
    return had


def _expected(read: _Read, window: Window) -> tuple[int, int, int] | None:
    """Tell documents, entries of the window, and bytes a document, None where the dates of the first don't say."""
    dates = sorted(at for one in read.said.entries if (at := one.published_at or one.updated_at))
    mine = sum(_is_of(one, window) for one in read.said.entries)
    if read.said.pages.is_complete:
        return 1, mine, read.row.n_bytes
    if len(dates) < 2 or dates[0] == dates[-1]:
        return None
    span = (dates[-1] - dates[0]) * len(dates) / (len(dates) - 1)  # to where the next page begins
    first = max(0.0, (dates[-1].date() - window.first_day).days + 1) * timedelta(days=1)
    n_days = (min(dates[-1].date(), window.last_day) - window.first_day).days + 1
    n_documents = min(_MAX_PAGES, max(1, round(first / span) + 1))
    return n_documents, max(mine, round(len(dates) * (timedelta(days=max(0, n_days)) / span))), read.row.n_bytes


def _titled(feed: Feed, said: ParsedFeed) -> Feed:
    return replace(feed, title=feed.title or said.title, language=feed.language or said.language)


def _nothing() -> ParsedFeed:
    return ParsedFeed(title=None, language=None, entries=(), format=None)


SOURCE = Source(name=NAME, about="feeds with pages or archives: RFC 5005, WordPress", plan=plan, step=step)
