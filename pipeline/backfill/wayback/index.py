"""The index of the Wayback Machine: which captures of an address there are. Reading it is pure but for the asking.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server tells of `from`, `to`, `filter`, `limit` (a
negative one gives the last), `fl`, `showResumeKey` and `resumeKey`. A capture of the bytes that the archive had already
is a revisit there, of the status `-` and with the digest of what it repeats.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote_plus, urlencode

from pipeline.backfill.ask import Ask
from pipeline.errors import Outcome
from pipeline.types import Fetch

NAME = "wayback"
_CAPTURE = re.compile(r"/web/(\d{14})(?:id_)?/")
_FIELDS = "timestamp,original,length,digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One line of the index. `n_bytes` is what its record takes in the archive, 0 where that isn't told."""

    at: datetime
    original: str
    n_bytes: int
    digest: str

    def address(self, base: str) -> str:
        """Return where the archive at `base` gives its bytes as they were."""
        return f"{base.rstrip('/')}/web/{self.at:%Y%m%d%H%M%S}id_/{self.original}"


def index_address(base: str, url: str, **asked: object) -> str:
    """Return where the archive at `base` tells the captures of `url`, with further parameters, lists repeated."""
    return f"{base.rstrip('/')}/cdx/search/cdx?{urlencode({'url': url, **asked, 'fl': _FIELDS}, doseq=True)}"


def resumed(address: str, resume: str | None) -> str:
    """Return the address of the index's next answer; the key may come quoted or not."""
    return address if resume is None else f"{address}&resumeKey={quote(unquote_plus(resume), safe='')}"


def is_told(row: Fetch) -> bool:
    """Whether the index answered: nothing captured is an empty answer."""
    return row.outcome.is_ok or row.outcome is Outcome.EMPTY


def captures(ask: Ask, row: Fetch) -> tuple[list[Capture], str | None]:
    """Read an answer of the index: lines, and behind an empty one the resume key where there is more."""
    if row.outcome is Outcome.EMPTY:
        return [], None
    told, _, key = ask.body(row).decode("utf-8", "replace").partition("\n\n")
    return [one for line in told.splitlines() if (one := _capture(line.split()))], key.strip() or None


def changed(told: Iterable[Capture], last: str | None) -> list[Capture]:
    """Leave out captures of the very bytes that the capture before them has; `last` is the digest before the first."""
    kept: list[Capture] = []
    for one in told:
        kept += [one] if one.digest != last else []
        last = one.digest
    return kept


def is_capture(url: str) -> bool:
    """Whether an address is that of a capture."""
    return bool(_CAPTURE.search(url))


def seen_at(row: Fetch) -> datetime | None:
    """Return the time of the capture that was given in the end: the archive may lead on to one nearby."""
    found = _CAPTURE.search(row.final_url or row.url) or _CAPTURE.search(row.url)
    return _moment(found[1]) if found else None


def _capture(parts: list[str]) -> Capture | None:
    at = _moment(parts[0]) if len(parts) == 4 else None
    return (
        Capture(at=at, original=parts[1], n_bytes=int(parts[2]) if parts[2].isdigit() else 0, digest=parts[3])
        if at
        else None
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
