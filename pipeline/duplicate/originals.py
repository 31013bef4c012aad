"""Which of the texts that repeat one another is the original? Pure.

An agency's own article comes first, then the earliest published; ties go by time of first sight and id. An article that
repeats none before it is an original. Every copy leads to originals at once, never to another copy.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article among its copies; `source` is its outlet's name, folded, `credits` the agencies that it names."""

    article_id: str
    day: str
    published_at: datetime | None
    source: str
    is_agency: bool
    credits: frozenset[str]


def originals(texts: Iterable[Text], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return for each copy its originals: those of its pairs that rank before it, or what those are copies of."""
    partners: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        partners[one].add(other)
        partners[other].add(one)
    by_id = {text.article_id: text for text in texts}
    ranked = sorted(by_id.values(), key=lambda text: _rank(text, partners[text.article_id], by_id))
    settled: dict[str, list[str]] = {}
    for text in ranked:
        before = sorted(partner for partner in partners[text.article_id] if partner in settled)
        roots = [root for partner in before for root in settled[partner] or [partner]]
        settled[text.article_id] = list(dict.fromkeys(roots))
    return {copy: roots for copy, roots in settled.items() if roots}


def _rank(text: Text, partners: Iterable[str], texts: Mapping[str, Text]) -> tuple[bool, str, str]:
    credited = {name for partner in partners for name in texts[partner].credits}
    is_credited = any(name and name in text.source for name in credited)
    told_at = text.published_at.isoformat() if text.published_at else f"{text.day}T24"
    return not (text.is_agency or is_credited), told_at, text.article_id
