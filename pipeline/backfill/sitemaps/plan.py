"""Where do the sitemaps of a site start, and what may they come to? Asks for a few of them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from urllib.parse import urljoin, urlsplit

from pipeline.backfill.ask import Ask
from pipeline.backfill.sitemaps.file import NoSitemapError, Sitemap, may_hold, named_sitemaps
from pipeline.backfill.sitemaps.reader import read_apart
from pipeline.backfill.sitemaps.step import NAME
from pipeline.backfill.sitemaps.wanted import day_of, why_no_page
from pipeline.backfill.source import PAGE_BYTES, Given, Planned, Window, key_of, unit_of
from pipeline.errors import BadUrlError, InputError, Outcome
from pipeline.subscriptions import read as read_feeds
from pipeline.types import Fetch, Request
from pipeline.url import host_of, normalize_url

_COMMON = (
    "/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/wp-sitemap.xml", "/news-sitemap.xml",
    "/sitemap-news.xml", "/sitemap.xml.gz", "/sitemap.txt",
)  # fmt: skip
_FILE = re.compile(r"\.(?:xml|txt|gz)$|sitemap[^/]*$", re.IGNORECASE)
_SAMPLE = 3  # sitemaps of a site that a plan reads beside those it starts from
_GONE = frozenset({Outcome.HTTP_404, Outcome.GONE, Outcome.SOFT_404, Outcome.EMPTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What a plan saw of one site."""

    starts: tuple[str, ...]
    n_sitemaps: int
    n_pages: int | None
    n_bytes: int
    hosts: Mapping[str, int]
    missing: tuple[str, ...]


def plan(ask: Ask, given: Given, window: Window) -> Planned:
    """One unit for each sitemap that a site starts from; reads those, and some of what they lead to, to tell numbers.

    Raises InputError where an address is no http(s) address.
    """
    surveys = [_survey(ask, site, given, window) for site in _sites(given)]
    n_pages = None if any(one.n_pages is None for one in surveys) else sum(one.n_pages or 0 for one in surveys)
    n_sitemaps = sum(one.n_sitemaps for one in surveys)
    hosts: Counter[str] = sum((Counter(one.hosts) for one in surveys), Counter())
    n_asked = (n_pages or 0) if given.is_fetching else 0
    starts = dict.fromkeys(start for one in surveys for start in one.starts)
    return Planned(
        units=tuple(unit_of(NAME, start, now=ask.now()) for start in starts),
        n_items=n_pages,
        n_requests=None if n_pages is None else n_asked + n_sitemaps + len(hosts),
        n_bytes=None if n_pages is None else n_asked * PAGE_BYTES + sum(one.n_bytes for one in surveys),
        hosts=hosts,
        cannot_be_had=tuple(reason for one in surveys for reason in one.missing),
    )


