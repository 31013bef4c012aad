"""Whatever a server does, a request ends as one outcome, in time and within bounds."""

import asyncio
import gzip
import socket
import struct
import zlib
from hashlib import sha256

import pytest

from pipeline.errors import Outcome
from pipeline.http import Limits

from .server import QUICK, answer

HTML = b"<!doctype html><html><head><title>A title</title></head><body><p>Some text.</p></body></html>"
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>'
PLAIN = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
FOREVER = 3600


def coded(coding, body, **length):
    return answer(200, body, f"Content-Encoding: {coding}", **length)


def raw_deflate(data):
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(data) + squeeze.flush()


def chunks(*parts, end=b"0\r\n\r\n"):
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return PLAIN.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + body + end


def drip(first, piece, pause=0.05):
    async def behave(head, writer):
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return behave


def flood(first, piece):
    return drip(first, piece, pause=0)


async def silent(head, writer):
    await asyncio.sleep(FOREVER)


async def reset(head, writer):
    _reset(writer)


async def reset_in_body(head, writer):
    writer.write(answer(200, HTML, length=10_000))
    await writer.drain()
    await asyncio.sleep(0.05)
    _reset(writer)


def _reset(writer):
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


ZEROS = b"\0" * 1_000_000
BOMB = gzip.compress(b" " * 200_000_000, compresslevel=1)
MEMBERS = gzip.compress(b"") * 50_000

SOUND = {
    "plain": answer(200, HTML),
    "gzip": coded("gzip", gzip.compress(HTML)),
    "x-gzip": coded("X-GZip", gzip.compress(HTML)),
    "gzip in two members": coded("gzip", gzip.compress(HTML[:40]) + gzip.compress(HTML[40:])),
    "gzip with padding behind it": coded("gzip", gzip.compress(HTML) + b"\0" * 64),
    "deflate": coded("deflate", zlib.compress(HTML)),
    "deflate without its wrapper": coded("deflate", raw_deflate(HTML)),
    "identity": coded("identity", HTML),
    "chunked": chunks(HTML[:30], HTML[30:]),
    "ended by the connection, document closed": PLAIN.encode() + b"\r\n" + HTML,
    "ended by the connection, gzip": PLAIN.encode() + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(HTML),
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + HTML,
    "status 203": answer(203, HTML),
    "no reason phrase": b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n%s" % (len(HTML), HTML),
    "odd header bytes": answer(200, HTML, "X-Odd: \u00e9\u4e2d"),
}


@pytest.mark.parametrize("behaviour", SOUND.values(), ids=SOUND)
def test_a_sound_answer_is_decoded_and_kept_as_it_was_sent(visit, behaviour):
    response, _ = visit(behaviour)
    assert (response.fetch.outcome, response.body) == (Outcome.OK, HTML)
    assert response.fetch.body_sha256 == sha256(HTML).hexdigest()
    assert response.fetch.n_bytes == len(response.wire_body)
    assert response.status_line.startswith("HTTP/1.")
    assert not any(name.lower() == "transfer-encoding" for name, _ in response.headers)
    assert response.remote_ip == "127.0.0.1"


