"""How does an outlet tell what is new? Feed documents in the dialects that the web speaks. Pure."""

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from html import escape

from lxml import etree

from pipeline.sample.content import FeedFile, FeedFormat, Item, Outlet

ATOM = "{http://www.w3.org/2005/Atom}"
RSS1 = "{http://purl.org/rss/1.0/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"


def render(outlet: Outlet, feed: FeedFile, base_url: str) -> tuple[str, bytes]:
    """Return content type and body of a feed that is one (so neither `html` nor `gone`)."""
    content_type, write = _WRITERS[feed.format]
    return content_type, write(outlet, feed, base_url)


def _rss2(outlet: Outlet, feed: FeedFile, base_url: str) -> bytes:
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"content": CONTENT[1:-1], "dc": DC[1:-1]})
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", feed.name)
    _add(channel, "link", f"{base_url}/{outlet.folder}/")
    _add(channel, "description", outlet.tagline)
    _add(channel, "language", outlet.language)
    for item in outlet.items:
        _rss2_item(channel, item, base_url, is_full=feed.format == "rss2-full")
    return _xml(root, outlet.encoding)


def _rss2_item(channel: etree._Element, item: Item, base_url: str, *, is_full: bool) -> None:
    article = item.article
    node = etree.SubElement(channel, "item")
    _add(node, "title", article.title)
    _add(node, "link", _href(item, base_url))
    _add(node, "guid", f"{article.path.split('/')[1]}:{article.slug}", isPermaLink="false")
    _add(node, DC + "creator", article.author)
    _add(node, "category", article.section)
    if date := _date(item, format_datetime):
        _add(node, "pubDate", date)
    _add(node, "description", _html(item) if article.is_text_in_feed else article.summary)
    if is_full:
        _add(node, CONTENT + "encoded", "").text = etree.CDATA(_html(item))


def _rss2_broken(outlet: Outlet, feed: FeedFile, base_url: str) -> bytes:
    """Break it as a careless template does: bare ampersands, an open tag in every item, and a missing end."""
    sound = _rss2(outlet, feed, base_url)
    loose = sound.replace(b"&amp;", b"&").replace(b"</description>\n    </item>", b"<br></description>\n    </item>")
    return loose[: loose.rindex(b"</item>") + len(b"</item>\n")]


def _rss1(outlet: Outlet, feed: FeedFile, base_url: str) -> bytes:
    spaces: dict[str | None, str] = {None: RSS1[1:-1], "rdf": RDF[1:-1], "dc": DC[1:-1]}
    root = etree.Element(RDF + "RDF", nsmap=spaces)
    channel = etree.SubElement(root, RSS1 + "channel", {RDF + "about": f"{base_url}/{outlet.folder}/{feed.path}"})
    _add(channel, RSS1 + "title", feed.name)
    _add(channel, RSS1 + "link", f"{base_url}/{outlet.folder}/")
    _add(channel, RSS1 + "description", outlet.tagline)
    _add(channel, DC + "language", outlet.language)
    contents = etree.SubElement(etree.SubElement(channel, RSS1 + "items"), RDF + "Seq")
    for item in outlet.items:
        etree.SubElement(contents, RDF + "li", {RDF + "resource": _href(item, base_url)})
        node = etree.SubElement(root, RSS1 + "item", {RDF + "about": _href(item, base_url)})
        _add(node, RSS1 + "title", item.article.title)
        _add(node, RSS1 + "link", _href(item, base_url))
        _add(node, RSS1 + "description", item.article.summary)
        _add(node, DC + "creator", item.article.author)
        _add(node, DC + "date", _date(item, datetime.isoformat))
    return _xml(root, outlet.encoding)


def _atom(outlet: Outlet, feed: FeedFile, base_url: str) -> bytes:
    root = etree.Element(ATOM + "feed", nsmap={None: ATOM[1:-1]})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", outlet.language)
    _add(root, ATOM + "title", feed.name)
    _add(root, ATOM + "id", f"{base_url}/{outlet.folder}/")
    _add(root, ATOM + "link", rel="self", href=f"{base_url}/{outlet.folder}/{feed.path}")
    _add(root, ATOM + "updated", outlet.items[0].article.published.isoformat())
    for item in outlet.items:
        node = etree.SubElement(root, ATOM + "entry")
        _add(node, ATOM + "title", item.article.title)
        _add(node, ATOM + "id", f"tag:{outlet.folder}.example,2026:{item.article.slug}")
        _add(node, ATOM + "link", rel="alternate", href=_href(item, base_url))
        _add(etree.SubElement(node, ATOM + "author"), ATOM + "name", item.article.author)
        _add(node, ATOM + "published", _date(item, datetime.isoformat))
        _add(node, ATOM + "updated", _date(item, datetime.isoformat))
        _add(node, ATOM + "summary", item.article.summary)
    return _xml(root, outlet.encoding)


def _json(outlet: Outlet, feed: FeedFile, base_url: str) -> bytes:
    items = [
        {
            "id": item.article.slug,
            "url": _href(item, base_url),
            "title": item.article.title,
            "content_text": item.article.summary,
            "date_published": _date(item, datetime.isoformat),
            "authors": [{"name": item.article.author}],
            "tags": [item.article.section],
        }
        for item in outlet.items
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "home_page_url": f"{base_url}/{outlet.folder}/",
        "feed_url": f"{base_url}/{outlet.folder}/{feed.path}",
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, tag, attributes)
    node.text = text or None
    return node


def _href(item: Item, base_url: str) -> str:
    return f"{base_url}{item.article.path}{'?' if item.query else ''}{item.query}"


def _date(item: Item, write: Callable[[datetime], str]) -> str:
    return write(item.article.published) if item.article.feed_date is None else item.article.feed_date


def _html(item: Item) -> str:
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in item.article.paragraphs)


def _xml(root: etree._Element, encoding: str) -> bytes:
    return etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=True)


_RSS, _RDF = "application/rss+xml", "application/rdf+xml"
_WRITERS: dict[FeedFormat, tuple[str, Callable[[Outlet, FeedFile, str], bytes]]] = {
    "rss2": (_RSS, _rss2),
    "rss2-full": (_RSS, _rss2),
    "rss2-broken": (_RSS, _rss2_broken),
    "rss1": (_RDF, _rss1),
    "atom": ("application/atom+xml", _atom),
    "json": ("application/feed+json", _json),
}
