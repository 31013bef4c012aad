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
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import SettingsError
from pipeline.relevance.parts import Place
from pipeline.relevance.vocabulary import SILENT, Token, Vocabulary, integers, vocabulary_of

FULL_WORDS = 12  # words whose own weights count whole; the root of it among more
WINDOW = 3  # tokens
_AT_ONCE = 32  # windows: of larger products BLAS makes threads, which cost more than they save
_EXACT = 2**24  # single precision has all whole numbers below it


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
    edge = [SILENT] * (WINDOW // 2)
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
                vocabulary=vocabulary_of(words, range(SILENT + 1, SILENT + 1 + len(words)), is_spaced=True, clitics=()),
                vectors=integers(found, "vectors", np.float32),
                weights=integers(found, "weights", np.int16),
                filters=integers(found, "filters", np.float32),
                offsets=integers(found, "offsets", np.float32),
                shares=found["shares"].astype(np.float64),
                unit=float(found["unit"]),
                bias=float(found["bias"]),
            )
            _check(convolution, n_words=len(words))
            return convolution
    except Exception as error:  # noqa: BLE001 - a damaged archive surfaces as any of a dozen kinds
        raise SettingsError(f"{name} can't be used: {error}") from None


def _check(convolution: Convolution, *, n_words: int) -> None:
    """Raise ValueError where the numbers don't belong together, or sums of windows wouldn't be exact."""
    n_rows, n_dimensions = convolution.vectors.shape
    n_filters = len(convolution.offsets)
    if n_rows != n_words + 1 or convolution.weights.shape != (n_rows,):
        raise ValueError(f"{n_words} words, but {n_rows} vectors and {len(convolution.weights)} weights")
    shapes = convolution.filters.shape, convolution.shares.shape, convolution.offsets.shape
    if shapes != ((WINDOW * n_dimensions, n_filters), (n_filters,), (n_filters,)):
        raise ValueError(f"filters of shape {convolution.filters.shape} for {n_filters} offsets")
    if convolution.vectors[SILENT].any() or convolution.weights[SILENT]:
        raise ValueError("the first row says something")
    if not np.isfinite([*convolution.shares, convolution.unit, convolution.bias]).all():
        raise ValueError("a share, the unit or the bias is no number")
    largest = np.abs(convolution.vectors).max() * np.abs(convolution.filters).sum(axis=0) + np.abs(convolution.offsets)
    if not (largest < _EXACT).all():
        raise ValueError("sums of windows are too large to be exact")
