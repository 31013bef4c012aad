"""The sample press on a real loopback port: feeds, pages, validators and refusals, as the web has them."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pipeline import subscriptions
from pipeline.sample import feeds, pages
from pipeline.sample.content import Article, FeedFile, Outlet, outlets


class SampleFeed(NamedTuple):
    """A feed of the site: country is ISO 3166 alpha-3, kind one of wire, outlet, official, NGO."""

    name: str
    url: str
    country: str
    language: str
    kind: str
    outlet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The running site. `requests` counts what was asked for, by (path without query, HTTP status)."""

    base_url: str
    feeds: list[SampleFeed]
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)


@contextmanager
def serve(port: int = 0) -> Iterator[Site]:
    """Serve on 127.0.0.1 for as long as the context lasts; port 0 takes a free one. Raises OSError for one in use."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()


def write_feeds_toml(site: Site, path: Path) -> None:
    """Write the feeds file of `site` over whatever was at `path`. Raises InputError when it can't be written."""
    subscriptions.write_toml(path, [subscriptions.Subscription(**feed._asdict()) for feed in site.feeds])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    status: int = 200
    content_type: str
    body: bytes
    last_modified: datetime | None = None

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body).hexdigest()[:16]}"'

    def is_unchanged(self, headers: Message) -> bool:
        """Whether the client has it already; as RFC 9110 has it, an ETag outweighs a date."""
        if self.status != HTTPStatus.OK:
            return False
        if (known := headers["If-None-Match"]) is not None:
            return known.strip() == "*" or self.etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
        try:
            since = parsedate_to_datetime(headers["If-Modified-Since"] or "").astimezone(UTC)
        except (ValueError, OverflowError):  # no date or none that can be read: not a condition
            return False
        return self.last_modified is not None and self.last_modified <= since


def _error(status: int) -> _Resource:
    body = pages.error_page(status, HTTPStatus(status).phrase)
    return _Resource(status=status, content_type="text/html; charset=utf-8", body=body)


class _Server(ThreadingHTTPServer):
    """Builds every resource once, as soon as the port is known."""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        base_url = f"http://127.0.0.1:{self.server_address[1]}"
        self.site = Site(base_url=base_url, feeds=[_listed(o, f, base_url) for o in outlets() for f in o.feeds])
        self.resources = dict(_resources(base_url))
        self.counting = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that hang up; that is their right."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _listed(outlet: Outlet, feed: FeedFile, base_url: str) -> SampleFeed:
    url = f"{base_url}/{outlet.folder}/{feed.path}"
    return SampleFeed(feed.name, url, outlet.country, outlet.language, outlet.kind, outlet.name)


def _resources(base_url: str) -> Iterator[tuple[str, _Resource]]:
    closed = sorted({f"/{o.folder}/{a.folder}" for o in outlets() for a in o.articles if a.folder})
    robots = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed)
    yield "/robots.txt", _Resource(content_type="text/plain; charset=utf-8", body=robots.encode())
    yield "/", _Resource(content_type="text/html; charset=utf-8", body=pages.index_page(outlets()))
    for outlet in outlets():
        yield f"/{outlet.folder}/", _front(outlet, base_url)
        for feed in outlet.feeds:
            yield f"/{outlet.folder}/{feed.path}", _feed(outlet, feed, base_url)
        for article in outlet.articles:
            yield article.path, _page(outlet, article, base_url)


def _front(outlet: Outlet, base_url: str) -> _Resource:
    return _Resource(content_type=f"text/html; charset={outlet.encoding}", body=pages.front_page(outlet, base_url))


def _feed(outlet: Outlet, feed: FeedFile, base_url: str) -> _Resource:
    if feed.format == "gone":
        return _error(HTTPStatus.GONE)
    if feed.format == "html":
        return _front(outlet, base_url)
    content_type, body = feeds.render(outlet, feed, base_url)
    return _Resource(content_type=content_type, body=body, last_modified=outlet.items[0].article.published)


def _page(outlet: Outlet, article: Article, base_url: str) -> _Resource:
    if article.page_status != HTTPStatus.OK:
        return _error(article.page_status)
    body = pages.article_page(outlet, article, base_url)
    return _Resource(content_type=f"text/html; charset={outlet.encoding}", body=body)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # headers and body leave in one piece; in two, delayed ACKs cost 40 ms a request
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(has_body=True)

    def do_HEAD(self) -> None:
        self._answer(has_body=False)

    def _answer(self, *, has_body: bool) -> None:
        path = urlsplit(self.path).path
        resource = self.server.resources.get(path) or _error(HTTPStatus.NOT_FOUND)
        status = HTTPStatus.NOT_MODIFIED if resource.is_unchanged(self.headers) else resource.status
        with self.server.counting:
            self.server.site.requests[path, int(status)] += 1
        self.send_response(status)
        self._send_fields(resource, status)
        if has_body and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(resource.body)

    def _send_fields(self, resource: _Resource, status: int) -> None:
        if resource.status == HTTPStatus.OK:
            self.send_header("ETag", resource.etag)
        if resource.last_modified:
            self.send_header("Last-Modified", format_datetime(resource.last_modified, usegmt=True))
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", resource.content_type)
            self.send_header("Content-Length", str(len(resource.body)))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the standard library's
        """Say nothing: `Site.requests` counts."""
