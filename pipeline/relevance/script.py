"""Which lexicon to try when nobody says what language a text is in: a guess from its letters."""

import re

_LANGUAGE_OF = (
    (re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]"), None),  # Japanese, Korean
    (re.compile(r"[\u4e00-\u9fff]"), "zh"),
    (re.compile(r"[\u1000-\u109f]"), "my"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
    (re.compile(r"[\u1200-\u137f]"), "am"),
    (re.compile(r"[\u0590-\u05ff]"), "he"),
    (re.compile(r"[ٹڈڑںے]"), None),  # Urdu
    (re.compile(r"[پچژگکی]"), "fa"),
    (re.compile(r"[\u0620-\u06ff]"), "ar"),
    (re.compile(r"[іїєґІЇЄҐ]"), "uk"),
    (re.compile(r"[\u0400-\u04ff]"), "ru"),
)
_SAMPLE = 400  # characters
_ENOUGH = 0.02  # share of the sample: a single letter of a name proves nothing
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|on|for|with|after|says?|from|at|by|over|is|are|as)\b", re.IGNORECASE)
_ALIASES = {"iw": "he", "prs": "fa", "pes": "fa", "arb": "ar", "swh": "sw", "cmn": "zh", "yue": "zh", "in": "id"}


def primary(language: str) -> str:
    """Return the language of a BCP-47 tag, e.g. `pt` of `pt-BR`."""
    code = re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]
    return _ALIASES.get(code, code)


def guess(text: str) -> str | None:
    """Return the language that the letters of a text speak for; None when unsure (Latin that is not English)."""
    sample = text[:_SAMPLE]
    for letters, language in _LANGUAGE_OF:
        if len(letters.findall(sample)) > _ENOUGH * len(sample):
            return language
    return "en" if len(_ENGLISH.findall(sample)) > _ENOUGH * len(sample) / 2 else None
