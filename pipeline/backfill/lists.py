"""Lists of addresses: CSV with a head line, JSONL, or plain lines; each with a url, and maybe date, title and html.

A row with html is a page in hand, seen when its observed_at says, else now; one without is asked for. The date is the
publication's, as a feed would state it.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.backfill.ask import Ask
from pipeline.backfill.source import (
    Given,
    Item,
    ItemOutcome,
    Page,
    Planned,
    Source,
    Step,
    Task,
    Window,
    item_id,
    key_of,
    unit_of,
)
from pipeline.dates import read_date
from pipeline.errors import InputError
from pipeline.text import clean
from pipeline.url import host_of

NAME = "url_list"
_LIMIT = 200  # addresses a step: some minutes of asking
_CELL = 20_000_000  # characters of html in a cell
_URL = ("url", "link", "address", "uri")
_SEEN = ("observed_at", "captured_at", "timestamp")
_DATE = ("date", "published", "published_at", "datetime", "pubdate")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    url: str | None
    date: str | None
    title: str | None
    html: str | None
    observed: str | None = None
    problem: str | None = None


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """One unit a list. Raises InputError where a file isn't one, or lacks the column url."""
    hosts: dict[str, int] = {}
    n_items = n_wanted = 0
    for address in given.addresses:
        for row in _rows(Path(address)):
            n_items += 1
            if row.url and not row.html and _why_not(row, given, window, ask.now()) is None:
                n_wanted += 1
                hosts[host_of(row.url)] = hosts.get(host_of(row.url), 0) + 1
    is_fetching = given.is_fetching
    missing = (f"{n_wanted} addresses without html, as no page is asked for",) if n_wanted and not is_fetching else ()
    return Planned(
        units=tuple(unit_of(NAME, address, now=ask.now()) for address in given.addresses),
        n_items=n_items,
        n_requests=n_wanted + len(hosts) if is_fetching else 0,
        hosts=hosts if is_fetching else {},
        cannot_be_had=missing,
    )


def step(ask: Ask, task: Task) -> Step:
    """Take the next rows of a list."""
    start = int(task.unit.cursor or 0)
    items: list[Item] = []
    pages: dict[str, Page] = {}
    n = 0
    limit = min(task.limit, _LIMIT)
    for n, row in enumerate(islice(_rows(Path(task.unit.address)), start, start + limit), 1):
        place = item_id(task.unit, start + n)
        why, key = _why_not(row, task.given, task.window, ask.now()), key_of(row.url)
        if why is None and key in pages:
            why = (ItemOutcome.REPEATED, None)
        if why is None and not row.html and not task.given.is_fetching:
            why = (ItemOutcome.NOT_WANTED, "no page is asked for")
        outcome, note = why or (None, None)
        seen_at = read_date(row.observed, fetched_at=ask.now()).value if row.html else None
        items.append(Item(item_id=place, url=row.url, observed_at=seen_at, outcome=outcome, note=note))
        if outcome is None and row.url:
            pages[key] = _page(ask, row, place, seen_at)
    return Step(items=tuple(items), pages=tuple(pages.values()), cursor=str(start + n), is_done=n < limit)


def _page(ask: Ask, row: _Row, place: str, seen_at: datetime | None) -> Page:
    assert row.url
    if row.html:
        html = row.html.encode("utf-8", "replace")
        ask.hold(row.url, html, observed_at=seen_at, headers=(("Content-Type", "text/html; charset=utf-8"),))
    return Page(
        item_id=place,
        url=row.url,
        is_held=bool(row.html),
        observed_at=seen_at,
        title=clean(row.title),
        published_raw=row.date,
    )


def _why_not(row: _Row, given: Given, window: Window, now: datetime) -> tuple[ItemOutcome, str | None] | None:
    """Return what speaks against a row, None when its page is wanted."""
    if row.problem:
        return ItemOutcome.UNREADABLE, row.problem
    if not key_of(row.url) or not row.url:
        return ItemOutcome.NO_ADDRESS, None if row.url is None else "no http(s) address"
    if not given.wants_host(host_of(row.url)):
        return ItemOutcome.NOT_WANTED, "another host"
    if not window.holds(read_date(row.date, fetched_at=now).value):
        return ItemOutcome.NOT_WANTED, "another day"
    return None


def _rows(path: Path) -> Iterator[_Row]:
    """Yield the rows of a list, whatever its kind. Raises InputError."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            first = file.readline()
            file.seek(0)
            if first.lstrip().startswith("{"):
                yield from map(_of_line, filter(str.strip, file))
            elif first.strip().lower().startswith(("http://", "https://")) and "," not in first:
                yield from (_Row(url=line.strip(), date=None, title=None, html=None) for line in file if line.strip())
            else:
                yield from _of_table(path, csv.DictReader(file, delimiter="\t" if "\t" in first else ","))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except csv.Error as error:
        raise InputError(f"{path}: no CSV: {error}") from None


def _of_table(path: Path, reader: "csv.DictReader[str]") -> Iterator[_Row]:
    csv.field_size_limit(_CELL)
    names = [name.strip().lower() for name in reader.fieldnames or () if name]
    if not set(names) & set(_URL):
        found = ", ".join(names)[:200] or "nothing"
        raise InputError(f"{path}: no column is called url; its first line has: {found}")
    for row in reader:
        yield _row({str(name).strip().lower(): value for name, value in row.items() if isinstance(value, str)})


def _of_line(line: str) -> _Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        return _Row(url=None, date=None, title=None, html=None, problem=f"no JSON: {error}"[:200])
    if not isinstance(row, dict):
        return _Row(url=None, date=None, title=None, html=None, problem="no JSON object")
    return _row({str(name).lower(): value for name, value in row.items()})


def _row(values: Mapping[str, Any]) -> _Row:
    def said(*names: str) -> str | None:
        return next((text for name in names if (text := str(values.get(name) or "").strip())), None)

    return _Row(url=said(*_URL), date=said(*_DATE), title=said("title"), html=said("html"), observed=said(*_SEEN))


SOURCE = Source(name=NAME, about="lists of addresses: CSV or JSONL with url, date, title, html", plan=plan, step=step)
