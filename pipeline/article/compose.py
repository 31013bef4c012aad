"""What an entry, its request and its page make together: one article, with the origin of each value. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from pipeline.article.dating import date_article
from pipeline.article.facts import Facts, better_title, people
from pipeline.article.kind import NOT_ARTICLES, PASSING, Verdict, judge_page
from pipeline.article.language import settle
from pipeline.article.signs import Signs
from pipeline.article.text import without_titles
from pipeline.article.words import text_hash
from pipeline.dates import read_date
from pipeline.errors import BadUrlError
from pipeline.text import words
from pipeline.types import Article, DateCandidate, Fetch, PageJob, PageKind
from pipeline.url import host_of, is_home, normalize_url, short_hash, url_key

_LEAD_CHARS = 600
_MIN_PAGE_WORDS = 8  # fewer are a caption or a button, not a body
_PAUSES = (timedelta(days=1), timedelta(days=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What extraction made of a page, what it had to leave out (`note`), or why it made nothing (`failure`).

    `is_repeated` says that the host gives this very text at addresses that have nothing else in common. `text` lacks
    the boilerplate of `boilerplate_version`, where there is one; `whole` has it.
    """

    text: str | None = None
    language: str | None = None
    language_confidence: float | None = None
    facts: Facts | None = None
    note: str | None = None
    is_cut: bool = False
    signs: Signs | None = None
    is_repeated: bool = False
    failure: str | None = None
    whole: str | None = None
    extractor: str = "trafilatura"
    extractor_version: str = ""
    boilerplate_version: str | None = None


def compose(
    job: PageJob,
    fetch: Fetch | None,
    page: PageText | None,
    *,
    now: datetime,
) -> tuple[Article, tuple[DateCandidate, ...]]:
    """Make the article of an entry from its page, or from the feed's own words where the page gave none."""
    verdict = _judged(job, fetch, page)
    facts = page.facts if page and not (verdict and verdict.kind in NOT_ARTICLES) else None
    reason = _why_not_page(job, fetch, page, verdict)
    from_page = reason is None
    assert page is not None or not from_page
    title = _title(job, facts if from_page else None)
    own_words = job.content or job.summary
    text = _page_text(page, job, title) if page and from_page else own_words
    if verdict and verdict.kind == "paywall" and from_page and len(words(own_words)) > len(words(text)):
        text, reason = own_words, "paywall"
    from_page_text = reason is None
    article_id = short_hash("url", job.url_key) if job.url_key else short_hash("entry", job.entry_id)
    seen_at = fetch.seen_at if fetch else job.first_seen_at
    declared = facts.language if facts and from_page else None
    dating = date_article(job, facts, article_id=article_id, seen_at=seen_at, language=declared or job.language_hint)
    language, confidence = (
        settle(declared, page.language, page.language_confidence) if page and from_page_text else (None, None)
    )
    final_url = fetch.final_url if fetch and from_page else None
    text_words = words(text)
    article = Article(
        article_id=article_id,
        url=normalize_url(job.link) if job.link and job.url_key else None,
        url_key=job.url_key,
        final_url=_normalized(final_url),
        final_key=_identifying_key(final_url),
        canonical_url=_absolute(facts.canonical_url, fetch) if facts and from_page else None,
        amp_url=_absolute(facts.amp_url, fetch) if facts and from_page else None,
        source_id=job.source_id,
        feed_id=job.feed_id or None,
        entry_id=job.entry_id or None,
        title=title,
        lead=_lead(job, text),
        text=text,
        text_from="page" if from_page_text else "feed",
        text_reason=reason,
        text_sha256=text_hash(text),
        n_words=len(text_words),
        language=language,
        language_confidence=confidence,
        authors=_authors(job, facts if from_page else None),
        section=facts.section if facts and from_page else None,
        tags=_tags(job, facts if from_page else None),
        image_url=_absolute(facts.image_url, fetch) if facts and from_page else None,
        published_at=dating.value,
        published_precision=dating.precision,
        published_zone=dating.zone,
        published_from=dating.origin,
        published_reason=dating.reason,
        updated_at=_updated(facts, fetch.seen_at) if fetch and from_page else None,
        first_seen_at=job.first_seen_at,
        fetched_at=fetch.requested_at if fetch and from_page else None,
        extracted_at=now,
        page_kind=_page_kind(fetch, verdict, has_text=from_page),
        page_text_sha256=text_hash(page.whole or page.text) if page else None,
        page_note=page.note if page else None,
        is_truncated=_is_truncated(job, page, verdict, reason),
        n_revisions=0,
        page_retry_at=_retry_at(job, fetch, verdict) if not from_page else None,
        n_page_tries=job.n_tries + (1 if fetch else 0),
        raw_ref=fetch.raw_ref if fetch and from_page else None,
        discovered_via=job.discovered_via,
        extractor=page.extractor if page and from_page_text else "feed",
        extractor_version=page.extractor_version if page and from_page_text else "1",
        boilerplate_version=page.boilerplate_version if page else None,
        observed_at=fetch.observed_at if fetch and from_page else job.observed_at,
        backfill_id=job.backfill_id,
        entry_md5=job.entry_md5,
    )
    return article, dating.candidates


