"""One look at a site: what is asked, what is read, what came of it."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.charset import to_text
from pipeline.config import Settings
from pipeline.discover.links import Candidate, candidates, guesses, named_sitemaps, of_index
from pipeline.errors import BadUrlError, InputError, Outcome, SettingsError
from pipeline.http import Gateway
from pipeline.isolate import Failure, Pool
from pipeline.progress import Progress
from pipeline.types import Fetch, FetchKind, ParsedFeed, Request
from pipeline.url import host_port_of, short_hash, url_key

BUDGET = 25
"""Requests to one site's discovery, robots.txt not counted."""

_COMMENTS = re.compile(r"/comments?(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a candidate: a feed, unless `problem` says why not.

    `url` is where to poll it: the candidate's, or where permanent redirects led. `outcome` is None when it wasn't asked
    for. `newest_at` is the latest date of an entry.
    """

    url: str
    where: str
    outcome: Outcome | None = None
    format: str | None = None
    title: str | None = None
    language: str | None = None
    n_entries: int = 0
    newest_at: datetime | None = None
    problem: str | None = None


def discover(settings: Settings, url: str, *, progress: Progress) -> list[Found]:
    """Look for the feeds of the site at `url`; return what became of each candidate, in the order of asking.

    Every request goes through the gateway: public addresses, robots.txt and pauses hold; answers are read in a child
    with limits. Raises BadUrlError for what is no address, SettingsError when live requests may not be made, InputError
    for a site that can't be reached.
    """
    try:
        host = host_port_of(url)
    except BadUrlError as error:
        raise BadUrlError(f"{error}; write it out, such as https://example.org/") from None
    settings.require_manners({host})
    return asyncio.run(_discover(settings, url.strip(), progress))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    candidate: Candidate
    fetch: Fetch
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a document said, without its texts; `more` is what it points to if it is no feed itself."""

    found: Found
    fingerprint: str
    more: list[Candidate] = field(default_factory=list)


def _read(job: _Job) -> _Reading:
    """Read one answer. Runs in a child."""
    from pipeline.entry import parse_feed  # noqa: PLC0415  the parent must not pay for importing feedparser

    fetch = job.fetch
    url = fetch.final_url or fetch.url
    parsed = parse_feed(job.body, feed_id="", feed_url=url, content_type=fetch.content_type, seen_at=fetch.requested_at)
    if parsed.format == "news_sitemap" and not parsed.entries:
        parsed = replace(parsed, is_refused=True, problem="a sitemap without news")
    found = _judged(job, parsed)
    if not parsed.is_refused:
        entries = [entry.entry_id for entry in parsed.entries] or [fetch.body_sha256 or ""]
        return _Reading(found=found, fingerprint=short_hash(parsed.format or "", *entries))
    text, _ = to_text(job.body, fetch.content_type)
    more = of_index(text, url) if "<sitemapindex" in text[:5000] else candidates(text, url)
    return _Reading(found=found, fingerprint=fetch.body_sha256 or "", more=more)


def _judged(job: _Job, parsed: ParsedFeed) -> Found:
    dates = [moment for entry in parsed.entries if (moment := entry.published_at or entry.updated_at)]
    return Found(
        url=job.fetch.permanent_url or job.candidate.url,
        where=job.candidate.where,
        outcome=job.fetch.outcome,
        format=parsed.format,
        title=parsed.title,
        language=parsed.language,
        n_entries=len(parsed.entries),
        newest_at=max(dates, default=None),
        problem=(parsed.problem or "no feed") if parsed.is_refused else None,
    )


async def _discover(settings: Settings, url: str, progress: Progress) -> list[Found]:
    async with Gateway(settings) as gateway:
        look = _Look(gateway, progress)
        home = await look.ask_home(url)
        if home.found.problem is None:
            return look.found
        arrived = look.arrived or url
        in_head = [one for one in home.more if "head" in one.where]
        in_body = [one for one in home.more if "head" not in one.where]
        robots = [(one.body.decode("utf-8", "replace"), one.fetch.url) for one in gateway.take_extra()]
        sitemaps = [sitemap for text, where in robots for sitemap in named_sitemaps(text, where)]
        if more := await look.ask([*in_head, *sitemaps, *in_body, *guesses(arrived)]):
            await look.ask(more)
        return look.found


class _Look:
    """One look at a site: what was asked already, what came of it, what may still be asked."""

    def __init__(self, gateway: Gateway, progress: Progress) -> None:
        self.found: list[Found] = []
        self.arrived: str | None = None
        self._gateway = gateway
        self._progress = progress
        self._keys: set[str] = set()
        self._bodies: dict[str, str] = {}
        self._n_asked = 0

    async def ask_home(self, url: str) -> _Reading:
        """Ask for the page that a person named. Raises InputError when there is nobody to answer."""
        job = await self._fetch(Candidate(url=url, where="the address itself"), "page")
        fetch = job.fetch
        if fetch.http_status is None and fetch.outcome is not Outcome.ROBOTS:
            raise InputError(f"{url} can't be reached ({_why(fetch)}): check the address, or try again later")
        self.arrived = fetch.final_url
        return self._settle([job])[0]

    async def ask(self, wanted: Sequence[Candidate]) -> list[Candidate]:
        """Ask for candidates one after another, read the answers; return what those that are no feeds point to."""
        jobs: list[_Job] = []
        with self._progress.task("asking", len(wanted)) as advance:
            for candidate in wanted:
                if self._may_ask(candidate):
                    try:
                        jobs.append(await self._fetch(candidate, "feed"))
                    except SettingsError as error:  # an excepted site points to a live host
                        self.found.append(Found(url=candidate.url, where=candidate.where, problem=str(error)))
                advance()
        return [
            replace(one, where=f"listed at {reading.found.url}")
            for reading in self._settle(jobs)
            for one in reading.more
            if self._is_ours(reading.found.url)
        ]

    def _may_ask(self, candidate: Candidate) -> bool:
        """Whether to ask; what isn't asked for a reason worth telling is told."""
        if url_key(candidate.url) in self._keys:
            return False
        self._keys.add(url_key(candidate.url))
        problem = None
        if _COMMENTS.search(urlsplit(candidate.url).path):
            problem = "not asked: readers' comments, not news"
        elif self._n_asked >= BUDGET:
            problem = f"not asked: {BUDGET} requests were made"
        if problem:
            self.found.append(Found(url=candidate.url, where=candidate.where, problem=problem))
        return problem is None

    async def _fetch(self, candidate: Candidate, kind: FetchKind) -> _Job:
        self._n_asked += 1
        response = await self._gateway.get(Request(url=candidate.url, kind=kind))
        self._keys |= {url_key(url) for url in (candidate.url, response.fetch.final_url) if url}
        return _Job(candidate=candidate, fetch=response.fetch, body=response.body)

    def _settle(self, jobs: list[_Job]) -> list[_Reading]:
        """Read the answers, in a child that may die; note what each came to."""
        readable = [job for job in jobs if job.fetch.outcome is Outcome.OK]
        read: dict[str, _Reading | Failure] = {}
        if readable:
            with Pool(1, task=_read, preload=("pipeline.entry.parse",), timeout_s=15, cpu_s=10) as pool:
                read = {job.fetch.fetch_id: result for job, result in pool.map(readable)}
        readings = [_reading(job, read.get(job.fetch.fetch_id)) for job in jobs]
        self.found += [self._once(reading, job.fetch) for reading, job in zip(readings, jobs, strict=True)]
        return readings

    def _once(self, reading: _Reading, fetch: Fetch) -> Found:
        """Return what was found, as a problem if it is what we have under another address."""
        found = reading.found
        if found.problem:
            return found
        marks = (reading.fingerprint, fetch.body_sha256 or "")
        twin = next((self._bodies[mark] for mark in marks if mark in self._bodies), None)
        for mark in marks:
            self._bodies.setdefault(mark, found.url)
        return replace(found, problem=f"the same as {twin}") if twin else found

    def _is_ours(self, url: str) -> bool:
        """Whether `url` is the site's own: pages elsewhere point to feeds of others."""
        return bool(self.arrived) and _site(url) == _site(self.arrived or "")


def _reading(job: _Job, result: _Reading | Failure | None) -> _Reading:
    if isinstance(result, _Reading):
        return result
    problem = f"hurt the parser ({result.reason})" if result else _why(job.fetch)
    candidate = job.candidate
    found = Found(url=candidate.url, where=candidate.where, outcome=job.fetch.outcome, problem=problem)
    return _Reading(found=found, fingerprint="")


def _why(fetch: Fetch) -> str:
    return fetch.note or fetch.outcome.value.replace("_", " ")


def _site(url: str) -> str:
    return url_key(url).partition("/")[0]
