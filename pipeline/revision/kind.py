"""What did a change change? Typo, toll, headline, retraction, or substance. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.revision.sheet import Sheet, keys, pairs, sentences
from pipeline.revision.words import figures, is_negation, key, number, numbers, tells_of_toll, tokens
from pipeline.types import RevisionKind

_NOTICE_WORDS = 80  # a note that a text was withdrawn is short, and much shorter than the text
_NOTICE_SHARE = 0.4
_LONG_WORD = 8  # letters; a longer word may be off by two


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one text changed against another: its kind, in a few words, and the sentences that went and came."""

    kind: RevisionKind
    what: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def describe(before: Sheet, after: Sheet) -> Change:
    """Say what `after` changed; the two must differ."""
    removed, added = _gone(before, after), _gone(after, before)
    kind, what = _kind(before, after, removed, added)
    return Change(kind=kind, what=what, removed=tuple(removed), added=tuple(added))


def _kind(before: Sheet, after: Sheet, removed: Sequence[str], added: Sequence[str]) -> tuple[RevisionKind, str]:
    if not removed and not added:
        return "headline", f"{before.title or ''} → {after.title or ''}"
    if _is_notice(before, after, added):
        return "retraction", "a note stands in place of the text"
    found, gone, new = pairs(removed, added)
    if toll := _toll(before, found, gone, new):
        return "toll", toll
    titles = [(before.title or "", after.title or "")] if key(before.title or "") != key(after.title or "") else []
    if not gone and not new and all(is_slip(old, corrected) for old, corrected in [*found, *titles]):
        return "typo", "; ".join(_words_changed(old, corrected) for old, corrected in [*found, *titles])
    return "substantive", f"sentences: {len(found)} changed, {len(gone)} removed, {len(new)} added"


def is_slip(old: str, new: str) -> bool:
    """Whether two sentences differ by slips of the pen alone: no number, name, negation or other word."""
    a, b = tokens(old), tokens(new)
    changed = [code for code in _opcodes(a, b) if code[0] != "equal"]
    return bool(changed) and all(_is_slip(a[i1:i2], b[j1:j2], is_first=i1 == 0) for _, i1, i2, j1, j2 in changed)


def _is_slip(old: list[str], new: list[str], *, is_first: bool) -> bool:
    if any(number(token) is not None or is_negation(token) for token in [*old, *new]):
        return False
    if not old or not new:
        return sum(map(len, [*old, *new])) <= 3  # an article or a preposition
    if not is_first and any(token[0].isupper() for token in old) and any(token[0].isupper() for token in new):
        return "".join(old).casefold() == "".join(new).casefold()  # what is written large may be a name
    joined = "".join(old).casefold(), "".join(new).casefold()
    return _distance(*joined) <= (2 if min(map(len, joined)) >= _LONG_WORD else 1 if min(map(len, joined)) > 2 else 0)


def _toll(before: Sheet, found: Sequence[tuple[str, str]], gone: Sequence[str], new: Sequence[str]) -> str | None:
    """Return the figures of dead and wounded that changed, None where none did."""
    old = Counter(n for sentence in [*(a for a, _ in found), *gone] for n in figures(sentence))
    now = Counter(n for sentence in [*(b for _, b in found), *new] for n in figures(sentence))
    if old and now and old != now:
        return f"{_listed(old - now)} → {_listed(now - old)}"
    for a, b in found:  # a number in a sentence that is otherwise the same, where dead or wounded are spoken of
        if numbers(a) != numbers(b) and _masked(a) == _masked(b) and _speaks_of_toll(before, a):
            return f"{_listed(Counter(numbers(a)))} → {_listed(Counter(numbers(b)))}"
    return None


def _speaks_of_toll(sheet: Sheet, sentence: str) -> bool:
    """Whether title, sentence or the one before tell of dead or wounded; True too where no word is known."""
    all_of_it = sentences(sheet.text)
    at = all_of_it.index(sentence) if sentence in all_of_it else 0
    near = [sheet.title or "", *all_of_it[max(0, at - 1) : at + 1]]
    return any(map(tells_of_toll, near)) or not any(map(tells_of_toll, all_of_it))


def _is_notice(before: Sheet, after: Sheet, added: Sequence[str]) -> bool:
    n_before, n_after = len(tokens(before.text or "")), len(tokens(after.text or ""))
    n_new = sum(len(tokens(sentence)) for sentence in added)
    return n_after < _NOTICE_WORDS and n_after < _NOTICE_SHARE * n_before and n_new > n_after / 2


def _gone(one: Sheet, other: Sheet) -> list[str]:
    """Return the sentences of `one` that `other` lacks, in order."""
    missing = keys(one.text) - keys(other.text)
    found = []
    for sentence in sentences(one.text):
        if missing[key(sentence)] > 0:
            missing[key(sentence)] -= 1
            found.append(sentence)
    return found


def _words_changed(old: str, new: str) -> str:
    a, b = tokens(old), tokens(new)
    return ", ".join(
        f"{' '.join(a[i1:i2]) or '·'} → {' '.join(b[j1:j2]) or '·'}"
        for tag, i1, i2, j1, j2 in _opcodes(a, b)
        if tag != "equal"
    )


def _opcodes(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    folded = [token.casefold() for token in a], [token.casefold() for token in b]
    return [*SequenceMatcher(None, *folded, autojunk=False).get_opcodes()]


def _masked(sentence: str) -> list[str]:
    return ["#" if number(token) is not None else token for token in tokens(sentence.casefold())]


def _listed(counts: "Counter[int]") -> str:
    return ", ".join(map(str, sorted(counts.elements()))) or "·"


def _distance(a: str, b: str) -> int:
    """Return how many letters to insert, drop, change or swap (optimal string alignment)."""
    if abs(len(a) - len(b)) > 2 or max(len(a), len(b)) > 100:
        return 3
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]
