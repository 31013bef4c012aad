"""Bytes in, decoded bytes out, within bounds; a body counts as whole only when its coding came to its end."""

import re
import zlib

from pipeline.errors import Outcome
from pipeline.http.failure import FetchError

_PIECE = 256 * 1024  # a bomb is noticed after one piece more than its limit
_HEAD = 2048
_MOST_MEMBERS = 256  # each costs a copy of what is left of its chunk
_GZIP_MAGIC = b"\x1f\x8b"
_OPENED = re.compile(rb"<(html|rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)


class Body:
    """Takes what comes over the wire, at most `wire_limit` bytes, and decodes it to at most `limit` bytes.

    `coding` is the Content-Encoding as sent; none, gzip and deflate are understood.
    """

    def __init__(self, coding: str, *, wire_limit: int, limit: int) -> None:
        self.wire = bytearray()
        self._wire_limit = wire_limit
        self._limit = limit
        self._pieces: list[bytes] = []
        self._n_decoded = 0
        self._coding = _read_coding(coding)
        self._inflate: zlib._Decompress | None = None
        self._n_members = 0
        self._begun = b""
        self._head = bytearray()

    @property
    def decoded(self) -> bytes:
        """Return what has been decoded so far."""
        return b"".join(self._pieces) if self._coding else bytes(self.wire)

    @property
    def head(self) -> bytes:
        """Return the first bytes of what has been decoded so far; enough to tell a kind of file."""
        return bytes(self._head if self._coding else self.wire[:_HEAD])

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises FetchError: too_large or decode."""
        room = self._wire_limit - len(self.wire)
        self.wire += chunk[:room]
        if self._coding:
            self._decode(chunk[:room])
        if len(chunk) > room:
            raise FetchError(Outcome.TOO_LARGE, f"more than {self._wire_limit:,} bytes on the wire")
        if not self._coding and len(self.wire) > self._limit:
            raise FetchError(Outcome.TOO_LARGE, f"more than {self._limit:,} bytes")

    def expect(self, n_bytes: int) -> None:
        """Give up early on a body that says itself that it is too large. Raises FetchError too_large."""
        if n_bytes > self._wire_limit:
            raise FetchError(Outcome.TOO_LARGE, f"{n_bytes:,} bytes announced, {self._wire_limit:,} is the most")

    def finish(self, *, is_delimited: bool) -> None:
        """Say that the wire has ended. Raises FetchError truncated unless the body is whole.

        `is_delimited`: whether length or chunks said where the end is, and it was reached.
        """
        if self._coding and self.wire and (self._inflate is None or not self._inflate.eof):
            raise FetchError(Outcome.TRUNCATED, f"the {self._coding} data stops before its end")
        if not self._coding and not is_delimited:
            self._insist_on_end()

    def _insist_on_end(self) -> None:
        """Where only the closed connection tells the end, a document that was opened has to be closed, too."""
        if opened := _OPENED.search(self.wire, 0, 4096):
            closing = b"</" + opened[1].lower()
            if closing not in self.wire[-65_536:].lower():
                raise FetchError(Outcome.TRUNCATED, f"the connection closed before <{opened[1].decode()}> did")

    def _decode(self, data: bytes) -> None:
        data, self._begun = self._begun + data, b""
        try:
            while data:
                if self._inflate is None or self._inflate.eof:
                    if len(data) < 2:
                        self._begun = data  # a beginning is told by its first two bytes
                        return
                    if self._inflate and not (self._coding == "gzip" and data.startswith(_GZIP_MAGIC)):
                        return  # padding behind the end, which browsers overlook too
                    self._inflate = self._next_member(data)
                data = self._inflate_piece(self._inflate, data)
        except zlib.error as error:
            raise FetchError(Outcome.DECODE, f"not {self._coding} data: {error}"[:200]) from None

    def _inflate_piece(self, inflate: "zlib._Decompress", data: bytes) -> bytes:
        piece = inflate.decompress(data, _PIECE)
        self._n_decoded += len(piece)
        self._pieces.append(piece)
        self._head += piece[: _HEAD - len(self._head)]
        if self._n_decoded > self._limit:
            raise FetchError(Outcome.TOO_LARGE, f"more than {self._limit:,} bytes once decoded")
        return inflate.unused_data if inflate.eof else inflate.unconsumed_tail

    def _next_member(self, data: bytes) -> "zlib._Decompress":
        self._n_members += 1
        if self._n_members > _MOST_MEMBERS:
            raise FetchError(Outcome.DECODE, f"more than {_MOST_MEMBERS} gzip members")
        if self._coding == "gzip":
            return zlib.decompressobj(31)
        is_wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
        return zlib.decompressobj(15 if is_wrapped else -15)  # "deflate" is sent with and without the zlib wrapper


def _read_coding(value: str) -> str:
    codings = [coding for part in value.split(",") if (coding := part.strip().lower())]
    if len(codings) > 1:
        raise FetchError(Outcome.DECODE, f"{len(codings)} content codings, one upon another")
    coding = codings[0] if codings else "identity"
    if coding not in ("gzip", "x-gzip", "deflate", "identity"):
        raise FetchError(Outcome.DECODE, f"content coding {coding[:40]!r}, which we don't offer")
    return {"x-gzip": "gzip", "identity": ""}.get(coding, coding)
