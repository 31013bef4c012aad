"""Where do records begin and end in a WARC file, also in a damaged one? No sound record is lost for a broken one.

Files are plain, gzip (a member a record, or one for all) or zstd. In gzip a member's start is a sure mark; elsewhere,
and where a record's length doesn't fit, the next line that opens a record is. ISO 28500:2017, annex D on gzip.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastwarc.stream_io import ZstdReader
from isal import isal_zlib

from pipeline.backfill.source import ItemOutcome
from pipeline.errors import InputError

_CHUNK = 1 << 20
_BITE = 1 << 16  # of compressed bytes, fed at a time
_MAX_RECORD = 32 << 20  # larger ones are no page
_MAX_HEAD = 1 << 16
_BROKEN: tuple[type[Exception], ...] = (isal_zlib.error, zlib.error)  # type: ignore[assignment]  # the stub errs
_GZIP, _ZSTD, _ZSTD_SKIPPABLE = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_OPENS = re.compile(rb"(?:\r?\n){0,2}(?=WARC/[01]\.\d+\r?\n[A-Za-z-]+:)")
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """One record's bytes, head and block, and where it stands; `problem` where its frame is broken."""

    place: str
    head: bytes
    block: bytes
    problem: ItemOutcome | None = None
    note: str | None = None


def frames(path: Path, cursor: str | None = None) -> Iterator[Framed]:
    """Yield a file's records from `cursor` (a record's `place`) on. Raises InputError where it isn't a WARC file."""
    try:
        with path.open("rb") as file:
            magic = file.read(6)
            file.seek(0)
            if magic.startswith(_GZIP):
                yield from _gzip(file, cursor)
            elif magic.startswith(b"WARC/"):
                yield from _plain(file, cursor)
            elif magic.startswith(_ZSTD) or _ZSTD_SKIPPABLE.match(magic):
                yield from _zstd(file, path, cursor)
            else:
                raise InputError(f"{path} is no WARC file: it begins with {magic!r}")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def _plain(file: BinaryIO, cursor: str | None) -> Iterator[Framed]:
    start = int(cursor or 0)
    file.seek(start)
    for at, head, block, problem, note in _split(iter(lambda: file.read(_CHUNK), b"")):
        yield Framed(place=str(start + at), head=head, block=block, problem=problem, note=note)


def _zstd(file: BinaryIO, path: Path, cursor: str | None) -> Iterator[Framed]:
    """Read on from a place of the decompressed stream: to get there again costs a thousandth of what lies before it."""
    start = int(cursor or 0)
    for at, head, block, problem, note in _split(_ends_quietly(ZstdReader(file), path)):
        if at >= start:
            yield Framed(place=str(at), head=head, block=block, problem=problem, note=note)


def _ends_quietly(reader: ZstdReader, path: Path) -> Iterator[bytes]:
    is_first = True
    while True:
        try:
            chunk = reader.read(_CHUNK)
        except (OSError, ValueError, EOFError):  # damaged: nothing after it can be decompressed
            chunk = b""
        if is_first and not chunk.startswith(b"WARC/"):
            raise InputError(f"{path} is no WARC file: what it holds begins with {bytes(chunk[:6])!r}")
        if not chunk:
            return
        is_first = False
        yield bytes(chunk)


def _gzip(file: BinaryIO, cursor: str | None) -> Iterator[Framed]:
    offset, _, index = (cursor or "0:0").partition(":")
    at, skip = int(offset), int(index)
    is_first = at == 0
    while True:
        member = _Member(file, at)
        n = 0
        for n, (_, head, block, problem, note) in enumerate(_split(member.chunks()), 1):
            if is_first and not head and not block.startswith(b"WARC/"):
                raise InputError(f"no WARC file: what it holds begins with {block[:6]!r}")
            is_first = False
            if n > skip:
                is_hurt = member.error is not None and problem is None
                yield Framed(
                    place=f"{at}:{n - 1}",
                    head=head,
                    block=block,
                    problem=ItemOutcome.UNREADABLE if is_hurt else problem,
                    note=member.error or note,
                )
        if member.error and not n:
            yield Framed(place=f"{at}:0", head=b"", block=b"", problem=ItemOutcome.UNREADABLE, note=member.error)
        skip = 0
        following = _next_member(file, at + 1) if member.error else member.end
        if following is None or not _has_more(file, following):
            return
        at = following


