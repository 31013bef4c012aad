"""The words that the convolution knows, of each language, and the tokens that it reads. Pure."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import SettingsError
from pipeline.relevance.lexicon import forms
from pipeline.relevance.parts import LONGEST_WORD, Part, Place

BREAK = "."  # stands between title, lead and text
SILENT = 0  # the row of what says nothing
STEM = 6  # letters by which a word that isn't known finds a commoner one that is like it
_stem_of = itemgetter(slice(STEM))
_Number = TypeVar("_Number", bound=np.generic)

Token = tuple[str | None, Place | None]
"""A word and where it stands; BREAK after a part, or None for a word that is to stay silent, without a place."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The rows of words.

    `clitics` may be glued before them; `longest` is the length of the longest where words aren't spaced, else 0.
    """

    rows: Mapping[str, int]
    rows_of_stems: Mapping[str, int]
    clitics: Sequence[str]
    longest: int

    def rows_of(self, words: Iterable[str | None]) -> list[int]:
        """Return the rows of words."""
        whole, stem = self.rows.get, self.rows_of_stems.get
        if self.clitics:
            return [SILENT if word is None else self._without_clitics(word) for word in words]
        return [
            SILENT if word is None else row if (row := whole(word)) is not None else stem(_stem_of(word), SILENT)
            for word in words
        ]

    def _without_clitics(self, word: str) -> int:
        whole, stem = self.rows.get, self.rows_of_stems.get
        if (row := whole(word)) is not None:
            return row
        bare = forms(word, self.clitics)
        rows = (*map(whole, bare), *map(stem, map(_stem_of, bare)))
        return next((row for row in rows if row is not None), SILENT)

    def cut(self, words: Sequence[tuple[str, int, int]]) -> Sequence[tuple[str | None, int, int]]:
        """Cut what runs together into words, each time the longest that there is; what nobody knows is None."""
        return [piece for run in words for piece in self._pieces(*run)] if self.longest else words

    def _pieces(self, run: str, first: int, last: int) -> Iterator[tuple[str | None, int, int]]:
        at = known = 0
        while at < len(run):
            ends = range(min(at + self.longest, len(run)), at, -1)
            end = next((end for end in ends if run[at:end] in self.rows), None)
            if end and known < at:
                yield None, first + known, first + at
            if end:
                yield run[at:end], first + at, first + end
                known = end
            at = end or at + 1
        if known < len(run):
            yield None, first + known, last


def tokens_of(parts: Iterable[Part], vocabulary: Vocabulary) -> list[Token]:
    """Return the words of title, lead and opening in order, a break after each."""
    found: list[Token] = []
    for number, part in enumerate(parts):
        words = [one for one in vocabulary.cut(part.words) if one[2] <= part.end and one[2] - one[1] <= LONGEST_WORD]
        may_all = not part.silent
        found += [
            (word, (number, start, end)) if word and (may_all or part.may_speak(start, end)) else (None, None)
            for word, start, end in words
        ]
        if words:
            found.append((BREAK, None))
    return found


def parse_glosses(raw: bytes, *, n_rows: int, is_spaced: bool, clitics: Sequence[str], name: str) -> Vocabulary:
    """Read a language's words and the rows, of `n_rows`, of their English ones. Raises SettingsError naming `name`."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            words, rows = found["words"].tobytes().decode().split("\n"), integers(found, "rows", np.int64)
        if rows.shape != (len(words),) or not (rows >= 0).all() or not (rows < n_rows).all():
            raise ValueError(f"rows for {len(words)} words that aren't all among the {n_rows} of English")  # noqa: TRY301 - told like the others
        return vocabulary_of(words, rows.tolist(), is_spaced=is_spaced, clitics=clitics)
    except Exception as error:  # noqa: BLE001 - a damaged archive surfaces as any of a dozen kinds
        raise SettingsError(f"{name} can't be used: {error}") from None


def vocabulary_of(words: Sequence[str], rows: Sequence[int], *, is_spaced: bool, clitics: Sequence[str]) -> Vocabulary:
    """Make a vocabulary; the commonest words come first, and win where several begin alike."""
    rows_of_stems = dict(zip(map(_stem_of, reversed(words)), reversed(rows), strict=True)) if is_spaced else {}
    longest = 0 if is_spaced else max(map(len, words))
    return Vocabulary(dict(zip(words, rows, strict=True)), rows_of_stems, clitics, longest)


def integers(found: Mapping[str, NDArray[Any]], name: str, kind: type[_Number]) -> NDArray[_Number]:
    """Return an array of whole numbers as others. Raises ValueError where they aren't whole, or too large."""
    numbers = found[name]
    if numbers.dtype.kind not in "iu" or not np.array_equal(numbers.astype(kind), numbers):
        raise ValueError(f"{name} aren't whole numbers of their kind")
    return numbers.astype(kind)
