"""News sitemaps: the feed that a publisher writes for search engines, often its fullest. Pure."""

from lxml import etree

from pipeline.entry.item import Document, Item
from pipeline.entry.refusal import Refusal

_NEWS = "{http://www.google.com/schemas/sitemap-news/"


def read_news_sitemap(xml: bytes) -> Document:
    """Read `xml`, UTF-8 without a DTD, as far as it is XML. Raises Refusal for a sitemap that holds no news."""
    parser = etree.XMLParser(encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml, parser)
    if root is None:
        raise Refusal("a sitemap without news")
    items = tuple(_item(url) for url in root.iterchildren("{*}url"))
    if items and not any(item.title or item.published for item in items):
        raise Refusal("a sitemap without news")
    languages = {element.text for element in root.iter() if _name(element) == "news:language"}
    return Document(format="news_sitemap", language=languages.pop() if len(languages) == 1 else None, items=items)


def _item(url: etree._Element) -> Item:
    said: dict[str, str] = {}
    for element in url.iter():
        said.setdefault(_name(element), (element.text or "").strip())
    return Item(
        guid=said.get("loc"),
        link=said.get("loc"),
        title=said.get("news:title"),
        categories=tuple(said.get("news:keywords", "").split(",")),
        published=said.get("news:publication_date"),
        updated=said.get("lastmod"),
    )


def _name(element: etree._Element) -> str:
    """Return the name of `element`, with `news:` before it if it belongs there by its namespace or its prefix."""
    if not isinstance(element.tag, str):  # a comment
        return ""
    space, _, name = element.tag.rpartition("}")
    prefix, _, local = name.rpartition(":")
    return f"news:{local}" if space.startswith(_NEWS) or prefix == "news" else local
