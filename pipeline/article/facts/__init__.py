"""What a page says of itself: JSON-LD, meta tags, its heading and byline. All of it claims, to be weighed elsewhere.

Vocabulary: schema.org NewsArticle (JSON-LD, microdata), Open Graph (og:, article:), Dublin Core (dc.), as their
specifications name the properties.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.article.facts import metas
from pipeline.article.facts.heading import Around, dates_in, find_heading, headline_of, look_around
from pipeline.article.facts.linked import Linked, Node, named, read_linked, texts
from pipeline.article.facts.metas import Metas, first, read_metas
from pipeline.article.facts.people import people
from pipeline.article.facts.titles import Title, TitleOrigin, better_title, choose_title, clean_title, host_in, tails
from pipeline.text import clean
from pipeline.types import DateOrigin

__all__ = ["Facts", "better_title", "people", "read_facts", "without_outlet"]

_MICRODATA = XPath("//*[@itemprop='datePublished']/@*[name()='datetime' or name()='content']", smart_strings=False)
_MAX_TAGS = 50
_MAX_TAG_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Claims of one page, as written.

    `title` is chosen from `titles` by what the page alone tells. `dates` are candidates for the publication, most
    trusted first; `updated` are dates of later changes. `image_url` may be relative to the page. `body` is
    the text that JSON-LD carries.
    """

    title: str | None
    site_name: str | None
    description: str | None
    canonical_url: str | None
    authors: tuple[str, ...]
    language: str | None
    dates: tuple[tuple[DateOrigin, str], ...]
    updated: tuple[str, ...]
    titles: tuple[Title, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    body: str | None = None
    amp_url: str | None = None


def read_facts(tree: HtmlElement) -> Facts:
    """Collect what the page declares; never raises for what a page may hold."""
    said, linked = read_metas(tree), read_linked(tree)
    declared = tuple(_declared_titles(tree, said, linked))
    heading = find_heading(tree, [text for _, text in declared])
    around = look_around(heading)
    headline = clean_title(headline_of(heading)) if heading is not None else None
    titles: tuple[Title, ...] = (("heading", headline), *declared) if headline else declared
    site_name = clean(first(said, ("og:site_name", "application-name"))) or _publisher(linked)
    canonical = _link(tree, "canonical") or first(said, ("og:url",))
    return Facts(
        title=choose_title(titles, site_name, _publisher(linked), host_in(canonical)),
        site_name=site_name,
        description=clean(first(said, ("og:description", "description"))),
        canonical_url=canonical,
        authors=_authors(linked, said, around, site_name),
        language=_language(tree, said, linked),
        dates=tuple(dict.fromkeys(_dates(tree, said, linked, around, titles))),
        updated=tuple(dict.fromkeys(_updates(said, linked, around))),
        titles=titles,
        section=_section(linked, said),
        tags=_tags(linked, said),
        image_url=next(_images(linked, said), None),
        body=linked.body,
        amp_url=_link(tree, "amphtml"),
    )


def _declared_titles(tree: HtmlElement, said: Metas, linked: Linked) -> Iterator[Title]:
    given: tuple[tuple[TitleOrigin, str | None], ...] = (
        ("json_ld", next(iter(texts(linked.article.get("headline"))), None)),
        ("og", first(said, metas.TITLE)),
        ("twitter", first(said, ("twitter:title",))),
        ("title", next((title.text for title in tree.iterfind("head/title")), None)),
    )
    yield from ((origin, text) for origin, raw in given if (text := clean_title(raw)))


def _dates(
    tree: HtmlElement, said: Metas, linked: Linked, around: Around, titles: tuple[Title, ...]
) -> Iterator[tuple[DateOrigin, str]]:
    """Yield what was said of the publication: outright, then by a page or a video that is more than the article."""
    yield from _json_ld(linked.article, "datePublished")
    yield from (("meta", said[name][0]) for name in metas.PUBLISHED if name in said)
    yield from (date for date in around.dates if date[0] == "microdata")
    yield from _json_ld(linked.page, "datePublished")
    yield from (date for date in around.dates if date[0] == "time")
    yield from (("meta", said[name][0]) for name in metas.LOOSELY_PUBLISHED if name in said)
    yield from (("text", raw) for tail in tails(titles) for is_updated, raw in dates_in(tail) if not is_updated)
    yield from (date for date in around.dates if date[0] == "text")
    if not around.dates:
        yield from (("microdata", str(raw)) for raw in _MICRODATA(tree)[:1])
    for node in (linked.article, linked.page):
        yield from _json_ld(node, "dateCreated")
    if len(linked.videos) == 1 and not linked.article:
        yield from _json_ld(linked.videos[0], "uploadDate")


def _updates(said: Metas, linked: Linked, around: Around) -> Iterator[str]:
    yield from texts(linked.article.get("dateModified"))
    yield from (said[name][0] for name in metas.UPDATED if name in said)
    yield from texts(linked.page.get("dateModified"))
    yield from around.updated


def _json_ld(node: Node, name: str) -> Iterator[tuple[DateOrigin, str]]:
    yield from (("json_ld", text) for text in texts(node.get(name))[:1])


def _link(tree: HtmlElement, rel: str) -> str | None:
    return next((link.get("href") for link in tree.iter("link") if link.get("rel") == rel), None)


def _publisher(linked: Linked) -> str | None:
    return next((clean(name) for _, name in named(linked.article.get("publisher"))), None)


def _authors(linked: Linked, said: Metas, around: Around, site_name: str | None) -> tuple[str, ...]:
    """Take the first source that names anybody: JSON-LD (people before organizations), meta tags, the byline."""
    node = linked.article if linked.article.get("author") else linked.page
    given = named(node.get("author") or node.get("creator"))
    persons = [name for kind, name in given if kind != "Organization"]
    tags = [name for key in metas.AUTHOR for name in said.get(key, ())]
    outlets = (site_name, _publisher(linked))
    sources = (persons, [name for _, name in given], tags, around.authors)
    return next((names for source in sources if (names := people(source, *outlets))), ())


def _section(linked: Linked, said: Metas) -> str | None:
    declared = texts(linked.article.get("articleSection")) or [first(said, metas.SECTION) or ""]
    crumbs = linked.breadcrumb[1:-1]  # the first is the site, the last the page
    return clean_title(declared[0]) or clean_title(crumbs[-1] if crumbs else None)


def _tags(linked: Linked, said: Metas) -> tuple[str, ...]:
    given = [*texts(linked.article.get("keywords")), *(text for name in metas.TAGS for text in said.get(name, ()))]
    found: dict[str, str] = {}
    for text in given:
        for part in text.split(";" if ";" in text and "," not in text else ","):
            tag = clean_title(part[: _MAX_TAG_CHARS + 1])
            if tag and len(tag) <= _MAX_TAG_CHARS:
                found.setdefault(tag.casefold(), tag)
            if len(found) == _MAX_TAGS:
                return tuple(found.values())
    return tuple(found.values())


def _images(linked: Linked, said: Metas) -> Iterator[str]:
    yield from (said[name][0] for name in metas.IMAGE if name in said)
    image = linked.article.get("image")
    for part in image[:5] if isinstance(image, list) else [image]:
        yield from texts(part.get("url") if isinstance(part, dict) else part)


def _language(tree: HtmlElement, said: Metas, linked: Linked) -> str | None:
    declared = (tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"), tree.get("xml:lang"))
    return next((text for text in map(clean, declared) if text), None) or next(
        iter([*texts(linked.article.get("inLanguage")), *said.get("content-language", ()), *said.get("og:locale", ())]),
        None,
    )
