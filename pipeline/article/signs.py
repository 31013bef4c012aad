"""What a page's markup shows of its kind, read before trafilatura prunes the tree. Pure; decides nothing.

Two depths: what a page declares is always read; its links, cards and visible words only where it isn't plainly an
article (declared as one, and long), for a walk over the tree costs a tenth of an extraction.
Vocabulary: schema.org (JSON-LD, `isAccessibleForFree`, `hasPart.cssSelector` as Google documents them for paywalled
content), Open Graph (`og:type`), the robots meta tag.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.article.phrases import marks_by_kind
from pipeline.article.words import words

_MAX_JSON_LD_CHARS = 500_000
_MAX_NODES = 200
_MAX_VISIBLE_CHARS = 8_000
_MAX_CARD_CHARS = 40_000
_MAX_ELEMENTS = 60_000
_LONG_PARAGRAPH = 80  # characters: a sentence, not a label
_PLAIN_PROSE = 1_500  # characters of long paragraphs that no wall and no list of teasers of a *declared* article has
_VERY_LONG_PARAGRAPH = 200  # longer than teasers are
_PLAIN_BODY = 2_500  # characters of very long paragraphs that nothing but a text has
_LEAST_TITLE_WORDS = 4  # a link of fewer words is navigation
_CARD_WORDS = 90  # headline, teaser, byline
_CARD_DEPTH = 4

_SKIPPED = frozenset({"script", "style", "template", "svg", "select", "head", "iframe", "object", "math", "audio", "video"})
_ROOTS = frozenset({"html", "body", "main", "script", "style"})
_FRAMES = frozenset({"script", "iframe"})
_FURNITURE = frozenset({"nav", "footer", "aside"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_SELECTOR = re.compile(r"([.#])([\w-]+)")
_STRING = XPath("string()", smart_strings=False)
_TYPE_META = frozenset({"og:type", "robots", "refresh", "og:title", "article:content_tier", "article:opinion", "page_type",
                        "content_tier", "cxenseparse:pageclass", "parsely-type", "access", "isaccessibleforfree"})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a page shows; words and links are those that a reader would see.

    `marks` counts the elements whose id or class names software of a kind; `cards` are the texts of short entries of a
    list that each hold one headline link. Everything from `visible` on is None or empty on a page that plainly is an
    article (`is_plain`).
    """

    titles: tuple[str, ...]
    types: frozenset[str]
    meta: dict[str, str]
    is_free: bool | None
    n_locked_words: int | None
    n_declared_words: int | None
    n_live_updates: int
    n_article_nodes: int
    n_times: int
    is_plain: bool
    visible: str = ""
    furniture: str = ""
    headings: tuple[str, ...] = ()
    marks: dict[str, int] = field(default_factory=dict)
    consent_words: str = ""
    cards: tuple[str, ...] = ()
    n_links: int = 0
    n_link_words: int = 0
    n_visible_words: int = 0
    n_images: int = 0
    n_captions: int = 0
    n_caption_words: int = 0
    n_players: int = 0
    has_password: bool = False
    n_inputs: int = 0


def read_signs(tree: HtmlElement) -> Signs:
    """Collect what a page shows of its kind; never raises for what a page may hold."""
    declared = _Declared(tree)
    nodes = list(_nodes(declared.scripts))
    articles = [node for node in nodes if any(_is_article(kind) for kind in _texts(node.get("@type")))]
    is_declared = bool(articles) or declared.meta.get("og:type", "").startswith("article")
    is_plain = (is_declared and len(articles) < 3 and declared.n_long_chars > _PLAIN_PROSE) or (
        declared.n_very_long_chars > _PLAIN_BODY
    )
    free = [_flag(node["isAccessibleForFree"]) for node in nodes if "isAccessibleForFree" in node]
    return Signs(
        titles=tuple(dict.fromkeys([*declared.titles[:4], *_headlines(articles, declared.meta)])),
        types=frozenset(kind for node in nodes for kind in _texts(node.get("@type"))),
        meta=declared.meta,
        is_free=False if False in free else True if True in free else None,
        n_locked_words=_locked(tree, nodes) if False in free else None,
        n_declared_words=_declared_words(articles),
        n_live_updates=max((len(_list(node.get("liveBlogUpdate"))) for node in nodes), default=0),
        n_article_nodes=len(articles),
        n_times=declared.n_times,
        is_plain=is_plain,
        **({} if is_plain else _look(tree)),
    )


