"""Which heading is the article's, and what stands around it: dates, and who wrote it.

Lists of other articles carry dates and names as well. So only what stands near the heading counts, and nothing within
a list of links, a menu, a footer or an aside.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.dates import find_dates
from pipeline.types import DateOrigin

_MAX_HEADINGS = 20
_MAX_ELEMENTS = 200  # after the heading
_MAX_BEFORE = 40
_MAX_PROSE_CHARS = 800  # by then the article itself is being read
_LONG_CHARS = 120  # a text of this length is prose, not a byline
_SKIPPED = frozenset(
    {"nav", "aside", "footer", "form", "script", "style", "noscript", "svg", "figure", "figcaption", "select", "iframe",
     "template", "button", "table", "video", "audio", "blockquote"}
)  # fmt: skip
_BOUNDS = frozenset({"article", "main", "body", "html"})  # what stands beyond is of the site
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|sidebar|trending|most-?read|popular|latest|comments?|newsletter|promo|teasers?"
    r"|breadcrumbs?|ticker|caption|carousel|footer|more-?news|gallery|slideshow"
    r"|pic(?:ture)?-?box|image|photo)(?:$|[\s_-])",
    re.IGNORECASE,
)
_KICKER = re.compile(
    r"kicker|over-?line|top-?line|eyebrow|roof-?line|section|category|rubri|prefix|dachzeile|spitzmarke|sub-?title"
    r"|pre-?title|super-?title|flag|label|tag(?:$|[\s_-])",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updat|upgrad|modif|edited|revis|aktualis|geändert|stand:|mis à jour|mise à jour|actualiz|aggiorn|atualiz|обновл"
    r"|оновл|güncel|更新|업데이트|수정|تحديث|bijgewerkt|gewijzigd|uppdater|oppdater|opdater|aktualiz|zmodyf|frissít"
    r"|päivitet|ενημέρ|actualitz|עודכן|diperbarui|به‌روز",
    re.IGNORECASE,
)
# not "updated" alone: hAtom asks for that class on any entry's date
_UPDATED_NAME = re.compile(r"modif\w*|last-?updat\w*|date-?updat\w*|updat\w*-(?:date|time|on|at)", re.IGNORECASE)
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en|in)?|auteurs?|yazar(?:lar)?|staff|contributors?|writers?|journalists?|profiles?|by)/[^/?#]+",
    re.IGNORECASE,
)
_AUTHORS_NAME = re.compile(r"(?:author|byline|reporter|writer)s?[-_]{0,2}name(?:$|[\s_-])", re.IGNORECASE)
_NOT_THIS = re.compile(r"©|\(c\)|copyright|foto|photo|archiv|until|deadline|born|expire", re.IGNORECASE)
_MAX_LABEL_WORDS = 6
_MAX_BYLINE_CHARS = 400  # with the space that markup brings
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d")
_NOT_LETTERS = re.compile(r"\W+")
_Pairs = set[str]
_Place = tuple[HtmlElement, str, bool]  # an element with the text that opens it or, where true, that follows it
_SPACE = re.compile(r"\s+")
_TEXT = XPath(
    "descendant::text()[not(parent::title or parent::desc or parent::style or parent::script)]", smart_strings=False
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Dates near the heading, as written, and the names that links there say are the author's (rel=author)."""

    dates: tuple[tuple[DateOrigin, str], ...] = ()
    updated: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


def likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's letter pairs that the other has, 0 to 1. Works in any script.

    Of a text of a few letters, such as an outlet's name, which many texts have: the share of the longer's.
    """
    return _share(_pairs(one), _pairs(other))


def find_heading(tree: HtmlElement, titles: Iterable[str]) -> HtmlElement | None:
    """Return the heading that is most like what else the page gives as its title; a logo or a login is like none."""
    known = [_pairs(title) for title in titles]
    headings = list(islice(tree.iter("h1"), _MAX_HEADINGS))
    if not known:
        return headings[0] if len(headings) == 1 else None
    best = _likest(headings, known, at_least=0.5)
    return best if best is not None else _likest(islice(tree.iter("h2", "h3"), 5 * _MAX_HEADINGS), known, at_least=0.95)


def _likest(headings: Iterable[HtmlElement], known: list[_Pairs], *, at_least: float) -> HtmlElement | None:
    best, most = None, 0.0
    for heading in headings:
        pairs = _pairs(text_of(heading))
        like = max(_share(pairs, others) for others in known)
        if like > most and like >= at_least:
            best, most = heading, like
        if most == 1.0:
            break
    return best


def text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line; what is drawn (svg) has none."""
    return _SPACE.sub(" ", "".join(_TEXT(element))).strip()


def headline_of(heading: HtmlElement) -> str:
    """Return a heading's text without the section or the kicker that some pages put into an element before it."""
    children = heading.xpath("./*")
    whole = text_of(heading)
    head = children[0] if children else None
    if head is None or (heading.text or "").strip() or not _KICKER.search(_names(head)):
        return whole
    rest = whole.removeprefix(text_of(head)).lstrip(" |:–—-·•")
    return rest if len(rest) >= 8 else whole


