"""What a page's markup shows of its kind, read before trafilatura prunes the tree. Pure; decides nothing.

Two depths: what a page declares is always read; its links, cards and visible words only where it isn't plainly an
article (declared as one, and long), for a walk over the tree costs a tenth of an extraction.
Vocabulary: schema.org (JSON-LD, `isAccessibleForFree`, `hasPart.cssSelector` as Google documents them for paywalled
content), Open Graph (`og:type`), the robots meta tag.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.article.claims import (
    as_list,
    declared_words,
    headlines,
    is_article,
    is_true,
    main_nodes,
    n_locked_words,
    texts,
)
from pipeline.article.phrases import marks_by_kind
from pipeline.text import words

_MAX_VISIBLE_CHARS = 8_000
_MAX_CARD_CHARS = 40_000
_MAX_ELEMENTS = 60_000
_LONG_PARAGRAPH = 80  # characters: a sentence, not a label
_PLAIN_PROSE = 1_200  # characters of long paragraphs that no wall and no list of teasers of a *declared* article has
_VERY_LONG_PARAGRAPH = 200  # longer than teasers are
_PLAIN_BODY = 1_800  # characters of very long paragraphs that nothing but a text has
_LEAST_TITLE_WORDS = 4  # a link of fewer words is navigation
_CARD_WORDS = 90  # headline, teaser, byline
_CARD_DEPTH = 4

_SKIPPED = frozenset(
    {"script", "style", "template", "svg", "select", "head", "iframe", "object", "math", "audio", "video"}
)
_ROOTS = frozenset({"html", "body", "main", "script", "style"})
_FRAMES = frozenset({"script", "iframe"})
_FURNITURE = frozenset({"nav", "footer", "aside"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_STRING = XPath("string()", smart_strings=False)
_TYPE_META = frozenset({"og:type", "og:title", "refresh", "article:content_tier", "content_tier"})


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
    nodes = list(main_nodes(declared.scripts))
    articles = [node for node in nodes if any(is_article(kind) for kind in texts(node.get("@type")))]
    is_declared = bool(articles) or declared.meta.get("og:type", "").startswith("article")
    is_plain = (is_declared and len(articles) < 3 and declared.n_long_chars > _PLAIN_PROSE) or (
        declared.n_very_long_chars > _PLAIN_BODY
    )
    free = [is_true(node["isAccessibleForFree"]) for node in nodes if "isAccessibleForFree" in node]
    return Signs(
        titles=tuple(
            dict.fromkeys(
                [
                    *declared.titles[:4],
                    *headlines(articles),
                    *([declared.meta["og:title"]] if declared.meta.get("og:title") else []),
                ]
            )
        ),
        types=frozenset(kind for node in nodes for kind in texts(node.get("@type"))),
        meta=declared.meta,
        is_free=False if False in free else True if True in free else None,
        n_locked_words=n_locked_words(tree, nodes) if False in free else None,
        n_declared_words=declared_words(articles),
        n_live_updates=max((len(as_list(node.get("liveBlogUpdate"))) for node in nodes), default=0),
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
                n_chars = len(element.text or "") + sum(len(part.tail or "") for part in element)
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
    marked = {kind: list(dict.fromkeys(names)) for kind, names in _marked(look.names).items()}
    consent = (look.bearers[name] for name in marked.get("consent", ())[:8] if name in look.bearers)
    return {
        "visible": " ".join(" ".join(look.chunks).split())[:_MAX_VISIBLE_CHARS],
        "furniture": " ".join(" ".join(look.aside).split())[:_MAX_VISIBLE_CHARS],
        "headings": tuple(look.headings[:8]),
        "marks": {kind: sum(look.names[name] for name in names) for kind, names in marked.items()},
        "consent_words": _boxed(consent),
        "cards": tuple(cards),
        "n_visible_words": len(words(" ".join(look.chunks))),
        "n_images": look.n_images,
        "n_captions": len(look.captions),
        "n_caption_words": len(words(" ".join(look.captions))),
        "n_players": look.n_players,
        "has_password": look.has_password,
        "n_inputs": look.n_inputs,
    }


def _marked(names: Counter[str]) -> dict[str, list[str]]:
    """Return by kind the ids, classes and addresses that hold one of its marks."""
    folded = {name: name.lower().replace("-", "").replace("_", "") for name in names}
    all_names = "\n".join(folded.values())
    found = {}
    for kind, marks in marks_by_kind().items():
        here = [mark for mark in marks if mark in all_names]
        if here:
            found[kind] = [name for name, text in folded.items() for mark in here if mark in text]
    return found


def _boxed(boxes: Iterator[HtmlElement]) -> str:
    return " ".join(dict.fromkeys(_line(box)[:_MAX_VISIBLE_CHARS] for box in boxes))[: 2 * _MAX_VISIBLE_CHARS]


class _Look:
    """One walk's notes."""

    def __init__(self) -> None:
        self.chunks: list[str] = []
        self.aside: list[str] = []
        self.headings: list[str] = []
        self.headlines: list[HtmlElement] = []
        self.captions: list[str] = []
        self.names: Counter[str] = Counter()
        self.bearers: dict[str, HtmlElement] = {}
        self.n_images = self.n_players = self.n_inputs = 0
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
            n_words = len(words(_STRING(element)[:400]))
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
