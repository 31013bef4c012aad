"""No spelling of a non-public address is ever dialled: as a link, as a redirect or as an answer of a name server."""

import asyncio
import socket

import pytest

from pipeline.errors import Outcome
from pipeline.http import Limits
from pipeline.types import Request

from .server import QUICK, Server, answer

SPELLINGS = """
127.0.0.1 127.1 127.0.1 127.255.255.254 127.0.0.1. 0 0.0.0.0 0x0 00000000000 2130706433 017700000001 0x7f000001
0x7F.0.0.1 0177.0.0.1 0177.0.0.01 0x7f.1 127.0x1 00000177.0.0.1 %31%32%37.0.0.1 ①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1
127｡0｡0｡1 𝟭𝟮𝟳.𝟬.𝟬.𝟭 127.0.0.\u00ad1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ localhost LOCALHOST localhost. www.localhost
10.0.0.1 10.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 0xc0a80001 3232235521 100.64.0.1
100.100.100.200 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 256.256.256.256 1.2.3.4.5 4294967296
[::] [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [::ffff:0:127.0.0.1]
[64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::1]
[2001:0:4136:e378:8000:63bf:80ff:fffe] [fe80::1] [fe80::1%25lo] [fc00::1] [fd00:ec2::254] [fd20:ce::254] [fec0::1]
[ff02::1] [2001:db8::1] [3fff::1] [100::1] [2606:4700::5efe:127.0.0.1] [2606:4700::200:5efe:10.0.0.1]
""".split()  # noqa: SIM905 # seventy pairs of quotation marks would hide what is in them


def test_there_are_enough_spellings():
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("form", ["http://{}/", "https://user@{}:443/x?y#z", "hTTp://{}:80"])
def test_no_link_reaches_a_non_public_address(open_gateway, spelling, form):
    async def run():
        async with open_gateway() as gateway:
            return await gateway.get(Request(url=form.format(spelling), kind="page")), gateway.take_extra()

    response, extra = asyncio.run(run())
    assert response.fetch.outcome is Outcome.BLOCKED_ADDRESS, response.fetch
    assert extra == []  # not even for robots.txt


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_redirect_reaches_a_non_public_address(visit, spelling):
    location = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://" + spelling.encode() + b"/\r\n\r\n"
    response, server = visit({"/a": location}, "/a")
    assert response.fetch.outcome is Outcome.BLOCKED_ADDRESS, response.fetch
    assert server.paths == ["/robots.txt", "/a"]


@pytest.mark.parametrize("spelling", ["2130706433", "127.1", "0x7f.1", "localhost", "[::ffff:127.0.0.1]", "①②⑦.⓪.⓪.①"])
def test_an_exception_holds_for_its_own_spelling_alone(open_gateway, spelling):
    async def run():
        server = Server({"*": answer(200, b"<html>")})
        async with server.running(), open_gateway(server.port) as gateway:
            kept = await gateway.get(Request(url=f"http://127.0.0.1:{server.port}/", kind="page"))
            n_connections = server.n_connections
            refused = await gateway.get(Request(url=f"http://{spelling}:{server.port}/", kind="page"))
            return kept, refused, server.n_connections - n_connections

    kept, refused, n_more = asyncio.run(run())
    assert (kept.fetch.outcome, refused.fetch.outcome, n_more) == (Outcome.OK, Outcome.BLOCKED_ADDRESS, 0)


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 0])
def test_other_ports_than_the_web_s_are_refused(open_gateway, port):
    async def run():
        async with open_gateway() as gateway:
            return await gateway.get(Request(url=f"http://93.184.216.34:{port}/", kind="page"))

    assert asyncio.run(run()).fetch.outcome is Outcome.BLOCKED_ADDRESS


@pytest.mark.parametrize("url", ["", "news", "//host/x", "ftp://host/", "javascript:alert(1)", "file:///etc/passwd", "http://", "http:///x", "http://?x", "http://a b/", "http://a\\@b/", "http://[::1/", "http://[v1.x]/", "http://host:port/", "http://host:70000/", "http://-a-.example/", "http://a..b/", "http://\ud800/", "http://" + "a" * 300 + ".example/", "http://host/" + "x" * 2048])  # fmt: skip
def test_what_is_no_http_address_is_a_bad_url(open_gateway, url):
    async def run():
        async with open_gateway() as gateway:
            return await gateway.get(Request(url=url, kind="page"))

    response = asyncio.run(run())
    assert response.fetch.outcome is Outcome.BAD_URL
    assert response.fetch.url == url


