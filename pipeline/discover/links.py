"""What may be a feed: links of a page, sitemaps, usual paths. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from pipeline.url import normalize_url, url_key

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_VAGUE_TYPES = frozenset({"", "application/xml", "text/xml", "application/json"})  # WordPress' API is an alternate, too
_SITEMAPS = ("sitemap.xml", "news-sitemap.xml")
_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
_MAX_CANDIDATES = 100  # of one page
_MAX_SITEMAPS = 4
_MAX_ANCHORS = 20_000  # more than any page for people has
_MAX_HREF_CHARS = 4096
_WORDS = frozenset(
    {"rss", "atom", "feed", "feeds", "rss feed", "rss feeds", "news feed", "xml"}
)  # all that a link says
_LAST_SEGMENT = re.compile(
    r"(?:.*[._-])?(?:rss|atom|rdf|feeds?|newsfeed|rssfeed)\d*(?:\.(?:xml|json|php|aspx?|html?))?"
)
_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output|view)=(?:rss2?|atom|rdf|feed)(?:&|$)")
_READERS = frozenset(
    {"feedly.com", "inoreader.com", "newsblur.com", "theoldreader.com", "netvibes.com", "add.my.yahoo.com"}
)
_HUGE_TAG = re.compile(r"<[^<>]{20000,}")  # thousands of attributes take libxml2 minutes
_NAMED_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
_LOCATION = re.compile(r"<loc>\s*([^<\s]{1,2048})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a feed's, and what made us think so."""

    url: str
    where: str


def candidates(html: str, base_url: str) -> list[Candidate]:
    """Return the addresses of feeds that a page links to, head first, each once, at most 100. Pure."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    root = etree.fromstring(_HUGE_TAG.sub("<p", html).encode("utf-8", "replace"), parser) if html.strip() else None
    if root is None:
        return []
    base = next((url for node in root.iter("base") if (url := _absolute(base_url, node.get("href")))), base_url)
    unique: dict[str, Candidate] = {}
    for found in (*_in_head(root, base), *_in_body(root, base)):
        unique.setdefault(url_key(found.url), found)
        if len(unique) == _MAX_CANDIDATES:
            break
    return list(unique.values())


def _in_head(root: etree._Element, base: str) -> Iterator[Candidate]:
    for link in root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        url = _absolute(base, link.get("href")) if {"alternate", "feed"} & set(rel) else None
        if url and (kind in _TYPES or "feed" in rel or (kind in _VAGUE_TYPES and _looks_like_feed(url))):
            yield Candidate(url=url, where="link in the page's head")


def _in_body(root: etree._Element, base: str) -> Iterator[Candidate]:
    seen: set[str | None] = set()
    for anchor in islice(root.iter("a", "area"), _MAX_ANCHORS):
        said = {(text or "").strip().lower() for text in (anchor.text, anchor.get("title"), anchor.get("aria-label"))}
        is_typed = (anchor.get("type") or "").strip().lower() in _TYPES
        href = anchor.get("href")
        url = None if href in seen else _absolute(base, href)
        if url and (is_typed or said & _WORDS or _looks_like_feed(url)):
            seen.add(href)
            yield Candidate(url=url, where="link in the page")


def _absolute(base: str, href: str | None) -> str | None:
    """Return what `href` points to, None unless that is an http(s) address; `feed:` is a prefix of old."""
    text = re.sub(r"^feed:(?=//)", "http:", (href or "").strip()[:_MAX_HREF_CHARS]).removeprefix("feed:")
    if not text or text.startswith("#"):
        return None
    try:
        url = urldefrag(urljoin(base, text)).url
        normalize_url(url)
    except ValueError:  # BadUrlError is one
        return None
    return url


def _looks_like_feed(url: str) -> bool:
    parts = urlsplit(url.lower())
    if (parts.hostname or "").removeprefix("www.") in _READERS:
        return False  # `add this to your reader`
    *folders, last = parts.path.strip("/").split("/")
    is_file = last.endswith((".xml", ".json"))
    return (
        _LAST_SEGMENT.fullmatch(last) is not None
        or not {"rss", "atom"}.isdisjoint(folders)
        or (is_file and ("rss" in last or not {"feed", "feeds"}.isdisjoint(folders)))
        or _QUERY.search(parts.query) is not None
    )


def named_sitemaps(robots: str, base_url: str) -> list[Candidate]:
    """Return the sitemaps that robots.txt names, at most 4; those that say news come first."""
    found = [url for name in _NAMED_SITEMAP.findall(robots) if (url := _absolute(base_url, name))]
    news_first = sorted(dict.fromkeys(found), key=lambda url: "news" not in url.lower())
    return [Candidate(url=url, where="sitemap in robots.txt") for url in news_first[:_MAX_SITEMAPS]]


def of_index(text: str, url: str) -> list[Candidate]:
    """Return the sitemaps of an index that say news. Archives carry a date in their names: the shorter come first."""
    found = {child for name in _LOCATION.findall(text) if "news" in name.lower() and (child := _absolute(url, name))}
    chosen = sorted(found, key=lambda child: (len(child), child))[:_MAX_SITEMAPS]
    return [Candidate(url=child, where=f"listed at {url}") for child in chosen]


def guesses(url: str) -> list[Candidate]:
    """Return the usual places: below the site's root, and the most usual one below the page itself."""
    below = [*(urljoin(url, f"/{path}") for path in (*_SITEMAPS, *_PATHS)), f"{urldefrag(url).url.rstrip('/')}/feed"]
    return [Candidate(url=guess, where="usual path") for guess in below if "?" not in guess]
