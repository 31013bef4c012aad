"""Words of any script, and how far two lines of words agree. Pure."""

import re
from collections.abc import Sequence

# a word is a run of letters or digits; scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) count by the sign
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003134f]|\w+?(?=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])|\w+"
)


def words(text: str | None) -> list[str]:
    """Return the words of a text, casefolded."""
    return _WORD.findall(text.casefold()) if text else []


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Return which share of the shorter line's distinct words the other has as well, 0 to 1; 0 where one is empty."""
    left, right = set(one), set(other)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0
