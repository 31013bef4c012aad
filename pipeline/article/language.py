"""Which language is a text in, by itself and by what its page declares? The only importer of py3langid."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_BCP_47 = re.compile(r"([a-zA-Z]{2,3})(?:-([a-zA-Z]{4}))?(?:-([a-zA-Z]{2}|\d{3}))?(?![a-zA-Z0-9])")
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "mo": "ro",
    "eng": "en",
    "ger": "de",
    "deu": "de",
    "fra": "fr",
    "spa": "es",
}
_ALIKE = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"hr", "sr", "bs", "sh", "cnr"}),
    frozenset({"id", "ms"}),
    frozenset({"fa", "prs"}),
)
_SURE = 0.9
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


def settle(declared: str | None, identified: str | None, confidence: float | None) -> tuple[str | None, float | None]:
    """Return language (BCP-47) and confidence, of what the page declares and what its text was identified as.

    Where both agree, the declared region stays (`en-GB`). Where they don't, a template left in another language is
    likelier than an error of the identification at high confidence, except between languages that it can't tell apart.
    """
    tag = _tag(declared)
    if tag is None or identified is None:
        return (identified, confidence) if identified else (tag, None)
    base = tag.partition("-")[0]
    if base == identified:
        return tag, confidence
    if any({base, identified} <= group for group in _ALIKE) or (confidence or 0.0) < _SURE:
        return tag, None
    return identified, confidence


def _tag(declared: str | None) -> str | None:
    """Return a declared tag in BCP-47's usual case (`pt-BR`, `zh-Hant`), None for what is none."""
    found = _BCP_47.match((declared or "").strip().replace("_", "-"))
    if not found or (base := found[1].lower()) in ("xx", "und", "mul", "zxx"):
        return None
    script, region = (found[2] or "").title(), (found[3] or "").upper()
    return "-".join(part for part in (_RENAMED.get(base, base), script, region) if part)


def load() -> None:
    """Read the model now (half a second of CPU), so that processes forked after it have it."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=_LEAST_CONFIDENCE)
