"""What a document said, in its own words: the shape that every format is read into."""

from dataclasses import dataclass, field

from pipeline.types import FeedPages


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item, nothing cleaned: texts may hold markup, dates are as written, links may be relative to the document.

    `content` is markup, `content_text` isn't. `guid_is_link` says that the guid may stand in for a missing link.
    """

    guid: str | None = None
    guid_is_link: bool = False
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    content_text: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole feed document. `base` is what relative links are relative to, None for the document's own address."""

    format: str
    title: str | None = None
    language: str | None = None
    base: str | None = None
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    items: tuple[Item, ...] = ()
    problem: str | None = None
    pages: FeedPages = field(default_factory=FeedPages)
