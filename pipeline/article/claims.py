"""What JSON-LD says of the page itself, and of the part that isn't free. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.text import words

_MAX_JSON_LD_CHARS = 500_000
_MAX_NODES = 200
_SELECTOR = re.compile(r"([.#])([\w-]+)")
_STRING = XPath("string()", smart_strings=False)


def main_nodes(scripts: list[str]) -> Iterator[dict[str, Any]]:
    """Yield JSON-LD's main nodes: what the page says that it is, and not what it mentions."""
    n = 0
    for script in scripts:
        text = script.strip().removeprefix("<!--").removesuffix("-->")
        if not text or len(text) > _MAX_JSON_LD_CHARS:
            continue
        try:
            waiting = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and n < _MAX_NODES:
            n += 1
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def is_article(kind: str) -> bool:
    """Whether a type is an article's, live blogs included."""
    return kind.endswith(("Article", "BlogPosting", "LiveBlogPosting", "Report"))


def headlines(articles: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what the first articles are headed."""
    for node in articles[:2]:
        yield from texts(node.get("headline"))


def declared_words(articles: list[dict[str, Any]]) -> int | None:
    """Return how many words an article says it has."""
    for node in articles:
        count = node.get("wordCount")
        if isinstance(count, int) or (isinstance(count, str) and count.isascii() and count.isdigit()):
            return min(int(count), 100_000)
    return None


def n_locked_words(tree: HtmlElement, nodes: list[dict[str, Any]]) -> int | None:
    """Count the words within the parts that JSON-LD says are not free; None where it names none that is there."""
    selectors = [
        selector
        for node in nodes
        for part in as_list(node.get("hasPart"))
        if isinstance(part, dict) and not is_true(part.get("isAccessibleForFree"))
        for selector in texts(part.get("cssSelector"))
    ]
    found = [match for selector in selectors[:5] for match in [_SELECTOR.search(selector)] if match]
    if not found:
        return None
    boxes = [box for match in found for box in _named(tree, match[1], match[2])]
    return sum(len(words(_STRING(box))) for box in boxes) if boxes else None


def _named(tree: HtmlElement, sign: str, name: str) -> list[HtmlElement]:
    if sign == "#":
        return list(tree.xpath("//*[@id=$name]", name=name))[:1]
    found: list[HtmlElement] = tree.xpath(
        "//*[contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))]", name=name
    )
    return found[:50]


def is_true(value: object) -> bool:
    """Whether a flag, however written, isn't a no."""
    return str(value).strip().lower() not in ("false", "0", "no", "http://schema.org/false", "https://schema.org/false")


def as_list(value: object) -> list[Any]:
    """Return what JSON-LD may give alone or in a list, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def texts(value: object) -> list[str]:
    """Return the strings of a value, alone or in a list."""
    return [text for part in as_list(value) if isinstance(part, str) and (text := part.strip())]
