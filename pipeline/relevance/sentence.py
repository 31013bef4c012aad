"""Where sentences begin and end, in any of the scripts that we read."""

import re
from typing import NamedTuple

_BOUNDARY = re.compile(  # one set of characters first: the search skips to them
    r"[.!?…。！？｡।॥؟۔።။\n](?:"
    r"(?<=[.!?…])(?<![.!?…].)(?<!\.\w.)(?<!\b[A-Z].)(?<!\b[MDSL][rst].)(?<!\b(?:Gen|Col|Maj|Sgt|Mrs).)"  # not U.S., Mr.
    r"[.!?…]*+[\"”’»')\]]*+(?=\s)"
    r"|(?<=[。！？｡।॥؟۔።။])[。！？｡।॥؟۔።။]*+[\"”’」』）]*+"
    r"|(?<=\n)(?=[ \t]*\n|[ \t]{2})"  # a blank line or an indented one: a single line break may be a wire's hard wrap
    r")"
)
_LONGEST = 1_500  # characters; a longer run without a full stop is cut


class Sentence(NamedTuple):
    """A span of the text, surrounding space left out."""

    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Split a text; linear in its length. Every character that is not space is in exactly one sentence."""
    found = []
    start = 0
    for end in [*(boundary.end() for boundary in _BOUNDARY.finditer(text)), len(text)]:
        for cut in range(start, end, _LONGEST):
            piece = text[cut : min(end, cut + _LONGEST)]
            begins = cut + len(piece) - len(piece.lstrip())
            ends = cut + len(piece.rstrip())
            if begins < ends:
                found.append(Sentence(begins, ends))
        start = end
    return found
