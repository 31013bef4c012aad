"""Plain text from hostile text and markup. Pure, and linear in the length of what it is given."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import unescape

_CONTROLS = "\x00-\x08\x0e-\x1b\x7f"
_BIDI = "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides, isolates; the marks U+200E and U+200F stay, they spell
_INVISIBLE = "\u00ad\u200b\u2060\ufeff\ufff9-\ufffb\ufffe\uffff"
_UNWANTED = re.compile(f"[{_CONTROLS}{_BIDI}{_INVISIBLE}\ud800-\udfff]+")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_WINDOWS_1252 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
_EDGES = " \n\u061c\u200c\u200d\u200e\u200f"  # a text of nothing but these shows nothing

# UAX #15's stream-safe limit: longer runs of combining marks carry no text, and reordering them takes quadratic time.
_MAX_MARKS = 30
_MARK_CODES = range(0x300, 0x20000)  # no combining mark lies outside; a test looks

_COMMENT_OR_CODE = re.compile(
    r"<!--(?>.*?-->|.*)"
    r"|<(script|style|template|svg|noscript)(?=[\s/>])[^>]*+(?:(?<=/)>|(?>.*?</\1\s*+>|.*))"
    r"|<!\[CDATA\[|\]\]>",
    re.DOTALL | re.IGNORECASE,
)
# As a browser reads it: a `<` inside a tag belongs to the tag, a quoted value may hold a `>`. It is only ever given
# text that ends in `>`, so that a start always finds its end and none is scanned twice.
_TAG = re.compile(r"<[/!?]?+([a-zA-Z][a-zA-Z0-9]*+)(?>[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_CUT_TAG = re.compile(r"<(?:/|[a-zA-Z][a-zA-Z0-9]*\s+[\w:-]+\s*=)")
_HUGE_REFERENCE = re.compile(r"&#[xX]?+[0-9a-fA-F]{9,};?+")
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|dir|div|fieldset|figcaption|figure"
    r"|footer|form|h[1-6]|header|hr|html|legend|li|main|menu|nav|ol|optgroup|option|p|pre|section|summary|table|tbody"
    r"|tfoot|thead|tr|ul|video",
    re.IGNORECASE,
)
_CELL = re.compile("t[dh]", re.IGNORECASE)
# a word is a run of letters or digits; scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) count by the sign
_SIGN = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\U00020000-\\U0003134f"
_HAS_SIGN = re.compile(f"[{_SIGN}]")
_SPACED_WORD = re.compile(r"\w+")
_WORD = re.compile(rf"[{_SIGN}]|\w+?(?=[{_SIGN}])|\w+")


def clean(text: str | None, *, keep_lines: bool = False) -> str | None:
    """Return `text` fit for any writer and reader, or None where nothing is left.

    Lone surrogates, controls, bidi overrides and invisible characters go; C1 controls become what Windows-1252
    means by them; NFC; every run of whitespace becomes one space, with `keep_lines` one line break where it held
    one. Idempotent.
    """
    if not text:
        return None
    text = _UNWANTED.sub("", text)
    if not text.isascii():
        text = _composed(text.translate(_WINDOWS_1252) if _C1.search(text) else text)
    lines = text.splitlines() if keep_lines else [text]
    folded = (" ".join(line.split()).strip(_EDGES) for line in lines)
    return "\n".join(line for line in folded if line) or None


def plain(html: str) -> str:
    """Return the text of `html`: blocks as lines, entities decoded once, code and comments gone; "" if it has none."""
    text = " ".join(html.split())
    if "<" in text:
        text = _COMMENT_OR_CODE.sub(" ", text)
        end = text.rfind(">") + 1
        text = _TAG.sub(_spaced, text[:end]) + _CUT_TAG.split(text[end:], maxsplit=1)[0]
    return clean(decoded(text), keep_lines=True) or ""


def words(text: str | None) -> list[str]:
    """Return the words of a text, case folded."""
    if not text:
        return []
    return (_WORD if _HAS_SIGN.search(text) else _SPACED_WORD).findall(text.casefold())


def words_sha256(found: Sequence[str]) -> str | None:
    """Return SHA-256 over words, hex: equal whatever case and punctuation; None where there is none."""
    return sha256(" ".join(found).encode()).hexdigest() if found else None


def decoded(text: str) -> str:
    """Return `text` with HTML's entities decoded once."""
    return unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _spaced(tag: re.Match[str]) -> str:
    return "\n" if _BLOCK.fullmatch(tag[1]) else " " if _CELL.fullmatch(tag[1]) else ""


def _composed(text: str) -> str:
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _long_marks().sub(r"\1", text))


@cache
def _long_marks() -> re.Pattern[str]:
    marks = "".join(char for char in map(chr, _MARK_CODES) if unicodedata.combining(char))
    return re.compile(f"([{marks}]{{{_MAX_MARKS}}})[{marks}]+")
