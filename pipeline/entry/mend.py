"""Make well-formed what is only carelessly written. Pure, and linear in the length of the text."""

import re
from html import unescape
from itertools import islice

from pipeline.entry.refusal import Refusal
from pipeline.entry.survey import NAMES, TAGS

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_SPOT = re.compile(
    r"(?P<cdata><!\[CDATA\[(?>.*?\]\]>))|(?P<comment><!--(?>.*?-->))|(?P<reference>&(?:#?\w{1,32};)?)"
    r"|(?P<doctype><!DOCTYPE[^<>\[]*+>)|(?P<entity><!ENTITY)|(?P<sign><(?![a-zA-Z_/?])|\]\]>)",
    re.DOTALL,
)
_OURS = frozenset(("&amp;", "&lt;", "&gt;", "&quot;", "&apos;"))
_PREFIX = re.compile(r"[<\s]/?([a-zA-Z_][\w.-]{0,30}):[a-zA-Z_]")
_NAMESPACE = re.compile(r"(?<=xmlns)(?::[\w.-]+)?=(?:\"[^\"<>]*+\"|'[^'<>]*+')")
_DECLARED = re.compile(r"xmlns:([\w.-]+)\s*=")
_MAX_PREFIXES = 50
_MAX_LOOSE_CHARS = 1_000_000
_MAX_LOOSE_TAGS = 5_000
_LONG_NAME = re.compile(
    rf"(<(?:[\w-]+:)?(?:{'|'.join(NAMES | TAGS)})\b[^<>]*+>(?:<!\[CDATA\[)?[^<\]]{{1000}})[^<\]]+", re.IGNORECASE
)
_ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAG = re.compile(rf"<(?:[\w-]+:)?(?:{'|'.join(TAGS)})\b", re.IGNORECASE)
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def mend(xml: str) -> str:
    """Return `xml`, which starts with its root element, with what can be put right in the letters of it put right.

    Bare `&` and `<`, names of HTML's entities, characters that XML forbids, comments and CDATA sections that don't
    end, spaces in the addresses of namespaces, prefixes that nobody declared. Raises Refusal for a declaration of
    entities: here it is an attack.
    """
    xml = _NAMESPACE.sub(lambda said: "".join(said[0].split()), _ILLEGAL.sub("", xml))
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        ended = xml.rfind(end) + 1
        xml = xml[:ended] + xml[ended:].replace(start, "")
    return _declare_prefixes(_SPOT.sub(_mended, xml))


def bound(xml: str) -> str:
    """Return of `xml`, which even `mend` couldn't make well-formed, what feedparser's loose parser reads in seconds.

    It takes 5 µs a character at worst, and quadratic time for long names and for many categories. A feed's newest
    entries come first, so it is cut after the last whole entry within the limits.
    """
    spare = next(islice(_TAG.finditer(xml), _MAX_LOOSE_TAGS, None), None)
    end = min(_MAX_LOOSE_CHARS, spare.start() if spare else len(xml))
    if end < len(xml):
        ends = [found.end() for found in _ENTRY_END.finditer(xml, 0, end)]
        xml = xml[: ends[-1] if ends else end]
    return _LONG_NAME.sub(r"\1", xml)


def _mended(spot: re.Match[str]) -> str:
    text = spot[0]
    match spot.lastgroup:
        case "cdata":
            return text
        case "reference":
            return _reference(text)
        case "entity":
            raise Refusal("a DTD that declares entities")
        case "sign":
            return text.replace("<", "&lt;").replace(">", "&gt;")
    return ""


def _reference(text: str) -> str:
    if text in _OURS:
        return text
    meant = unescape(text) if len(text) > 1 else text
    if meant == text:
        return text.replace("&", "&amp;")
    return _ILLEGAL.sub("", meant).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _declare_prefixes(xml: str) -> str:
    missing = sorted(set(_PREFIX.findall(xml)) - set(_DECLARED.findall(xml)) - {"xml", "xmlns"})[:_MAX_PREFIXES]
    said = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in missing)
    return re.sub(r"^<[^\s/>]+", lambda root: root[0] + said, xml, count=1)
