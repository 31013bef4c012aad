"""Many hosts on loopback in one process, that remember who asked for what and when.

    python crowd.py [--entries 50] [--hidden /private]

Any address of 127.0.0.0/8 on the port that it prints first is a host of its own. `/robots.txt` forbids `--hidden`;
every other path is a feed of its own with `--entries` entries and an ETag; `/_log` returns and forgets what was asked
as JSON, a list of [time in seconds, host, path, status]. It ends when its standard input does.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import NamedTuple

_ITEM = (
    "<item><title>Report {n} of desk {name}: talks &amp; shelling near bridge {n}</title>"
    "<link>http://news.example/{name}/{n}?utm_source=rss</link><guid isPermaLink='false'>{name}-{n}</guid>"
    "<pubDate>Tue, 10 Mar 2026 {h:02}:{m:02}:00 +0000</pubDate><dc:creator>Ida Sund</dc:creator><category>World</category>"
    "<description>&lt;p&gt;Both sides said on Tuesday that the crossing at kilometre {n} had come under fire; "
    "residents of the quarter spoke of a night without light, and aid workers of roads that nobody could pass. "
    "The ministry named no figures.&lt;/p&gt;</description></item>"
)
_FEED = (
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>"
    "<title>Desk {name}</title><link>http://news.example/</link><description>what {name} says</description>{items}"
    "</channel></rss>"
)


class Asked(NamedTuple):
    """One request as a host saw it; `at` in seconds."""

    at: float
    host: str
    path: str
    status: int


@dataclass(frozen=True)
class Crowd:
    """A running crowd, seen from another process."""

    port: int

    def url(self, host: int, path: str) -> str:
        return f"http://{self.host_port(host)}{path}"

    def host_port(self, host: int) -> str:
        return f"127.{1 + host // 60_000}.{host // 240 % 250}.{1 + host % 240}:{self.port}"

    def asked(self) -> list[Asked]:
        """Return what was asked since the last call."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_log") as answer:
            return [Asked(*row) for row in json.load(answer)]


@contextmanager
def crowd(*options: str) -> Iterator[Crowd]:
    """Run a crowd in a process of its own, so that it costs its visitors nothing."""
    with subprocess.Popen(
        [sys.executable, __file__, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Crowd(port=int(process.stdout.readline()))
        finally:
            process.stdin.close()


@cache
def body_of(path: str, n_entries: int) -> bytes:
    items = "".join(_ITEM.format(name=path, n=n, h=n // 60 % 24, m=n % 60) for n in range(n_entries))
    return _FEED.format(name=path, items=items).encode()


class Visitor(asyncio.Protocol):
    """One connection; requests come one after the other and have no bodies."""

    def __init__(self, log: list[Asked], options: argparse.Namespace) -> None:
        self._log, self._options, self._read = log, options, b""

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self._transport.write(self._answer(first.split(" ")[1], fields))

    def _answer(self, path: str, fields: dict[str, str]) -> bytes:
        if path == "/_log":
            told = json.dumps(self._log).encode()
            self._log.clear()
            return _message(200, "application/json", told)
        body, etag = self._document(fields["host"], path)
        status = 304 if fields.get("if-none-match") == etag else 200
        self._log.append(Asked(time.time(), fields["host"], path, status))
        return _message(status, "application/rss+xml", b"" if status == 304 else body, etag)

    def _document(self, host: str, path: str) -> tuple[bytes, str]:
        if path == "/robots.txt":
            return f"User-agent: *\nDisallow: {self._options.hidden}\n".encode(), '"rules"'
        return body_of(f"{host}{path}", self._options.entries), f'"{sha256(path.encode()).hexdigest()[:16]}"'


def _message(status: int, content_type: str, body: bytes, etag: str = '""') -> bytes:
    size = "" if status == 304 else f"Content-Length: {len(body)}\r\n"
    return (
        f"HTTP/1.1 {status} {'OK' if status == 200 else 'Not Modified'}\r\nContent-Type: {content_type}\r\n{size}"
        f"ETag: {etag}\r\n\r\n"
    ).encode() + body


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--hidden", default="/private")
    options, log, loop = parser.parse_args(), [], asyncio.get_running_loop()
    server = await loop.create_server(lambda: Visitor(log, options), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
