"""Memory stays bounded however much a server sends, and for however long."""

import asyncio
import gzip
import zlib

import psutil

from pipeline.errors import Outcome
from pipeline.http import Limits
from pipeline.types import Request

from .server import Server, answer

GZIP = answer(200, gzip.compress(b"<html>" + b" " * 300_000_000, compresslevel=1), "Content-Encoding: gzip")
DEFLATE = answer(200, zlib.compress(b"\0" * 100_000_000, 1), "Content-Encoding: deflate")


async def endless(head, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n<html>")
    while True:
        writer.write(b"x" * 200_000)
        await writer.drain()


def test_a_hundred_bombs_cost_no_more_memory_than_one(open_gateway):
    process = psutil.Process()

    async def run():
        server = Server({"/gzip": GZIP, "/deflate": DEFLATE, "/endless": endless})
        async with server.running(), open_gateway(server.port) as gateway:

            async def bombs(n):
                for i in range(n):
                    path = ("gzip", "deflate", "endless", "gzip")[i % 4]
                    kind = ("page", "feed")[i // 4 % 2]
                    url = f"http://127.0.0.1:{server.port}/{path}"
                    response = await gateway.get(Request(url=url, kind=kind))
                    assert response.fetch.outcome in (Outcome.TOO_LARGE, Outcome.WRONG_TYPE)

            before = process.memory_info().rss
            await bombs(100)
            return process.memory_info().rss - before

    grown = asyncio.run(run())
    assert grown < 50_000_000, f"{grown:,} bytes"


def test_bombs_side_by_side_stay_within_their_bounds(open_gateway):
    process = psutil.Process()

    async def run():
        server = Server({"*": GZIP, "/robots.txt": answer(404)})
        async with server.running(), open_gateway(server.port, limits=Limits(per_host=8)) as gateway:
            urls = [f"http://127.0.0.1:{server.port}/{i}" for i in range(8)]
            before = process.memory_info().rss
            await asyncio.gather(*(gateway.get(Request(url=url, kind="feed")) for url in urls))
            return process.memory_info().rss - before

    assert asyncio.run(run()) < 50_000_000
