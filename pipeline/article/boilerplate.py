"""Paragraphs that repeat across a host's pages, which no single page can tell from its article. Pure.

Learnt anew with every batch from its pages, the host's articles of the last 30 days and what was known before. What a
version holds never changes: its name is a hash of its paragraphs, so the same knowledge has the same name everywhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from pipeline.text import words
from pipeline.types import Boilerplate
from pipeline.url import short_hash

WINDOW = timedelta(days=30)
STORED_PAGES = 50  # newest articles of a host that are looked at again

_MIN_PAGES = 3
_MIN_SHARE = 0.1  # of the host's pages: what fewer say alike may be background that a war's reports repeat
_ALIKE = 0.5  # of the shorter one's characters: pages that share more are copies or updates of one article
_FIRST, _LAST = 3, 8  # paragraphs where furniture stands; in between, only a line of few words is taken for it
_LINE_WORDS = range(3, 12)

Page = Mapping[str, int]  # hash of each paragraph → its length


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHost:
    """What the warehouse knows of a host: its latest version, and the texts of its newest articles."""

    paragraphs: tuple[Boilerplate, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One version: its name, and the hashes of its paragraphs."""

    version: str
    paragraphs: frozenset[str]


def recorded_of(rows: Sequence[Boilerplate]) -> Recorded | None:
    """Return the version that these rows are; None for none."""
    return Recorded(version=rows[0].version, paragraphs=frozenset(r.paragraph_sha256 for r in rows)) if rows else None


def learn(host: str, texts: Sequence[str], known: KnownHost, *, now: datetime) -> tuple[Boilerplate, ...]:
    """Return the paragraphs of `host` that are boilerplate after its new pages' `texts`, all of one version.

    A paragraph is learnt when it stands in three pages whose texts otherwise differ, and in a tenth of all; it is
    forgotten when no page had it for 30 days. The order of texts doesn't matter.
    """
    read = {text: _lines(text) for text in (*texts, *known.texts)}
    fresh = _holders([read[text] for text in sorted(texts)])
    kept = {row.paragraph_sha256: _seen(row, len(fresh.get(row.paragraph_sha256, ())), now) for row in known.paragraphs}
    kept = {key: row for key, row in kept.items() if now - row.seen_at <= WINDOW}
    everything = [read[text] for text in sorted((*texts, *known.texts))]
    named = {line.key: line.text for lines in everything for line in _candidates(lines)}
    new = {
        key: Boilerplate(
            host=host,
            version="",
            paragraph_sha256=key,
            paragraph=named[key],
            n_pages=len(pages),
            learnt_at=now,
            seen_at=now,
            used_at=now,
        )
        for key, pages in (_holders(everything) if known.texts else fresh).items()
        if key not in kept and _is_boilerplate(key, pages, n_pages=len(everything))
    }
    rows = [row for _, row in sorted({**kept, **new}.items())]
    version = version_of(row.paragraph_sha256 for row in rows)
    return tuple(replace(row, version=version, used_at=now) for row in rows) if version else ()


def strip(text: str, paragraphs: Collection[str]) -> str:
    """Return `text` without the boilerplate whose hashes are in `paragraphs`; untouched where nothing would be left."""
    doomed = {line.place for line in _candidates(_lines(text)) if line.key in paragraphs}
    left = [line for n, line in enumerate(text.splitlines()) if n not in doomed]
    return "\n".join(left) if any(map(words, left)) else text


def version_of(paragraphs: Iterable[str]) -> str | None:
    """Return the name of the version that holds these paragraphs (hashes); None for none."""
    keys = sorted(paragraphs)
    return short_hash(*keys, length=12) if keys else None


def hash_of(paragraph: str) -> str | None:
    """Return the hash of a paragraph's words; None where it has none."""
    return _hash(words(paragraph))


def _hash(found: Sequence[str]) -> str | None:
    return sha256(" ".join(found).encode()).hexdigest() if found else None


def _seen(row: Boilerplate, n_pages: int, now: datetime) -> Boilerplate:
    return replace(row, n_pages=row.n_pages + n_pages, seen_at=now) if n_pages else row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A paragraph of a text, the hash of its words (None where it has none), and how many they are."""

    place: int
    text: str
    key: str | None
    n_words: int


def _lines(text: str) -> list[_Line]:
    return [
        _Line(place=place, text=line, key=_hash(found := words(line)), n_words=len(found))
        for place, line in enumerate(text.splitlines())
    ]


def _holders(texts: Iterable[Sequence[_Line]]) -> dict[str, list[Page]]:
    """Return the pages that hold each paragraph where boilerplate may stand."""
    held: dict[str, list[Page]] = defaultdict(list)
    for lines in texts:
        page = {line.key: len(line.text) for line in lines if line.key}
        for key in {line.key for line in _candidates(lines) if line.key}:
            held[key].append(page)
    return held


def _candidates(lines: Sequence[_Line]) -> list[_Line]:
    """Return the paragraphs of a text that could be boilerplate by where they stand."""
    near = set(range(_FIRST)) | set(range(len(lines) - _LAST, len(lines)))
    return [line for line in lines if line.key and (line.place in near or line.n_words in _LINE_WORDS)]


def _is_boilerplate(key: str, pages: Sequence[Page], *, n_pages: int) -> bool:
    if len(pages) < max(_MIN_PAGES, _MIN_SHARE * n_pages):
        return False
    different: list[Page] = []
    for page in pages:
        rest = {paragraph: n_chars for paragraph, n_chars in page.items() if paragraph != key}
        if rest and not any(_are_alike(rest, other) for other in different):
            different.append(rest)
            if len(different) == _MIN_PAGES:
                return True
    return False


def _are_alike(one: Page, other: Page) -> bool:
    common = sum(one[key] for key in one.keys() & other.keys())
    return common >= _ALIKE * min(sum(one.values()), sum(other.values()))
