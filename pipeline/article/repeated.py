"""Texts that a host gives whatever it is asked for: breakers against placeholders that no sign gave away. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.article.words import overlap
from pipeline.text import words

_LEAST = 3  # addresses on one host, or hosts, that give the same text under titles unlike one another
_ALIKE = 0.5  # share of the shorter title's words
_TITLE_IN_TEXT = 0.5  # share of a title's words that a text of its own holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One address, what the feed called it, and the hash of the words that its page held."""

    url_key: str
    title: str | None
    text_sha256: str

    @property
    def host(self) -> str:
        """The host of the address."""
        return self.url_key.partition("/")[0].partition("?")[0]


KnownTexts = Callable[[Collection[str]], Sequence[Seen]]
"""Returns what is stored of addresses whose pages held a text with one of these hashes."""


def repeated(pages: Sequence[tuple[Seen, str]], stored: Sequence[Seen] = ()) -> frozenset[str]:
    """Return the address keys, of those in `pages` (with their texts), whose text is a placeholder.

    Three addresses of one host, or three hosts, must give one text under titles unlike one another and unlike the
    text, and most of all who give it must: wire copies and an article at several addresses have titles that are of
    the text. Order doesn't matter.
    """
    groups: dict[str, list[tuple[Seen, str]]] = defaultdict(list)
    for seen, text in pages:
        groups[seen.text_sha256].append((seen, text))
    others: dict[str, list[Seen]] = defaultdict(list)
    for seen in stored:
        others[seen.text_sha256].append(seen)
    return frozenset(
        key for text_hash, group in groups.items() for key in _placeholders(group, others.get(text_hash, []))
    )


def _placeholders(group: Sequence[tuple[Seen, str]], stored: Sequence[Seen]) -> Iterator[str]:
    everyone = {seen.url_key: seen for seen in [*stored, *(seen for seen, _ in group)]}.values()
    if len(everyone) < _LEAST:
        return
    text = set(words(group[0][1]))
    strange = [seen for seen in everyone if not _is_of(seen.title, text)]
    if 2 * len(strange) <= len(everyone):
        return
    across = len({seen.host for seen in strange}) >= _LEAST and _n_unlike(strange) >= _LEAST
    for seen, _ in group:
        at_home = _n_unlike(one for one in strange if one.host == seen.host) >= _LEAST
        if at_home or (across and seen in strange):
            yield seen.url_key


def _is_of(title: str | None, text: set[str]) -> bool:
    found = set(words(title))
    return not found or len(found & text) >= _TITLE_IN_TEXT * len(found)


def _n_unlike(seen: Iterable[Seen]) -> int:
    """Count titles unlike all that were counted before, in the order of the alphabet; no title counts for none."""
    unlike: list[list[str]] = []
    for title in sorted({one.title for one in seen if one.title}):
        found = words(title)
        if found and all(overlap(found, other) < _ALIKE for other in unlike):
            unlike.append(found)
    return len(unlike)
