"""Which language is a text in? The only importer of py3langid."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE_CHARS = 1_000
_LEAST_LETTERS = 12  # of two or three words any answer would be a guess
_LEAST_CONFIDENCE = 0.15  # of some 100 languages; below it the model answers at random


def identify(text: str) -> tuple[str | None, float | None]:
    """Return language (ISO 639-1, as BCP-47 has it) and confidence (0 to 1) of the first 1,000 characters.

    Both are None where there is too little to tell.
    """
    sample = text[:_SAMPLE_CHARS].strip()
    if len(re.findall(r"[^\W\d_]", sample)) < _LEAST_LETTERS:
        return None, None
    language, confidence = _identifier().classify(sample)
    return (None, None) if language == "und" else (str(language), round(float(confidence), 4))


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=_LEAST_CONFIDENCE)