def _survey(ask: Ask, site: str, given: Given, window: Window) -> _Survey:
    """Find where a site's sitemaps start, and what they may come to."""
    starts, missing = _starts(ask, site)
    sample: dict[str, Sitemap] = {}
    sizes: list[int] = []
    leaves: dict[str, None] = {}
    for start in starts[: _SAMPLE + 1]:
        _look(ask, start, sample, sizes, missing)
        if start in sample and sample[start].is_index:
            leaves |= dict.fromkeys(_wanted(sample[start], start, window, ask.now()))
        else:
            leaves[start] = None
    leaves |= dict.fromkeys(starts[_SAMPLE + 1 :])
    unread = [leaf for leaf in leaves if leaf not in starts[: _SAMPLE + 1]]
    for leaf in unread[:: max(1, len(unread) // _SAMPLE)][:_SAMPLE]:
        _look(ask, leaf, sample, sizes, missing)
    counts, hosts = _counts(sample, given, window, ask.now())
    n_pages = round(mean(counts) * len(leaves)) if counts else None if sample else 0
    share = (n_pages or 0) / (sum(counts) or 1)
    return _Survey(
        starts=tuple(starts),
        n_sitemaps=len(leaves) + sum(one.is_index for one in sample.values()),
        n_pages=n_pages,
        n_bytes=round(mean(sizes) * len(leaves)) if sizes else 0,
        hosts={host: round(n * share) for host, n in hosts.items()},
        missing=tuple(missing),
    )


def _starts(ask: Ask, site: str) -> tuple[list[str], list[str]]:
    """Return the sitemaps that robots.txt names, else those at a usual place; and what is missing."""
    if _FILE.search(urlsplit(site).path):
        return [site], []
    first = urljoin(site, _COMMON[0])
    row = next(iter(ask.get([Request(url=first, kind="archive")], label="sitemaps")), None)
    named = [urljoin(site, url) for url in named_sitemaps(_robots(ask, site)) if key_of(urljoin(site, url))]
    if row and row.outcome is Outcome.OK and first not in named:
        named.append(first)
    if named:
        return named, []
    outcomes = [row.outcome] if row else []
    if row and row.outcome in _GONE:
        for path in _COMMON[1:]:
            rows = ask.get([Request(url=urljoin(site, path), kind="archive")], label="sitemaps")
            outcomes += [one.outcome for one in rows]
            if rows and rows[0].outcome is Outcome.OK:
                return [rows[0].url], []
    tried = ", ".join(dict.fromkeys(map(str, outcomes)))
    return [first], [f"{site}: robots.txt names no sitemap, and where they usually are there is none ({tried})"]


def _robots(ask: Ask, site: str) -> str:
    """Return the robots.txt that was asked for on the way."""
    for row in ask.fetches.values():
        if row.kind == "robots" and row.outcome is Outcome.OK and row.raw_ref and host_of(row.url) == host_of(site):
            return ask.body(row).decode("utf-8", "replace")
    return ""


def _look(ask: Ask, url: str, sample: dict[str, Sitemap], sizes: list[int], missing: list[str]) -> None:
    """Read one sitemap for the plan."""
    row: Fetch | None = next(iter(ask.get([Request(url=url, kind="archive")], label="sitemaps")), None)
    if row is None or row.outcome is not Outcome.OK:
        why = "no leave to ask" if row is None else f"{row.outcome} {row.note or ''}".strip()
        if not missing:
            missing.append(f"{url}: {why}")
        return
    sizes.append(row.n_bytes)
    try:
        sample[url] = read_apart(ask.settings, str(row.raw_ref), progress=ask.run.progress)
    except NoSitemapError as error:
        missing.append(f"{url}: {error}")
        return
    if sample[url].problem:
        missing.append(f"{url}: {sample[url].problem}")


def _wanted(index: Sitemap, address: str, window: Window, now: datetime) -> list[str]:
    days = {"first_day": window.first_day, "last_day": window.last_day}
    wanted = [place.url for place in index.places if may_hold(place, day_of(place.last_changed, now), **days)]
    found = (urljoin(address, url) for url in wanted)
    return [url for url in found if key_of(url) and key_of(url) != key_of(address)]


def _counts(
    sample: Mapping[str, Sitemap], given: Given, window: Window, now: datetime
) -> tuple[list[int], Counter[str]]:
    """Count the pages of the window in each sitemap that was read, and whose they are."""
    counts: list[int] = []
    hosts: Counter[str] = Counter()
    for address, sitemap in sample.items():
        if not sitemap.is_index:
            urls = [(urljoin(address, place.url), place) for place in sitemap.places]
            mine = [url for url, place in urls if why_no_page(url, place, given, window, now=now) is None]
            counts.append(len(mine))
            hosts.update(map(host_of, mine))
    return counts, hosts


def _sites(given: Given) -> list[str]:
    """Return the sites and sitemaps to start from; feeds stand for their sites."""
    roots = [urljoin(feed.url, "/") for feed in read_feeds(given.feeds)]
    named = [one if "://" in one else f"https://{one}/" for one in given.addresses]
    for one in named:
        try:
            normalize_url(one)
        except BadUrlError:
            raise InputError(f"{one}: no site; name its address, such as https://paper.example/") from None
    return list(dict.fromkeys([*named, *roots]))
