"""What of a page counts when two looks at it are compared: its title and its sentences, furniture left out. Pure.

Short lines without a full stop (links, bylines, captions, counters) and short lines that tell the time are furniture,
unless they count dead or wounded. Sentences are compared by their words, case and punctuation aside, in any order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pipeline.revision.words import figures, key, runs_on, tells_of_toll, tokens
from pipeline.url import short_hash

_SHORT = 12  # words; longer lines are prose whatever they end with (Thai has no full stop)
_CLOCK = 8  # words of a line that only tells the time
_ENDS = re.compile(r"[.!?…。！？｡।॥؟۔።။][\"'”’»」』)\]]*$")
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+|(?<=[。！？｡।॥؟۔።။])[\"”’»」』）)]*\s*")
_LEAD_CHARS = 600
_ALIKE = 0.5  # share of words in common from which two sentences are versions of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A title and a text, paragraphs separated by line feeds; either may be missing."""

    title: str | None
    text: str | None


def sentences(text: str | None, *, without: Iterable[str] = ()) -> list[str]:
    """Return the sentences that count, in order; `without` are keys of such as don't."""
    unwanted = frozenset(without)
    return [
        sentence
        for line in (text or "").splitlines()
        if not _is_furniture(line)
        for sentence in _split(line)
        if (of := key(sentence)) and of not in unwanted
    ]


def keys(text: str | None, *, without: Iterable[str] = ()) -> "Counter[str]":
    """Return the keys of the sentences that count, with how often each stands there."""
    return Counter(map(key, sentences(text, without=without)))


def state(sheet: Sheet) -> str:
    """Return an id of what the page says: equal for sheets that don't differ."""
    return short_hash(key(sheet.title or ""), *sorted(keys(sheet.text).elements()))


def differ(one: Sheet, other: Sheet, *, without: Iterable[str] = ()) -> bool:
    """Whether two sheets say different things; `without` are keys of sentences that don't count."""
    unwanted = frozenset(without)
    return key(one.title or "") != key(other.title or "") or (
        keys(one.text, without=unwanted) != keys(other.text, without=unwanted)
    )


def settle(before: Sheet, first: Sheet, second: Sheet) -> tuple[Sheet, tuple[str, ...]]:
    """Return what two looks in a row agree upon, and the keys of the sentences that flip: ads, counters and the like.

    What only one of the looks has flips; so does what stood in its place before. A title that flips is the old one.
    """
    seen, again = keys(first.text), keys(second.text)
    flips = {of for of in seen.keys() | again.keys() if seen[of] != again[of]}
    for look in (first, second):
        flips |= _replaced_by_flips(sentences(before.text), sentences(look.text), flips)
    is_title_steady = key(first.title or "") == key(second.title or "")
    lines = (_kept(line, flips) for line in (first.text or "").splitlines())
    agreed = Sheet(
        title=first.title if is_title_steady else before.title, text="\n".join(line for line in lines if line) or None
    )
    return agreed, tuple(sorted(flips))


def is_other_text(one: Sheet, other: Sheet) -> bool:
    """Whether two texts have next to nothing in common, so that they are not versions of one."""
    return share_in_common(one.text, other.text) < 0.2 and key(one.title or "") != key(other.title or "")


def share_in_common(one: str | None, other: str | None) -> float:
    """Return which share of the shorter text's runs of three words the other has too, 0 to 1; 0 for an empty one."""
    a, b = _runs(one), _runs(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def lead_after(lead: str | None, before: str | None, after: str | None) -> str | None:
    """Return the lead of a changed text: a lead that was the beginning of the text is its beginning still."""
    if not lead or not before or not after or not before.startswith(lead):
        return lead
    return after.partition("\n")[0][: max(len(lead), _LEAD_CHARS)]


def pairs(removed: Sequence[str], added: Sequence[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """Pair the sentences that are versions of one; return the pairs, and what of each side is left alone."""
    found: list[tuple[str, str]] = []
    left, alone = list(added), []
    for old in removed:
        new = max(left, key=lambda other, old=old: _likeness(old, other), default=None)  # type: ignore[misc]
        if new is not None and _likeness(old, new) >= _ALIKE:
            found.append((old, new))
            left.remove(new)
        else:
            alone.append(old)
    return found, alone, left


def without_flips(sheet: Sheet, flips: Iterable[str]) -> Sheet:
    """Return the sheet without the sentences that flip."""
    unwanted = frozenset(flips)
    lines = (_kept(line, unwanted) for line in (sheet.text or "").splitlines())
    return replace(sheet, text="\n".join(line for line in lines if line) or None)


def _is_furniture(line: str) -> bool:
    n_words = len(tokens(line))
    if n_words > _SHORT or (tells_of_toll(line) and figures(line)):
        return False
    return not _ENDS.search(line.rstrip()) or (n_words <= _CLOCK and runs_on(line))


def _split(line: str) -> list[str]:
    return [part for part in (piece.strip() for piece in _BOUNDARY.split(line)) if part]


def _kept(line: str, flips: "frozenset[str] | set[str]") -> str:
    """Return a line without the sentences that flip; as it is where it has none."""
    parts = _split(line)
    kept = [part for part in parts if key(part) not in flips]
    return line if len(kept) == len(parts) else " ".join(kept)


def _replaced_by_flips(before: Sequence[str], after: Sequence[str], flips: "set[str]") -> set[str]:
    """Return the keys of what stood where something that flips stands now."""
    old, new = list(map(key, before)), list(map(key, after))
    found: set[str] = set()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        n_flips = sum(of in flips for of in new[j1:j2])
        if tag == "replace" and n_flips:
            steady = [sentence for sentence in after[j1:j2] if key(sentence) not in flips]
            _, alone, _ = pairs(before[i1:i2], steady)
            found |= {key(sentence) for sentence in alone[:n_flips]}
    return found


def _likeness(one: str, other: str) -> float:
    a, b = Counter(tokens(one.casefold())), Counter(tokens(other.casefold()))
    return 2 * (a & b).total() / max(a.total() + b.total(), 1)


def _runs(text: str | None) -> set[tuple[str, ...]]:
    words = tokens((text or "").casefold())
    return set(zip(words, words[1:], words[2:], strict=False))
