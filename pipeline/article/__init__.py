"""Pages → articles: extraction in children that may die, then one article an entry."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.article import language
from pipeline.article.boilerplate import KnownHost, Recorded, learn, recorded_of, strip
from pipeline.article.compose import PageText, compose
from pipeline.article.facts.titles import without_outlet
from pipeline.article.repeated import KnownTexts, Seen, repeated
from pipeline.article.sites import Site, read_sites, site_of
from pipeline.article.words import text_hash
from pipeline.config import Settings
from pipeline.errors import BadUrlError, Outcome, StoreError
from pipeline.isolate import Failure, Pool
from pipeline.progress import Progress
from pipeline.types import Article, Boilerplate, DateCandidate, Fetch, PageJob, Quarantined
from pipeline.url import host_of, short_hash

if TYPE_CHECKING:
    from pipeline.article.extract import Extracted

_TIMEOUT_S = 15
_CPU_S = 10
_SECOND_TRY_AFTER = timedelta(days=1)
MAX_STRIKES = 2
"""A page that hurt the parser so often is quarantined: not asked for again before `conflictwire requeue`."""
NO_RECORD = "no_record"
"""The failure of a page whose bytes are gone from the archive, or damaged there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One entry's article, every date that was said of it, why its page could not be read, and a strike for it."""

    article: Article
    dates: tuple[DateCandidate, ...]
    quarantined: Quarantined | None
    failure: str | None = None
    boilerplate: tuple[Boilerplate, ...] = ()  # what the host's pages taught, with the first of its articles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What a child gets: a job by its place, and where its page lies."""

    place: int
    root: Path
    raw_ref: str
    site: Site | None


def make_articles(
    settings: Settings,
    jobs: Sequence[PageJob],
    fetches: Mapping[str, Fetch],
    *,
    now: datetime,
    progress: Progress,
    known_texts: KnownTexts = lambda _: (),
    hosts: Mapping[str, KnownHost] | None = None,
    recorded: Mapping[str, Recorded] | None = None,
) -> Iterator[Made]:
    """Make one article of each job; `fetches` maps a link to what asking for it came to.

    `known_texts` tells of stored pages by the hashes of their words, so that placeholders are known across batches.
    With `hosts`, what is known of the jobs' (`hosts_of`), what their pages repeat is learnt from all of them and taken
    out; with `recorded` instead, by entry_id, what was taken out before.
    A page that hangs, balloons or kills its child costs only itself: the feed's words stand in for it.
    """
    sites = read_sites(settings.sites)
    waiting = []
    for place, job in enumerate(jobs):
        fetch = fetches.get(job.link or "")
        if fetch and fetch.outcome is Outcome.OK and fetch.raw_ref:
            site = site_of(sites, _host(job))
            waiting.append(_Job(place=place, root=settings.warc, raw_ref=fetch.raw_ref, site=site))
        else:
            yield _made(job, fetch, None, now=now)
    pages: dict[int, PageText] = {}
    with progress.task("extracting", len(waiting)) as advance:
        for done, page in _extract_all(settings, waiting):
            pages[done.place] = page
            advance()
    placeholders = _placeholders(jobs, pages, known_texts)
    learnt = _learnt(jobs, pages, hosts, now=now) if hosts is not None else {}
    told: set[str] = set()
    for place, page in pages.items():
        job = jobs[place]
        host = _host(job)
        repeats = recorded_of(learnt.get(host, ())) if recorded is None else recorded.get(job.entry_id)
        judged = replace(_stripped(page, repeats), is_repeated=job.url_key in placeholders)
        made = _made(job, fetches[job.link or ""], judged, now=now)
        yield made if host in told else replace(made, boilerplate=learnt.get(host, ()))
        told.add(host)


def hosts_of(jobs: Iterable[PageJob]) -> set[str]:
    """Return the hosts of the jobs' pages, as what they repeat is kept by."""
    return {host for host in map(_host, jobs) if host}


def _host(job: PageJob) -> str:
    try:
        return host_of(job.link) if job.link else ""
    except BadUrlError:
        return ""


