"""RSS 0.9x to 2.0, RSS 1.0 and Atom, read by feedparser: this is the one module that imports it. Pure.

feedparser gets a stream of bytes and nothing else: given a str it would open files and addresses.
"""

import re
from io import BytesIO
from typing import Any

import feedparser

from pipeline.entry.item import Document, Item
from pipeline.entry.skips import read_skips
from pipeline.types import FeedPages

_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"
_HEADERS = {"content-type": "application/xml; charset=utf-8"}  # keeps it from guessing what we know
_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MISPLACED = re.compile(rb"<(/?)(image|textinput)(?=[\s/>])", re.IGNORECASE)
_MAX_TTL_S = 2_592_000
_HISTORY = "http://purl.org/syndication/history/1.0"

# Its own date handlers roll 30 February over to 2 March and give "21:30" today's date. We read the raw strings
# (pipeline.dates), so one handler that answers at once saves their time and their patterns.
feedparser.registerDateHandler(lambda _: (2000, 1, 1, 0, 0, 0, 5, 1, 0))


def read_syndication(xml: bytes) -> Document:
    """Read `xml`, UTF-8 that starts with its root element and has no DTD."""
    try:
        parsed = _parsed(xml)
    except LookupError:  # feedparser loses its place at an image or a text input in the wrong one; we need neither
        parsed = _parsed(_MISPLACED.sub(rb"<\1x-\2", xml))
    feed, form = dict(parsed.feed), parsed.version or "unknown"
    is_atom = form.startswith("atom")
    fallback = (
        _authors(feed, is_atom=True) if is_atom else ()
    )  # RFC 4287, 4.2.1: a feed's author is that of entries without
    skip_hours, skip_days = read_skips(xml) if form.startswith("rss") else ((), ())
    return Document(
        format=form,
        title=feed.get("title"),
        language=feed.get("language"),
        base=None if is_atom else feed.get("link"),
        ttl_s=_ttl_s(feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
        items=tuple(_item(dict(entry), is_atom=is_atom, authors=fallback) for entry in parsed.entries),
        problem=str(parsed.bozo_exception) if parsed.bozo else None,
        pages=_pages(feed, dict(parsed.namespaces)),
    )


def _parsed(xml: bytes) -> Any:
    return feedparser.parse(
        BytesIO(_DECLARATION + xml), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
    )


def _pages(feed: dict[str, Any], spaces: dict[str, str]) -> FeedPages:
    """Return where the feed goes on: the links and the mark of RFC 5005 (https://www.rfc-editor.org/rfc/rfc5005)."""
    links = {str(dict.get(link, "rel")).lower(): dict.get(link, "href") for link in reversed(feed.get("links", ()))}
    return FeedPages(
        next_url=links.get("next"),
        older_url=links.get("prev-archive"),
        is_complete=any(f"{prefix}_complete" in feed for prefix, space in spaces.items() if space == _HISTORY),
    )


# Plain dicts from here on: feedparser's own `get` takes 2 µs, and answers "updated" with "published".
_get = dict.get


def _item(entry: dict[str, Any], *, is_atom: bool, authors: tuple[str, ...]) -> Item:
    published, updated = entry.get("published") or entry.get("created"), entry.get("updated")
    if not is_atom and not published:
        published, updated = updated, None  # dc:date, which feedparser files under "updated"
    content = max((_get(part, "value") or "" for part in entry.get("content", ())), key=len, default="")
    summary = entry.get("summary")
    return Item(
        guid=entry.get("id"),
        guid_is_link=bool(entry.get("guidislink")),
        link=_link(entry),
        title=entry.get("title"),
        summary=None if summary == content else summary,  # feedparser fills a missing one with the content
        content=content or None,
        authors=_authors(entry, is_atom=is_atom) or authors,
        categories=tuple(_get(tag, "label") or _get(tag, "term") or "" for tag in entry.get("tags", ())),
        published=published,
        updated=updated,
    )


def _link(entry: dict[str, Any]) -> str | None:
    """Return the address of the page: feedparser's pick among a text/html alternates, else any alternate."""
    links = entry.get("links", ())
    alternates = [href for link in links if _get(link, "rel") == "alternate" and (href := _get(link, "href"))]
    picked = entry.get("link")
    return picked if picked in alternates else next(iter(alternates), None)


def _authors(thing: dict[str, Any], *, is_atom: bool) -> tuple[str, ...]:
    """Return names. Of RSS's "desk@paper.example (Ida Sund)" feedparser may cut off the wrong half."""
    people = thing.get("authors", ())
    names = tuple(
        name for person in people if (name := _get(person, "name")) and (is_atom or not _get(person, "email"))
    )
    said = str(thing.get("author") or "")
    return names or ((_beside_address(said),) if "@" in said else ())


def _beside_address(said: str) -> str:
    name = said.partition("(")[2].rpartition(")")[0] if "(" in said else said.partition("<")[0]
    return name.strip() or said


def _ttl_s(feed: dict[str, Any]) -> int | None:
    """Return for how long the feed says that it stays as it is, up to 30 days: RSS ttl, else sy:updatePeriod."""
    if minutes := _count(feed.get("ttl")):
        return min(minutes * 60, _MAX_TTL_S)
    period = _PERIODS_S.get(str(feed.get("sy_updateperiod")).strip().lower())
    return min(period // (_count(feed.get("sy_updatefrequency")) or 1), _MAX_TTL_S) if period else None


def _count(text: object) -> int | None:
    digits = str(text).strip()
    return int(digits) or None if digits.isascii() and digits.isdecimal() and len(digits) < 8 else None
