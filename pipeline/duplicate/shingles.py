"""What a text is made of, as numbers: runs of words (shingles), and the few of them that stand for it. Pure.

FracMinHash (Irber et al. 2022, sourmash): of all shingles' hashes those below a fixed share of the range are kept, so
that what two texts share can be told from what their prints share, however different their lengths are.
"""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

METHOD = "shingles/1"
_RUN = 3  # words
_UNSPACED_RUN = 4  # signs, where words aren't set apart
_SHARE = np.uint64(2**64 // 16)
_LEAST = 24  # prints of a short text: its smallest hashes
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def shingles(words: list[str]) -> Hashes:
    """Return the hashes of all runs of words, sorted, each once; a text shorter than a run is one run."""
    if not words:
        return np.empty(0, dtype=np.uint64)
    run = min(_run_length(words), len(words))
    hashes = np.fromiter(map(_word_hash, words), dtype=np.uint64, count=len(words))
    mixed = np.zeros(len(words) - run + 1, dtype=np.uint64)
    for offset in range(run):
        mixed = _mixed(mixed * _FACTOR + hashes[offset : offset + len(mixed)])
    return np.unique(mixed)


def prints(hashes: Hashes) -> Hashes:
    """Return the hashes that stand for a text: a sixteenth of all, or the smallest few of a short one."""
    return hashes[: max(int(np.searchsorted(hashes, _SHARE)), _LEAST)]


def shared(one: Hashes, other: Hashes) -> int:
    """Return how many hashes two texts have in common."""
    return len(np.intersect1d(one, other, assume_unique=True))


def _run_length(words: list[str]) -> int:
    if "".join(words).isascii():
        return _RUN
    signs = sum(len(word) == 1 and word > "\u0dff" for word in words)
    return _UNSPACED_RUN if 2 * signs > len(words) else _RUN


@lru_cache(maxsize=200_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")


def _mixed(values: Hashes) -> Hashes:
    """Spread values evenly over the range (the finalizer of SplitMix64; Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