def names(**hosts):
    """A name server that we own: each name's answers, one after another, the last for ever."""
    left = {name.replace("_", "."): list(answers) for name, answers in hosts.items()}

    async def look_up(host, port):
        if host not in left:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = left[host].pop(0) if len(left[host]) > 1 else left[host][0]
        if isinstance(found, Exception):
            raise found
        return found

    return look_up


def ask(open_gateway, *urls, **settings):
    async def run():
        async with open_gateway(**settings) as gateway:
            return [(await gateway.get(Request(url=url, kind="page"))).fetch for url in urls]

    return asyncio.run(run())


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["2606:4700::1", "::1"], ["64:ff9b::7f00:1"], ["fe80::1%lo"], ["::ffff:10.0.0.1"]])  # fmt: skip
def test_one_non_public_address_among_a_name_s_answers_is_enough(open_gateway, answers):
    (fetch,) = ask(open_gateway, "http://news.example/", lookup=names(news_example=[answers]))
    assert fetch.outcome is Outcome.BLOCKED_ADDRESS
    assert "not a public address" in fetch.note


def test_a_name_that_turns_to_loopback_between_check_and_dial_gains_nothing(open_gateway):
    async def run():
        server = Server({"*": answer(200, b"<html>")})
        lookup = names(inside_example=[["127.0.0.1"], ["169.254.169.254"]])
        limits = Limits(lookup_ttl_s=0.0)
        async with server.running():
            allow = f"inside.example:{server.port}"
            async with open_gateway(allow=allow, lookup=lookup, limits=limits) as gateway:
                first = await gateway.get(Request(url=f"http://{allow}/robots.txt", kind="robots"))
            return first, server

    first, server = asyncio.run(run())
    assert first.remote_ip == "127.0.0.1"  # what was checked; the second answer was never asked for a dial
    assert f"host: inside.example:{server.port}\r\n" in server.asked("/robots.txt")


def test_a_rebound_name_is_refused_when_it_is_looked_up_again(open_gateway):
    lookup = names(news_example=[["10.0.0.1"], ["127.0.0.1"]])
    fetches = ask(open_gateway, "http://news.example/a", "http://news.example/b", lookup=lookup)
    assert [fetch.outcome for fetch in fetches] == [Outcome.BLOCKED_ADDRESS] * 2


def test_a_name_is_looked_up_once_and_for_all_its_spellings_anew(open_gateway):
    asked = []

    async def look_up(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    async def run():
        server = Server({})
        async with (
            server.running(),
            open_gateway(allow=f"inside.example:{server.port}", lookup=look_up) as gateway,
        ):
            for host in ("inside.example", "inside.example", "inside.example."):
                url = f"http://{host}:{server.port}/robots.txt"
                response = await gateway.get(Request(url=url, kind="robots"))
            return response.fetch.outcome

    assert asyncio.run(run()) is Outcome.BLOCKED_ADDRESS  # the exception is for the spelling without the dot
    assert asked == ["inside.example"]


def test_names_without_an_answer_are_the_resolver_s_fault_once_there_are_several(open_gateway):
    again = socket.gaierror(socket.EAI_AGAIN, "try again")
    lookup = names(a_org=[again], b_org=[again], c_org=[again], d_test=[again], ok_org=[["10.0.0.1"]])
    urls = [f"http://{host}/" for host in ("a.org", "a.org", "d.test", "b.org", "c.org", "a.org", "ok.org", "a.org")]
    assert [fetch.outcome for fetch in ask(open_gateway, *urls, lookup=lookup)] == [
        Outcome.DNS, Outcome.DNS, Outcome.DNS, Outcome.DNS, Outcome.RESOLVER, Outcome.RESOLVER,
        Outcome.BLOCKED_ADDRESS, Outcome.DNS,
    ]  # fmt: skip


def test_a_name_server_that_never_answers_costs_its_own_time_only(open_gateway):
    async def never(host, port):
        await asyncio.sleep(3600)

    (fetch,) = ask(open_gateway, "http://news.example/", lookup=never, limits=QUICK)
    assert fetch.outcome is Outcome.DNS
    assert fetch.elapsed_ms < 1000


def test_a_fault_of_our_own_is_a_row_and_a_log_line_not_a_crash(open_gateway, caplog):
    async def broken(host, port):
        raise RuntimeError("bug")

    (fetch,) = ask(open_gateway, "http://news.example/", lookup=broken)
    assert fetch.outcome is Outcome.INTERNAL
    assert fetch.note == "our fault: RuntimeError bug"
    assert "while asking for 'http://news.example/'" in caplog.text


def test_proxy_variables_are_ignored(visit, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert visit(answer(200, b"<html>"))[0].fetch.outcome is Outcome.OK
