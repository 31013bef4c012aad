"""What an answer's headers say, read with distrust. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST_WAIT = timedelta(days=1)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s?=\s?\"?(\d{1,9})", re.IGNORECASE)
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,512}")


def retry_at(value: str | None, now: datetime) -> datetime | None:
    """Read Retry-After, seconds or an HTTP date: the moment, at most a day ahead; None when it says nothing useful."""
    value = (value or "").strip()[:64]
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value), _LONGEST_WAIT.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return now + min(wait, _LONGEST_WAIT) if wait > timedelta(0) else None


def max_age_s(value: str | None) -> int | None:
    """Read max-age out of Cache-Control, seconds."""
    found = _MAX_AGE.search((value or "")[:1024])
    return int(found[1]) if found else None


def validator(value: str | None) -> str | None:
    """Return an ETag or a date that is safe to keep and to send back: printable ASCII, at most 512 characters."""
    value = (value or "").strip()
    return value if _PRINTABLE.fullmatch(value) else None


def printable(value: str | None, length: int = 200) -> str | None:
    """Return what a server wrote in a form that is safe in a row or a log: surrogates and controls replaced."""
    if value is None:
        return None
    value = value[:length]
    if value.isprintable():
        return value
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)


def location(headers: Mapping[str, str]) -> str | None:
    """Return where a redirect points; bytes outside ASCII are taken for UTF-8, else Latin-1."""
    value = headers.get("Location", "").strip()
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode() or None
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def status_line(version: tuple[int, int], status: int, reason: str) -> str:
    """Return the first line of an answer as the archive keeps it."""
    return f"HTTP/{version[0]}.{version[1]} {status} {reason}".rstrip()


def archived(raw: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[str, str], ...]:
    """Return headers as the archive keeps them: all but Transfer-Encoding, which has been undone."""
    return tuple(
        (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
        for name, value in raw
        if name.lower() != b"transfer-encoding"
    )
