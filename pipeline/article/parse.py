"""Page bytes → a tree that is safe to walk: charset, caps, flattening. Pure; every loss is said in `note`.

Measured on lxml 6.1 (libxml2 2.14): 40,000 attributes of one tag cost 12 s, and text below depth 256 is dropped without
an error. What needs no taming pays next to nothing: the checks run at the pace of `str.count`.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import islice

from lxml.etree import ParserError, XMLSyntaxError, XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.charset import html_to_text

MAX_BYTES = 10_000_000
MAX_CHARS = 2_000_000  # after scripts, styles and comments
MAX_TAGS = 50_000
MAX_ATTRIBUTES = 200

_LONG_TAG = 600  # characters; a shorter one holds few attributes
_MANY_VALUES = 20_000
_DEEP = 100  # real pages nest less than 60 deep
_DEEPEST = 0  # nothing but text, lines and paragraphs
_REACHES_LIMIT = XPath("boolean(" + "/*" * 254 + ")")  # of 256; told by the tree, as the parser's own log is dear
_SPACED = bytes.maketrans(b"\x0b\x0c", b"  ")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r")

_RAW = r"<(?P<raw>script|style|title|textarea|iframe|xmp)(?=[\s/>])[^>]*+>(?>.*?</(?P=raw)\s*+>|.*)"
_ATTRIBUTE = re.compile(r"[^\s=/>]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+")
# As a browser reads it: a quoted value may hold a `>`, a tag without an end goes on to the end of the page.
_TAG = re.compile(
    r"<!--(?>.*?-->|.*)|" + _RAW + r"|<(?P<end>/?+)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?>[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_CODE = re.compile(
    r"<!--(?>.*?-->|.*)|<(script|style|svg|template)(?=[\s/>])(?![^>]{0,300}\bjson)[^>]*+>(?>.*?</\1\s*+>|.*)",
    re.DOTALL | re.IGNORECASE,
)
_CDATA = re.compile(
    r"<(script|style)(?=[\s/>])[^>]*+>(?>.*?</\1\s*+>|.*)|<!\[CDATA\[(?P<text>(?>.*?\]\]>|.*))",
    re.DOTALL | re.IGNORECASE,
)
_FRAMES = re.compile(r"</?(?:frameset|noframes|frame)(?=[\s/>])[^>]*+>", re.IGNORECASE)
_HEAD_CHARS = 5_000
_EMPTY_ROOT = re.compile(r"<(html|head|body)((?=[\s/])[^<>]{0,2000})/>", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905 - legible
_LEAVES = frozenset("p h1 h2 h3 h4 h5 h6".split())  # noqa: SIM905
_ENDS_ITSELF = frozenset("li dt dd tr td th option".split())  # noqa: SIM905
_INLINE = frozenset("a abbr b big cite code em font i ins mark q s small span strike strong sub sup tt u".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A page's tree (None where the bytes are no HTML), what was done to it, and whether text was cut."""

    tree: HtmlElement | None
    note: str | None = None
    is_cut: bool = False


def parse_page(body: bytes, content_type: str | None) -> Parsed:
    """Read `body`, whatever it is, into a tree of bounded size and depth; never raises for what a page may hold.

    `content_type` is the header as sent. At most 10 MB of bytes, 2 MB of text and tags once scripts, styles and
    comments are gone, 50,000 tags and 200 attributes a tag are read; what goes beyond is left out, and said. Elements
    nested too deep for the parser are opened up, so that their text stays.
    """
    text, odd_charset = html_to_text(body[:MAX_BYTES], content_type)
    notes = [f"cut at {MAX_BYTES // 1_000_000} MB"] if len(body) > MAX_BYTES else []
    is_xml = "xhtml+xml" in (content_type or "") or "<?xml" in text[:200]
    text, why_cut = _cut(_mended(text, is_xml=is_xml))
    text, why_pruned = _with_fewer_attributes(text)
    tree, is_whole = _tree(text)
    if tree is not None and any(child.tag == "frameset" for child in tree):
        tree, is_whole = _tree(_FRAMES.sub(" ", text))  # to the parser, what <noframes> holds is no HTML
    notes += [note for note in (why_cut, why_pruned, odd_charset) if note]
    if not is_whole:
        tree = _flat_tree(text)
        notes.append("nested too deep: flattened")
    is_cut = why_cut is not None or len(body) > MAX_BYTES
    return Parsed(tree=tree, note="; ".join(notes) or None if tree is not None else "not HTML", is_cut=is_cut)