class _Declared:
    """What is read of every page, in one pass over the few elements that can say it."""

    __slots__ = ("meta", "n_long_chars", "n_times", "n_very_long_chars", "scripts", "titles")

    def __init__(self, tree: HtmlElement) -> None:
        self.meta: dict[str, str] = {}
        self.scripts: list[str] = []
        self.titles: list[str] = []
        self.n_long_chars = self.n_very_long_chars = self.n_times = 0
        for element in tree.iter("p", "meta", "script", "title", "h1", "time"):
            tag = element.tag
            if tag == "p":
                n_chars = len(element.text or "")
                self.n_long_chars += n_chars if n_chars >= _LONG_PARAGRAPH else 0
                self.n_very_long_chars += n_chars if n_chars >= _VERY_LONG_PARAGRAPH else 0
            elif tag == "meta":
                self._note_meta(element)
            elif tag == "script":
                if element.get("type") == "application/ld+json":
                    self.scripts.append(element.text or "")
            elif tag == "time":
                self.n_times += 1
            else:
                self.titles.append(_line(element)[:500])

    def _note_meta(self, element: HtmlElement) -> None:
        name = (element.get("property") or element.get("name") or element.get("http-equiv") or "").strip().lower()
        if name in _TYPE_META:
            self.meta.setdefault(name, (element.get("content") or "").strip()[:500])


def _look(tree: HtmlElement) -> dict[str, Any]:
    """Walk over what a reader sees and count."""
    look = _Look()
    body = tree.find("body")
    look.walk(tree if body is None else body)
    cards = _cards(look.headlines)
    marks = _marks(look.names)
    return {
        "visible": " ".join(" ".join(look.chunks).split())[:_MAX_VISIBLE_CHARS],
        "furniture": " ".join(" ".join(look.aside).split())[:_MAX_VISIBLE_CHARS],
        "headings": tuple(look.headings[:8]),
        "marks": marks,
        "consent_words": _consent_words(look) if "consent" in marks else "",
        "cards": tuple(cards),
        "n_links": look.n_links,
        "n_link_words": look.n_link_words,
        "n_visible_words": len(words(" ".join(look.chunks))),
        "n_images": look.n_images,
        "n_captions": len(look.captions),
        "n_caption_words": len(words(" ".join(look.captions))),
        "n_players": look.n_players,
        "has_password": look.has_password,
        "n_inputs": look.n_inputs,
    }


def _consent_words(look: "_Look") -> str:
    """Return the text of the boxes that consent software made."""
    marks = marks_by_kind()["consent"]
    boxes = (box for name, box in look.bearers.items() if any(mark in _folded(name) for mark in marks))
    return " ".join(dict.fromkeys(_line(box)[:_MAX_VISIBLE_CHARS] for box in list(boxes)[:8]))[: 2 * _MAX_VISIBLE_CHARS]


