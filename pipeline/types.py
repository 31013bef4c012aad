"""Every domain type: frozen, slotted, keyword-only; datetimes are aware UTC.

Row types (`Fetch`, `Entry`, `Article` …) are what shards carry; their field names are the column names of the table
that they end in, explained by the COMMENTs of `sql/migrations/`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar

from pipeline.errors import Outcome

FetchKind = Literal["feed", "page", "robots", "archive"]
"""What is asked for; archive: what tells of the past, such as lists of captures, sitemaps, feeds as they once were."""
TextFrom = Literal["page", "feed"]
Precision = Literal["second", "minute", "day"]
DateOrigin = Literal["feed", "json_ld", "meta", "microdata", "time", "text", "url", "site"]
Label = Literal["keep", "review", "drop"]
PageKind = Literal[
    "article", "live_blog", "gallery", "video", "audio", "paywall",
    "index", "consent", "blocked", "login", "soft_404", "error", "parked", "shell", "repeated",
]  # fmt: skip
"""What a page turned out to be; the last nine words are no articles."""
AddressKind = Literal["requested", "final", "canonical", "amp"]
RevisionKind = Literal["typo", "substantive", "toll", "headline", "retraction"]

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to ask of the web. `url` is requested as it stands; validators make the GET conditional."""

    url: str
    kind: FetchKind
    feed_id: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and its one outcome: a row of `fetches`."""

    fetch_id: str
    kind: FetchKind
    feed_id: str | None
    url: str
    final_url: str | None
    requested_at: datetime
    outcome: Outcome
    http_status: int | None = None
    note: str | None = None
    n_bytes: int = 0
    body_sha256: str | None = None
    content_type: str | None = None
    elapsed_ms: int = 0
    etag: str | None = None
    last_modified: str | None = None
    max_age_s: int | None = None
    retry_at: datetime | None = None
    redirects: tuple[str, ...] = ()
    permanent_url: str | None = None
    raw_ref: str | None = None
    observed_at: datetime | None = None
    backfill_id: str | None = None

    @property
    def seen_at(self) -> datetime:
        """When these bytes were what the address gave: as we asked, or as an archive saw it."""
        return self.observed_at or self.requested_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the gateway hands back: the row, the decoded body, and the exchange as it stood on the wire.

    `body` is empty unless the outcome is ok. `wire_body` is the entity as sent (content coding kept, transfer coding
    removed) and belongs into the WARC with `status_line` and `headers`; both are empty when no answer came.
    """

    fetch: Fetch
    body: bytes = b""
    status_line: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    wire_body: bytes = b""
    remote_ip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed and all that we know of it: a row of `feeds`, what the poll decides upon."""

    feed_id: str
    url: str
    source_id: str
    name: str | None = None
    outlet: str | None = None
    country: str | None = None
    language: str | None = None
    kind: str | None = None
    status: str = "unverified"
    title: str | None = None
    is_active: bool = True
    added_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    last_polled_at: datetime | None = None
    last_outcome: str | None = None
    last_note: str | None = None
    last_ok_at: datetime | None = None
    last_full_at: datetime | None = None
    last_new_entry_at: datetime | None = None
    n_polls: int = 0
    n_new_last: int = 0
    failures: float = 0.0
    interval_s: int = 3600
    next_poll_at: datetime | None = None
    polled_url: str | None = None
    former_urls: tuple[str, ...] = ()
    moving_to: str | None = None
    n_moving_days: int = 0
    moving_at: datetime | None = None
    n_gone_days: int = 0
    gone_at: datetime | None = None
    retired_at: datetime | None = None
    lied_at: datetime | None = None
    link_hosts: tuple[str, ...] = ()
    alarm: str | None = None
    alarm_at: datetime | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as the feed said it: a row of `entries`.

    `published_at` is NULL with `published_reason` set when the feed's date can't be had; `content` is full text that
    the feed carries (plain text, markup removed), kept as the fallback for a page that can't be had.
    """

    entry_id: str
    feed_id: str
    guid: str
    link: str | None
    url_key: str | None
    title: str | None
    summary: str | None
    content: str | None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published_raw: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    published_reason: str | None = None
    updated_at: datetime | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    observed_at: datetime | None = None
    discovered_via: str = "feed"
    backfill_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPages:
    """Where a feed goes on (RFC 5005): addresses as they stand in the document, or made absolute in a `ParsedFeed`.

    `next_url` is the next page of a paged feed, `older_url` the archive before this document; `is_complete` says that
    the document lists all that there is.
    """

    next_url: str | None = None
    older_url: str | None = None
    is_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed document said. `problem` is None for a sound one, else why it is partial or refused.

    `skip_hours` (GMT, 0 to 23) and `skip_days` (0 is Monday) are when it asks not to be polled; never all of them.
    """

    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
    format: str | None
    problem: str | None = None
    is_refused: bool = False
    hurt: str | None = None
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    pages: FeedPages = field(default_factory=FeedPages)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """An entry that wants an article, and the page behind its link when there is one to ask for.

    `entry_id` and `feed_id` are empty for a page that no feed listed, found by a backfill. A job `is_retold` where the
    article is known and an earlier sight of its entry gives it its words: its page isn't asked for.
    """

    entry_id: str
    feed_id: str
    source_id: str
    source_name: str | None
    language_hint: str | None
    guid: str
    link: str | None
    url_key: str | None
    title: str | None
    summary: str | None
    content: str | None
    authors: tuple[str, ...]
    published_raw: str | None
    published_at: datetime | None
    published_precision: Precision | None
    published_reason: str | None
    first_seen_at: datetime
    categories: tuple[str, ...] = ()
    n_tries: int = 0
    n_strikes: int = 0
    observed_at: datetime | None = None
    discovered_via: str = "feed"
    backfill_id: str | None = None
    entry_md5: str | None = None
    is_retold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """One date that something said about an article, accepted or not: a row of `date_candidates`."""

    article_id: str
    origin: DateOrigin
    raw: str
    value: datetime | None
    precision: Precision | None
    zone: str | None = None
    is_accepted: bool
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Text and metadata of one page or entry: a row of `articles`.

    `url` is normalized, `url_key` what makes it the same as others; `final_key` (which the table doesn't keep) is the
    key of the address that redirects led to, None where that address can't identify an article, such as a home page.
    """

    article_id: str
    url: str | None
    url_key: str | None
    final_url: str | None
    final_key: str | None
    canonical_url: str | None
    amp_url: str | None = None
    source_id: str
    feed_id: str | None
    entry_id: str | None
    title: str | None
    lead: str | None
    text: str | None
    text_from: TextFrom
    text_reason: str | None
    text_sha256: str | None
    n_words: int
    language: str | None
    language_confidence: float | None
    authors: tuple[str, ...]
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    published_at: datetime | None
    published_precision: Precision | None
    published_zone: str | None = None
    published_from: DateOrigin | None
    published_reason: str | None
    updated_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime | None
    extracted_at: datetime
    page_kind: PageKind | None
    page_text_sha256: str | None = None
    page_note: str | None = None
    is_truncated: bool
    n_revisions: int
    page_retry_at: datetime | None
    n_page_tries: int
    raw_ref: str | None
    discovered_via: str
    extractor: str
    extractor_version: str
    boilerplate_version: str | None = None
    observed_at: datetime | None = None
    backfill_id: str | None = None
    entry_md5: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckJob:
    """An article whose page is to be looked at again, with the text that stands and what its last look left.

    `fetched_at` and `raw_ref` are those of the text that stands; the validators are that answer's own.
    """

    article_id: str
    entry_id: str | None
    feed_id: str | None
    source_id: str
    source_name: str | None
    language_hint: str | None
    link: str
    url_key: str
    title: str | None
    lead: str | None
    text: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    final_url: str | None
    raw_ref: str | None
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    boilerplate_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """One later look at an article's page: a row of `rechecks`.

    `state` is an id of what it said, None where it told nothing; title and text are there when they had changed.
    `flips` are keys of sentences that two looks in a row didn't agree upon.
    """

    article_id: str
    observed_at: datetime
    outcome: Outcome
    state: str | None = None
    title: str | None = None
    text: str | None = None
    text_sha256: str | None = None
    n_words: int = 0
    flips: tuple[str, ...] = ()
    updated_at: datetime | None = None
    raw_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A changed text of an article after its first: a row of `revisions`. Title and text are None for a page gone."""

    revision_id: str
    article_id: str
    n: int
    kind: RevisionKind
    what: str
    title: str | None
    text: str | None
    text_sha256: str | None
    n_words: int
    removed: tuple[str, ...]
    added: tuple[str, ...]
    state: str
    updated_at: datetime | None
    observed_at: datetime
    raw_ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of an article, or one that it claims: a row of `article_urls`. `reason`: why it leads elsewhere."""

    url_key: str
    url: str
    article_id: str
    kind: AddressKind
    reason: str | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Bytes that hurt a parser: a row of `quarantine`; `n_strikes` adds to those known, 0 takes the case back."""

    quarantine_id: str
    kind: FetchKind
    url: str
    raw_ref: str | None
    reason: str
    n_strikes: int
    quarantined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """A paragraph that repeats across a host's pages: a row of `boilerplate`, of one version of what is known of it."""

    host: str
    version: str
    paragraph_sha256: str
    paragraph: str
    n_pages: int
    learnt_at: datetime
    seen_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredType:
    """An event type after ACLED, and how surely."""

    type: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A term that counted towards a judgement: its weight, and where it stands (title, lead or body; characters)."""

    term: str
    weight: float
    where: str
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an article has to do with armed conflict, and why: a row of `relevance`."""

    article_id: str
    score: float
    label: Label
    about: Literal["event", "related", "none"]
    types: tuple[ScoredType, ...]
    temporal: Literal["now", "past", "possible"] | None
    reasons: tuple[Reason, ...]
    sentence: str | None
    sentence_start: int | None
    sentence_end: int | None
    model_id: str
    profile: str
    text_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudgement:
    """The judgement of a text that a recheck brought; `state` is the text's."""

    state: str
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet that no feed of ours names: a row of `sources`."""

    source_id: str
    name: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A plan to collect the past: a row of `backfills`. `given` is JSON; a budget may be None."""

    backfill_id: str
    source: str
    first_day: date
    last_day: date
    given: str
    max_requests: int | None = None
    max_bytes: int | None = None
    max_hosts: int | None = None
    max_hours: float | None = None
    n_expected: int | None = None
    cannot_be_had: tuple[str, ...] = ()
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillUnit:
    """What of a backfill has a cursor of its own: a row of `backfill_units`, as the latest of its `n_steps` left it.

    `day` is the day of the past that it belongs to, None where it belongs to several. What is counted adds up over its
    steps. Not to be worked before `not_before`.
    """

    backfill_id: str
    unit_id: str
    source: str
    address: str
    day: date | None = None
    cursor: str | None = None
    is_done: bool = False
    n_steps: int = 0
    n_items: int = 0
    n_requests: int = 0
    n_bytes: int = 0
    elapsed_s: float = 0.0
    outcome: str | None = None
    note: str | None = None
    not_before: datetime | None = None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillItem:
    """What of a backfill ends in one outcome, a record, an address, a capture, a file: a row of `backfill_items`.

    `article_id` is that of the article that it became or belongs to; the load follows it to where it was merged.
    """

    backfill_id: str
    unit_id: str
    item_id: str
    url: str | None
    observed_at: datetime | None
    outcome: str
    note: str | None = None
    article_id: str | None = None


def changed(row: Row, **said: Any) -> Row:
    """Return `row`, a slotted dataclass, with the fields `said`: dataclasses.replace at a third of its time.

    That asks and sets 40 fields by name in Python; every poll decides upon such a row. Runs no `__post_init__`.
    """
    kind: type = type(row)
    values, setters = _slots(kind)
    new: Row = object.__new__(kind)
    for set_slot, value in zip(setters, values(row), strict=True):
        set_slot(new, value)
    for name, value in said.items():
        object.__setattr__(new, name, value)
    return new


@cache
def _slots(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[Callable[[Any, Any], None], ...]]:
    names = [field.name for field in fields(kind)]
    return attrgetter(*names), tuple(kind.__dict__[name].__set__ for name in names)
