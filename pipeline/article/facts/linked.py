"""JSON-LD: what a page says of itself in schema.org's words. Hostile until proven otherwise, so bounded throughout."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_MAX_CHARS = 2_000_000
_MAX_NODES = 2_000
_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report)$", re.ASCII)
_PAGE = re.compile(r"(?:\w*WebPage|ItemPage|ClaimReview|Review|Recipe|PodcastEpisode)$", re.ASCII)
_CHILDREN = ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The node that is the article, the one that stands for its page, and the names of the breadcrumb.

    `body` is the text that an article node carries. `videos` are nodes of videos: of the page only where there is one
    and no article. All may be empty.
    """

    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)
    body: str | None = None
    videos: tuple[Node, ...] = ()
    breadcrumb: tuple[str, ...] = ()


def read_linked(tree: HtmlElement) -> Linked:
    """Read the page's JSON-LD; what is broken or too large says nothing."""
    nodes = [node for script in tree.iter("script") for node in _of_script(script)]
    kinds = [texts(node.get("@type")) for node in nodes]
    articles = [node for node, kind in zip(nodes, kinds, strict=True) if any(map(_ARTICLE.match, kind))]
    pages = [node for node, kind in zip(nodes, kinds, strict=True) if any(map(_PAGE.match, kind))]
    crumbs = [node for node, kind in zip(nodes, kinds, strict=True) if "BreadcrumbList" in kind]
    return Linked(
        article=articles[0] if articles else {},
        page=next((page for page in pages if page.get("datePublished")), pages[0] if pages else {}),
        body=next((text for node in articles for text in texts(node.get("articleBody"))), None),
        videos=tuple(node for node, kind in zip(nodes, kinds, strict=True) if "VideoObject" in kind),
        breadcrumb=tuple(_crumbs(crumbs[0])) if crumbs else (),
    )


def texts(value: object) -> list[str]:
    """Return the strings in a value that may be one, a list of them, or something else."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for part in value[:_MAX_NODES] if isinstance(part, str) for text in texts(part)]
    return []


def named(value: object) -> list[tuple[str, str]]:
    """Return (type, name) of things that may be given as text, as a node, or as a list of either."""
    things = value if isinstance(value, list) else [value]
    found = []
    for thing in things[:_MAX_NODES]:
        if isinstance(thing, dict):
            kind = next(iter(texts(thing.get("@type"))), "")
            found += [(kind, name) for name in texts(thing.get("name"))]
        else:
            found += [("", name) for name in texts(thing)]
    return found


def _of_script(script: HtmlElement) -> Iterator[Node]:
    if "ld+json" in (script.get("type") or "").lower():
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->")
        if len(text) <= _MAX_CHARS:
            yield from _nodes(text)


def _nodes(text: str) -> Iterator[Node]:
    try:
        waiting = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting.extend(node[:_MAX_NODES])
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in _CHILDREN if key in node)


def _crumbs(node: Node) -> Iterator[str]:
    items = node.get("itemListElement")
    for item in items[:20] if isinstance(items, list) else []:
        if isinstance(item, dict):
            names = texts(item.get("name")) or [name for _, name in named(item.get("item"))]
            yield from names[:1]