class _Member:
    """One gzip member from an offset on; `end` and `error` are known once its chunks are read."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self._file = file
        self._at = at
        self.end: int | None = None
        self.error: str | None = None

    def chunks(self) -> Iterator[bytes]:
        inflate = isal_zlib.decompressobj(31)
        at = self._at
        while not inflate.eof:
            self._file.seek(at)
            bite = self._file.read(_BITE)
            if not bite:
                self.error = "its gzip member is cut"
                return
            try:
                text = inflate.decompress(bite)
            except _BROKEN as error:
                self.error = f"its gzip member is damaged: {error}"[:200]
                return
            at += len(bite)
            if text:
                yield text
        self.end = at - len(inflate.unused_data)


def _has_more(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    return bool(file.read(1))


def _next_member(file: BinaryIO, at: int) -> int | None:
    """Return where the next gzip member begins that opens a record."""
    file.seek(at)
    before = b""
    while chunk := file.read(_CHUNK):
        window, base = before + chunk, at - len(before)
        found = window.find(_GZIP)
        while found >= 0:
            if _opens_record(file, base + found):
                return base + found
            found = window.find(_GZIP, found + 1)
        at += len(chunk)
        before = window[-2:]
        file.seek(at)
    return None


def _opens_record(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    try:
        return bool(isal_zlib.decompressobj(31).decompress(file.read(4096), 5) == b"WARC/")
    except _BROKEN:
        return False


_Piece = tuple[int, bytes, bytes, ItemOutcome | None, str | None]


class _Stream:
    """Chunks with a place to look ahead from; `at` is how much was taken."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.buffer = bytearray()
        self.at = 0
        self.is_over = False

    def fill(self, n: int) -> bool:
        """Have `n` bytes in the buffer, if there are so many."""
        while len(self.buffer) < n and not self.is_over:
            chunk = next(self._chunks, b"")
            self.is_over = not chunk
            self.buffer += chunk
        return len(self.buffer) >= n

    def take(self, n: int) -> bytes:
        taken = bytes(self.buffer[:n])
        del self.buffer[:n]
        self.at += len(taken)
        return taken

    def drop_blank(self) -> None:
        while self.fill(1) and self.buffer[0] in b"\r\n":
            blank = len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))
            self.take(blank)


def _split(chunks: Iterator[bytes]) -> Iterator[_Piece]:
    """Yield start, head, block and what is wrong of each record of a stream."""
    stream = _Stream(chunks)
    while True:
        stream.drop_blank()
        if not stream.fill(1):
            return
        at = stream.at
        stream.fill(_MAX_HEAD)
        ends = _HEAD_ENDS.search(stream.buffer, 0, _MAX_HEAD)
        if not stream.buffer.startswith(b"WARC/") or ends is None:
            first = stream.take(1)  # what opens a record and doesn't go on as one must not be found again
            yield (at, b"", first + _until_next(stream), ItemOutcome.UNREADABLE, "no head of a record")
            continue
        head = bytes(stream.buffer[: ends.end()])
        length = _LENGTH.search(head)
        if length is None:
            stream.take(ends.end())
            yield (at, head, _until_next(stream), ItemOutcome.WRONG_LENGTH, "no length is given")
            continue
        stream.take(ends.end())
        yield (at, head, *_block(stream, int(length[1])))


def _block(stream: _Stream, length: int) -> tuple[bytes, ItemOutcome | None, str | None]:
    """Take the block of a record that claims `length` bytes."""
    is_large = length > _MAX_RECORD
    if not is_large and stream.fill(length) and _ends_well(stream, length):
        return stream.take(length), None, None
    is_whole = not is_large and len(stream.buffer) >= length
    block = _until_next(stream)
    if is_large and len(block) >= _MAX_RECORD:
        return b"", ItemOutcome.UNREADABLE, f"larger than {_MAX_RECORD >> 20} MB"
    is_cut = len(block) < length and not is_whole and stream.is_over and not stream.buffer
    note = f"{length} bytes said, {len(block)} there"
    return block, ItemOutcome.CUT if is_cut else ItemOutcome.WRONG_LENGTH, note


def _ends_well(stream: _Stream, length: int) -> bool:
    """Whether a record's end, or the stream's, follows."""
    stream.fill(length + 16)
    rest = bytes(stream.buffer[length : length + 16])
    blank = len(rest) - len(rest.lstrip(b"\r\n"))
    return not rest or (blank > 0 and (rest[blank : blank + 5] == b"WARC/" or (len(rest) == blank and len(rest) < 16)))


def _until_next(stream: _Stream) -> bytes:
    """Take all up to where the next record opens; of what is too large for a page only the beginning is kept."""
    taken = bytearray()
    while True:
        found = _OPENS.search(stream.buffer)
        if found:
            taken += stream.take(found.start())
            return bytes(taken)
        if not stream.is_over:
            keep = 64  # the mark may lie across two chunks
            piece = stream.take(max(0, len(stream.buffer) - keep))
            if len(taken) < _MAX_RECORD:
                taken += piece
            stream.fill(len(stream.buffer) + _CHUNK)
            continue
        piece = stream.take(len(stream.buffer))
        if len(taken) < _MAX_RECORD:
            taken += piece
        return bytes(taken)
