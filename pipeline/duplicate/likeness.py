"""Does one text repeat another? Exact shares of shingles, and what differs. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.duplicate.shingles import Hashes, shared, shingles
from pipeline.text import words

Kind = Literal["same_text", "near_text", "wire_copy"]

LEAST_WORDS = 30
"""Below this texts are alike by chance."""
_CONTAINED = 0.6  # of the shingles of the one that is contained: with 8 % of words edited, about .78 are left
# A report filled into a form differs from its like by facts, an edited one by any words.
_FEWEST_FACTS = 3
_FACTS_AMONG_CHANGED = 0.5
_CHANGED_AMONG_FACTS = 0.25
_FEWEST_FIGURES = 2
_TOKEN = re.compile(r"[^\W_]+")
_SENTENCE_END = frozenset(".!?:;…\n\"“„«»”’'‘—–-•")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it is compared: with its words and their shingles."""

    text: str
    words: Sequence[str]
    shingles: Hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How much two texts share: of all shingles of both, of those of the one, of those of the other (0 to 1)."""

    kind: Kind | None
    jaccard: float
    of_one: float
    of_other: float


def read(text: str) -> Reading:
    """Take a text apart for comparison."""
    found = words(text)
    return Reading(text=text, words=found, shingles=shingles(found))


def compare(one: Reading, other: Reading) -> Likeness:
    """Say whether one of two texts repeats the other, whole or in part; `kind` is None where neither does."""
    n_shared = shared(one.shingles, other.shingles)
    of_one, of_other = (n_shared / max(len(text.shingles), 1) for text in (one, other))
    jaccard = n_shared / max(len(one.shingles) + len(other.shingles) - n_shared, 1)
    return Likeness(kind=_kind(one, other, of_one, of_other), jaccard=jaccard, of_one=of_one, of_other=of_other)


def _kind(one: Reading, other: Reading, of_one: float, of_other: float) -> Kind | None:
    if min(len(one.words), len(other.words)) < LEAST_WORDS:
        return None
    if one.words == other.words:
        return "same_text"
    less, more = (one, other) if of_one >= of_other else (other, one)
    if max(of_one, of_other) < _CONTAINED or _is_of_one_form(less, more):
        return None
    return "near_text" if min(of_one, of_other) >= _CONTAINED else "wire_copy"


def _is_of_one_form(less: Reading, more: Reading) -> bool:
    """Say whether what the contained text has of its own is above all names and figures: another day's bulletin."""
    names, figures = _facts(less.text)
    own = set(less.words) - set(more.words)
    if not names:  # a script without capitals, or a text that uses none: figures alone can tell
        changed = figures & own
        return len(changed) >= _FEWEST_FIGURES and 2 * len(changed) >= len(figures)
    facts = names | figures
    changed = facts & own
    return (
        len(changed) >= _FEWEST_FACTS
        and len(changed) >= _FACTS_AMONG_CHANGED * len(own)
        and len(changed) >= _CHANGED_AMONG_FACTS * len(facts)
    )


def _facts(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return names (words with a capital inside a sentence) and figures, case folded."""
    names, figures = set(), set()
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0].isdigit():
            figures.add(token.casefold())
        elif token[0].isupper():
            before = text[: match.start()][-3:].rstrip(" ")
            if before and before[-1] not in _SENTENCE_END:
                names.add(token.casefold())
    return frozenset(names), frozenset(figures)
