"""A Wayback Machine on loopback, after its published documentation, that remembers what it was asked for.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server (index: from, to, filter, collapse, limit,
resume keys); `id_` behind a capture's time gives the bytes as they were, with Memento-Datetime (RFC 7089); a time without
a capture of its own is led on to the nearest one. `moods` says with what the next requests are answered instead.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Archive:
    captures: dict[tuple[str, str], bytes] = field(default_factory=dict)  # by time and address
    moods: list[int] = field(default_factory=list)
    always: int = 0
    rows: int = 2  # told at once, whatever is asked for
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"


def key(url: str) -> str:
    """An address as the index takes it: without scheme and www."""
    return url.partition("://")[2].removeprefix("www.")


def index(archive: Archive, query: dict[str, list[str]]) -> bytes:
    asked = {name: values[0] for name, values in query.items()}
    assert asked["filter"] == "statuscode:200"
    assert asked["collapse"] == "digest"
    found, last = [], None
    for (at, url), body in sorted(archive.captures.items()):
        digest = sha1(body, usedforsecurity=False).hexdigest()
        is_asked = key(url) == key(asked["url"]) and asked["from"] <= at[:8] <= asked["to"]
        if is_asked and digest != last:
            found.append((at, url, len(body)))
            last = digest
    resume = asked.get("resumeKey")
    left = [row for row in found if resume is None or f"{key(row[1])} {row[0]}!" > resume]
    told, more = left[: archive.rows], left[archive.rows :]
    lines = "".join(f"{at} {url} {n}\n" for at, url, n in told)
    return (lines + (f"\n{key(told[-1][1]).replace('/', '%2F')}+{told[-1][0]}%21\n" if more else "")).encode()


class _Reader(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        archive: Archive = self.server.archive  # type: ignore[attr-defined]  # set by `serve`
        if self.path == "/robots.txt":
            return self._send(404)
        archive.asked.append(self.path)
        status = archive.always or (archive.moods.pop(0) if archive.moods else 200)
        if status != 200:
            return self._send(status, headers={"Retry-After": "1"} if status in (429, 503) else {})
        if self.path.startswith("/cdx/search/cdx?"):
            return self._send(200, index(archive, parse_qs(urlsplit(self.path).query)))
        return self._capture(archive)

    def _capture(self, archive: Archive) -> None:
        at, _, url = self.path.removeprefix("/web/").partition("id_/")
        if (at, url) not in archive.captures:
            near = min((one for one, of in archive.captures if of == url), key=lambda one: abs(int(one) - int(at)))
            return self._send(302, headers={"Location": f"{archive.address}/web/{near}id_/{url}"})
        seen = datetime.strptime(at, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        headers = {"Memento-Datetime": format_datetime(seen, usegmt=True), "Content-Type": "application/rss+xml"}
        return self._send(200, archive.captures[at, url], headers)

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
            server.shutdown()
            thread.join()
