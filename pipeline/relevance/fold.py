"""One spelling for matching: case, accents, vowel points and letter variants folded away, with the way back.

Every character is folded by itself (compatibility decomposition, case folding, marks dropped), so two texts that NFKC
and case folding make equal fold alike, and each folded character knows the original one that it came from. Vowel
*signs* of Devanagari and Myanmar are letters, and stay.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

# Marks that writers leave out: accents, Hebrew points, Arabic vowels and tatweel, nukta; then invisible ones.
_DROPPED = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c"
    "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufcf2-\ufcf4\ufe00-\ufe0f\ufe71\ufe77\ufe79\ufe7b\ufe7d\ufe7f\ufeff]+"
)
_SAME_LETTER = str.maketrans(
    {
        **dict(zip("ıøłđħ", "ioldh", strict=True)),  # don't decompose; Turkish ı is i, so that case can't matter
        **dict(zip("ٱىةکیەہھ", "ايهكيههه", strict=True)),  # Persian and Urdu shapes, final ya, ta marbuta
        "ँ": "ं",  # Hindi writes either
        **dict(zip("ךםןףץ", "כמנפצ", strict=True)),  # Hebrew finals
        **dict(zip("ሃሐሑሒሓሔሕሖኀኁኂኃኄኅኆ", "ሀሀሁሂሀሄህሆሀሁሂሀሄህሆ", strict=True)),  # Amharic writes either letter
        **dict(zip("ሠሡሢሣሤሥሦኣዐዑዒዓዔዕዖፀፁፂፃፄፅፆ", "ሰሱሲሳሴስሶአአኡኢአኤእኦጸጹጺጻጼጽጾ", strict=True)),
    }
)
_TYPOGRAPHIC = tuple(zip("’‘ʼ“”–—\u00a0", "'''\"\"-- ", strict=True))


def _fold_character(character: str) -> str:
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", character))
    folded = unicodedata.normalize("NFKD", bare.casefold())
    return _DROPPED.sub("", folded).translate(_SAME_LETTER)


class _Table(dict[int, str]):
    """Filled as characters are met: at most one entry a code point."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


class _Lengths(dict[str, int]):
    """How many characters each is folded to, filled as they are met."""

    def __missing__(self, character: str) -> int:
        length = self[character] = len(_TABLE[ord(character)])
        return length


_TABLE = _Table()
_LENGTHS = _Lengths()


@dataclass(slots=True)
class Folded:
    """A folded text, and the way back to the original one."""

    text: str
    _original: str | None  # None where every character folded to one
    _starts: list[int] | None = None  # where each original character begins, and the last ends; made when asked for

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Turn a span of the folded text (not empty) into that of the original, with the marks that follow."""
        if self._original is None:
            return start, end
        if self._starts is None:
            self._starts = list(accumulate(map(_LENGTHS.__getitem__, self._original), initial=0))
        after = bisect_left(self._starts, end)
        if self._starts[after] == end:
            after = bisect_right(self._starts, end) - 1
        return bisect_right(self._starts, start) - 1, after


def fold(text: str) -> Folded:
    """Fold a text for matching; linear in its length, any string will do."""
    if not text.isascii():
        for typographic, plain in _TYPOGRAPHIC:  # with these gone most English is ASCII: 10x faster
            text = text.replace(typographic, plain)
    if text.isascii():
        return Folded(text.lower(), None)
    folded = text.translate(_TABLE)
    is_one_to_one = len(folded) == len(text) and not _DROPPED.search(text)  # none shrank, so none grew
    return Folded(folded, None if is_one_to_one else text)
