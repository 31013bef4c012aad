"""How far can this XML be read, and is it of a size that a feed has? Pure; one pass of expat, 6 ms a megabyte."""

import re
from dataclasses import dataclass
from xml.parsers import expat

MAX_ENTRIES = 2000
_MAX_ELEMENTS = 250_000  # a hundred for each of 2,000 entries; feedparser takes 15 µs for one
_MAX_DEPTH = 256
_MAX_ATTRIBUTES = 200  # of one element; Python's SAX compares each with all others
_MAX_TAGS = 500  # categories of one entry; feedparser compares each with all others
_MAX_SHORT_CHARS = 10_000  # of a name or a keyword list; feedparser's patterns over them take quadratic time
TAGS = frozenset(("category", "subject", "keywords", "tags"))
NAMES = frozenset(("author", "creator", "contributor", "publisher", "managingeditor", "webmaster", "name", "email"))
_SHORT = TAGS | NAMES
_BETWEEN = "\x01"  # stands in no document
_CODES = expat.errors.codes
_AFTER_THE_END = _CODES[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_OPEN_SECTION = _CODES[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]
_AT_THE_END = frozenset(
    {_CODES[expat.errors.XML_ERROR_NO_ELEMENTS], _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN], _OPEN_SECTION}
)
_ENDS = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry|channel|feed|rss|rdf|url|urlset)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What of a document is well-formed XML, or None, and why that isn't the whole."""

    xml: bytes | None
    problem: str | None


class _Enough(Exception):  # noqa: N818 - stops the parser, nothing went wrong
    pass


class _Unfit(Exception):  # noqa: N818 - as above: well-formed, but not for the next parser
    pass


def survey(xml: bytes, *, first_line: int) -> Survey:
    """Look at `xml`, UTF-8 that starts with its root element, in `first_line` of the document.

    What follows the root element is left out, and so are, where the document breaks off or exceeds a limit, the entry
    in which that happens and all after it.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(xml, True)
    except _Enough as why:
        return Survey(xml=reader.up_to_here(xml), problem=f"{why}: the rest is left out")
    except _Unfit as why:
        return Survey(xml=None, problem=str(why))
    except expat.ExpatError as error:
        problem = f"{expat.ErrorString(error.code)} in line {first_line + error.lineno - 1}"
        if error.code == _AFTER_THE_END:
            return Survey(xml=xml[: reader.parser.ErrorByteIndex], problem=problem)
        return Survey(xml=reader.up_to_here(xml) if _breaks_off(xml, error.code, reader) else None, problem=problem)
    return Survey(xml=xml, problem=None)


def _breaks_off(xml: bytes, code: int, reader: "_Reader") -> bool:
    """Whether the document itself ends too soon, and not a comment, a section or a tag in the midst of it."""
    if code not in _AT_THE_END or not reader.n_elements:
        return False
    last = xml.rfind(b"<![CDATA[") if code == _OPEN_SECTION else reader.parser.ErrorByteIndex
    return not _ENDS.search(xml, last)


class _Reader:
    """Follows expat through a document, counts, and remembers where the entry began that it is in."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", namespace_separator=_BETWEEN)
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.StartNamespaceDeclHandler = self._namespace
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.n_elements = self._n_entries = self._n_tags = self._n_short = 0
        self._open: list[str] = []
        self._items = frozenset(("item", "entry"))
        self._entry_at = self._entry_depth = 0
        self._short_depth = 0

    def up_to_here(self, xml: bytes) -> bytes:
        """Return the document up to the entry, or else the element, that was being read, with all tags closed."""
        depth, at = (self._entry_depth, self._entry_at) if self._entry_depth else (len(self._open), self._here())
        closing = "".join(f"</{name}>" for name in reversed(self._open[:depth]))
        return xml[:at] + closing.encode()

    def _here(self) -> int:
        return self.parser.CurrentByteIndex

    def _namespace(self, _: str | None, address: str | None) -> None:
        if address and address.split() != [address]:  # Python's SAX takes names apart at spaces
            raise _Unfit("a space in the address of a namespace")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parts = name.split(_BETWEEN)  # local; address and local; address, local and prefix
        local = parts[min(len(parts), 2) - 1]
        kind = local.lower()
        if not self._open and kind == "urlset":
            self._items = frozenset(("url",))
        if kind in self._items and not self._entry_depth:
            self._begin_entry()
        self.n_elements += 1
        self._n_tags += kind in TAGS
        if kind in _SHORT and not self._short_depth:
            self._short_depth, self._n_short = len(self._open) + 1, 0
        self._check(len(attributes))
        self._open.append(f"{parts[2]}:{local}" if len(parts) == 3 else local)

    def _begin_entry(self) -> None:
        self._entry_at, self._entry_depth = self._here(), len(self._open)
        self._n_entries, self._n_tags = self._n_entries + 1, 0

    def _check(self, n_attributes: int) -> None:
        if self._n_entries > MAX_ENTRIES:
            raise _Enough(f"more than {MAX_ENTRIES:,} entries")
        if self.n_elements > _MAX_ELEMENTS:
            raise _Enough(f"more than {_MAX_ELEMENTS:,} elements")
        if n_attributes > _MAX_ATTRIBUTES:
            raise _Enough(f"more than {_MAX_ATTRIBUTES} attributes of one element")
        if self._n_tags > _MAX_TAGS:
            raise _Enough(f"more than {_MAX_TAGS} categories of one entry")
        if len(self._open) > _MAX_DEPTH:
            raise _Enough(f"elements more than {_MAX_DEPTH} deep")

    def _end(self, _: str) -> None:
        self._open.pop()
        depth = len(self._open)
        if depth == self._entry_depth:
            self._entry_depth = 0
        if depth < self._short_depth:
            self._short_depth = 0

    def _text(self, text: str) -> None:
        if self._short_depth:
            self._n_short += len(text)
            if self._n_short > _MAX_SHORT_CHARS:
                raise _Enough(f"a name of more than {_MAX_SHORT_CHARS:,} characters")
