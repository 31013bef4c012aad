"""Every figure that bounds a request."""

from dataclasses import dataclass

from pipeline.types import FetchKind

_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times in seconds, sizes in bytes. The defaults are what faults are answered with; tests shorten the times."""

    deadline_s: float = 30.0  # the whole request with its redirects, waiting for our turn excepted
    headers_s: float = 10.0  # dial to last header, each hop
    connect_s: float = 8.0  # dial and TLS; shorter than headers_s, so that the two can be told apart
    lookup_s: float = 5.0
    patience_s: float = 60.0  # a host that wants a longer pause is asked in a later run
    lookup_ttl_s: float = 60.0
    robots_ttl_s: float = 86_400.0  # RFC 9309, 2.4
    robots_failure_ttl_s: float = 600.0
    keepalive_s: float = 5.0
    wire: int = 5 * _MB
    page: int = 10 * _MB
    feed: int = 15 * _MB
    robots: int = 512 * 1024
    archive: int = 64 * _MB  # sitemaps may have 50 MB by their protocol
    evidence: int = 64 * 1024  # what is read of an error page, and kept of a body that isn't used
    header_line: int = 16 * 1024  # 8 KB, the usual, is too little for some news sites' Content-Security-Policy
    headers: int = 200
    hops: int = 5
    per_host: int = 2
    in_flight: int = 64  # exchanges at a time: bounds sockets and memory

    def on_wire(self, kind: FetchKind) -> int:
        """Return how many bytes of an answer are taken as sent, for a thing of `kind`."""
        return self.archive if kind == "archive" else self.wire

    def decoded(self, kind: FetchKind) -> int:
        """Return the largest decoded body that is taken of a thing of `kind`."""
        return {"page": self.page, "feed": self.feed, "robots": self.robots, "archive": self.archive}[kind]