def look_around(heading: HtmlElement | None) -> Around:
    """Collect dates and authors near the heading, in the order in which they stand, after it before those above it."""
    if heading is None:
        return Around()
    dates: list[tuple[DateOrigin, str]] = []
    updated: list[str] = []
    authors: list[str] = []
    for places in (_after(heading), _before(heading)):
        before = ""
        for element, text, is_tail in places:
            if not is_tail and (marked := _marked(element)):
                named = " ".join(_UPDATED_NAME.findall(_names(element)))
                _file(f"{before[-40:]} {text} {named}", marked, dates, updated)
            elif not is_tail and _is_author(element):
                authors.append(text_of(element))
            if not text or text.isspace():
                continue
            for is_updated, raw in _byline(text, before):
                _file("update" if is_updated else "", ("text", raw), dates, updated)
            before = text
    return Around(dates=tuple(dict.fromkeys(dates)), updated=tuple(updated), authors=tuple(dict.fromkeys(authors)))


def _marked(element: HtmlElement) -> tuple[DateOrigin, str] | None:
    """Return the date that an element states in an attribute: microdata's datePublished, or <time>."""
    if element.get("itemprop") == "datePublished":
        stated = element.get("datetime") or element.get("content")
        return ("microdata", stated) if stated else None
    stated = element.get("datetime") if element.tag == "time" else None
    return ("time", stated) if stated else None


def _is_author(element: HtmlElement) -> bool:
    """Whether an element names an author: by rel or itemprop, by its class, or as a link to an author's page."""
    if "author" in (element.get("rel") or element.get("itemprop") or ""):
        return True
    if element.tag == "a":
        return _AUTHORS_PAGE.search(element.get("href") or "") is not None
    return _AUTHORS_NAME.search(element.get("class") or "") is not None


def _file(label: str, date: tuple[DateOrigin, str], dates: list[tuple[DateOrigin, str]], updated: list[str]) -> None:
    if _UPDATED.search(label):
        updated.append(date[1])
    else:
        dates.append(date)


def _byline(text: str, before: str) -> Iterator[tuple[bool, str]]:
    """Yield (is of an update, as written) of the dates in a text of the page, if it is as short as a byline."""
    if len(text) > _MAX_BYLINE_CHARS or not _FIGURE.search(text):
        return
    yield from dates_in(_SPACE.sub(" ", text).strip(), before)


def dates_in(text: str, before: str = "") -> Iterator[tuple[bool, str]]:
    """Yield (is of an update, as written) of the dates in a byline; many words beside them make it a caption."""
    spans = list(find_dates(text))
    if len(_WORD.findall(text)) - sum(len(_WORD.findall(text, *span)) for span in spans) > _MAX_LABEL_WORDS:
        return
    end = 0
    for start, stop in spans:
        label = f"{before[-40:] if start < 3 else ''} {text[end:start]}"
        if not _NOT_THIS.search(label):
            yield bool(_UPDATED.search(label)), text[start:stop]
        end = stop


def _after(heading: HtmlElement) -> Iterator[_Place]:
    """Walk what follows the heading in the document's order, until the article's own prose is being read."""
    prose = 0
    for place in islice(_following(heading), _MAX_ELEMENTS):
        if len(place[1]) > _LONG_CHARS:
            prose += len(place[1])
            if prose > _MAX_PROSE_CHARS:
                return
        yield place


def _before(heading: HtmlElement) -> Iterator[_Place]:
    """Walk what stands above the heading in its own header or article: not the page's masthead, which tells today."""
    return islice(_preceding(heading), _MAX_BEFORE)


def _preceding(node: HtmlElement) -> Iterator[_Place]:
    for _ in range(3):
        for sibling in node.itersiblings(preceding=True):
            yield from _within(sibling)
        parent = node.getparent()
        if parent is None or parent.tag in _BOUNDS:
            return
        node = parent


def _following(heading: HtmlElement) -> Iterator[_Place]:
    node: HtmlElement | None = heading
    while node is not None and node.tag not in _BOUNDS:
        if tail := node.tail:
            yield node, tail, True
        for sibling in node.itersiblings():
            yield from _within(sibling)
        node = node.getparent()


def _within(root: HtmlElement) -> Iterator[_Place]:
    """Yield the elements of a tree and their texts, then the tails, in order, but for what is elsewhere's."""
    waiting = [(root, False)]
    while waiting:
        element, is_tail = waiting.pop()
        tag = element.tag
        if is_tail:
            yield element, element.tail or "", True
        elif isinstance(tag, str) and tag not in _SKIPPED and not _is_elsewhere(element):
            yield element, element.text or "", False
            for child in reversed(element[:_MAX_ELEMENTS]):
                if child.tail:
                    waiting.append((child, True))
                waiting.append((child, False))


def _is_elsewhere(element: HtmlElement) -> bool:
    names = element.get("class")
    return names is not None and _ELSEWHERE.search(names) is not None


def _names(element: HtmlElement) -> str:
    return " ".join(filter(None, map(element.get, ("class", "id", "data-qa", "itemprop"))))


def _share(pairs: _Pairs, others: _Pairs) -> float:
    fewer, more = sorted((len(pairs), len(others)))
    return len(pairs & others) / (fewer if fewer >= 10 else more) if fewer else 0.0


def _pairs(text: str) -> _Pairs:
    letters = _NOT_LETTERS.sub("", text[:300].casefold())
    return {letters[i : i + 2] for i in range(len(letters) - 1)}
