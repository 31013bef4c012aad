"""What a page says of itself: JSON-LD, meta tags, `<time>`. Everything here is a claim, to be weighed elsewhere.

Vocabulary: schema.org NewsArticle (JSON-LD), Open Graph (og:, article:), Dublin Core (dc.), as their specifications
name the properties.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from pipeline.text import clean
from pipeline.types import DateOrigin

_MAX_JSON_LD_CHARS = 500_000
_MAX_NODES = 2_000
_ARTICLE_TYPE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report|\w*NewsArticle)$", re.ASCII)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published", "publishdate", "pubdate",
    "publish-date", "publication_date", "date", "dc.date", "dc.date.issued", "dcterms.created",
    "dcterms.issued", "dcterms.date",
    "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "article.published", "originalpublicationdate",
)  # fmt: skip
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
_TITLE_META = ("og:title", "twitter:title", "dc.title", "title")
_AUTHOR_META = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Claims of one page, as written. `dates` are candidates for the publication, most trusted first."""

    title: str | None
    site_name: str | None
    description: str | None
    canonical_url: str | None
    authors: tuple[str, ...]
    language: str | None
    dates: tuple[tuple[DateOrigin, str], ...]
    updated: tuple[str, ...]
    body: str | None = None


def read_facts(tree: HtmlElement) -> Facts:
    """Collect what the page declares; never raises for what a page may hold."""
    meta = _meta(tree)
    articles = list(_json_ld_articles(tree))
    article = articles[0] if articles else {}
    dates: list[tuple[DateOrigin, str]] = [("json_ld", text) for text in _texts(article.get("datePublished"))]
    dates += [("meta", meta[name]) for name in _PUBLISHED_META if name in meta]
    dates += [("time", text) for text in _times(tree)]
    titles = [*_texts(article.get("headline")), *(meta[name] for name in _TITLE_META if name in meta), *_heading(tree)]
    return Facts(
        title=next((title for title in map(_unescaped, titles) if title), None),
        site_name=clean(meta.get("og:site_name")) or _publisher(article),
        description=clean(meta.get("og:description") or meta.get("description")),
        canonical_url=next(iter(tree.xpath("//link[@rel='canonical']/@href")), None) or meta.get("og:url"),
        authors=_authors(article, meta),
        language=clean(tree.get("lang")) or meta.get("og:locale"),
        dates=tuple(dict.fromkeys(dates)),
        updated=(*_texts(article.get("dateModified")), *(meta[name] for name in _UPDATED_META if name in meta)),
        body=next((text for one in articles for text in _texts(one.get("articleBody"))), None),
    )


def without_outlet(title: str | None, *names: str | None) -> str | None:
    """Return a title without the outlet's name at either end, where a bar, a dash or the like sets it off."""
    wanted = {_folded(name) for name in names if name}
    for separator in (" | ", " – ", " — ", " - ", " :: ", " » ", " · ", " • ", " / "):
        head, found, tail = (title or "").rpartition(separator)
        if found and head and _folded(tail) in wanted:
            title = head.strip()
        head, found, tail = (title or "").partition(separator)
        if found and tail and _folded(head) in wanted:
            title = tail.strip()
    return title


def _unescaped(title: str) -> str | None:
    """Undo the entities that some sites escape twice in JSON-LD and meta tags."""
    return clean(unescape(title))


def _folded(name: str) -> str:
    """Fold an outlet's name so that `The Example Times`, `Example Times` and `exampletimes.com` agree."""
    name = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.casefold())
    name = re.sub(r"\.(?:com?|org|net|info|news)?(?:\.?[a-z]{2})?$", "", name)
    return re.sub(r"\W+", "", name).removeprefix("the")


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Return the first content of each meta name, property or itemprop, lower-cased."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if content and name:
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _json_ld_articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->")
        if len(text) <= _MAX_JSON_LD_CHARS:
            for node in _nodes(text):
                if any(_ARTICLE_TYPE.match(kind) for kind in _texts(node.get("@type"))):
                    yield node


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    try:
        waiting = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return []


def _times(tree: HtmlElement) -> list[str]:
    """Return the publication `<time>` (HTML: `datetime`, microdata: datePublished) near the main heading.

    Lists of other articles carry times as well, so only one inside the heading's own article or header counts, and only
    when it says `datePublished`, is the single one there, or stands first.
    """
    marked = tree.xpath("//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content")
    if marked:
        return [str(marked[0])]
    headings = tree.xpath("//h1")
    if len(headings) != 1:
        return []
    for ancestor in headings[0].iterancestors("article", "header", "main"):
        times = ancestor.xpath(".//time[@datetime]/@datetime")
        if times:
            return [str(times[0])]
    return []


def _heading(tree: HtmlElement) -> list[str]:
    headings = [_SPACE.sub(" ", h.text_content()).strip() for h in tree.xpath("//h1")]
    titles = [_SPACE.sub(" ", t.text_content()).strip() for t in tree.xpath("//head/title")]
    return [text for text in [*(headings if len(headings) == 1 else []), *titles] if text]


def _publisher(article: dict[str, Any]) -> str | None:
    publisher = article.get("publisher")
    return clean(next(iter(_texts(publisher.get("name"))), None)) if isinstance(publisher, dict) else None


def _authors(article: dict[str, Any], meta: dict[str, str]) -> tuple[str, ...]:
    given = article.get("author")
    people = given if isinstance(given, list) else [given]
    names = [name for person in people for name in _texts(person.get("name") if isinstance(person, dict) else person)]
    names = names or [meta[name] for name in _AUTHOR_META if name in meta][:1]
    cleaned = [name for name in map(clean, names) if name and not name.startswith(("http:", "https:", "["))]
    return tuple(dict.fromkeys(cleaned))
