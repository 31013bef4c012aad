"""Bytes that claim to be a feed, to what they say: which kind of document, how sound, and who reads it. Pure."""

import re
from dataclasses import replace

from pipeline.charset import to_text
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
    start = text.lstrip(_SPACE)
    if not start:
        raise Refusal("empty")
    document = read_json_feed(start) if start.startswith(("{", "[")) else _read_xml(text)
    return replace(document, problem=_joined(document.problem, odd_charset))


def _read_xml(text: str) -> Document:
    root = _ROOT.search(text)
    kind = root[1].lower() if root else ""
    if root is None or kind in _NOT_FEEDS:
        raise Refusal(_NOT_FEEDS.get(kind) or ("HTML, not a feed" if _HTML.search(text) else "neither a feed nor HTML"))
    prolog = text[: root.start()]
    if "<!ENTITY" in prolog:
        raise Refusal("a DTD that declares entities")
    is_odd = not re.match(r"<[?!]|$", prolog.strip(_SPACE))
    xml, problem = _well_formed(text[root.start() :].rstrip(_SPACE), first_line=prolog.count("\n") + 1)
    document = read_news_sitemap(xml) if kind == "urlset" else read_syndication(xml)
    return replace(document, problem=_joined(is_odd and "text before the prolog", problem or document.problem))


def _well_formed(text: str, *, first_line: int) -> tuple[bytes, str | None]:
    """Return `text` as XML, mended or cut if need be, and why; what can't be helped is for the loose parser."""
    first = survey(text.encode(), first_line=first_line)
    if first.xml is not None:
        return first.xml, first.problem
    mended = mend(text)
    second = survey(mended.encode(), first_line=first_line)
    if second.xml is not None:
        return second.xml, _joined(first.problem, second.problem)
    bounded = bound(mended)
    is_cut = len(bounded) < len(mended)
    return bounded.encode(), _joined(first.problem, is_cut and "more than can be read that way: the rest is left out")


def _joined(*problems: str | bool | None) -> str | None:
    return "; ".join(problem for problem in problems if isinstance(problem, str)) or None
