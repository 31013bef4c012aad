"""Articles that are looked at again → what their pages say now.

Both pages, the one whose text stands and the new one, are read by the same code of today, so an upgraded extractor
makes no revision. A page that says something else is asked for a second time at once: only what both looks agree upon
counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.article import make_articles
from pipeline.article.boilerplate import Recorded
from pipeline.collect import collect
from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.progress import Progress
from pipeline.relevance import judge
from pipeline.revision import GONE, Sheet, differ, is_other_text, lead_after, settle, state
from pipeline.text import words, words_sha256
from pipeline.types import Article, Fetch, PageJob, Recheck, RecheckJob, Rejudgement, Request

_GONE = frozenset({Outcome.GONE, Outcome.HTTP_404, Outcome.SOFT_404})
_STOOD = "#stood"  # after the link of the page whose text stands, to read it in one go with the new one
_UNCHANGED = frozenset({Outcome.NOT_MODIFIED, Outcome.SAME_BODY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What looking again came to: a row an article, the requests made on top, and judgements of changed texts."""

    rechecks: tuple[Recheck, ...]
    fetches: tuple[Fetch, ...]
    rejudged: tuple[Rejudgement, ...]


def requests_for(jobs: Sequence[RecheckJob]) -> list[Request]:
    """Return a conditional request for each job."""
    return [
        Request(url=job.link, kind="page", feed_id=job.feed_id, etag=job.etag, last_modified=job.last_modified)
        for job in jobs
    ]


def outcome_of(job: RecheckJob, fetch: Fetch) -> Fetch:
    """Return the row with its last word: bytes that we have already are `same_body`, and nothing is tried again."""
    if fetch.outcome is Outcome.OK and fetch.body_sha256 == job.body_sha256:
        fetch = replace(fetch, outcome=Outcome.SAME_BODY)
    return replace(fetch, retry_at=None)


def look(
    settings: Settings,
    jobs: Sequence[RecheckJob],
    fetches: Mapping[str, Fetch],
    *,
    recorded: Mapping[str, Recorded],
    warc_name: str,
    clock: Callable[[], datetime],
    progress: Progress,
) -> Looked:
    """Compare what pages say now with what stands; `fetches` maps a link to what asking for it came to.

    What was taken out of a text as boilerplate, by the version of `recorded` that it names, is taken out of all.
    Second looks land in the WARC file `warc_name`.
    """
    answered = [job for job in jobs if job.link in fetches]
    came = [job for job in answered if fetches[job.link].outcome is Outcome.OK]
    now = clock()
    stood = {job.link + _STOOD: _as_fetched(job) for job in came}
    pages = _read(
        settings, came, {**fetches, **stood}, suffixes=("", _STOOD), recorded=recorded, now=now, progress=progress
    )
    first = {job.link: pages[job.link] for job in came}
    before = {job.link: pages[job.link + _STOOD] for job in came}
    doubted = [job for job in came if _says_else(_stood(job, before[job.link]), first[job.link])]
    asked = _ask_again(
        settings,
        [job for job in doubted if fetches[job.link].observed_at is None],
        warc_name=warc_name,
        clock=clock,
        progress=progress,
    )
    again = {fetch.url: fetch for fetch in asked if fetch.kind == "page" and fetch.outcome is Outcome.OK}
    twice = [job for job in doubted if job.link in again]
    second = _read(settings, twice, again, suffixes=("",), recorded=recorded, now=now, progress=progress)
    # an archive can't be asked for what stood there a moment later
    second |= {job.link: first[job.link] for job in doubted if fetches[job.link].observed_at}
    rechecks: list[Recheck] = []
    changed: list[tuple[str, Article]] = []
    for job in answered:
        old, seen, confirmed = (pages.get(job.link) for pages in (before, first, second))
        recheck = _decide(job, fetches[job.link], old, seen, confirmed, is_doubted=job in doubted)
        rechecks.append(recheck)
        if recheck.state and recheck.text and seen:
            changed.append((recheck.state, _as_judged(job, seen, recheck)))
    judgements = judge([article for _, article in changed], profile=settings.profile)
    rejudged = [Rejudgement(state=of, judgement=one) for (of, _), one in zip(changed, judgements, strict=True)]
    return Looked(rechecks=tuple(rechecks), fetches=tuple(asked), rejudged=tuple(rejudged))


def _ask_again(
    settings: Settings,
    jobs: Sequence[RecheckJob],
    *,
    warc_name: str,
    clock: Callable[[], datetime],
    progress: Progress,
) -> list[Fetch]:
    """Ask a second time, without validators; no row is tried again later."""
    requests = [Request(url=job.link, kind="page", feed_id=job.feed_id) for job in jobs]
    fetches = collect(settings, requests, warc_name=warc_name, label="second looks", progress=progress, clock=clock)
    return [replace(fetch, retry_at=None) if fetch.kind == "page" else fetch for fetch in fetches]


