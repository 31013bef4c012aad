"""The second model: what the words of a text say in the order in which they stand. Pure.

A convolution over word vectors with max-over-time pooling (Kim 2014, "Convolutional Neural Networks for Sentence
Classification", EMNLP): each filter knows one kind of phrase, looks for it in every window of three words, and counts
where it fits best; each word adds a weight of its own. So the log-odds are a sum over words and windows, and every
share of it has its place in the text. tests/eval/training/train.py learns the numbers.

All numbers are whole, and a window's sum stays below 2**24, where single precision is exact: it is the same on any
machine, in whatever order it is added up.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import SettingsError

BREAK = "."  # stands between title, lead and text
STEM = 6  # letters by which a word that has no vector finds a commoner one that is like it
FULL_TOKENS = 12  # tokens whose own weights count whole; the root of it among more
WINDOW = 3  # tokens
_SILENT, _UNKNOWN = 0, 1  # the first two rows of a vocabulary
_AT_ONCE = 64  # windows: of larger products BLAS makes threads, which cost more than they save


Place = tuple[int, int, int]
"""Of a word: the number of its part, and its span in the folded text of that."""


Token = tuple[str | None, Place | None]
"""A word and where it stands; BREAK after a part, or None for a word that is to stay silent, without a place."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """The numbers of one language.

    Rows 0 and 1 of `vectors` and `weights` are of a silent word and of one that nobody knows. `filters` has a column
    for each filter, (WINDOW x dimensions, filters), `offsets` are added to their sums; `shares` and `unit` are what one
    of such a sum, and of a word's weight, adds to the log-odds.
    """

    rows: Mapping[str, int]
    rows_of_stems: Mapping[str, int]
    vectors: NDArray[np.float32]
    weights: NDArray[np.int16]
    filters: NDArray[np.float32]
    offsets: NDArray[np.float32]
    shares: NDArray[np.float64]
    unit: float
    bias: float

    def rows_of(self, words: Iterable[str | None]) -> list[int]:
        """Return the rows of words."""
        whole, stem = self.rows.get, self.rows_of_stems.get
        return [
            _SILENT if word is None else whole(word) or stem(word[:STEM], _UNKNOWN)  # no word has row 0
            for word in words
        ]


@dataclass(frozen=True, slots=True)
class Reading:
    """The log-odds of keep, what each token and the window around it add to them, and where the tokens stand."""

    logit: float
    moved: Sequence[float]
    places: Sequence[Place | None]


def read(convolution: Convolution, tokens: Sequence[Token]) -> Reading:
    """Read the tokens of an article."""
    if not tokens:
        return Reading(convolution.bias, (), ())
    rows = convolution.rows_of(word for word, _ in tokens)
    factor = convolution.unit * min(1.0, sqrt(FULL_TOKENS / len(rows)))
    edge = [_SILENT] * (WINDOW // 2)
    vectors = convolution.vectors[[*edge, *rows, *edge]]
    windows = np.concatenate([vectors[at : at + len(rows)] for at in range(WINDOW)], axis=1)
    sums = [windows[at : at + _AT_ONCE] @ convolution.filters for at in range(0, len(rows), _AT_ONCE)]
    fits = np.concatenate(sums)
    found = np.maximum(fits.max(axis=0) + convolution.offsets, 0) * convolution.shares
    of_windows = np.bincount(fits.argmax(axis=0), found, minlength=len(rows))
    moved = (convolution.weights[rows] * factor + of_windows).tolist()
    return Reading(fsum([convolution.bias, *moved]), moved, [place for _, place in tokens])


def parse_convolution(raw: bytes, *, name: str) -> Convolution:
    """Read the numbers from NumPy's archive; `name` is for the message. Raises SettingsError."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            words = found["words"].tobytes().decode().split("\n")
            numbers = range(_UNKNOWN + 1, _UNKNOWN + 1 + len(words))
            return Convolution(
                rows=dict(zip(words, numbers, strict=True)),
                # the commonest come first, and are to win
                rows_of_stems={word[:STEM]: number for word, number in zip(words[::-1], numbers[::-1], strict=True)},
                vectors=found["vectors"].astype(np.float32),
                weights=found["weights"],
                filters=found["filters"].astype(np.float32),
                offsets=found["offsets"].astype(np.float32),
                shares=found["shares"],
                unit=float(found["unit"]),
                bias=float(found["bias"]),
            )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise SettingsError(f"{name} can't be used: {error}") from None
