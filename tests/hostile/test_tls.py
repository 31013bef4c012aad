"""Certificates are verified always; each way to fail has a name."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from pipeline.errors import Outcome
from pipeline.types import Request

from .server import QUICK, Server, answer

HTML = b"<!doctype html><html></html>"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def server_side(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def ask(open_gateway, authority, monkeypatch, tmp_path):
    """Ask for https://news.example on a server with `certificate` (none: plain HTTP) that resolves to loopback."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    def one(certificate, *, tls=None, limits=None):
        async def here(host, port):
            return ["127.0.0.1"]

        async def run():
            server = Server({"/robots.txt": answer(200, HTML)})
            tls_context = tls or (server_side(certificate) if certificate else None)
            async with server.running(tls_context):
                host_port = f"news.example:{server.port}"
                async with open_gateway(allow=host_port, lookup=here, limits=limits) as gateway:
                    return await gateway.get(Request(url=f"https://{host_port}/robots.txt", kind="robots"))

        return asyncio.run(run())

    return one


def test_a_certificate_for_the_name_is_accepted_and_the_name_is_sent(ask, authority):
    names = []
    context = server_side(authority.issue_cert("news.example"))
    context.sni_callback = lambda _connection, name, _context: names.append(name)
    response = ask(None, tls=context)
    assert response.fetch.outcome is Outcome.OK
    assert response.remote_ip == "127.0.0.1"
    assert names == ["news.example"]


def test_an_expired_certificate(ask, authority):
    past = datetime.now(UTC) - timedelta(days=1)
    response = ask(authority.issue_cert("news.example", not_before=past - timedelta(days=9), not_after=past))
    assert response.fetch.outcome is Outcome.TLS_EXPIRED
    assert response.fetch.note == "certificate has expired"


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1"])
def test_a_certificate_for_another_host(ask, authority, name):
    assert ask(authority.issue_cert(name)).fetch.outcome is Outcome.TLS_HOSTNAME


def test_a_certificate_that_nobody_vouches_for(ask):
    assert ask(trustme.CA().issue_cert("news.example")).fetch.outcome is Outcome.TLS_UNTRUSTED


def test_a_server_that_never_shakes_hands_is_given_up(ask):
    assert ask(None, limits=QUICK).fetch.outcome is Outcome.TIMEOUT_CONNECT


def test_plain_http_where_tls_was_expected(open_gateway):
    async def plain(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run():
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, open_gateway(port) as gateway:
            return await gateway.get(Request(url=f"https://127.0.0.1:{port}/robots.txt", kind="robots"))

    assert asyncio.run(run()).fetch.outcome is Outcome.TLS_PROTOCOL


def test_a_page_shares_the_fate_of_its_robots_txt_when_tls_fails(open_gateway, authority):
    async def run():
        server = Server({"*": answer(200, HTML)})
        async with server.running(server_side(authority.issue_cert("127.0.0.1"))), open_gateway(server.port) as gateway:
            response = await gateway.get(Request(url=f"https://127.0.0.1:{server.port}/a", kind="page"))
            return response, gateway.take_extra()

    response, extra = asyncio.run(run())
    assert response.fetch.outcome is Outcome.TLS_UNTRUSTED
    assert [robots.fetch.outcome for robots in extra] == [Outcome.TLS_UNTRUSTED]
