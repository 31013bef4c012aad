"""Which letters do these bytes stand for? Pure."""

import codecs
import re

# What may be declared, under the names of Python's codecs, and what is meant by it: the web writes the left and means
# the right (WHATWG). Python knows more codecs (utf-7, idna, unicode_escape …), that hide markup or take quadratic time.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_ALLOWED = re.compile(
    r"utf-?8|utf-(?:16|32)(?:-[bl]e)?|cp(?:125\d|874|93[26]|949|437|850|866)|iso8859-\d+|iso2022_(?:jp|kr)\w*|koi8-[ru]"
    r"|gb18030|euc_jp|big5hkscs|mac-(?:roman|cyrillic)"
)
_SEVEN_BIT = re.compile(r"iso2022_")  # looks like UTF-8 and isn't
_WIDE = re.compile(r"utf-(?:16|32)")  # so does this, where its letters are ASCII's
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\0\0\0<", "utf-32-be"), (b"<\0\0\0", "utf-32-le"),
    (b"\0<\0", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0{\0", "utf-16-be"), (b"{\0", "utf-16-le"),
)  # fmt: skip
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_META = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_WITHIN = 8_192  # HTML asks for the first 1,024 bytes; scripts often push it further down
_FOREIGN = re.compile(rb"[\x80-\xff]+")
_LATIN = re.compile(r"cp125[0247]|iso8859-(?:1|2|3|4|9|1[03456])|mac-roman")
_LATIN_RUN = 3  # bytes; beyond-ASCII letters of Latin scripts stand alone or in pairs, those of others in words
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_GUESSES = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp1252", "gb18030", "big5", "cp932", "euc_jp", "cp949"]
_SAMPLE = 16_384
_TOLERATED = 10  # one unreadable sequence in so many characters beyond ASCII is damage; more is another charset


def to_text(body: bytes, content_type: str | None) -> tuple[str, str | None]:
    """Decode `body` by its byte-order mark, as valid UTF-8, as declared inside or in `content_type`, or by a guess.

    Return the text without its mark and, where the declaration was of no use, a line that says so. Never raises.
    """
    return _to_text(body, [charset for charset in (_inside(body), _beside(content_type)) if charset])


def html_to_text(body: bytes, content_type: str | None) -> tuple[str, str | None]:
    """Decode a page as `to_text` does a feed; the header goes before what stands in `<meta>`, as HTML has it.

    Where the two differ, or where they claim a Latin charset for bytes that come in words, the bytes decide.
    """
    meta = _META.search(body[:_META_WITHIN])
    inside = _meant(meta[1].decode("ascii", "replace")) if meta else _inside(body)
    claims = dict.fromkeys(charset for charset in (_beside(content_type), inside) if charset)
    declared = [charset for charset in claims if not _WIDE.match(charset) or _is_wide(body)]
    legacy = [charset for charset in declared if charset != "utf-8" and not _SEVEN_BIT.match(charset)]
    if (len(legacy) > 1 or (legacy and _belies(body, legacy[0]))) and _strict(body, "utf-8") is None:
        declared.insert(0, _guess(body, legacy if len(legacy) > 1 else _GUESSES))
    return _to_text(body, declared, meant=next(iter(claims), None))


def _before_utf8(body: bytes, declared: list[str]) -> list[str]:
    return [charset for charset in declared if _SEVEN_BIT.match(charset) or (_WIDE.match(charset) and _is_wide(body))]


def _is_wide(body: bytes) -> bool:
    """Whether so many of the first bytes are NUL that UTF-16 or UTF-32 is meant, in spite of a missing mark."""
    return body[:1_000].count(0) * 5 > len(body[:1_000])


def _belies(body: bytes, charset: str) -> bool:
    runs = _FOREIGN.findall(body, 0, 64 * _SAMPLE) if _LATIN.fullmatch(charset) else []
    return sum(map(len, runs)) > _LATIN_RUN * len(runs)


def _to_text(body: bytes, declared: list[str], *, meant: str | None = None) -> tuple[str, str | None]:
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return body.decode(charset, "replace").removeprefix("\ufeff"), None
    meant = meant or next(iter(declared), None)
    for charset in (*_before_utf8(body, declared), "utf-8", *declared):
        text = _strict(body, charset)
        if text is not None:
            lies = meant not in (None, charset) and not text.isascii()
            return text, f"declared as {meant}, read as {charset}" if lies else None
    if (text := _strict(body, "utf-8", "surrogatepass")) is not None:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "surrogates in UTF-8"
    charset = _damaged(body, declared) or _guess(body, _GUESSES)
    return body.decode(charset, "replace"), f"not valid {meant or 'utf-8'}, read as {charset}"


def _inside(body: bytes) -> str | None:
    found = _DECLARATION.match(body)
    return _meant(found[1].decode("ascii", "replace")) if found else None


def _beside(content_type: str | None) -> str | None:
    found = _PARAMETER.search((content_type or "")[:1000])
    return _meant(found[1]) if found else None


def _meant(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    known = _MEANT.get(known, known)
    return known if _ALLOWED.fullmatch(known) else None


def _strict(body: bytes, charset: str, errors: str = "strict") -> str | None:
    try:
        return body.decode(charset, errors)
    except UnicodeDecodeError:
        return None


def _damaged(body: bytes, declared: list[str]) -> str | None:
    """Return the charset, UTF-8 or a declared one, that explains all but a few of the characters beyond ASCII."""
    for charset in ("utf-8", *declared):
        text = body.decode(charset, "replace")
        n_foreign = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
        if text.count("\ufffd") * _TOLERATED <= n_foreign:
            return charset
    return None


def _guess(body: bytes, choices: list[str]) -> str:
    import charset_normalizer  # noqa: PLC0415 - 20 ms that few documents need

    foreign = b" ".join(text for text in re.split(rb"[<>]", body[: 64 * _SAMPLE]) if not text.isascii())
    best = charset_normalizer.from_bytes(foreign[:_SAMPLE], cp_isolation=choices).best()
    return best.encoding if best else choices[0] if choices is not _GUESSES else "cp1252"
