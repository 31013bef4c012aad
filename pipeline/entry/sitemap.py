"""News sitemaps: the feed that a publisher writes for search engines, often its fullest. Pure."""

from lxml import etree

from pipeline.entry.item import Document, Item
from pipeline.entry.refusal import Refusal

_NEWS = "{http://www.google.com/schemas/sitemap-news/"


def read_news_sitemap(xml: bytes) -> Document:
    """Read `xml`, well-formed UTF-8 without a DTD. Raises Refusal for a sitemap that holds no news."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8")
    root = etree.fromstring(xml, parser)
    items = tuple(_item(url) for url in root.iterchildren("{*}url"))
    if items and not any(item.title or item.published for item in items):
        raise Refusal("a sitemap without news")
    languages = {element.text for element in root.iter() if _is_news(element, "language")}
    return Document(format="news_sitemap", language=languages.pop() if len(languages) == 1 else None, items=items)


def _item(url: etree._Element) -> Item:
    said: dict[str, str] = {}
    for element in url.iter():
        if isinstance(element.tag, str):  # comments have none
            name = etree.QName(element).localname
            said.setdefault(f"news:{name}" if _is_news(element, name) else name, (element.text or "").strip())
    return Item(
        guid=said.get("loc"),
        link=said.get("loc"),
        title=said.get("news:title"),
        categories=tuple(word.strip() for word in said.get("news:keywords", "").split(",")),
        published=said.get("news:publication_date"),
        updated=said.get("lastmod"),
    )


def _is_news(element: etree._Element, name: str) -> bool:
    tag = element.tag
    return isinstance(tag, str) and tag.startswith(_NEWS) and tag.endswith("}" + name)
