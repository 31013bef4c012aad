"""Which words tell one happening from another? Weighted words of a title and the lines below it. Pure."""

import re
import unicodedata
from functools import lru_cache

_LEAD_WORDS = 60
_TITLE_WEIGHT = 4
_LEAD_WEIGHT = 2
_NAME_WEIGHT = 1.5  # names and numbers tell happenings apart, common words tell topics apart
# scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) are read in pairs of signs
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_RUN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNSPACED_RUN = re.compile(rf"([{_UNSPACED}]+)")


def weighted_words(title: str | None, lead: str | None) -> dict[str, int]:
    """Return the words of a title and a lead with their weights (small whole numbers, so that sums are exact)."""
    found: dict[str, int] = {}
    for text, weight, limit in ((title, _TITLE_WEIGHT, None), (lead, _LEAD_WEIGHT, _LEAD_WORDS)):
        for word, is_name in _words(text or "")[:limit]:
            weighed = round(weight * _NAME_WEIGHT) if is_name else weight
            found[word] = max(found.get(word, 0), weighed)
    return found


def _words(text: str) -> list[tuple[str, bool]]:
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    words: list[tuple[str, bool]] = []
    for number, part in enumerate(_UNSPACED_RUN.split(text)):
        if number % 2:
            words += [(part[at : at + 2], False) for at in range(max(len(part) - 1, 1))]
        else:
            words += [(_stem(run), run[0].isupper() or run[0].isdigit()) for run in _RUN.findall(part)]
    return words


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Fold case and the commonest endings: possessive and plural s of European languages."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