def _judged(job: PageJob, fetch: Fetch | None, page: PageText | None) -> Verdict | None:
    if fetch is None or page is None or page.signs is None:
        return None
    if page.is_repeated:
        return Verdict(kind="repeated", why="the same text at addresses of other titles")
    return judge_page(page.signs, page.text, title=job.title, url=fetch.final_url or fetch.url)


def _why_not_page(job: PageJob, fetch: Fetch | None, page: PageText | None, verdict: Verdict | None) -> str | None:
    """Return None when the page gives the text, else why it doesn't, in a word."""
    if fetch is None:
        return "not_asked" if job.url_key else "no_address"
    if page is None:
        return fetch.outcome.value
    if page.failure:
        return page.failure
    if verdict and verdict.kind in NOT_ARTICLES:
        return verdict.kind
    return None if len(words(page.text)) >= _MIN_PAGE_WORDS else "no_text"


def _page_kind(fetch: Fetch | None, verdict: Verdict | None, *, has_text: bool) -> PageKind | None:
    """Return what the page is; without one, what stood in its way, where that has a word. "No text" is no kind."""
    if verdict:
        return verdict.kind if has_text or verdict.kind != "article" else None
    if fetch and fetch.outcome.value in NOT_ARTICLES:
        return next(kind for kind in NOT_ARTICLES if kind == fetch.outcome.value)
    return "article" if has_text else None


def _is_truncated(job: PageJob, page: PageText | None, verdict: Verdict | None, reason: str | None) -> bool:
    if verdict and verdict.kind == "paywall":
        return reason is None or job.content is None
    if reason is None and page is not None:
        return page.is_cut or (verdict is not None and verdict.is_truncated)
    return job.content is None


def _retry_at(job: PageJob, fetch: Fetch | None, verdict: Verdict | None) -> datetime | None:
    """Say when a page is asked for again: what only stood in its way may have gone in a day, or in a week."""
    if fetch and verdict and verdict.kind in PASSING and job.n_tries < len(_PAUSES):
        return fetch.requested_at + _PAUSES[job.n_tries]
    return fetch.retry_at if fetch else None


def _title(job: PageJob, facts: Facts | None) -> str | None:
    """Prefer the feed's title, the outlet's own for this entry, unless it is cut short or says nothing."""
    names = (facts.site_name if facts else None, job.source_name, _host_name(job.link))
    return better_title(job.title, facts.titles if facts else (), *names)


def _authors(job: PageJob, facts: Facts | None) -> tuple[str, ...]:
    """Prefer the feed's authors, unless they are only the outlet or an address of it."""
    named = people(job.authors, job.source_name, facts.site_name if facts else None, _host_name(job.link))
    return named or (facts.authors if facts else ())


def _tags(job: PageJob, facts: Facts | None) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in (*(facts.tags if facts else ()), *job.categories):
        found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def _page_text(page: PageText, job: PageJob, title: str | None) -> str | None:
    return "\n".join(without_titles((page.text or "").splitlines(), (title, job.title))) or page.text


def _lead(job: PageJob, text: str | None) -> str | None:
    lead = job.summary or (text or "").partition("\n")[0] or None
    return lead[:_LEAD_CHARS] if lead else None


def _updated(facts: Facts | None, fetched_at: datetime) -> datetime | None:
    readings = (read_date(raw, fetched_at=fetched_at).value for raw in (facts.updated if facts else ()))
    return next((value for value in readings if value), None)


def _absolute(address: str | None, fetch: Fetch | None) -> str | None:
    """Return an address that a page gives, made absolute and normalized; None unless it is http(s)."""
    if not address or not fetch:
        return None
    try:
        return _normalized(urljoin(fetch.final_url or fetch.url, address.strip()))
    except ValueError:
        return None


def _normalized(url: str | None) -> str | None:
    try:
        return normalize_url(url) if url else None
    except BadUrlError:
        return None


def _identifying_key(url: str | None) -> str | None:
    """Return the key of the address that redirects led to, unless a front door answered for the article."""
    clean = _normalized(url)
    return url_key(clean) if clean and not is_home(clean) else None


def _host_name(link: str | None) -> str | None:
    try:
        return host_of(link) if link else None
    except BadUrlError:
        return None
