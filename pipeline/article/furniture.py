"""What of a page is furniture around its article: boxes that say so by their names, and lines that are only links.

Names are those that style sheets give to boxes, whatever the page's language: `class` and `id` speak to machines.
"""

import re
from collections import Counter
from collections.abc import Iterable

from lxml.html import HtmlElement

# whole words of a class or id, camelCase split; each kept only where both halves of the measured sites gained by it
_NAMES = frozenset(
    {
        *("comment", "comments", "modal", "newsletter", "newsletters", "signup", "subscribe"),
        *("caption", "copyright", "disclaimer", "disclosure", "factbox", "share", "sharing", "social"),
        *("popular", "promo", "promos", "recirc", "recommendations", "recommended", "related", "sponsored", "trending"),
        *("authors", "bio", "biography", "byline"),
    }
)
# what networks call a post that a page embeds: somebody else's words
_EMBEDS = frozenset({"twitter-tweet", "instagram-media", "tiktok-embed", "fb-post", "reddit-embed", "bluesky-embed"})
_BOXES = (
    "div", "section", "aside", "ul", "ol", "blockquote", "p", "span", "form", "article", "header", "footer", "figure",
    "li", "h2", "h3", "h4",
)  # fmt: skip
_ASIDE = ("aside", "figcaption", "nav", "footer")
_NEVER_TEXT = ("script", "style", "noscript", "svg", "iframe", "template", "link", "meta", "button", "select", "dialog")
_BLOCKS = frozenset(
    {"p", "li", "dd", "dt", "td", "th", "div", "section", "article", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NOT_WORD = re.compile(r"\W+")
_MAX_SHARE = 1 / 3  # of the page's paragraphs: a box with more is the article itself, whatever it is called
_LINK_SHARE = 0.8
_MIN_LINK_WORDS, _MAX_LINK_CHARS = 4, 200  # shorter are names in a list, longer are prose that links


def remove_furniture(tree: HtmlElement, *, keep_json_ld: bool) -> None:
    """Take boxes that aren't the article out of `tree`; their tails stay.

    `keep_json_ld` leaves the page's JSON-LD, for an extractor that falls back on it.
    """
    for element in list(tree.iter(*_NEVER_TEXT)):
        if not (keep_json_ld and element.tag == "script" and element.get("type") == "application/ld+json"):
            element.drop_tree()
    most = sum(len(paragraph.text_content()) for paragraph in tree.iter("p")) * _MAX_SHARE
    named: dict[str, bool] = {}
    doomed = [element for element in tree.iter(*_BOXES) if _is_named_so(element, named)]
    for element in (*doomed, *list(tree.iter(*_ASIDE))):
        if element.getparent() is not None and not _holds_more(element, most) and element.find(".//h1") is None:
            element.drop_tree()


def link_lines(tree: HtmlElement, lines: Iterable[str]) -> set[str]:
    """Return those of `lines` that are nothing but the words of links: headlines of other articles."""
    wanted = {squeezed(line): line for line in lines if _may_be_link(line)}
    if not wanted:
        return set()
    found: set[str] = set()
    linked: Counter[HtmlElement] = Counter()
    for link in tree.iter("a"):
        text = squeezed(link.text_content())
        if text in wanted:
            found.add(wanted[text])
        block = next((e for e in link.iterancestors() if e.tag in _BLOCKS), None)
        if block is not None and text:
            linked[block] += len(text)
    for block, n_chars in linked.items():
        text = squeezed(block.text_content())
        if text in wanted and n_chars >= _LINK_SHARE * len(text):
            found.add(wanted[text])
    return found


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, case folded: what two renderings of it have in common."""
    return _NOT_WORD.sub("", text.casefold())


def _may_be_link(line: str) -> bool:
    return len(line) <= _MAX_LINK_CHARS and "://" not in line and len(line.split()) >= _MIN_LINK_WORDS


def _is_named_so(element: HtmlElement, seen: dict[str, bool]) -> bool:
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    if name not in seen:
        words = {word.lower() for word in _WORD.findall(name)}
        seen[name] = bool(words & _NAMES or _EMBEDS.intersection(name.split()))
    return seen[name]


def _holds_more(element: HtmlElement, n_chars: float) -> bool:
    """Whether its paragraphs hold more than so many characters; looks no further than it must."""
    total = 0
    for paragraph in element.iter("p"):
        total += len(paragraph.text_content())
        if total > n_chars:
            return True
    return False
