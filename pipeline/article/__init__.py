"""Pages → articles: extraction in children that may die, then one article an entry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.article.compose import PageText, compose
from pipeline.article.facts.titles import without_outlet
from pipeline.article.language import identify
from pipeline.article.repeated import KnownTexts, Seen, repeated
from pipeline.article.words import text_hash
from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.isolate import Failure, Pool
from pipeline.progress import Progress
from pipeline.types import Article, DateCandidate, Fetch, PageJob, Quarantined
from pipeline.url import short_hash

if TYPE_CHECKING:
    from pipeline.article.extract import Extracted

_TIMEOUT_S = 15
_CPU_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One entry's article, every date that was said of it, and the page set aside for hurting the parser."""

    article: Article
    dates: tuple[DateCandidate, ...]
    quarantined: Quarantined | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What a child gets: a job by its place, and where its page lies."""

    place: int
    root: Path
    raw_ref: str


def make_articles(
    settings: Settings,
    jobs: Sequence[PageJob],
    fetches: Mapping[str, Fetch],
    *,
    now: datetime,
    progress: Progress,
    known_texts: KnownTexts = lambda _: (),
) -> Iterator[Made]:
    """Make one article of each job; `fetches` maps a link to what asking for it came to.

    `known_texts` tells of stored pages by the hashes of their words, so that placeholders are known across batches.
    A page that hangs, balloons or kills its child costs only itself: the feed's words stand in for it.
    """
    waiting = []
    for place, job in enumerate(jobs):
        fetch = fetches.get(job.link or "")
        if fetch and fetch.outcome is Outcome.OK and fetch.raw_ref:
            waiting.append(_Job(place=place, root=settings.warc, raw_ref=fetch.raw_ref))
        else:
            yield _made(job, fetch, None, now=now)
    pages: dict[int, PageText] = {}
    with progress.task("extracting", len(waiting)) as advance:
        for done, page in _extract_all(settings, waiting):
            pages[done.place] = page
            advance()
    placeholders = _placeholders(jobs, pages, known_texts)
    for place, page in pages.items():
        job = jobs[place]
        judged = replace(page, is_repeated=job.url_key in placeholders)
        yield _made(job, fetches[job.link or ""], judged, now=now)


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
        n_workers, task=_extract, preload=("pipeline.article.extract",), timeout_s=_TIMEOUT_S, cpu_s=_CPU_S
    ) as pool:
        for job, result in pool.map(jobs):
            yield job, _page_text(result)


def _extract(job: _Job) -> "Extracted":
    from pipeline.article.extract import extract  # noqa: PLC0415  the parent must not pay for importing trafilatura

    return extract(job.root, job.raw_ref)


def _page_text(result: "Extracted | Failure") -> PageText:
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
    )


def _made(job: PageJob, fetch: Fetch | None, page: PageText | None, *, now: datetime) -> Made:
    article, dates = compose(
        job, fetch, page, now=now, extractor="trafilatura", extractor_version=f"{version('trafilatura')} fast"
    )
    if article.language is None:
        language, confidence = identify(f"{article.title or ''}\n{article.text or ''}")
        article = replace(article, language=language, language_confidence=confidence)
    return Made(article=article, dates=dates, quarantined=_quarantined(fetch, page, now))


def _quarantined(fetch: Fetch | None, page: PageText | None, now: datetime) -> Quarantined | None:
    if fetch is None or page is None or page.failure is None:
        return None
    return Quarantined(
        quarantine_id=short_hash("page", fetch.url),
        kind="page",
        url=fetch.url,
        raw_ref=fetch.raw_ref,
        reason=page.failure,
        n_strikes=1,
        quarantined_at=now,
    )