FAULTS = {
    "401": (answer(401), Outcome.HTTP_401),
    "403": (answer(403, b"no"), Outcome.HTTP_403),
    "404": (answer(404, HTML), Outcome.HTTP_404),
    "410": (answer(410), Outcome.GONE),
    "418": (answer(418), Outcome.HTTP_4XX),
    "429": (answer(429), Outcome.RETRY_LATER),
    "451": (answer(451), Outcome.HTTP_451),
    "500": (answer(500, HTML), Outcome.HTTP_5XX),
    "503": (answer(503), Outcome.RETRY_LATER),
    "300": (answer(300), Outcome.HTTP_OTHER),
    "206 unasked": (answer(206, HTML, "Content-Range: bytes 0-9/99"), Outcome.HTTP_OTHER),
    "304 unasked": (answer(304), Outcome.HTTP_OTHER),
    "999": (answer(999), Outcome.HTTP_OTHER),
    "404 with an endless body": (flood(b"HTTP/1.1 404 N\r\n\r\n", ZEROS), Outcome.HTTP_404),
    "empty": (answer(200), Outcome.EMPTY),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", Outcome.EMPTY),
    "blank": (answer(200, b" \r\n\t "), Outcome.EMPTY),
    "empty gzip": (coded("gzip", gzip.compress(b"")), Outcome.EMPTY),
    "PDF as text/html": (answer(200, b"%PDF-1.7\n" + ZEROS[:5000], "Content-Type: text/html"), Outcome.WRONG_TYPE),
    "film, endless": (flood(b"HTTP/1.1 200 OK\r\n\r\n", b"\0\0\0\x20ftypisom" + ZEROS), Outcome.WRONG_TYPE),
    "film that says its size": (answer(200, b"\0\0\0\x20ftypisom" + ZEROS, length=10**9), Outcome.WRONG_TYPE),
    "image in gzip": (coded("gzip", gzip.compress(b"\x89PNG\r\n\x1a\n" + ZEROS)), Outcome.WRONG_TYPE),
    "Cloudflare's challenge": (answer(403, HTML, "cf-mitigated: challenge"), Outcome.BLOCKED),
    "Cloudflare's challenge, 503": (answer(503, b"<script>window._cf_chl_opt={}</script>"), Outcome.BLOCKED),
    "DataDome": (answer(403, HTML, "X-DataDome: protected"), Outcome.BLOCKED),
    "DataDome with status 200": (answer(200, b"<script src=//ct.captcha-delivery.com/c.js>"), Outcome.BLOCKED),
    "Akamai": (answer(403, b"<h1>Access Denied</h1>", "Server: AkamaiGHost"), Outcome.BLOCKED),
    "PerimeterX": (answer(403, b'<div id="px-captcha"></div>'), Outcome.BLOCKED),
    "Imperva": (answer(200, b"Request unsuccessful. Incapsula incident ID: 1-2"), Outcome.BLOCKED),
    "length too long": (answer(200, HTML, length=len(HTML) + 9), Outcome.TRUNCATED),
    "a length and nothing more": (answer(200, b"", length=9), Outcome.TRUNCATED),
    "reset in the body": (reset_in_body, Outcome.TRUNCATED),
    "chunks without an end": (chunks(HTML, end=b""), Outcome.TRUNCATED),
    "cut chunk": (chunks(HTML, end=b"ff\r\nabc"), Outcome.TRUNCATED),
    "cut gzip, length right": (coded("gzip", gzip.compress(HTML)[:-9]), Outcome.TRUNCATED),
    "cut deflate, length right": (coded("deflate", zlib.compress(HTML)[:-5]), Outcome.TRUNCATED),
    "cut gzip, ended by the connection": (
        PLAIN.encode() + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(HTML)[:-1],
        Outcome.TRUNCATED,
    ),
    "cut document, ended by the connection": (PLAIN.encode() + b"\r\n" + HTML[:70], Outcome.TRUNCATED),
    "brotli, which wasn't offered": (coded("br", b"\x0b\x02\x80hello\x03"), Outcome.DECODE),
    "zstd, which wasn't offered": (coded("zstd", b"\x28\xb5\x2f\xfd"), Outcome.DECODE),
    "gzip twice": (coded("gzip, gzip", gzip.compress(gzip.compress(HTML))), Outcome.DECODE),
    "gzip twice in two headers": (
        answer(200, gzip.compress(gzip.compress(HTML)), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        Outcome.DECODE,
    ),
    "60 codings": (coded(", ".join(["gzip"] * 60), b"x"), Outcome.DECODE),
    "not gzip at all": (coded("gzip", HTML), Outcome.DECODE),
    "gzip with a wrong checksum": (coded("gzip", gzip.compress(HTML)[:-8] + b"\0" * 8), Outcome.DECODE),
    "50,000 gzip members": (coded("gzip", MEMBERS), Outcome.DECODE),
    "gzip bomb": (coded("gzip", BOMB), Outcome.TOO_LARGE),
    "deflate bomb": (coded("deflate", zlib.compress(b" " * 50_000_000, 1)), Outcome.TOO_LARGE),
    "endless": (flood(b"HTTP/1.1 200 OK\r\n\r\n<html>", b"x" * 100_000), Outcome.TOO_LARGE),
    "endless chunks": (flood(PLAIN.encode() + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"), Outcome.TOO_LARGE),
    "too large by its own word": (answer(200, HTML, length=5_000_001), Outcome.TOO_LARGE),
    "100,000 headers": (answer(200, HTML, *(f"X-{i}: y" for i in range(100_000))), Outcome.HEADER_TOO_LARGE),
    "one header of 1 MB": (answer(200, HTML, "X-Long: " + "y" * 1_000_000), Outcome.HEADER_TOO_LARGE),
    "endless headers": (flood(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100), Outcome.HEADER_TOO_LARGE),
    "endless status line": (flood(b"HTTP/1.1 200 ", b"O" * 1000), Outcome.HEADER_TOO_LARGE),
    "endless header name": (flood(b"HTTP/1.1 200 OK\r\n", b"X" * 1000), Outcome.HEADER_TOO_LARGE),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", Outcome.PROTOCOL),
    "noise": (bytes(range(256)) * 40, Outcome.PROTOCOL),
    "HTTP/0.9": (HTML, Outcome.PROTOCOL),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-", Outcome.PROTOCOL),
    "hangs up": (b"", Outcome.PROTOCOL),
    "reset": (reset, Outcome.PROTOCOL),
    "negative length": (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + HTML, Outcome.PROTOCOL),
    "two lengths": (answer(200, HTML, "Content-Length: 3"), Outcome.PROTOCOL),
    "length and chunks": (answer(200, b"0\r\n\r\n", "Transfer-Encoding: chunked"), Outcome.PROTOCOL),
}  # fmt: skip


STALLS = {
    "silent accept": (silent, Outcome.TIMEOUT_HEADERS),
    "headers, drop by drop": (drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), Outcome.TIMEOUT_HEADERS),
    "nothing but 100 Continue": (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), Outcome.TIMEOUT_HEADERS),
    "body, drop by drop": (drip(answer(200, b"<html>", length=9999), b"a"), Outcome.TIMEOUT_TOTAL),
    "chunks, drop by drop": (drip(PLAIN.encode() + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"), Outcome.TIMEOUT_TOTAL),
    "chunk extension without end": (
        flood(PLAIN.encode() + b"Transfer-Encoding: chunked\r\n\r\n1", b";a=b" * 10_000),
        Outcome.TIMEOUT_TOTAL,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("behaviour", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_ends_as_its_own_outcome(visit, behaviour, expected):
    response, _ = visit(behaviour)
    assert response.fetch.outcome is expected, response.fetch
    assert response.body == b""
    assert response.fetch.body_sha256 is None
    assert len(response.wire_body) <= Limits().evidence
    assert response.fetch.note is None or len(response.fetch.note) <= 300


@pytest.mark.parametrize(("behaviour", "expected"), STALLS.values(), ids=STALLS)
def test_a_stall_ends_at_its_deadline(visit, behaviour, expected):
    response, _ = visit(behaviour, limits=QUICK)
    assert response.fetch.outcome is expected, response.fetch
    assert response.body == b""
    assert response.fetch.elapsed_ms < 2000


@pytest.mark.parametrize(
    ("behaviour", "expected", "noted"),
    [
        (answer(200, RSS, "Content-Type: image/png"), Outcome.OK, "image/png"),
        (answer(200, b"\x89PNG\r\n\x1a\n", "Content-Type: application/rss+xml"), Outcome.WRONG_TYPE, "an image"),
        (PLAIN.encode() + b"\r\n" + RSS[:60], Outcome.TRUNCATED, "<rss>"),
        (answer(200, HTML), Outcome.OK, ""),  # whether a feed is one is for its parser to say
        (answer(200, RSS.decode().encode("utf-16")), Outcome.OK, ""),
    ],
    ids=["image/png", "a real PNG", "cut", "HTML", "UTF-16"],
)
def test_a_feed_may_be_called_anything_but_be_no_binary(visit, behaviour, expected, noted):
    fetch = visit(behaviour, kind="feed")[0].fetch
    assert fetch.outcome is expected
    assert noted in (fetch.note or "")


def test_a_feed_may_be_larger_than_a_page(visit):
    body = b"<rss>" + b" " * 12_000_000 + b"</rss>"
    behaviour = coded("gzip", gzip.compress(body, compresslevel=1))
    assert visit(behaviour, kind="feed")[0].body == body
    assert visit(behaviour, kind="page")[0].fetch.outcome is Outcome.TOO_LARGE


def test_an_article_about_bot_walls_is_no_bot_wall(visit):
    body = b"<html><p>Incapsula incident ID, px-captcha and _cf_chl_opt, explained." + HTML * 600 + b"</html>"
    assert visit(answer(200, body))[0].fetch.outcome is Outcome.OK
