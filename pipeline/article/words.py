"""How far two lines of words agree, and when two texts are one. Pure."""

from collections.abc import Sequence
from functools import lru_cache

from pipeline.text import words, words_sha256


@lru_cache(maxsize=8)  # an article's text is asked for as its page's, too
def text_hash(text: str | None) -> str | None:
    """Return SHA-256 (hex) over the words of a text, None where it has none; case and punctuation don't count."""
    return words_sha256(words(text))


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Return which share of the shorter line's distinct words the other has as well, 0 to 1; 0 where one is empty."""
    left, right = set(one), set(other)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0