def _folded(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _marks(names: Counter[str]) -> dict[str, int]:
    """Count by kind the ids, classes and addresses that hold one of its marks."""
    folded = {name: _folded(name) for name in names}
    all_names = "\n".join(folded.values())
    found: Counter[str] = Counter()
    for kind, marks in marks_by_kind().items():
        here = [mark for mark in marks if mark in all_names]
        found[kind] = sum(n for name, n in names.items() if any(mark in folded[name] for mark in here)) if here else 0
    return {kind: n for kind, n in found.items() if n}


class _Look:
    """One walk's notes."""

    __slots__ = ("aside", "bearers", "captions", "chunks", "has_password", "headings", "headlines", "n_images", "n_inputs",
                 "n_link_words", "n_links", "n_players", "names")  # fmt: skip

    def __init__(self) -> None:
        self.chunks: list[str] = []
        self.aside: list[str] = []
        self.headings: list[str] = []
        self.headlines: list[HtmlElement] = []
        self.captions: list[str] = []
        self.names: Counter[str] = Counter()
        self.bearers: dict[str, HtmlElement] = {}
        self.n_links = self.n_link_words = self.n_images = self.n_players = self.n_inputs = 0
        self.has_password = False

    def walk(self, root: HtmlElement) -> None:
        """Visit elements in document order without recursion, for pages nest deeply."""
        waiting: list[tuple[HtmlElement | str, bool]] = [(root, False)]
        for _ in range(_MAX_ELEMENTS):
            if not waiting:
                return
            item, is_aside = waiting.pop()
            if isinstance(item, str):
                (self.aside if is_aside else self.chunks).append(item)
                continue
            if not isinstance(item.tag, str) or not self._enters(item):
                continue
            within = is_aside or item.tag in _FURNITURE
            for child in reversed(item):
                if child.tail and not child.tail.isspace():
                    waiting.append((child.tail, within))
                waiting.append((child, within))
            if item.text and not item.text.isspace():
                (self.aside if within else self.chunks).append(item.text)
            if not within:
                self._note(item)

    def _enters(self, element: HtmlElement) -> bool:
        """Note software's marks and players; say whether a reader would see what is inside."""
        tag = element.tag
        for attribute in ("class", "id", "src") if tag in _FRAMES else ("class", "id"):
            name = element.get(attribute)
            if name:
                self.names[name[:200]] += 1
                if tag not in _ROOTS:
                    self.bearers.setdefault(name[:200], element)
        if tag in ("video", "audio"):
            self.n_players += 1
        if tag in _SKIPPED or tag == "noscript":
            if tag == "noscript":
                self.aside.append(_STRING(element)[:500])
            return False
        return not (
            "hidden" in element.attrib
            or element.get("aria-hidden") == "true"
            or ("style" in element.attrib and _HIDDEN.search(element.get("style", "")))
        )

    def _note(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "a":
            self.n_links += 1
            text = _STRING(element)
            n_words = len(words(text[:400]))
            self.n_link_words += n_words
            if n_words >= _LEAST_TITLE_WORDS and element.get("href") and not _is_inline(element, n_words):
                self.headlines.append(element)
        elif tag in _HEADINGS:
            self.headings.append(_line(element)[:300])
        elif tag == "img":
            self.n_images += 1
        elif tag == "figcaption":
            self.captions.append(_line(element)[:1000])
        elif tag == "input":
            self.n_inputs += element.get("type", "text").lower() not in ("hidden", "search", "submit", "button")
            self.has_password |= element.get("type", "").lower() == "password"


def _is_inline(link: HtmlElement, n_words: int) -> bool:
    """Whether a link stands inside a sentence."""
    parent = link.getparent()
    while parent is not None and parent.tag in ("em", "strong", "b", "i", "span", "u"):
        parent = parent.getparent()
    return parent is not None and parent.tag == "p" and len(words(_STRING(parent)[:2000])) > 2 * n_words + 3


def _cards(headlines: list[HtmlElement]) -> Iterator[str]:
    """Yield the texts of a list's entries: the widest short box around each headline that holds no other headline.

    Two links to one address (a picture's and a headline's) are one headline.
    """
    by_address: dict[str, HtmlElement] = {}
    for link in headlines:
        by_address.setdefault(link.get("href", ""), link)
    around = {id(link): list(link.iterancestors())[:_CARD_DEPTH] for link in by_address.values()}
    held = Counter(id(box) for boxes in around.values() for box in boxes)
    left = _MAX_CARD_CHARS
    for link in by_address.values():
        best = _line(link)
        for box in around[id(link)]:
            if held[id(box)] > 1 or box.tag in ("body", "html", "main"):
                break
            text = _line(box)
            if len(text) > 12 * _CARD_WORDS or len(words(text)) > 3 * _CARD_WORDS:
                break
            best = text
        left -= len(best)
        if left < 0:
            return
        yield best


def _line(element: HtmlElement) -> str:
    return " ".join(_STRING(element).split())


def _nodes(scripts: list[str]) -> Iterator[dict[str, Any]]:
    """Yield JSON-LD's main nodes: what the page says that it is, and not what it mentions."""
    n = 0
    for script in scripts:
        text = script.strip().removeprefix("<!--").removesuffix("-->")
        if not text or len(text) > _MAX_JSON_LD_CHARS:
            continue
        try:
            waiting = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and n < _MAX_NODES:
            n += 1
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _is_article(kind: str) -> bool:
    return kind.endswith(("Article", "BlogPosting", "LiveBlogPosting", "Report"))


def _headlines(articles: list[dict[str, Any]], meta: dict[str, str]) -> Iterator[str]:
    for node in articles[:2]:
        yield from _texts(node.get("headline"))
    if meta.get("og:title"):
        yield meta["og:title"]


def _declared_words(articles: list[dict[str, Any]]) -> int | None:
    for node in articles:
        count = node.get("wordCount")
        if isinstance(count, int) or (isinstance(count, str) and count.isascii() and count.isdigit()):
            return min(int(count), 100_000)
    return None


def _locked(tree: HtmlElement, nodes: list[dict[str, Any]]) -> int | None:
    """Count the words within the parts that JSON-LD says are not free; None where it names none that is there."""
    selectors = [
        selector
        for node in nodes
        for part in _list(node.get("hasPart"))
        if isinstance(part, dict) and not _flag(part.get("isAccessibleForFree"))
        for selector in _texts(part.get("cssSelector"))
    ]
    found = [match for selector in selectors[:5] for match in [_SELECTOR.search(selector)] if match]
    if not found:
        return None
    boxes = [box for match in found for box in _named(tree, match[1], match[2])]
    return sum(len(words(_STRING(box))) for box in boxes) if boxes else None


def _named(tree: HtmlElement, sign: str, name: str) -> list[HtmlElement]:
    if sign == "#":
        return list(tree.xpath("//*[@id=$name]", name=name))[:1]
    found: list[HtmlElement] = tree.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))]", name=name)
    return found[:50]


def _flag(value: object) -> bool:
    return str(value).strip().lower() not in ("false", "0", "no", "http://schema.org/false", "https://schema.org/false")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: object) -> list[str]:
    return [text for part in _list(value) if isinstance(part, str) and (text := part.strip())]
