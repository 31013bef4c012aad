"""What a document said, to entries: identity, clean texts, dates that can be trusted. Pure.

Identity is (feed, guid, address): a guid without its address would merge the articles of a feed that reuses guids, an
address without its guid those of a feed whose entries all link to one page.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from pipeline.dates import DateReading, read_date
from pipeline.entry.item import Document, Item
from pipeline.errors import BadUrlError
from pipeline.text import clean, decoded, plain
from pipeline.types import Entry, ParsedFeed
from pipeline.url import MAX_URL_CHARS, short_hash, url_key

_MAX_TITLE_CHARS = 1024
_MAX_TEXT_CHARS = 200_000
_MAX_SHORT_CHARS = 200
_MAX_NAMES = 50

# A title is text in which some feeds format a word; any other angle bracket in it was meant to be read.
_FORMATTING = re.compile(r"</?(a|b|br|em|font|i|img|p|q|small|span|strong|su[bp]|u|wbr)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_NEVER = datetime.min.replace(tzinfo=UTC)


def assemble(document: Document, *, feed_id: str, feed_url: str, seen_at: datetime) -> ParsedFeed:
    """Return the feed with its entries in the document's order, each identity once.

    Of several items with one identity the latest by its dates is kept, the first of them where dates don't decide.
    """
    base = _address(document.base, feed_url) or ""
    entries: dict[str, Entry] = {}
    for item in document.items:
        entry = _entry(item, feed_id=feed_id, base=base if _WEB.match(base) else feed_url, seen_at=seen_at)
        known = entries.get(entry.entry_id)
        if known is None or _age(entry) > _age(known):
            entries[entry.entry_id] = entry
    return ParsedFeed(
        title=_title(document.title),
        language=_short(document.language),
        entries=tuple(entries.values()),
        format=document.format,
        problem=clean(document.problem),
        ttl_s=document.ttl_s,
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        pages=replace(
            document.pages,
            next_url=_address(document.pages.next_url, feed_url),
            older_url=_address(document.pages.older_url, feed_url),
        ),
    )


def _entry(item: Item, *, feed_id: str, base: str, seen_at: datetime) -> Entry:
    link = _address(item.link, base)
    said_guid = clean(item.guid)
    if link is None and item.guid_is_link and said_guid and _WEB.match(said_guid):
        link = _address(said_guid, base)
    title, summary = _title(item.title), _text(item.summary)
    guid = _bounded(said_guid or link or short_hash(title or "", summary or "", item.published or ""))
    key = _key(link)
    published = _published(item, seen_at)
    updated = read_date(item.updated, fetched_at=seen_at).value
    return Entry(
        entry_id=short_hash(feed_id, guid, key or ""),
        feed_id=feed_id,
        guid=guid,
        link=link,
        url_key=key,
        title=title,
        summary=summary,
        content=_text(item.content) or clean((item.content_text or "")[:_MAX_TEXT_CHARS], keep_lines=True),
        authors=_names(item.authors),
        categories=_names(item.categories),
        published_raw=_short(item.published or item.updated),
        published_at=published.value,
        published_precision=published.precision,
        published_reason=published.reason,
        updated_at=updated,
        first_seen_at=seen_at,
        last_seen_at=seen_at,
    )


def _published(item: Item, seen_at: datetime) -> DateReading:
    """Read the date of publication; an entry that has only one of its last change was not published after it."""
    if item.published or not item.updated:
        return read_date(item.published, fetched_at=seen_at)
    reading = read_date(item.updated, fetched_at=seen_at)
    reason = f"from updated; {reading.reason}" if reading.reason else "from updated"
    return DateReading(value=reading.value, precision=reading.precision, reason=reason)


def _address(raw: str | None, base: str) -> str | None:
    """Return the absolute address that `raw` gives, as data: it may well have another scheme than http(s)."""
    text = _NOT_IN_ADDRESSES.sub("", raw or "").strip()
    if not text or len(text) > MAX_URL_CHARS:
        return None
    if not _SCHEME.match(text):
        try:
            text = urljoin(base, text)
        except ValueError:
            return text
    return text.replace(" ", "%20") if _WEB.match(text) else text


def _key(link: str | None) -> str | None:
    try:
        return url_key(link) if link else None
    except BadUrlError:
        return None


def _bounded(guid: str) -> str:
    return guid if len(guid) <= MAX_URL_CHARS else f"{guid[:MAX_URL_CHARS]}#{short_hash(guid)}"


def _title(raw: str | None) -> str | None:
    text = clean(decoded(_FORMATTING.sub(_space, (raw or "")[:_MAX_TEXT_CHARS])))
    return clean(text[:_MAX_TITLE_CHARS]) if text else None


def _space(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in ("br", "img", "p") else ""


def _text(html: str | None) -> str | None:
    return plain(html)[:_MAX_TEXT_CHARS] or None if html else None


def _short(raw: str | None) -> str | None:
    return clean(decoded((raw or "")[:_MAX_SHORT_CHARS]))


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for value in values if (name := _short(value))))[:_MAX_NAMES]


def _age(entry: Entry) -> datetime:
    return max(entry.updated_at or _NEVER, entry.published_at or _NEVER)
