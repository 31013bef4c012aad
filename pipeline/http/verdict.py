"""What an answer amounts to. Pure: one outcome and, where there is more to say, a phrase."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.errors import Outcome
from pipeline.http.failure import FetchError
from pipeline.types import FetchKind
from pipeline.url import is_home

_STATUSES = {
    401: Outcome.HTTP_401, 403: Outcome.HTTP_403, 404: Outcome.HTTP_404, 410: Outcome.GONE, 429: Outcome.RETRY_LATER,
    451: Outcome.HTTP_451, 503: Outcome.RETRY_LATER,
}  # fmt: skip

_MAGIC = (
    (b"%PDF-", "a PDF"), (b"\x89PNG\r\n", "an image"), (b"\xff\xd8\xff", "an image"), (b"GIF8", "an image"),
    (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "a ZIP archive"), (b"\x1f\x8b", "gzip data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\x07", "a RAR archive"), (b"\xfd7zXZ\0", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"), (b"\x1aE\xdf\xa3", "a video"), (b"ID3", "a sound file"),
    (b"\xff\xfb", "a sound file"),
    (b"OggS", "a sound file"), (b"fLaC", "a sound file"), (b"FLV\x01", "a video"), (b"\0\0\1\xba", "a video"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office document"), (b"\x7fELF", "a program"), (b"\0asm", "a program"),
    (b"wOFF", "a font"), (b"wOF2", "a font"),
)  # fmt: skip
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0\xfe\xff")  # UTF-16 and UTF-32 are full of NUL, too

# How bot walls show themselves. Headers that only a wall sends count with every status, the names of networks only
# beside a refusal: whole shops run behind them. Words of a body count in small ones alone: articles quote, walls don't.
_WALL_HEADERS = (
    ("cf-mitigated", "Cloudflare"), ("x-vercel-mitigated", "Vercel"), ("x-amzn-waf-action", "AWS WAF"),
    ("x-sucuri-block", "Sucuri"),
)  # fmt: skip
_NETWORK_HEADERS = (
    ("x-datadome", "", "DataDome"), ("x-dd-b", "", "DataDome"), ("server", "datadome", "DataDome"),
    ("server", "akamaighost", "Akamai"), ("x-iinfo", "", "Imperva"), ("x-cdn", "imperva", "Imperva"),
    ("x-cdn", "incapsula", "Imperva"), ("x-px-blocked", "", "PerimeterX"), ("server", "ddos-guard", "DDoS-Guard"),
)  # fmt: skip
_WALL_WORDS = (
    (b"_cf_chl_opt", "Cloudflare"), (b"attention required! | cloudflare", "Cloudflare"),
    (b"captcha-delivery.com", "DataDome"), (b"px-captcha", "PerimeterX"), (b"incapsula incident id", "Imperva"),
    (b"errors.edgesuite.net", "Akamai"), (b"awswafcookiedomainlist", "AWS WAF"),
)  # fmt: skip
_DENIALS = frozenset({403, 405, 406})
_REFUSALS = _DENIALS | {401, 429, 503}
_SMALL = 40_000

_CONSENT_HOSTS = frozenset({"consent", "guce", "myprivacy", "cookiewall", "privacywall", "cmp-consent"})
_CONSENT_PATHS = frozenset(
    {"consent", "cookie-consent", "cookieconsent", "cookiewall", "cookie-wall", "privacywall", "privacy-wall",
     "privacy-gate", "collectconsent"}
)  # fmt: skip
_MISSING = re.compile(r"(?:error[-_/]?)?404(?:\.\w{2,5})?|(?:page[-_]?)?not[-_]?found(?:\.\w{2,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it came: `wire` as sent, `body` decoded, `problem` what broke on the way to its end."""

    status: int
    reason: str
    version: tuple[int, int]
    headers: Mapping[str, str]
    raw_headers: tuple[tuple[bytes, bytes], ...]
    remote_ip: str | None
    wire: bytes = b""
    body: bytes = b""
    head: bytes = b""
    problem: FetchError | None = None


def judge(answer: Answer, kind: FetchKind, *, was_conditional: bool) -> tuple[Outcome, str | None]:
    """Return the outcome of an answer that isn't a redirect, with a phrase on why."""
    if vendor := wall(answer.status, answer.headers, answer.body):
        return Outcome.BLOCKED, f"a wall against robots, by {vendor} (status {answer.status})"
    if answer.status == 304:
        return (Outcome.NOT_MODIFIED, None) if was_conditional else (Outcome.HTTP_OTHER, "304, but we had no condition")
    if answer.status in (204, 205):
        return Outcome.EMPTY, f"status {answer.status}"
    if answer.status not in (200, 203):
        return _refusal(answer.status)
    return _judge_body(answer, kind)


def _judge_body(answer: Answer, kind: FetchKind) -> tuple[Outcome, str | None]:
    declared = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in ("robots", "archive") and (found := binary(answer.head)):
        return Outcome.WRONG_TYPE, f"{found}, declared as {declared[:60] or 'nothing'!r}"
    if answer.problem:
        if kind == "robots" and answer.problem.outcome is Outcome.TOO_LARGE:
            return Outcome.OK, f"read as far as {len(answer.body):,} bytes"  # RFC 9309, 2.5
        return answer.problem.outcome, answer.problem.note
    if not answer.body.strip():
        return Outcome.EMPTY, None
    if declared.startswith(("image/", "video/", "audio/", "font/")) or declared == "application/pdf":
        return Outcome.OK, f"text, but declared as {declared[:60]!r}"
    return Outcome.OK, None


def _refusal(status: int) -> tuple[Outcome, str | None]:
    if status in _STATUSES:
        return _STATUSES[status], f"status {status}"
    if 400 <= status < 500:
        return Outcome.HTTP_4XX, f"status {status}"
    if 500 <= status < 600:
        return Outcome.HTTP_5XX, f"status {status}"
    return Outcome.HTTP_OTHER, f"status {status}"


def wall(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Name the vendor of the bot wall that answered instead of the site; None when there was none."""
    for name, vendor in _WALL_HEADERS:
        if name in headers:
            return vendor
    if status in _DENIALS:
        for name, part, vendor in _NETWORK_HEADERS:
            if name in headers and part in headers[name].lower():
                return vendor
    if body and len(body) <= _SMALL and (status in _REFUSALS or status in (200, 202)):
        words = body.lower()
        return next((vendor for word, vendor in _WALL_WORDS if word in words), None)
    return None


def binary(head: bytes) -> str | None:
    """Say what kind of file begins with `head`; None when it can be text."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return "a video"
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "an image or sound"
    if not head.startswith(_WIDE_TEXT) and head.count(0) * 10 > len(head):
        return "binary data"
    return None


def is_consent(url: str) -> bool:
    """Whether `url` is a consent wall's."""
    parts = urlsplit(url)
    host = (parts.hostname or "").partition(".")[0]
    first = parts.path.lstrip("/").partition("/")[0].lower()
    return host in _CONSENT_HOSTS or first in _CONSENT_PATHS


def is_soft_404(asked: str, answered: str) -> bool:
    """Whether a deep address was answered, after redirects, by a front page or by a page for missing ones."""
    if is_home(asked):
        return False
    return is_home(answered) or (_is_missing(answered) and not _is_missing(asked))


def _is_missing(url: str) -> bool:
    return _MISSING.fullmatch(urlsplit(url).path.rstrip("/").rpartition("/")[2]) is not None
