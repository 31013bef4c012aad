"""A site on loopback that keeps its past: pages, sitemaps and feeds as functions of what was asked and how often.

It counts who asked for what and when. `moods` says how a path is answered instead, one mood a request until they are
used up: a status (429 and 503 with Retry-After), or `cut`: a body that breaks off, or
`stall`: half a body, and nothing more.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .press import report

Answer = bytes | None
"""None is a 404."""


@dataclass
class Archive:
    port: int = 0
    answers: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    moods: dict[str, list[int | str]] = field(default_factory=dict)
    says_to_all: int | None = None
    asked: list[tuple[float, str]] = field(default_factory=list)
    most_at_once: int = 0
    n_now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def serve(self, path: str, answer: Callable[[], Answer] | bytes | str | None) -> None:
        body = answer.encode() if isinstance(answer, str) else answer
        self.answers[path] = body if callable(body) else lambda: body

    @property
    def paths(self) -> Counter[str]:
        return Counter(path for _, path in self.asked)

    def least_gap_s(self) -> float:
        """Return the shortest pause, a mean of five in a row: what a busy machine notes late shortens the next one."""
        times = [at for at, _ in self.asked]
        return min((b - a) / 5 for a, b in zip(times, times[5:], strict=False))


class _Keeper(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        archive: Archive = self.server.archive
        with archive.lock:
            archive.asked.append((time.monotonic(), self.path))
            archive.n_now += 1
            archive.most_at_once = max(archive.most_at_once, archive.n_now)
            moods = archive.moods.get(self.path)
            mood = archive.says_to_all or (moods.pop(0) if moods else 200)
            answer = archive.answers.get(self.path)
            body = answer() if answer else self._page()
        status = 404 if mood == 200 and body is None else 200 if isinstance(mood, str) else mood
        said = body or b"" if status == 200 else b""
        self.send_response(status)
        if status in (429, 503):
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(said) + (1000 if isinstance(mood, str) else 0)))
        self.send_header("Content-Type", "text/html; charset=utf-8" if b"<html" in said[:200] else "application/xml")
        with archive.lock:
            archive.n_now -= 1
        self.end_headers()
        self.wfile.write(said[: len(said) // 2] if mood == "stall" else said)
        if isinstance(mood, str):
            self.wfile.flush()
            archive.is_over.wait(60 if mood == "stall" else 0)
            self.close_connection = True

    def _page(self) -> Answer:
        is_page = self.path.startswith("/news/")
        return report(self.headers["Host"], self.path).encode() if is_page else None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    archive: Archive


@contextmanager
def keeping() -> Iterator[Archive]:
    with _Server(("127.0.0.1", 0), _Keeper) as server:
        server.archive = Archive(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.archive
        finally:
            server.archive.is_over.set()
            server.shutdown()
            thread.join()