def _mended(text: str, *, is_xml: bool) -> str:
    """Undo what keeps text from the parser: CDATA of XHTML, and roots that end where they begin."""
    if is_xml and "<![CDATA[" in text:
        text = _CDATA.sub(lambda found: found[0] if found[1] else escape(found["text"].removesuffix("]]>")), text)
    head = text[:_HEAD_CHARS]
    mended = _EMPTY_ROOT.sub(r"<\1\2>", head) if "/>" in head else head
    return text if mended is head else mended + text[_HEAD_CHARS:]


def _cut(text: str) -> tuple[str, str | None]:
    if len(text) <= MAX_CHARS and text.count("<") <= MAX_TAGS:
        return text, None
    text = _CODE.sub("", text)
    last = next(islice(_TAG.finditer(text), MAX_TAGS, None), None)
    if last and last.start() < MAX_CHARS:
        return text[: last.start()], f"cut after {MAX_TAGS:,} tags"
    if len(text) > MAX_CHARS:
        return text[: text.rfind("<", 0, MAX_CHARS)], f"cut after {MAX_CHARS // 1_000_000} MB of HTML"
    return text, None


def _with_fewer_attributes(text: str) -> tuple[str, str | None]:
    # a value may hold `>`, and so hide how long its tag is: a page of so many values is looked at as a whole
    if text.count("=") < _MANY_VALUES and not any(
        len(piece) > _LONG_TAG and _is_crowded(piece) for piece in text.split(">")
    ):
        return text, None
    pruned = _TAG.sub(_prune, text)
    return pruned, f"attributes beyond {MAX_ATTRIBUTES} a tag left out" if pruned != text else None


def _is_crowded(piece: str) -> bool:
    """Whether a piece of text without `>` ends with a tag of too many attributes."""
    start = piece.rfind("<")
    if start < 0 or len(piece) - start < _LONG_TAG or not piece[start + 1].isalpha():
        return False
    return next(islice(_ATTRIBUTE.finditer(piece, start + 1), MAX_ATTRIBUTES + 1, None), None) is not None


def _prune(tag: re.Match[str]) -> str:
    attributes = tag["attributes"]
    if not attributes or len(attributes) < _LONG_TAG:
        return tag[0]
    last = next(islice(_ATTRIBUTE.finditer(attributes), MAX_ATTRIBUTES, None), None)
    return f"<{tag['name']}{attributes[: last.start()]}>" if last else tag[0]


def _tree(text: str) -> tuple[HtmlElement | None, bool]:
    """Return the tree, and whether it holds all of the text."""
    if "<" not in text:
        return None, True
    try:
        tree = document_fromstring(_printable(text), parser=_parser())
    except (ParserError, XMLSyntaxError):  # nothing in it
        return None, True
    is_html = "html" in text[:50].lower() or next(islice(tree.iter(), 2, None), None) is not None
    return tree if is_html else None, not _REACHES_LIMIT(tree)


def _flat_tree(text: str) -> HtmlElement | None:
    """Return the tree of `text` with its innermost elements opened up, as far as it takes."""
    for limit in (_DEEP, _DEEPEST):
        tree, is_whole = _tree(_TAG.sub(_Flattening(limit), text))
        if is_whole:
            break
    return tree


class _Flattening:
    """Replaces tags, in the order of a page, so that no more than `limit` elements are open at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: list[tuple[str, bool]] = []
        self._names: Counter[str] = Counter()
        self._n_kept = 0

    def __call__(self, tag: re.Match[str]) -> str:
        name = (tag["name"] or "").lower()
        if not name or name in _VOID or (name in _LEAVES and self._limit):
            return tag[0]
        return self._close(name) if tag["end"] else self._start(name, tag[0])

    def _start(self, name: str, tag: str) -> str:
        if name in _ENDS_ITSELF and self._open and self._open[-1][0] == name:
            self._pop()
        is_kept = self._n_kept < self._limit
        self._open.append((name, is_kept))
        self._names[name] += 1
        self._n_kept += is_kept
        return tag if is_kept else _gap(name)

    def _close(self, name: str) -> str:
        if not self._names[name]:
            return ""
        popped, is_kept = "", False
        while popped != name:
            popped, is_kept = self._pop()
        return f"</{name}>" if is_kept else _gap(name)

    def _pop(self) -> tuple[str, bool]:
        name, is_kept = self._open.pop()
        self._names[name] -= 1
        self._n_kept -= is_kept
        return name, is_kept


def _gap(name: str) -> str:
    return "" if name in _INLINE else "<br>"


def _printable(text: str) -> bytes:
    """Return UTF-8 without NULs, other controls and surrogates; vertical tabs and form feeds are spaces."""
    return text.encode("utf-8", "replace").translate(_SPACED, _CONTROLS)


@cache
def _parser() -> HTMLParser:
    return HTMLParser(collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True)
