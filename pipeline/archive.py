"""WARC out, WARC in: everything fetched lands here before anything parses it.

One gzip member a record, compressed fast. An answer is a `response` record; every request, answered or not, leaves a
`metadata` record with its `Fetch` as JSON, so that the table `fetches` is a function of these files and a killed batch
finds out what it has already asked for. ISO 28500:2017 (WARC 1.1).
"""

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from isal import igzip

from pipeline.errors import Outcome, StoreError
from pipeline.types import Fetch, Response

_COMPRESSION = 1  # isal's 1 of 0..3: measured 20 times faster than zlib's 6 at 1.15 of its size
_URI_SAFE = "%:/?#[]@!$&'()*+,;=~-._"  # nothing that could end a header line
_TIMES = ("requested_at", "retry_at")


class Writer:
    """Appends exchanges to one new WARC file below `root`; a context manager.

    `name` is the file's path relative to `root`; where it exists already (a retry after a kill), a new file beside it
    is taken, so that what is there is never touched.
    """

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._path = _unused(root / name)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, response: Response) -> Fetch:
        """Store the exchange; return its row with `raw_ref` set when an answer came."""
        fetch = response.fetch
        if response.status_line:
            fetch = replace(fetch, raw_ref=f"{self._path.relative_to(self._root)}:{self._file.tell()}")
            head = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
            block = f"{response.status_line}\r\n{head}\r\n".encode("utf-8", "surrogateescape")
            record = _record(WarcRecordType.response, fetch, fetch.final_url or fetch.url)
            record.is_http = True
            if response.remote_ip:
                record.headers.append("WARC-IP-Address", response.remote_ip)
            self._append(record, block + response.wire_body, sha1(response.wire_body, usedforsecurity=False).digest())
        record = _record(WarcRecordType.metadata, fetch, fetch.url)
        record.headers.append("Content-Type", "application/json")
        self._append(record, json.dumps(asdict(fetch), default=_jsonable).encode())
        return fetch

    def _append(self, record: WarcRecord, block: bytes, payload_digest: bytes | None = None) -> None:
        record.set_bytes_content(block)
        plain = BytesIO()
        record.write(plain, checksum_data=True, payload_digest=payload_digest)
        self._file.write(igzip.compress(plain.getbuffer(), compresslevel=_COMPRESSION))


def read_fetches(root: Path, name: str) -> Iterator[Fetch]:
    """Yield the rows of all requests that the file `name`, and those that retries laid beside it, hold whole.

    A record cut by a kill ends its file quietly: the request it stood for is simply asked again.
    """
    path = root / name
    for part in sorted(path.parent.glob(f"{path.name.removesuffix('.warc.gz')}*.warc.gz")):
        for record in _records(part, WarcRecordType.metadata):
            yield _fetch(json.loads(record))


def read_body(root: Path, raw_ref: str, *, limit: int) -> tuple[bytes, str | None]:
    """Return the decoded body behind `raw_ref` (at most `limit` bytes) and its Content-Type.

    Raises StoreError where the file or the record is gone.
    """
    name, _, offset = raw_ref.rpartition(":")
    try:
        with (root / name).open("rb") as file:
            file.seek(int(offset))
            record = next(ArchiveIterator(file, record_types=WarcRecordType.response))
            body = record.reader.read()
            headers = {key.lower(): value for key, value in record.http_headers.items()}
    except (OSError, ValueError, StopIteration) as error:
        raise StoreError(f"no WARC record at {raw_ref} below {root}: {error or 'end of file'}") from None
    return _decode(body, headers.get("content-encoding", ""), limit), headers.get("content-type")


def _decode(body: bytes, coding: str, limit: int) -> bytes:
    """Undo gzip or deflate; the gateway has let through nothing else, and measured the result already."""
    coding = coding.strip().lower()
    if coding in ("gzip", "x-gzip"):
        text = b""
        while body and len(text) < limit:  # a body may be several members, one after the other
            member = zlib.decompressobj(31)
            text += member.decompress(body, limit - len(text))
            body = member.unused_data
        return text
    if coding == "deflate":
        wrapped = body[:1] and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return zlib.decompressobj(15 if wrapped else -15).decompress(body, limit)
    return body


def _records(path: Path, kind: WarcRecordType) -> Iterator[bytes]:
    iterator = ArchiveIterator(str(path), parse_http=False, record_types=kind, fsspec_args=False)
    while True:
        try:
            record = next(iterator)
            body = record.reader.read()
        except StopIteration:
            return
        except (OSError, ValueError, EOFError):  # a cut last member
            return
        if len(body) == record.content_length:
            yield body


def _fetch(row: dict[str, Any]) -> Fetch:
    times = {name: datetime.fromisoformat(row[name]) for name in _TIMES if row[name]}
    return Fetch(**{**row, **times, "outcome": Outcome(row["outcome"]), "redirects": tuple(row["redirects"])})


def _unused(path: Path) -> Path:
    stem, n = path.name.removesuffix(".warc.gz"), 0
    while path.exists():
        n += 1
        path = path.with_name(f"{stem}.{n}.warc.gz")
    return path


def _record(kind: WarcRecordType, fetch: Fetch, url: str) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.record_date = fetch.requested_at
    record.headers.append("WARC-Target-URI", quote(url, safe=_URI_SAFE, errors="replace"))
    record.headers.append("WARC-X-Fetch-Id", fetch.fetch_id)
    return record


def _jsonable(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
