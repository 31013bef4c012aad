"""What we send, what we hear in headers, and how often and how long we try."""

import asyncio
import socket
from dataclasses import replace

import pytest

from pipeline.errors import Outcome
from pipeline.http import Limits
from pipeline.types import Request

from .server import Server, answer

HTML = b"<!doctype html><html><p>Some text.</p></html>"
RSS = b'<rss version="2.0"><channel></channel></rss>'


def test_validators_are_sent_and_a_304_is_heard(visit):
    response, server = visit(answer(304, b"", 'ETag: "b"'), kind="feed", etag='"a"', last_modified="Mon, 09 Mar 2026")
    assert response.fetch.outcome is Outcome.NOT_MODIFIED
    assert response.fetch.etag == '"b"'
    head = server.asked("/2026/03/an-article")
    assert 'if-none-match: "a"' in head
    assert "if-modified-since: mon, 09 mar 2026" in head


def test_a_validator_that_would_split_a_header_is_not_sent(visit):
    response, server = visit(answer(200, RSS), kind="feed", etag='"a"\r\nX-Evil: 1')
    assert response.fetch.outcome is Outcome.OK
    assert "evil" not in server.asked("/2026/03/an-article")


def test_we_say_who_we_are_and_offer_gzip_alone(visit):
    head = visit(answer(200, HTML))[1].asked("/2026/03/an-article")
    assert "\r\nuser-agent: conflictwire/" in head
    assert "\r\naccept-encoding: gzip\r\n" in head
    assert "cookie" not in head


def test_cookies_and_credentials_are_neither_kept_nor_sent(visit):
    routes = {
        "/a": answer(302, b"", "Set-Cookie: id=1", "Location: http://user:secret@127.0.0.1:{port}/b"),
        "/b": answer(200, HTML),
    }
    response, server = visit(routes, "/a")
    assert response.fetch.outcome is Outcome.OK
    assert "cookie" not in server.asked("/b")
    assert "authorization" not in server.asked("/b")
    assert "secret" not in response.fetch.final_url


def test_what_headers_say_is_recorded_but_never_trusted(visit):
    headers = ["Cache-Control: public, max-age=900", "Content-Type: text/html\x07; \u202echarset", "ETag: " + "e" * 900]
    fetch = visit(answer(200, HTML, *headers))[0].fetch
    assert fetch.max_age_s == 900
    assert fetch.etag is None
    assert fetch.content_type is None or fetch.content_type.isprintable()


def test_retry_after_is_heard_and_capped_at_a_day(visit):
    fetch = visit(answer(503, b"", "Retry-After: 99999999"))[0].fetch
    assert fetch.outcome is Outcome.RETRY_LATER
    assert (fetch.retry_at - fetch.requested_at).total_seconds() == pytest.approx(86_400, abs=5)
    assert visit(answer(200, HTML, "Retry-After: 60"))[0].fetch.retry_at is None


def test_a_closed_port_is_a_failed_connection(visit, open_gateway):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        async def run():
            async with open_gateway(port) as gateway:
                return await gateway.get(Request(url=f"http://127.0.0.1:{port}/", kind="page"))

        assert asyncio.run(run()).fetch.outcome is Outcome.CONNECT


def test_a_server_that_hangs_up_is_asked_once(visit):
    _, server = visit({"/robots.txt": b""}, "/robots.txt", kind="robots")  # on a connection that nobody used before
    assert server.paths == ["/robots.txt"]


def test_the_deadline_holds_for_the_whole_chain_of_redirects(visit):
    async def slow(head, writer):
        await asyncio.sleep(0.4)
        number = int(head.split(b" ", 2)[1].rpartition(b"/")[2])
        writer.write(answer(302, b"", f"Location: /{number + 1}"))

    limits = replace(Limits(), deadline_s=1.0, headers_s=0.9, connect_s=0.4)
    fetch = visit({"*": slow}, "/1", limits=limits)[0].fetch
    assert fetch.outcome is Outcome.TIMEOUT_TOTAL
    assert fetch.elapsed_ms < 2000


def test_connections_are_kept_and_used_again(open_gateway):
    async def keeps(head, writer):
        reader = writer.transport.get_protocol()._stream_reader
        while True:
            writer.write(answer(404))
            await writer.drain()
            await reader.readuntil(b"\r\n\r\n")

    server = Server({"*": keeps, "/robots.txt": keeps})

    async def run():
        async with server.running(), open_gateway(server.port) as gateway:
            for i in range(5):
                await gateway.get(Request(url=f"http://127.0.0.1:{server.port}/{i}", kind="page"))

    asyncio.run(run())
    assert server.n_connections == 1
