"""WARC out, WARC in: everything fetched lands here before anything parses it.

One gzip member a record, compressed fast. An answer is a `response` record; every request, answered or not, leaves a
`metadata` record with its `Fetch` as JSON, so that the table `fetches` is a function of these files and a killed batch
finds out what it has already asked for. ISO 28500:2017 (WARC 1.1).
"""

import json
import os
import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

from fastwarc.warc import ArchiveIterator, WarcRecordType
from isal import igzip

from pipeline.errors import Outcome, StoreError
from pipeline.types import Fetch, Response

_COMPRESSION = 1  # isal's 1 of 0..3: measured 20 times faster than zlib's 6 at 1.15 of its size
_URI_SAFE = "%:/?#[]@!$&'()*+,;=~-._"  # nothing that could end a header line
_TIMES = ("requested_at", "retry_at", "observed_at")
_NAMES = tuple(field.name for field in fields(Fetch))


class Writer:
    """Appends exchanges to one new WARC file below `root`; a context manager.

    `name` is the file's path relative to `root`; where it exists already (a retry after a kill), a new file beside it
    is taken, so that what is there is never touched.
    """

    def __init__(self, root: Path, name: str) -> None:
        path = _unused(root / name)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._name = path.relative_to(root).as_posix()
        self._file = path.open("xb")

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
        fetch, body = response.fetch, response.wire_body
        if response.status_line:
            fetch = replace(fetch, raw_ref=f"{self._name}:{self._file.tell()}")
            head = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
            block = f"{response.status_line}\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body
            said = {"Content-Type": "application/http; msgtype=response", "WARC-Payload-Digest": _digest(body)}
            if response.remote_ip:
                said["WARC-IP-Address"] = response.remote_ip
            self._append("response", fetch, fetch.final_url or fetch.url, block, said)
        row = _ROW.encode({name: getattr(fetch, name) for name in _NAMES})  # asdict() would copy each value deeply
        self._append("metadata", fetch, fetch.url, row.encode(), {"Content-Type": "application/json"})
        return fetch

    def flush(self) -> None:
        """Let others read what was written so far."""
        self._file.flush()

    def _append(self, kind: str, fetch: Fetch, url: str, block: bytes, said: dict[str, str]) -> None:
        """Write one record: half of the time that a library takes for its lines, and there are two a request."""
        fields = {
            "WARC-Type": kind,
            "WARC-Date": f"{fetch.seen_at.replace(tzinfo=None).isoformat()}Z",
            "WARC-Record-ID": f"<urn:uuid:{uuid4()}>",
            "WARC-Target-URI": quote(url, safe=_URI_SAFE, errors="replace"),
            "WARC-X-Fetch-Id": fetch.fetch_id,
            "WARC-Block-Digest": _digest(block),
            "Content-Length": str(len(block)),
            **said,
        }
        head = "\r\n".join(["WARC/1.1", *(f"{name}: {value}" for name, value in fields.items())]).encode()
        record = b"".join((head, b"\r\n\r\n", block, b"\r\n\r\n"))
        self._file.write(igzip.compress(record, compresslevel=_COMPRESSION))


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
            # past damage the iterator finds the next record, which is another page's
            is_ours = "WARC-X-Fetch-Id" in record.headers  # the digests of others may mean something else
            is_damaged = is_ours and record.headers["WARC-Payload-Digest"] != _digest(body)
            is_found = record.stream_pos == int(offset) and not is_damaged
        content = decode(body, headers.get("content-encoding", ""), limit) if is_found else b""
    except (OSError, EOFError, ValueError, StopIteration, zlib.error) as error:
        raise StoreError(f"no WARC record at {raw_ref} below {root}: {error or 'end of file'}") from None
    if not is_found:
        raise StoreError(f"the WARC record at {raw_ref} below {root} is damaged")
    return content, headers.get("content-type")


def decode(body: bytes, coding: str, limit: int) -> bytes:
    """Undo gzip or deflate, up to `limit` bytes. Raises zlib.error.

    The gateway has let through nothing else, and measured the result already.
    """
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
    return body[:limit]


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
        if 0 < len(body) == record.content_length:  # 0 where the cut went through the record's head
            yield body


def _fetch(row: dict[str, Any]) -> Fetch:
    times = {name: datetime.fromisoformat(row[name]) for name in _TIMES if row.get(name)}
    return Fetch(**{**row, **times, "outcome": Outcome(row["outcome"]), "redirects": tuple(row["redirects"])})


def _unused(path: Path) -> Path:
    stem, n = path.name.removesuffix(".warc.gz"), 0
    while path.exists():
        n += 1
        path = path.with_name(f"{stem}.{n}.warc.gz")
    return path


def _digest(block: bytes) -> str:
    return "sha1:" + b32encode(sha1(block, usedforsecurity=False).digest()).decode()


def _jsonable(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


_ROW = json.JSONEncoder(default=_jsonable)
