"""The second model: what the words of a text say in the order in which they stand. Pure.

A convolution over word vectors with max-over-time pooling (Kim 2014, "Convolutional Neural Networks for Sentence
Classification", EMNLP): each filter knows one kind of phrase, looks for it in every window of three words, and counts
where it fits best; each word adds a weight of its own. So the log-odds are a sum over words and windows, and every
share of it has its place in the text. tests/eval/training/train.py learns the numbers.

Vectors, filters and weights are of English words. Another language is read by its glosses: an English word in the place
of each of its own, in the order in which they stand.

Numbers of vectors and filters are whole, and a window's sum stays below 2**24, where single precision is exact: it is
the same on any machine, in whatever order it is added up.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import SettingsError
from pipeline.relevance.lexicon import forms
from pipeline.relevance.parts import LONGEST_WORD, Part, Place

BREAK = "."  # stands between title, lead and text
STEM = 6  # letters by which a word that has no vector finds a commoner one that is like it
FULL_WORDS = 12  # words whose own weights count whole; the root of it among more
WINDOW = 3  # tokens
_SILENT = 0  # the first row of a vocabulary
_AT_ONCE = 32  # windows: of larger products BLAS makes threads, which cost more than they save
_EXACT = 2**24  # single precision has all whole numbers below it
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
            return [_SILENT if word is None else self._without_clitics(word) for word in words]
        return [
            _SILENT if word is None else row if (row := whole(word)) is not None else stem(_stem_of(word), _SILENT)
            for word in words
        ]

    def _without_clitics(self, word: str) -> int:
        whole, stem = self.rows.get, self.rows_of_stems.get
        if (row := whole(word)) is not None:
            return row
        bare = forms(word, self.clitics)
        rows = (*map(whole, bare), *map(stem, map(_stem_of, bare)))
        return next((row for row in rows if row is not None), _SILENT)

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


@dataclass(frozen=True, slots=True)
class Convolution:
    """The numbers, and the words that they are read by.

    Row 0 of `vectors` and `weights` is of what says nothing: a silent word, a number, a word that nobody knows. A word
    of weight 0 speaks in windows alone. `filters` has a column for each filter, (WINDOW x dimensions, filters),
    `offsets` are added to their sums; `shares` and `unit` are what one of such a sum, and of a word's weight, adds to
    the log-odds.
    """

    vocabulary: Vocabulary
    vectors: NDArray[np.float32]
    weights: NDArray[np.int16]
    filters: NDArray[np.float32]
    offsets: NDArray[np.float32]
    shares: NDArray[np.float64]
    unit: float
    bias: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The log-odds of keep, and what each token adds to them, by its place.

    A word's own weight is told where it stands first, a window by its middle, or by a word beside that where the middle
    is none that speaks for itself.
    """

    logit: float
    moved: Sequence[float]
    places: Sequence[Place | None]


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


