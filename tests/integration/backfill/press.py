"""Newspapers on loopback that remember who asked for what, when, and how many at a time.

Any 127.0.0.x at the port is a paper of its own. `/feed` lists the latest reports by the paper's clock, any other path
is a report; `moods` says what a path is answered with instead, one status a request, until they are used up.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    at: float
    host: str
    path: str


@dataclass
class Press:
    port: int = 0
    lists: Callable[[str], list[str]] = lambda _: []
    moods: dict[str, list[int]] = field(default_factory=dict)
    slow_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    most_at_once: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def host_port(self, n: int) -> str:
        return f"127.0.0.{n + 1}:{self.port}"

    def url(self, n: int, path: str) -> str:
        return f"http://{self.host_port(n)}{path}"

    @property
    def pages(self) -> list[str]:
        """The paths asked for, but for robots.txt."""
        return [one.path for one in self.asked if one.path != "/robots.txt"]


def report(host: str, path: str) -> str:
    title = f"Shelling near bridge {path.strip('/')} of {host.partition(':')[0]}"
    told = "".join(
        f"<p>Shells struck quarter {n} of {path} before dawn, and {n + 3} people were wounded, the medics of {host} said.</p>"
        for n in range(8)
    )
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>{told}"
        "</article></body></html>"
    )


def feed(host: str, paths: list[str]) -> str:
    items = "".join(
        f"<item><title>Shelling near bridge {path.strip('/')}</title><link>http://{host}{path}</link>"
        f"<guid>{host}{path}</guid></item>"
        for path in paths
    )
    return f"<rss version='2.0'><channel><title>Paper {host}</title>{items}</channel></rss>"


class _Reader(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        press: Press = self.server.press
        host = self.headers["Host"]
        with press.lock:
            press.asked.append(Asked(time.time(), host, self.path))
            press.now[host] += 1
            press.most_at_once[host] = max(press.most_at_once[host], press.now[host])
            moods = press.moods.get(self.path)
            status = moods.pop(0) if moods else 404 if self.path == "/robots.txt" else 200
        time.sleep(press.slow_s)
        is_feed = self.path == "/feed"
        body = (feed(host, press.lists(host)) if is_feed else report(host, self.path)) if status == 200 else ""
        self.send_response(status)
        self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        with press.lock:
            press.now[host] -= 1
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    press: Press


@contextmanager
def printing(**how) -> Iterator[Press]:
    with _Server(("0.0.0.0", 0), _Reader) as server:
        server.press = Press(port=server.server_address[1], **how)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.press
        finally:
            server.shutdown()
            thread.join()