def _read(
    settings: Settings,
    jobs: Sequence[RecheckJob],
    fetches: Mapping[str, Fetch],
    *,
    suffixes: Sequence[str],
    recorded: Mapping[str, Recorded],
    now: datetime,
    progress: Progress,
) -> dict[str, Article]:
    """Read pages by the code of today, without what feeds say; return what each would make, by link and suffix."""
    entries = [_as_entry(job, job.link + suffix) for job in jobs for suffix in suffixes]
    out = {job.link: recorded[job.boilerplate_version or ""] for job in jobs if job.boilerplate_version in recorded}
    repeats = {link + suffix: one for link, one in out.items() for suffix in suffixes}
    made = make_articles(settings, entries, fetches, now=now, progress=progress, recorded=repeats)
    return {one.article.entry_id or "": one.article for one in made}


def _decide(
    job: RecheckJob,
    fetch: Fetch,
    before: Article | None,
    first: Article | None,
    second: Article | None,
    *,
    is_doubted: bool,
) -> Recheck:
    """Say what one look told. Pure. A page that two looks don't read alike, or not as an article, tells nothing."""
    blank = Recheck(article_id=job.article_id, observed_at=fetch.seen_at, outcome=fetch.outcome, raw_ref=fetch.raw_ref)
    if fetch.outcome in _GONE or (first is not None and first.text_reason in _GONE):
        return replace(blank, state=GONE)
    stands = Sheet(title=job.title, text=job.text)
    if fetch.outcome in _UNCHANGED or (first is not None and _is_whole(first) and not is_doubted):
        return replace(blank, state=state(stands))
    if before is None or first is None or second is None or not (_is_whole(first) and _is_whole(second)):
        return blank
    old = _stood(job, before)
    agreed, flips = settle(old, _sheet(first), _sheet(second))
    if old.title is None:
        agreed = replace(agreed, title=None)
    if not differ(old, agreed, without=flips):
        return replace(blank, state=state(stands))
    if is_other_text(old, agreed) and _is_of_another_day(job, first):
        return blank  # the address serves another article now, which is the feed's to tell
    is_retitled = old.title is not None and differ(replace(old, text=None), replace(agreed, text=None))
    return _with_text(
        replace(blank, flips=flips, updated_at=first.updated_at),
        Sheet(title=agreed.title if is_retitled else job.title, text=agreed.text),
    )


def _with_text(recheck: Recheck, sheet: Sheet) -> Recheck:
    found = words(sheet.text)
    return replace(
        recheck,
        state=state(sheet),
        title=sheet.title,
        text=sheet.text,
        text_sha256=words_sha256(found),
        n_words=len(found),
    )


def _sheet(article: Article) -> Sheet:
    return Sheet(title=article.title, text=article.text)


def _stood(job: RecheckJob, before: Article) -> Sheet:
    """Return what the page said whose text stands; where its bytes are gone, what the table holds."""
    return _sheet(before) if _is_whole(before) else Sheet(title=None, text=job.text)


def _says_else(old: Sheet, seen: Article) -> bool:
    return _is_whole(seen) and differ(old, Sheet(title=seen.title if old.title else None, text=seen.text))


def _is_whole(article: Article) -> bool:
    """Whether a page gave a whole text of an article, no wall and no stub."""
    return article.text_from == "page" and not article.is_truncated


def _is_of_another_day(job: RecheckJob, seen: Article) -> bool:
    return bool(job.published_at and seen.published_at and job.published_at.date() != seen.published_at.date())


def _as_judged(job: RecheckJob, seen: Article, recheck: Recheck) -> Article:
    """Return the changed article for the judgement."""
    return replace(
        seen,
        article_id=job.article_id,
        title=recheck.title,
        lead=lead_after(job.lead, job.text, recheck.text),
        text=recheck.text,
        text_sha256=recheck.text_sha256,
        language=job.language,
    )


def _as_entry(job: RecheckJob, name: str) -> PageJob:
    """Return the article as an entry, called `name`, of which the feed told nothing but the address."""
    return PageJob(
        entry_id=name,
        feed_id=job.feed_id or "",
        source_id=job.source_id,
        source_name=job.source_name,
        language_hint=job.language_hint,
        guid=name,
        link=name,
        url_key=job.url_key,
        title=None,
        summary=None,
        content=None,
        authors=(),
        published_raw=None,
        published_at=None,
        published_precision=None,
        published_reason=None,
        first_seen_at=job.first_seen_at,
    )


def _as_fetched(job: RecheckJob) -> Fetch:
    """Return the request that brought the text that stands, as far as reading it again asks for it."""
    return Fetch(
        fetch_id=job.article_id,
        kind="page",
        feed_id=job.feed_id,
        url=job.link,
        final_url=job.final_url,
        requested_at=job.fetched_at,
        outcome=Outcome.OK,
        raw_ref=job.raw_ref,
    )
