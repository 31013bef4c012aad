"""An article before and after: what changed, in the words of a report. Pure."""

from collections import Counter
from dataclasses import dataclass, fields, replace

from pipeline.replay.known import Known
from pipeline.types import Article, DateCandidate, Judgement

_MEANS = {
    "text_from": "text", "text_reason": "text", "text_sha256": "text", "n_words": "text", "is_truncated": "kind",
    "published_at": "date", "published_precision": "date", "published_from": "date", "published_reason": "date",
    "published_zone": "date",
    "page_kind": "kind", "language_confidence": "language", "extractor_version": "extractor",
}  # fmt: skip
_NO_MATTER = frozenset({"extracted_at", "final_key"})
_STAYS = (
    "article_id", "url", "url_key", "source_id", "feed_id", "entry_id", "first_seen_at", "n_revisions", "n_page_tries",
    "discovered_via", "observed_at", "backfill_id", "entry_md5",
)  # fmt: skip
_EXAMPLE_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One change, for people: what it is about, and the value before and after."""

    article_id: str
    what: str
    before: str
    after: str


def in_place(known: Known, made: Article) -> Article:
    """Return the new article under the old one's identity."""
    was = known.article
    is_page = made.text_from == "page"
    return replace(
        made,
        **{name: getattr(was, name) for name in _STAYS},
        text_reason=was.text_reason if known.fetch is None and not is_page else made.text_reason,
        fetched_at=was.fetched_at if is_page and was.fetched_at else made.fetched_at,
        page_retry_at=None if is_page else was.page_retry_at,
    )


def changes(known: Known, article: Article, dates: tuple[DateCandidate, ...], judgement: Judgement | None) -> set[str]:
    """Return what changed, in the words of the report: text, title, date, kind, language, extractor, and so on."""
    names = [field.name for field in fields(Article) if field.name not in _NO_MATTER]
    found = {_MEANS.get(name, name) for name in names if getattr(known.article, name) != getattr(article, name)}
    if Counter(known.dates) != Counter(dates):
        found.add("date candidates")
    if known.judgement != judgement:
        found.add("relevance")
    return found


def example(known: Known, article: Article, what: str) -> Example:
    """Show one change."""
    before, after = (_shown(one, what) for one in (known.article, article))
    return Example(article_id=article.article_id, what=what, before=before, after=after)


def _shown(article: Article, what: str) -> str:
    if what == "text":
        return f"{article.n_words} words from the {article.text_from}: {(article.text or '')[:_EXAMPLE_CHARS]}"
    if what == "extractor":
        return f"{article.extractor} {article.extractor_version}"
    names = {"date": "published_at", "kind": "page_kind"}
    value = getattr(article, names.get(what, what), None)
    return "" if value is None else str(value)[:_EXAMPLE_CHARS]
