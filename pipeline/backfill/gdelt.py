"""GDELT's 15-minute files, for discovery only: which addresses were seen when, never what they are coded as.

GDELT 2.0 writes a file of mentions each quarter of an hour, one of English news and one of news in other languages, tab
separated in a zip, columns as in its codebook (http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf).
Names follow from the time, as the list of all files has a million lines. A unit is a day, a step some hours of it. When
GDELT saw a page is no date of its publication, and what it links to may be years old: pages say their own dates.
"""

import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from statistics import mean

from pipeline.archive import read_body
from pipeline.backfill.ask import Ask
from pipeline.backfill.patience import cursor_of, has_patience, not_had, until
from pipeline.backfill.source import (
    PAGE_BYTES,
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
from pipeline.errors import InputError, Outcome
from pipeline.run import host_or_nothing
from pipeline.types import Fetch, Request
from pipeline.url import host_of

NAME = "gdelt"
_BEGIN = datetime(2015, 2, 18, 23, 0, tzinfo=UTC)  # the first file of GDELT 2.0
_STREAMS = ("mentions", "translation.mentions")
_QUARTER = timedelta(minutes=15)
_KIND, _ADDRESS, _COLUMNS = 3, 5, 16  # of a row of mentions: MentionType, MentionIdentifier, and how many there are
_WEB = "1"
_LIMIT = 64_000_000  # bytes of a file, unpacked or not, as the gateway lets through
_PAGES = 200  # a step: some minutes of asking
_HOURS = 6  # a step: loading costs as much as asking for the files of some hours
_SAMPLE = 3  # quarters of an hour that a plan looks into
_OUTCOMES = frozenset(map(str, Outcome))
_REFUSALS = frozenset({Outcome.HTTP_401, Outcome.HTTP_403, Outcome.ROBOTS, Outcome.BLOCKED, Outcome.BLOCKED_ADDRESS})


class _NoFileError(Exception):
    """What was sent for a file isn't one; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """The addresses of one file, each once, with their hosts, and how many of its rows can't be read."""

    urls: Mapping[str, str]
    n_unreadable: int


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """One unit a day; numbers are told from the files of three moments. Raises InputError for feeds: it knows hosts."""
    given = _wanted(given)
    days = [day for day in _days(window) if _names(day, ask.now())]
    names = [name for day in days for name in _names(day, ask.now())]
    moments = sorted({name.partition(".")[0] for name in names})
    some = moments[len(moments) // (2 * _SAMPLE) :: max(1, len(moments) // _SAMPLE)][:_SAMPLE]
    rows = ask.get(_requests(ask, [f"{at}.{kind}.CSV.zip" for at in some for kind in _STREAMS]), label="files")
    counts, hosts, missing = _looked_into(ask, rows, given)
    share = len(names) / (len(counts) or 1)
    n_pages = round(sum(counts) * share) if counts or not names else None
    n_asked = n_pages if given.is_fetching else 0
    sizes = [row.n_bytes for row in rows if row.outcome is Outcome.OK]
    expected = {host: round(n * share) for host, n in hosts.items()} if given.is_fetching else {}
    return Planned(
        units=tuple(unit_of(NAME, day.isoformat(), now=ask.now(), day=day) for day in days),
        n_items=None if n_pages is None else len(names) + n_pages,
        n_requests=None if n_asked is None else len(names) + n_asked + len(expected) + 1,
        n_bytes=round(mean(sizes) * len(names)) + n_asked * PAGE_BYTES if sizes and n_asked is not None else None,
        hosts={**expected, host_of(ask.settings.gdelt): len(names)},
        cannot_be_had=(*_outside(window, ask.now()), *missing),
    )


def step(ask: Ask, task: Task) -> Step:
    """Take the files of some more hours, when these are over, or more of the pages of those at hand."""
    cursor = cursor_of(task)
    day, hour = date.fromisoformat(task.unit.address), int(cursor.get("hour", 0))
    written_at = _midnight(day) + timedelta(hours=hour + _HOURS)
    if ask.now() < written_at:
        return Step(cursor=task.unit.cursor, not_before=written_at, note="its files aren't all written yet")
    files: dict[str, str] = dict(cursor.get("files", {}))  # by name: where it lies, or why it isn't to be had
    names = _names(day, ask.now(), hour=hour)
    rows = ask.get(_requests(ask, [name for name in names if name not in files]), label="files")
    if ask.is_cut:
        return Step(cursor=task.unit.cursor)
    n_tries = int(cursor.get("n_tries", 0)) + 1
    later = [row for row in rows if has_patience(row, n_tries) and row.outcome is not Outcome.EMPTY]
    for row in rows:
        if row.outcome in _REFUSALS and row not in later:
            return not_had(task, row)  # what it says of one file holds for all
        if row not in later:
            files[_name(row)] = str(row.raw_ref) if row.outcome is Outcome.OK else row.outcome
    if later:
        said = json.dumps({"hour": hour, "files": files, "n_tries": n_tries})
        return Step(cursor=said, not_before=max(map(until, later)), note=f"{later[0].url}: {later[0].outcome}")
    return _told(ask, task, hour, files, start=int(cursor.get("at", 0)))


def _told(ask: Ask, task: Task, hour: int, files: Mapping[str, str], *, start: int) -> Step:
    """Return the next pages of hours whose files are in hand; what these came to is told with the first."""
    told, found = _listed(ask, task, files)
    chosen = list(found.items())[start : start + min(task.limit, _PAGES)]
    items = [Item(item_id=item_id(task.unit, f"{hour} {key}"), url=url[:2048]) for key, url in chosen]
    pages = [
        Page(item_id=item.item_id, url=found[key], is_held=False) for item, (key, _) in zip(items, chosen, strict=True)
    ]
    if not task.given.is_fetching:
        pages = []
        items = [replace(item, outcome=ItemOutcome.NOT_WANTED, note="no page is asked for") for item in items]
    at = start + len(chosen)
    is_over = at >= len(found)
    return Step(
        items=(*(told if start == 0 else ()), *items),
        pages=tuple(pages),
        cursor=json.dumps({"hour": hour + _HOURS} if is_over else {"hour": hour, "files": files, "at": at}),
        is_done=is_over and hour + _HOURS >= 24,
    )


def _listed(ask: Ask, task: Task, files: Mapping[str, str]) -> tuple[list[Item], dict[str, str]]:
    """Return what files came to, and the wanted addresses that they list, by their keys."""
    given = _wanted(task.given)
    told: list[Item] = []
    found: dict[str, str] = {}
    for name, lies_at in sorted(files.items()):
        item = Item(item_id=item_id(task.unit, name), url=_address(ask, name))
        if lies_at in _OUTCOMES:
            told.append(replace(item, outcome=Outcome(lies_at), note="a gap: what it listed isn't known"))
            continue
        try:
            listing = _read(read_body(ask.settings.warc, lies_at, limit=_LIMIT)[0])
        except _NoFileError as error:
            told.append(replace(item, outcome=ItemOutcome.UNREADABLE, note=f"a gap: {error}"))
            continue
        mine = {key_of(url): url for url, host in listing.urls.items() if given.wants_host(host)}
        found |= {key: url for key, url in mine.items() if key not in found}
        told.append(replace(item, outcome=ItemOutcome.READ, note=_note(listing, len(mine))))
    return told, found


def _read(body: bytes) -> _Listing:
    """Return the web addresses that a file mentions. Raises _NoFileError for what isn't one, is cut or a bomb."""
    urls: dict[str, str] = {}
    n_unreadable = 0
    for line in _lines(body):
        fields = line.split("\t")
        if len(fields) != _COLUMNS:
            n_unreadable += 1
        elif fields[_KIND] == _WEB and fields[_ADDRESS] not in urls:  # the others: what was broadcast or printed
            urls[fields[_ADDRESS]] = host_or_nothing(fields[_ADDRESS])
    pages = {url: host for url, host in urls.items() if host}
    return _Listing(urls=pages, n_unreadable=n_unreadable + len(urls) - len(pages))


def _lines(body: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(BytesIO(body)) as packed, packed.open(packed.infolist()[0]) as file:
            raw = file.read(_LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, RuntimeError) as error:
        raise _NoFileError(f"no zip that can be read: {error}"[:200]) from None
    if len(raw) > _LIMIT:
        raise _NoFileError(f"more than {_LIMIT:,} bytes unpacked")
    return filter(None, raw.decode("utf-8", "replace").split("\n"))


def _looked_into(ask: Ask, rows: list[Fetch], given: Given) -> tuple[list[int], Counter[str], list[str]]:
    """Count the wanted pages in each file that could be read, and whose they are; say which couldn't."""
    counts: list[int] = []
    hosts: Counter[str] = Counter()
    missing: list[str] = []
    for row in rows:
        try:
            listing = _read(ask.body(row)) if row.outcome is Outcome.OK else None
        except _NoFileError as error:
            missing.append(f"{row.url}: {error}")
            continue
        if listing is None:
            missing.append(f"{row.url}: {row.outcome}")
            continue
        found = [host for host in listing.urls.values() if given.wants_host(host)]
        counts.append(len(found))
        hosts.update(found)
    return counts, hosts, missing


def _outside(window: Window, now: datetime) -> Iterator[str]:
    """Say which part of the window GDELT doesn't cover."""
    if window.first_day < _BEGIN.date():
        yield f"what came before {_BEGIN:%Y-%m-%d %H:%M}: GDELT 2.0 begins there"
    if window.last_day >= now.astimezone(UTC).date():
        yield f"what comes after {now:%Y-%m-%d %H:%M}: its files aren't written yet; a run takes those that are by then"


def _days(window: Window) -> Iterator[date]:
    day = max(window.first_day, _BEGIN.date())
    while day <= window.last_day:
        yield day
        day += timedelta(days=1)


def _names(day: date, now: datetime, *, hour: int | None = None) -> list[str]:
    """Return the names of the files that are written by `now`: of a day, or of a step from `hour` on."""
    quarters = range(96) if hour is None else range(4 * hour, 4 * (hour + _HOURS))
    moments = [at for at in (_midnight(day) + n * _QUARTER for n in quarters) if _BEGIN <= at <= now - _QUARTER]
    return [f"{at:%Y%m%d%H%M%S}.{kind}.CSV.zip" for at in moments for kind in _STREAMS]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _name(row: Fetch) -> str:
    return row.url.rpartition("/")[2]


def _requests(ask: Ask, names: list[str]) -> list[Request]:
    return [Request(url=_address(ask, name), kind="archive") for name in names]


def _address(ask: Ask, name: str) -> str:
    return f"{ask.settings.gdelt.rstrip('/')}/{name}"


def _wanted(given: Given) -> Given:
    """Return what is given, with the hosts of the sites that it names. Raises InputError."""
    if given.feeds:
        raise InputError("GDELT doesn't know feeds: name the sites wanted, such as paper.example, or leave them out")
    sites = [host_or_nothing(one if "://" in one else f"https://{one}/") for one in given.addresses]
    if "" in sites:
        raise InputError(f"{given.addresses[sites.index('')]}: no site; name it as paper.example")
    return replace(given, hosts=(*given.hosts, *(site.removeprefix("www.") for site in sites)))


def _note(listing: _Listing, n_wanted: int) -> str:
    unreadable = f", {listing.n_unreadable:,} rows unreadable" if listing.n_unreadable else ""
    return f"{n_wanted:,} wanted of {len(listing.urls):,} addresses{unreadable}"


SOURCE = Source(name=NAME, about="what GDELT saw, a quarter of an hour a file: addresses alone", plan=plan, step=step)