def read(convolution: Convolution, tokens: Sequence[Token]) -> Reading:
    """Read the tokens of an article."""
    if not tokens:
        return Reading(convolution.bias, (), ())
    rows = convolution.vocabulary.rows_of(word for word, _ in tokens)
    weights = convolution.weights[rows]
    of_words = np.zeros(len(rows))
    _, first = np.unique(rows, return_index=True)
    speaking = first[weights[first] != 0]
    of_words[speaking] = weights[speaking] * (convolution.unit * min(1.0, sqrt(FULL_WORDS / max(len(speaking), 1))))
    edge = [_SILENT] * (WINDOW // 2)
    vectors = convolution.vectors[[*edge, *rows, *edge]]
    windows = np.concatenate([vectors[at : at + len(rows)] for at in range(WINDOW)], axis=1)
    fits = np.concatenate([windows[at : at + _AT_ONCE] @ convolution.filters for at in range(0, len(rows), _AT_ONCE)])
    found = np.maximum(fits.max(axis=0) + convolution.offsets, 0) * convolution.shares
    moved = (of_words + np.bincount(fits.argmax(axis=0), found, minlength=len(rows))).tolist()
    own = [place if weight else None for (_, place), weight in zip(tokens, weights.tolist(), strict=True)]
    places = [here or before or after for here, before, after in zip(own, [None, *own], [*own[1:], None], strict=False)]
    return Reading(fsum([convolution.bias, *moved]), moved, places)


def parse_convolution(raw: bytes, *, name: str) -> Convolution:
    """Read the numbers from NumPy's archive; `name` is for the message. Raises SettingsError."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            words = found["words"].tobytes().decode().split("\n")
            convolution = Convolution(
                vocabulary=_vocabulary(words, range(_SILENT + 1, _SILENT + 1 + len(words)), is_spaced=True, clitics=()),
                vectors=_whole(found, "vectors", np.float32),
                weights=_whole(found, "weights", np.int16),
                filters=_whole(found, "filters", np.float32),
                offsets=_whole(found, "offsets", np.float32),
                shares=found["shares"].astype(np.float64),
                unit=float(found["unit"]),
                bias=float(found["bias"]),
            )
            _check(convolution, n_words=len(words))
            return convolution
    except Exception as error:  # noqa: BLE001 - a damaged archive surfaces as any of a dozen kinds
        raise SettingsError(f"{name} can't be used: {error}") from None


def _whole(found: Mapping[str, NDArray[Any]], name: str, kind: type[_Number]) -> NDArray[_Number]:
    """Return an array of whole numbers as others. Raises ValueError where they aren't whole, or too large."""
    numbers = found[name]
    if numbers.dtype.kind not in "iu" or not np.array_equal(numbers.astype(kind), numbers):
        raise ValueError(f"{name} aren't whole numbers of their kind")
    return numbers.astype(kind)


def parse_glosses(raw: bytes, *, n_rows: int, is_spaced: bool, clitics: Sequence[str], name: str) -> Vocabulary:
    """Read a language's words and the rows, of `n_rows`, of their English ones. Raises SettingsError naming `name`."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            words, rows = found["words"].tobytes().decode().split("\n"), _whole(found, "rows", np.int64)
        if rows.shape != (len(words),) or not (rows >= 0).all() or not (rows < n_rows).all():
            raise ValueError(f"rows for {len(words)} words that aren't all among the {n_rows} of English")  # noqa: TRY301 - told like the others
        return _vocabulary(words, rows.tolist(), is_spaced=is_spaced, clitics=clitics)
    except Exception as error:  # noqa: BLE001 - a damaged archive surfaces as any of a dozen kinds
        raise SettingsError(f"{name} can't be used: {error}") from None


def _vocabulary(words: Sequence[str], rows: Sequence[int], *, is_spaced: bool, clitics: Sequence[str]) -> Vocabulary:
    """Make a vocabulary; the commonest words come first, and win where several begin alike."""
    rows_of_stems = dict(zip(map(_stem_of, reversed(words)), reversed(rows), strict=True)) if is_spaced else {}
    longest = 0 if is_spaced else max(map(len, words))
    return Vocabulary(dict(zip(words, rows, strict=True)), rows_of_stems, clitics, longest)


def _check(convolution: Convolution, *, n_words: int) -> None:
    """Raise ValueError where the numbers don't belong together, or sums of windows wouldn't be exact."""
    n_rows, n_dimensions = convolution.vectors.shape
    n_filters = len(convolution.offsets)
    if n_rows != n_words + 1 or convolution.weights.shape != (n_rows,):
        raise ValueError(f"{n_words} words, but {n_rows} vectors and {len(convolution.weights)} weights")
    shapes = convolution.filters.shape, convolution.shares.shape, convolution.offsets.shape
    if shapes != ((WINDOW * n_dimensions, n_filters), (n_filters,), (n_filters,)):
        raise ValueError(f"filters of shape {convolution.filters.shape} for {n_filters} offsets")
    if convolution.vectors[_SILENT].any() or convolution.weights[_SILENT]:
        raise ValueError("the first row says something")
    if not np.isfinite([*convolution.shares, convolution.unit, convolution.bias]).all():
        raise ValueError("a share, the unit or the bias is no number")
    largest = np.abs(convolution.vectors).max() * np.abs(convolution.filters).sum(axis=0) + np.abs(convolution.offsets)
    if not (largest < _EXACT).all():
        raise ValueError("sums of windows are too large to be exact")
