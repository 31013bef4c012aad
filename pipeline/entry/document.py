"""Bytes that claim to be a feed, to what they say: which kind of document, how sound, and who reads it. Pure."""

import re
from dataclasses import replace

from pipeline.entry.charset import to_text
from pipeline.entry.item import Document
from pipeline.entry.jsonfeed import read_json_feed
from pipeline.entry.mend import bound, mend
from pipeline.entry.refusal import Refusal
from pipeline.entry.sitemap import read_news_sitemap
from pipeline.entry.survey import survey
from pipeline.entry.syndication import read_syndication

MAX_BYTES = 15_000_000

_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|rdf|feed|urlset|sitemapindex|html|body|opml|channel)(?=[\s/>])", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype html|head|title|meta|script|div|p|br)\b", re.IGNORECASE)
_NOT_FEEDS = {
    "html": "HTML, not a feed",
    "body": "HTML, not a feed",
    "opml": "a list of feeds, not a feed",
    "sitemapindex": "a sitemap index, not a feed",
}
_SPACE = " \t\r\n\0\ufeff"


def read_document(body: bytes, content_type: str | None) -> Document:
    """Read `body`, whatever it is. Raises Refusal, with the reason, for what isn't a feed or isn't safe to read."""
    if len(body) > MAX_BYTES:
        raise Refusal(f"longer than {MAX_BYTES // 1_000_000} MB")
    text, odd_charset = to_text(body, content_type)
    text = text.strip(_SPACE)
    if not text:
        raise Refusal("empty")
    document = read_json_feed(text) if text.startswith(("{", "[")) else _read_xml(text)
    problems = [problem for problem in (document.problem, odd_charset) if problem]
    return replace(document, problem="; ".join(problems) or None)


def _read_xml(text: str) -> Document:
    root = _ROOT.search(text)
    kind = root[1].lower() if root else ""
    if root is None or kind in _NOT_FEEDS:
        raise Refusal(_NOT_FEEDS.get(kind) or ("HTML, not a feed" if _HTML.search(text) else "neither XML nor JSON"))
    if "<!ENTITY" in text[: root.start()]:
        raise Refusal("a DTD that declares entities")
    xml, problem = _well_formed(text[root.start() :])
    document = read_news_sitemap(xml) if kind == "urlset" else read_syndication(xml)
    problems = [_before(text, root.start()), problem or document.problem]
    return replace(document, problem="; ".join(filter(None, problems)) or None)


def _before(text: str, root_at: int) -> str | None:
    """Say so if `text` begins with anything but its root element or a declaration, comment or instruction before it."""
    first = text.find("<")
    is_clean = first == 0 and (root_at == 0 or text[1:2] in ("?", "!"))
    return None if is_clean else "text before the prolog"


def _well_formed(text: str) -> tuple[bytes, str | None]:
    """Return `text` as XML, mended or cut if need be, and why; what can't be helped is for the loose parser."""
    first = survey(text.encode())
    if first.xml is not None:
        return first.xml, first.problem
    mended = mend(text)
    second = survey(mended.encode())
    if second.xml is None:
        bounded = bound(mended)
        cut = None if len(bounded) == len(mended) else "more than can be read that way: the rest is left out"
        return bounded.encode(), "; ".join(filter(None, (first.problem, cut)))
    return second.xml, "; ".join(filter(None, (first.problem, second.problem)))
