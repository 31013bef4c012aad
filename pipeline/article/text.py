"""Which words of a page are its article's? What extraction found, weighed against what the page declares. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement

from pipeline.article.furniture import link_lines, squeezed
from pipeline.text import clean, plain, words

_SHINGLE = 4  # words; runs this long are shared by copies of a text and hardly by others
_MIN_BODY = 60  # shingles: a declared body with fewer is a teaser
_MUCH_SHORTER = 0.6
_STANDS = 0.8  # of the declared body's shingles that must stand in the page
_AGREES = 0.6  # of the found text's shingles that must stand in the declared body
_TITLE_LINES = 8  # a heading stands among a text's first lines
_SAME_TITLE = 0.8  # of the words; a teaser's and a heading's wording differ a little
_UNFILLED = re.compile(
    r"\[[a-z]+(?:_[a-z]+)+\]|\{\{[^{}]{1,40}\}\}|\{%[^{}]{1,40}%\}|\$\{\w{1,40}\}"
)  # slots of templates
_MAX_UNFILLED_WORDS = 8  # a longer line is prose, on templates perhaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The text, a line a paragraph (None where there is none), and what made it: trafilatura, or json_ld."""

    text: str | None
    extractor: str


def declared_body(body: str | None) -> str | None:
    """Return JSON-LD's `articleBody` as plain text; None where it is but a teaser."""
    if not body:
        return None
    text = plain(unescape(body) if "&lt;" in body else body)
    return text if len(_shingles(text)) >= _MIN_BODY else None


def choose(tree: HtmlElement, found: str | None, body: str | None, titles: Iterable[str | None]) -> Chosen:
    """Return the article's text, given what an extractor `found` in `tree` and what JSON-LD declares to be its `body`.

    The declared body is taken where the extractor found much less and it stands in the page; where the two agree, what
    follows the declared body's last paragraph isn't the article's.
    """
    lines = [line for line in (found or "").splitlines() if line]
    extractor = "trafilatura"
    if body:
        declared, mine = set(_shingles(body)), set(_shingles(found or ""))
        if len(mine) < _MUCH_SHORTER * len(declared):
            if _share(declared, set(_shingles(tree.text_content()))) >= _STANDS:
                lines, extractor = _paragraphs(tree, body), "json_ld"
        elif _share(mine, declared) >= _AGREES and _share(declared, mine) >= _STANDS:
            lines = _until_last(lines, body, declared)
    lines = [line for line in without_titles(lines, titles) if not _is_unfilled(line)]
    links = link_lines(tree, lines)
    return Chosen(text="\n".join(line for line in lines if line not in links) or None, extractor=extractor)


def without_titles(lines: Sequence[str], titles: Iterable[str | None]) -> list[str]:
    """Drop those of the first lines that repeat a title: copies of a text differ by it."""
    known = [set(words(title)) for title in titles if title]
    return [
        line for n, line in enumerate(lines) if n >= _TITLE_LINES or not any(_same(set(words(line)), t) for t in known)
    ]


def _is_unfilled(line: str) -> bool:
    """Whether a line is one that its site's template failed to fill in, such as "by [author_name]"."""
    return _UNFILLED.search(line) is not None and len(words(line)) <= _MAX_UNFILLED_WORDS


def _same(line: set[str], title: set[str]) -> bool:
    if line == title or min(len(line), len(title)) <= 3:  # so few words agree by chance
        return line == title
    return len(line & title) >= _SAME_TITLE * max(len(line), len(title))


def _until_last(lines: list[str], body: str, declared: set[tuple[str, ...]]) -> list[str]:
    """Drop what follows the last line that stands in the declared body."""
    flat = squeezed(body)
    for n in range(len(lines), 0, -1):
        shingles = _shingles(lines[n - 1])
        stands = squeezed(lines[n - 1]) in flat if len(shingles) < 2 else _share(set(shingles), declared) >= 0.5
        if stands:
            return lines[:n]
    return lines


def _paragraphs(tree: HtmlElement, body: str) -> list[str]:
    """Return a declared body in the page's paragraphs where it came in one piece."""
    lines = body.splitlines()
    if len(lines) > 1:
        return lines
    flat = squeezed(body)
    texts = (clean(element.text_content()) for element in tree.iter("p", "li", "h2", "h3", "blockquote"))
    found = list(dict.fromkeys(text for text in texts if text and squeezed(text) in flat))
    return found if sum(len(squeezed(text)) for text in found) >= 0.95 * len(flat) else lines


def _share(part: set[tuple[str, ...]], whole: set[tuple[str, ...]]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _shingles(text: str) -> list[tuple[str, ...]]:
    found = words(text)
    return list(zip(*(found[n:] for n in range(_SHINGLE)), strict=False)) if len(found) >= _SHINGLE else [tuple(found)]
