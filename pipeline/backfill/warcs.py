"""WARC files and folders of them (Common Crawl's news, a crawl of one's own): records → pages in hand.

A record is taken when it is a sound response with an HTML page of a wanted host and day; any other ends in an outcome.
"""

import re
from base64 import b32encode
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import new as new_hash
from itertools import islice
from pathlib import Path

from pipeline.backfill.ask import Ask
from pipeline.backfill.framing import Framed, frames
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
    unit_of,
)
from pipeline.errors import BadUrlError, InputError
from pipeline.types import BackfillUnit
from pipeline.url import host_of, url_key

NAME = "warc"
_SUFFIX = re.compile(r"\.warc(?:\.gz|\.zst)?$", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])")
_ITEMS_A_PAGE = 5  # records beside the response: its request, metadata …
_MAX_HELD = 128 << 20  # bytes of pages a step
_SAMPLE = 100  # records that a plan looks at
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|\?xml[^>]*>\s*<!doctype html)", re.IGNORECASE | re.DOTALL
)
_HOPS = frozenset({"transfer-encoding", "content-length", "connection"})

Why = tuple[ItemOutcome, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A sound response: its address, when it was seen, and what was answered."""

    url: str
    observed_at: datetime
    status_line: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """One unit a file; numbers are told from the first records of each. Raises InputError for what is no WARC file."""
    units: list[BackfillUnit] = []
    hosts: Counter[str] = Counter()
    missing: list[str] = []
    n_items = 0.0
    for path, is_named in _files(given.addresses):
        try:
            sample = list(islice(frames(path), _SAMPLE))
        except InputError as error:
            if is_named:
                raise
            missing.append(str(error))
            continue
        on = _day_of(path)
        units.append(unit_of(NAME, str(path), now=ask.now(), day=on if on and window.holds(on) else None))
        hosts += Counter(host_of(read.url) for one in sample if isinstance(read := read_record(one), Record))
        n_items += _n_records(path, sample)
    if not units:
        missing.append("no WARC file (.warc, .warc.gz, .warc.zst) is there")
    return Planned(units=tuple(units), n_items=round(n_items), hosts=hosts, cannot_be_had=tuple(missing))


def step(ask: Ask, task: Task) -> Step:
    """Take the next records of a file."""
    items: list[Item] = []
    pages: dict[str, Page] = {}
    n_held = 0
    try:
        for framed in frames(Path(task.unit.address), task.unit.cursor):
            is_full = len(pages) >= task.limit or len(items) >= task.limit * _ITEMS_A_PAGE or n_held > _MAX_HELD
            read = read_record(framed)
            why = _why_not(read, task) if isinstance(read, Record) else read
            key = url_key(read.url) if isinstance(read, Record) and why is None else ""
            if is_full or key in pages:  # a second sight of an address is told from what its first came to
                return Step(items=tuple(items), pages=tuple(pages.values()), cursor=framed.place)
            place = item_id(task.unit, framed.place)
            if isinstance(read, Record) and why is None:
                pages[key] = _held(ask, read, place)
                n_held += len(read.body)
            items.append(_item(place, framed, read, why))
    except InputError as error:
        return Step(is_done=True, outcome=ItemOutcome.UNREADABLE, note=str(error))
    return Step(items=tuple(items), pages=tuple(pages.values()), cursor=task.unit.cursor, is_done=True)


def read_record(framed: Framed) -> Record | Why:
    """Return the response that a record holds, or why it holds none that can be used. Pure."""
    said = _fields(framed.head)
    if framed.problem:
        return framed.problem, framed.note
    kind = said.get("warc-type", "").lower()
    if kind == "revisit":
        return ItemOutcome.REVISIT, "it holds no page, only that it was as before"
    if kind not in ("response", "resource"):
        return ItemOutcome.NOT_RESPONSE, kind or "no type"
    if (wrong := _wrong_digest(said.get("warc-block-digest"), framed.block)) is not None:
        return ItemOutcome.WRONG_DIGEST, wrong
    if kind == "resource":
        head, body = (f"HTTP/1.1 200 OK\r\nContent-Type: {said.get('content-type', '')}"), framed.block
    else:
        raw, _, body = framed.block.partition(b"\r\n\r\n")
        head = raw.decode("latin-1")
    return _response(said, head, body)


def _response(said: Mapping[str, str], head: str, body: bytes) -> Record | Why:
    status_line, *lines = head.split("\r\n")
    headers = tuple((name.strip(), value.strip()) for name, colon, value in (x.partition(":") for x in lines) if colon)
    answered = {name.lower(): value for name, value in headers}
    is_chunked = "chunked" in answered.get("transfer-encoding", "").lower()
    wrong = _wrong_digest(said.get("warc-payload-digest"), body)
    if wrong is not None and not is_chunked and "content-encoding" not in answered:  # of coded ones its meaning differs
        return ItemOutcome.WRONG_DIGEST, wrong
    body = _unchunked(body) if is_chunked else body
    coding = answered.get("content-encoding", "").strip().lower()
    if coding in ("gzip", "x-gzip") and not body.startswith(b"\x1f\x8b"):
        coding = ""  # undone by who archived it, and still declared
    declared = answered.get("content-type", "")
    url, seen_at = said.get("warc-target-uri", "").strip("<> "), _moment(said.get("warc-date", ""))
    if why := _unusable(status_line, coding, declared, body) or _untold(url, seen_at):
        return why
    assert seen_at
    kept = [(name, value) for name, value in headers if name.lower() not in _HOPS | {"content-encoding"}]
    if coding:
        kept.append(("Content-Encoding", coding))
    return Record(url=url, observed_at=seen_at, status_line=status_line, headers=tuple(kept), body=body)


def _unusable(status_line: str, coding: str, declared: str, body: bytes) -> Why | None:
    status = status_line.split(" ", 2)[1:2]
    if not status_line.startswith("HTTP/") or not status or status[0] not in ("200", "203"):
        return ItemOutcome.BAD_STATUS, status_line[:100]
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        return ItemOutcome.UNREADABLE, f"content coding {coding[:40]}"
    return None if _is_html(declared, body, coding) else (ItemOutcome.NOT_HTML, declared[:100] or None)


def _untold(url: str, seen_at: datetime | None) -> Why | None:
    if not _key(url):
        return ItemOutcome.NO_ADDRESS, url[:100] or None
    return None if seen_at else (ItemOutcome.UNREADABLE, "no WARC-Date that can be read")


def _why_not(record: Record, task: Task) -> Why | None:
    if not task.given.wants_host(host_of(record.url)):
        return ItemOutcome.NOT_WANTED, "another host"
    if not task.window.holds(record.observed_at):
        return ItemOutcome.NOT_WANTED, "another day"
    return None


def _held(ask: Ask, record: Record, place: str) -> Page:
    ask.hold(
        record.url,
        record.body,
        observed_at=record.observed_at,
        status_line=record.status_line,
        headers=record.headers,
    )
    return Page(item_id=place, url=record.url, is_held=True, observed_at=record.observed_at)


def _item(place: str, framed: Framed, read: Record | Why, why: Why | None) -> Item:
    said = _fields(framed.head)
    outcome, note = why or (None, None)
    url = read.url if isinstance(read, Record) else said.get("warc-target-uri")
    seen_at = _moment(said.get("warc-date", ""))
    return Item(item_id=place, url=url, observed_at=seen_at, outcome=outcome, note=note)


def _fields(head: bytes) -> dict[str, str]:
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace").splitlines()[1:]
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _wrong_digest(said: str | None, content: bytes) -> str | None:
    """Say how a digest differs from the one said; None where it doesn't, or can't be told."""
    name, _, value = (said or "").partition(":")
    if not value:
        return None
    try:
        found = new_hash(name.lower().replace("-", ""), content, usedforsecurity=False)
    except (ValueError, TypeError):  # a way of hashing that we don't have
        return None
    is_right = value.upper().rstrip("=") == b32encode(found.digest()).decode().rstrip("=") or (
        value.lower() == found.hexdigest()
    )
    return None if is_right else f"{said} said, {name}:{b32encode(found.digest()).decode()} found"


def _unchunked(body: bytes) -> bytes:
    """Undo chunked coding; what isn't so coded after all, stays."""
    parts, at = [], 0
    while match := re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r\n").match(body, at):
        size = int(match[1], 16)
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size + 2
        if not size:
            break
    return b"".join(parts) if parts else body


def _is_html(declared: str, body: bytes, coding: str) -> bool:
    kind = declared.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return bool(body.strip())
    return not kind and not coding and _HTML.match(body[:2048]) is not None


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _key(url: str) -> str:
    with suppress(BadUrlError):
        return url_key(url)
    return ""


def _files(addresses: tuple[str, ...]) -> Iterator[tuple[Path, bool]]:
    """Yield each file, and whether it was named itself."""
    for address in addresses:
        root = Path(address)
        if not root.exists():
            raise InputError(f"{address}: no such file or folder")
        if root.is_dir():
            yield from ((path, False) for path in sorted(root.rglob("*")) if _SUFFIX.search(path.name))
        else:
            yield root, True


def _day_of(path: Path) -> date | None:
    """Return the day that a file's name tells, as Common Crawl's and most crawlers' do."""
    for match in _DAY.finditer(path.name):
        with suppress(ValueError):
            return date(*map(int, match.groups()))
    return None


def _n_records(path: Path, sample: list[Framed]) -> float:
    if len(sample) < _SAMPLE:
        return len(sample)
    reached = int(sample[-1].place.partition(":")[0])
    return len(sample) * path.stat().st_size / reached if reached else len(sample)


SOURCE = Source(name=NAME, about="WARC files and folders: .warc, .warc.gz, .warc.zst", plan=plan, step=step)
