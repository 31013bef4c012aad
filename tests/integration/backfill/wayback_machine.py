"""A Wayback Machine on loopback, after its published documentation, that remembers what it was asked for.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server (index: from, to, filter, limit, fl, resume
keys; bytes that it has already are a revisit, of the status `-`); `id_` behind a capture's time gives the bytes as they
were, with Memento-Datetime (RFC 7089); a time without a capture of its own is led on to the nearest one. `moods` says
with what the next requests are answered instead: a status, or STALL: half an answer, and nothing more.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

STALL = -1


@dataclass
class Archive:
    captures: dict[tuple[str, str], bytes] = field(default_factory=dict)  # by time and address
    withheld: set[tuple[str, str]] = field(default_factory=set)  # in the index, and not given
    moods: list[int] = field(default_factory=list)
    always: int = 0
    rows: int = 2  # told at once, whatever is asked for
    port: int = 0
    asked: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)  # of all requests, that for robots.txt included
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"


def key(url: str) -> str:
    """An address as the index takes it: without scheme and www."""
    return url.partition("://")[2].removeprefix("www.")


def media_type(body: bytes) -> str:
    return "application/rss+xml" if body.startswith(b"<rss") else "text/html"


def lines(archive: Archive, url: str) -> Iterator[dict[str, str]]:
    """What the index knows of an address, in the order of time."""
    known = set()
    for (at, original), body in sorted(archive.captures.items()):
        if key(original) == key(url):
            digest = sha1(body, usedforsecurity=False).hexdigest()
            told = ("-", "warc/revisit") if digest in known else ("200", media_type(body))
            known.add(digest)
            names = ("timestamp", "original", "digest", "length", "statuscode", "mimetype")
            yield dict(zip(names, (at, original, digest, str(len(body)), *told), strict=True))


def index(archive: Archive, query: dict[str, list[str]]) -> bytes:
    asked = {name: values[0] for name, values in query.items()}
    filters = [one.partition(":") for one in query["filter"]]
    first, last = asked.get("from", ""), asked.get("to", "9")
    found = [
        line
        for line in lines(archive, asked["url"])
        if line["timestamp"][: len(first)] >= first and line["timestamp"][: len(last)] <= last
        if all(re.fullmatch(wanted, line[name]) for name, _, wanted in filters)
    ]
    limit = int(asked["limit"])
    if limit < 0:
        found, limit = found[limit:], -limit
    resume = asked.get("resumeKey")
    left = [line for line in found if resume is None or f"{key(line['original'])} {line['timestamp']}!" > resume]
    n = min(limit, archive.rows) if "showResumeKey" in asked else limit
    told, more = left[:n], left[n:] if "showResumeKey" in asked else []
    text = "".join(" ".join(line[name] for name in asked["fl"].split(",")) + "\n" for line in told)
    last_key = f"\n{key(told[-1]['original']).replace('/', '%2F')}+{told[-1]['timestamp']}%21\n" if more else ""
    return (text + last_key).encode()


class _Reader(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        archive: Archive = self.server.archive  # type: ignore[attr-defined]  # set by `serve`
        archive.moments.append(time.monotonic())
        if self.path == "/robots.txt":
            return self._send(404)
        archive.asked.append(self.path)
        status = archive.always or (archive.moods.pop(0) if archive.moods else 200)
        if status == STALL:
            return self._stall(archive)
        if status != 200:
            return self._send(status, headers={"Retry-After": "1"} if status in (429, 503) else {})
        if self.path.startswith("/cdx/search/cdx?"):
            return self._send(200, index(archive, parse_qs(urlsplit(self.path).query)))
        return self._capture(archive)

    def _capture(self, archive: Archive) -> None:
        at, _, url = self.path.removeprefix("/web/").partition("id_/")
        if (at, url) in archive.withheld:
            return self._send(403)
        if (at, url) not in archive.captures:
            near = min((one for one, of in archive.captures if of == url), key=lambda one: abs(int(one) - int(at)))
            return self._send(302, headers={"Location": f"{archive.address}/web/{near}id_/{url}"})
        seen = datetime.strptime(at, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        body = archive.captures[at, url]
        headers = {"Memento-Datetime": format_datetime(seen, usegmt=True), "Content-Type": media_type(body)}
        return self._send(200, body, headers)

    def _stall(self, archive: Archive) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"<rss version='2.0'><channel>")
        self.wfile.flush()
        archive.is_over.wait(60)
        self.close_connection = True

    def _send(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(archive: Archive) -> Iterator[Archive]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Reader) as server:
        server.archive = archive  # type: ignore[attr-defined]  # read by its handlers
        archive.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield archive
        finally:
            archive.is_over.set()
            server.shutdown()
            thread.join()