def _learnt(
    jobs: Sequence[PageJob], pages: Mapping[int, PageText], hosts: Mapping[str, KnownHost], *, now: datetime
) -> dict[str, tuple[Boilerplate, ...]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for place, page in pages.items():
        if page.text:
            texts[_host(jobs[place])].append(page.text)
    return {host: learn(host, some, hosts.get(host, KnownHost()), now=now) for host, some in texts.items()}


def _stripped(page: PageText, repeats: Recorded | None) -> PageText:
    if not page.text or not repeats:
        return page
    text = strip(page.text, repeats.paragraphs)
    return replace(page, text=text, whole=page.text, boilerplate_version=repeats.version)


def _placeholders(jobs: Sequence[PageJob], pages: Mapping[int, PageText], known_texts: KnownTexts) -> frozenset[str]:
    """Return the address keys of the batch whose text is their host's for whatever is asked."""
    seen = []
    for place, page in pages.items():
        job, text_sha256 = jobs[place], text_hash(page.text)
        if job.url_key and page.text and text_sha256:
            title = without_outlet(job.title, job.source_name)
            seen.append((Seen(url_key=job.url_key, title=title, text_sha256=text_sha256), page.text))
    return repeated(seen, known_texts({one.text_sha256 for one, _ in seen}) if seen else ())


def _extract_all(settings: Settings, jobs: Sequence[_Job]) -> Iterator[tuple[_Job, PageText]]:
    if not jobs:
        return
    n_workers = min(settings.extract_workers, len(jobs))
    with Pool(
        n_workers,
        task=_extract,
        preload=("pipeline.article.extract",),
        prepare=language.load,
        timeout_s=_TIMEOUT_S,
        cpu_s=_CPU_S,
    ) as pool:
        for job, result in pool.map(jobs):
            yield job, _page_text(result, job.site)


def _extract(job: _Job) -> "Extracted":
    from pipeline.article.extract import extract  # noqa: PLC0415  the parent must not pay for importing trafilatura

    return extract(job.root, job.raw_ref, job.site)


def _page_text(result: "Extracted | Failure", site: Site | None) -> PageText:
    if isinstance(result, Failure) and result.detail.startswith(StoreError.__name__):
        return PageText(failure=NO_RECORD)
    if isinstance(result, Failure):
        return PageText(failure=f"parser_{result.reason}")
    return PageText(
        text=result.text,
        language=result.language,
        language_confidence=result.language_confidence,
        facts=result.facts,
        note=result.note,
        is_cut=result.is_cut,
        signs=result.signs,
        extractor=result.extractor,
        extractor_version=_extractor_version() + (f" site:{site.version}" if site else ""),
    )


@cache
def _extractor_version() -> str:
    return f"{version('trafilatura')} fast"  # read from its files: a tenth of what a page costs here


def _made(job: PageJob, fetch: Fetch | None, page: PageText | None, *, now: datetime) -> Made:
    article, dates = compose(job, fetch, page, now=now)
    if article.language is None:
        found, confidence = language.identify(f"{article.title or ''}\n{article.text or ''}")
        article = replace(article, language=found, language_confidence=confidence)
    case = _case(job, fetch, page, now)
    if case and 0 < case.n_strikes + job.n_strikes < MAX_STRIKES:
        article = replace(article, page_retry_at=now + _SECOND_TRY_AFTER)
    return Made(article=article, dates=dates, quarantined=case, failure=page.failure if page else None)


def _case(job: PageJob, fetch: Fetch | None, page: PageText | None, now: datetime) -> Quarantined | None:
    """Return a strike against a page that hurt the parser, or what takes it back once the page did no harm."""
    is_hurt = page is not None and page.failure not in (None, NO_RECORD)
    if fetch is None or page is None or page.failure == NO_RECORD or not (is_hurt or job.n_strikes):
        return None
    return Quarantined(
        quarantine_id=short_hash("page", fetch.url),
        kind="page",
        url=fetch.url,
        raw_ref=fetch.raw_ref,
        reason=page.failure or "read after all",
        n_strikes=int(is_hurt),
        quarantined_at=now,
    )
