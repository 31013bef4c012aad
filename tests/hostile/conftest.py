"""One visit to a misbehaving server through the gateway."""

import asyncio
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.http import Gateway, Limits
from pipeline.types import Request, Response

from .server import Server


@pytest.fixture
def open_gateway(tmp_path: Path):
    """Makes a gateway that may talk to the given ports of 127.0.0.1 (and to `allow`), at full speed."""

    def build(*ports: int, allow: str = "", limits: Limits | None = None, lookup=None, **settings) -> Gateway:
        exceptions = ",".join([*(f"127.0.0.1:{port}" for port in ports), *([allow] if allow else [])])
        chosen = {"data": tmp_path, "host_delay_s": 0, "allow_addresses": exceptions, **settings}
        return Gateway(Settings(**chosen), limits=limits, lookup=lookup)

    return build


@pytest.fixture
def visit(open_gateway):
    """Serve `routes` (a single behaviour is served everywhere), ask for `path`; return response and server."""

    def one(routes, path: str = "/2026/03/an-article", *, kind="page", limits=None, **asked) -> tuple[Response, Server]:
        async def run():
            server = Server(routes if isinstance(routes, dict) else {"*": routes})
            async with server.running(), open_gateway(server.port, limits=limits) as gateway:
                url = f"http://127.0.0.1:{server.port}{path}"
                return await gateway.get(Request(url=url, kind=kind, **asked)), server

        return asyncio.run(run())

    return one
