"""What a sitemap says: the protocol of sitemaps.org (version 0.9) and Google's news extension. Pure.

A file has at most 50,000 addresses and 50 MB (52,428,800 bytes) unpacked; it may be XML, one address a line, and gz.
"""

import re
import zlib
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from pipeline.charset import to_text

MAX_BYTES = 52_428_800
MAX_PLACES = 50_000
_NEWS = "{http://www.google.com/schemas/sitemap-news/"
_ENTRIES = ("{*}url", "{*}sitemap", "url", "sitemap")
_NAMED = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
_YEAR = r"(19[89]\d|20\d\d)"
_MONTH = re.compile(rf"(?<!\d){_YEAR}[-_/]?(0[1-9]|1[0-2])(?:[-_/]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_QUERY = {"year": ("yyyy", "year"), "month": ("mm", "month"), "day": ("dd", "day")}


class NoSitemapError(ValueError):
    """What came is no sitemap, or none that is safe to read; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of a sitemap: of a page, or of a sitemap where the file is an index. Dates are as they were written."""

    url: str
    last_changed: str | None = None
    title: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A whole file; `problem` says why it is only a part."""

    is_index: bool
    places: tuple[Place, ...]
    problem: str | None = None


def named_sitemaps(robots: str) -> list[str]:
    """Return the addresses that a robots.txt names as sitemaps, each once, as they stand."""
    return list(dict.fromkeys(_NAMED.findall(robots)))


def read_sitemap(body: bytes) -> Sitemap:
    """Read a file of any kind. Raises NoSitemapError."""
    body = _unpacked(body)
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
    if start.startswith(b"<"):
        return _of_xml(body)
    lines = to_text(body, "text/plain")[0].split()
    if not lines or not all(line.lower().startswith(("http://", "https://")) for line in lines[:20]):
        raise NoSitemapError("neither XML nor a list of addresses")
    return Sitemap(
        is_index=False, places=tuple(Place(url=line) for line in lines[:MAX_PLACES]), problem=_too_many(len(lines))
    )


def span_of_name(url: str) -> tuple[date, date] | None:
    """Return the days that the name of a sitemap says it is of (`posts-2023-10.xml`, `?yyyy=2023&mm=10`), if any."""
    parts = urlsplit(url)
    said = {name: values[0] for name, values in parse_qs(parts.query).items() if values[0].isdigit()}
    year, month, day = (next((said[key] for key in keys if key in said), None) for keys in _QUERY.values())
    if not (year and month) and (found := _MONTH.search(parts.path)):
        year, month, day = found.groups()
    with suppress(ValueError):
        if year and month:
            first = date(int(year), int(month), int(day or 1))
            return first, first if day else first.replace(day=monthrange(first.year, first.month)[1])
        if year:
            return date(int(year), 1, 1), date(int(year), 12, 31)
    return None


def may_hold(place: Place, last_change: date | None, *, first_day: date, last_day: date) -> bool:
    """Whether a sitemap of an index may list pages of these days: nothing was published after the last change of it."""
    margin = timedelta(days=1)  # the publisher's days aren't those of UTC
    if last_change and last_change < first_day - margin:
        return False
    span = span_of_name(place.url)
    return span is None or (span[0] - margin <= last_day and first_day <= span[1] + margin)


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        if len(body) > MAX_BYTES:
            raise NoSitemapError(f"more than {MAX_BYTES:,} bytes")
        return body
    plain = b""
    while body.startswith(b"\x1f\x8b"):  # a gz may have several members (RFC 1952, 2.2)
        unpacker = zlib.decompressobj(31)
        try:
            plain += unpacker.decompress(body, MAX_BYTES + 1 - len(plain))
        except zlib.error as error:
            raise NoSitemapError(f"broken gz: {error}") from None
        if len(plain) > MAX_BYTES:
            raise NoSitemapError(f"more than {MAX_BYTES:,} bytes unpacked")
        body = unpacker.unused_data
    return plain


def _of_xml(body: bytes) -> Sitemap:
    if b"<!ENTITY" in body[:65_536]:
        raise NoSitemapError("a DTD that declares entities")
    reader = etree.iterparse(
        BytesIO(body), events=("end",), tag=_ENTRIES, recover=True, resolve_entities=False, no_network=True,
        load_dtd=False,
    )  # fmt: skip
    places: list[Place] = []
    n = 0
    try:
        for _, element in reader:
            n += 1
            if n <= MAX_PLACES:
                places += _place(element)
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        if not places:
            raise NoSitemapError(f"broken XML: {error.msg}") from None
    root = etree.QName(reader.root).localname.lower() if reader.root is not None else ""
    if root not in ("urlset", "sitemapindex"):
        raise NoSitemapError(f"no sitemap, but <{root}>" if root else "no XML")
    problem = _too_many(n) or ("broken XML: the rest is left out" if reader.error_log else None)
    return Sitemap(is_index=root == "sitemapindex", places=tuple(places), problem=problem)


def _place(entry: etree._Element) -> Iterator[Place]:
    said: dict[str, str] = {}
    for element in entry.iter():
        if isinstance(element.tag, str):
            space, _, name = element.tag.rpartition("}")
            is_news = space.startswith(_NEWS) or name.startswith("news:")
            local = name.rpartition(":")[2].lower()
            key = f"news:{local}" if is_news else local
            said[key] = said.get(key) or (element.text or "").strip()
    if said.get("loc"):
        yield Place(
            url=said["loc"],
            last_changed=said.get("lastmod") or None,
            title=said.get("news:title") or None,
            published=said.get("news:publication_date") or None,
        )


def _too_many(n: int) -> str | None:
    return f"{n:,} addresses: those after the first {MAX_PLACES:,} are left out" if n > MAX_PLACES else None
