"""Saved feed files: folders of XML (or JSON) documents, as somebody kept them day by day.

When a document was saved is told by its path (`2023-10-06/bbc.xml`, `bbc_20231006T1200.xml`): a day without a time
counts as its end, as nothing that the document lists is younger then. Else the file's own time has to do. Which feed it
is of, by its name among the feeds given (name, or last part of the address); else the document stands for itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import quote, urlsplit

from pipeline.backfill.ask import Ask
from pipeline.backfill.source import Given, Item, ItemOutcome, Planned, Source, Step, Task, Window, item_id, unit_of
from pipeline.entry.read import read_documents
from pipeline.errors import InputError
from pipeline.subscriptions import Subscription
from pipeline.types import Entry, Feed, Fetch

NAME = "snapshot"
_KINDS = frozenset({".xml", ".rss", ".atom", ".rdf", ".json", ".feed"})
_MOMENT = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])"
    r"(?:[T_ -]?([01]\d|2[0-3])[-_:h]?([0-5]\d)(?:[-_:m]?([0-5]\d))?)?Z?(?!\d)"
)
_LIMIT = 64  # documents a step


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """One unit a folder and day. Raises InputError where an address is no file or folder."""
    days: dict[tuple[str, date], int] = defaultdict(int)
    n_bytes = 0
    for root, path in _files(given.addresses):
        if window.holds(_saved_at(root, path)):
            days[str(root), _saved_at(root, path).date()] += 1
            n_bytes += path.stat().st_size
    units = tuple(unit_of(NAME, root, now=ask.now(), day=day) for root, day in sorted(days))
    return Planned(
        units=units,
        n_items=sum(days.values()),
        n_requests=None if given.is_fetching else 0,
        cannot_be_had=() if days else ("no saved feed of these days is among the files",),
    )


def step(ask: Ask, task: Task) -> Step:
    """Read the next documents of a day, in the order in which they were saved."""
    todo = _of_day(task)
    done = int(task.unit.cursor or 0)
    names = _names(ask, task.given)
    chosen = _without_second(todo[done : done + min(_LIMIT, task.limit)])
    held: dict[str, tuple[Path, Fetch]] = {}
    feeds: dict[str, Feed] = {}
    items: list[Item] = []
    for path, saved_at in chosen:
        feed = _feed_of(ask, path, names)
        feeds[feed.feed_id] = feed
        row = ask.hold(
            feed.url, path.read_bytes(), observed_at=saved_at, kind="archive", feed_id=feed.feed_id,
            headers=(("Content-Type", "application/xml" if path.suffix != ".json" else "application/json"),),
        )  # fmt: skip
        held[feed.feed_id] = (path, row)
    entries: list[Entry] = []
    for feed_id, document in read_documents(ask.settings, [row for _, row in held.values()], progress=ask.run.progress):
        path, row = held[feed_id]
        outcome = ItemOutcome.UNREADABLE if document.is_refused else ItemOutcome.READ
        items.append(
            Item(
                item_id=item_id(task.unit, path),
                url=str(path),
                observed_at=row.observed_at,
                outcome=outcome,
                note=document.problem,
            )
        )
        entries += document.entries
        feeds[feed_id] = _titled(feeds[feed_id], document.title, document.language)
    at = done + len(chosen)
    return Step(
        items=tuple(items),
        feeds=tuple(feeds.values()),
        entries=tuple(entries),
        cursor=str(at),
        is_done=at >= len(todo),
    )


def _files(addresses: Sequence[str]) -> Iterator[tuple[Path, Path]]:
    """Yield each document with the folder (or itself) that was given."""
    for address in addresses:
        root = Path(address)
        if not root.exists():
            raise InputError(f"{address}: no such file or folder")
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and (path.suffix.lower() in _KINDS or path == root):
                yield root, path


def _of_day(task: Task) -> list[tuple[Path, datetime]]:
    root = Path(task.unit.address)
    found = [(path, _saved_at(root, path)) for _, path in _files([str(root)])]
    return sorted(
        ((path, at) for path, at in found if at.date() == task.unit.day), key=lambda one: (one[1], str(one[0]))
    )


def _without_second(documents: Iterable[tuple[Path, datetime]]) -> list[tuple[Path, datetime]]:
    """Stop before a feed's second document: what changed between the two has to be seen in its order."""
    chosen: list[tuple[Path, datetime]] = []
    stems: set[str] = set()
    for path, at in documents:
        if _stem(path) in stems:
            break
        stems.add(_stem(path))
        chosen.append((path, at))
    return chosen


def _saved_at(root: Path, path: Path) -> datetime:
    """Say when a document was saved, by the last moment that its path names, else by its file's time."""
    parts = path.relative_to(root.parent).as_posix() if path != root else path.name
    found = list(_MOMENT.finditer(parts))
    for match in sorted(found, key=lambda one: (one[4] is not None, one.start()), reverse=True):
        year, month, day, *clock = (int(part) if part else None for part in match.groups())
        try:
            on = date(year or 0, month or 0, day or 0)
        except ValueError:
            continue
        at = time(clock[0], clock[1] or 0, clock[2] or 0) if clock[0] is not None else time(23, 59, 59)
        return datetime.combine(on, at, UTC)
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def _stem(path: Path) -> str:
    """Return a file's name without what tells its time and kind: the feed's."""
    return _MOMENT.sub("", path.stem).strip("-_. ").casefold() or path.parent.name.casefold()


def _names(ask: Ask, given: Given) -> Mapping[str, Feed]:
    """Return the feeds given, by the names that their documents may have."""
    named: dict[str, Feed] = {}
    for feed in ask.feeds(given.feeds):
        last = urlsplit(feed.url).path.rstrip("/").rpartition("/")[2].rpartition(".")[0]
        for name in (feed.name, last, feed.feed_id):
            if name:
                named.setdefault(name.casefold(), feed)
    return named


def _feed_of(ask: Ask, path: Path, names: Mapping[str, Feed]) -> Feed:
    known = names.get(_stem(path))
    if known:
        return known
    name = _stem(path)
    return ask.feeds((), also=[Subscription(url=f"http://{quote(name, safe='')}.snapshot.invalid/", outlet=name)])[0]


def _titled(feed: Feed, title: str | None, language: str | None) -> Feed:
    """Fill in what a document says of a feed that nobody listed."""
    if not feed.url.endswith(".snapshot.invalid/"):
        return feed
    return replace(feed, title=feed.title or title, language=feed.language or language)


SOURCE = Source(name=NAME, about="saved feed files: folders of daily XML", plan=plan, step=step)
