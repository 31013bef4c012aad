"""JSON Feed 1.0 and 1.1. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from pipeline.entry.item import Document, Item
from pipeline.entry.refusal import Refusal
from pipeline.entry.survey import MAX_ENTRIES


def read_json_feed(text: str) -> Document:
    """Read `text`; raises Refusal unless it is a JSON object with a list of items."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"broken JSON: {error}") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Refusal("JSON, but not a JSON Feed")
    version = str(feed.get("version"))
    left_out = f"more than {MAX_ENTRIES:,} entries: the rest is left out" if len(items) > MAX_ENTRIES else None
    return Document(
        format="json11" if version.endswith("/1.1") else "json10",
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        base=_text(feed, "home_page_url"),
        items=tuple(_item(item, feed) for item in items[:MAX_ENTRIES] if isinstance(item, dict)),
        problem=left_out or (None if "jsonfeed.org" in version else "no JSON Feed version"),
    )


def _item(item: dict[str, Any], feed: dict[str, Any]) -> Item:
    return Item(
        guid=_text(item, "id"),
        guid_is_link=True,
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html"),
        content_text=_text(item, "content_text"),
        authors=tuple(_authors(item)) or tuple(_authors(feed)),
        categories=tuple(str(tag) for tag in _list(item.get("tags"))),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
    )


def _authors(thing: dict[str, Any]) -> Iterator[str]:
    for author in (*_list(thing.get("authors")), thing.get("author")):
        if isinstance(author, dict) and (name := _text(author, "name")):
            yield name


def _text(thing: dict[str, Any], name: str) -> str | None:
    value = thing.get(name)
    is_said = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_said else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
