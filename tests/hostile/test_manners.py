"""We ask only what we may, no faster than we may, and say who asks."""

import asyncio
import fcntl
import multiprocessing
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.config import Settings
from pipeline.errors import Outcome, SettingsError
from pipeline.http import Gateway, Limits
from pipeline.types import Request

from .server import QUICK, Server, answer

HTML = b"<!doctype html><html></html>"
OK = answer(200, HTML)


def robots(text, status=200):
    return {"/robots.txt": answer(status, text.encode()), "*": OK}


def test_robots_rules_hold_for_pages_and_feeds(visit):
    routes = robots("User-agent: *\nDisallow: /private\nAllow: /private/but\n")
    for kind in ("page", "feed"):
        assert visit(routes, "/private/x", kind=kind)[0].fetch.outcome is Outcome.ROBOTS
        assert visit(routes, "/private/but", kind=kind)[0].fetch.outcome is Outcome.OK


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (robots("", 404), Outcome.OK),
        (robots("", 403), Outcome.OK),
        (robots("", 200), Outcome.OK),
        (robots("<html>a page for everything</html>"), Outcome.OK),
        (robots("", 500), Outcome.ROBOTS),
        (robots("", 503), Outcome.ROBOTS),
        (robots("", 429), Outcome.RETRY_LATER),
        ({"/robots.txt": b"", "*": OK}, Outcome.ROBOTS),
        ({"/robots.txt": answer(200, b"User-agent: *", length=99), "*": OK}, Outcome.ROBOTS),
        ({"/robots.txt": answer(301, b"", "Location: /r"), "/r": robots("user-agent:*\ndisallow:/")["/robots.txt"], "*": OK}, Outcome.ROBOTS),
        ({"/robots.txt": answer(301, b"", "Location: /robots.txt"), "*": OK}, Outcome.OK),
        (robots("User-agent: *\nDisallow: /\n" + "# filler\n" * 100_000), Outcome.ROBOTS),
    ],
    ids=["404", "403", "empty", "HTML", "500", "503", "429", "hangs up", "cut", "moved", "loop", "too large"],
)  # fmt: skip
def test_what_a_missing_or_broken_robots_txt_means(visit, routes, expected):
    assert visit(routes)[0].fetch.outcome is expected


def test_an_unreachable_robots_txt_is_told_as_what_it_is(visit):
    async def silent(head, writer):
        await asyncio.sleep(3600)

    fetch = visit({"/robots.txt": silent, "*": OK}, limits=QUICK)[0].fetch
    assert fetch.outcome is Outcome.TIMEOUT_HEADERS
    assert fetch.note.startswith("robots.txt of 127.0.0.1:")


def test_robots_txt_is_asked_for_once_and_is_a_row_of_its_own(open_gateway):
    async def run():
        server = Server(robots("User-agent: *\nDisallow: /x"))
        async with server.running(), open_gateway(server.port) as gateway:
            urls = [f"http://127.0.0.1:{server.port}/{i}" for i in range(8)]
            await asyncio.gather(*(gateway.get(Request(url=url, kind="page")) for url in urls))
            return server, gateway.take_extra(), gateway.take_extra()

    server, extra, later = asyncio.run(run())
    assert server.paths.count("/robots.txt") == 1
    assert [(one.fetch.kind, one.fetch.outcome, one.body) for one in extra] == [
        ("robots", Outcome.OK, b"User-agent: *\nDisallow: /x")
    ]
    assert later == []


def visits(open_gateway, server, n, **settings):
    async def run():
        async with server.running(), open_gateway(server.port, **settings) as gateway:
            urls = [f"http://127.0.0.1:{server.port}/{i}" for i in range(n)]
            responses = await asyncio.gather(*(gateway.get(Request(url=url, kind="page")) for url in urls))
            return [response.fetch for response in responses]

    return asyncio.run(run())


def gaps(server):
    return [later - earlier for earlier, later in zip(server.starts, server.starts[1:], strict=False)]


def test_starts_at_a_host_keep_their_distance(open_gateway):
    server = Server({"*": OK})
    assert {fetch.outcome for fetch in visits(open_gateway, server, 4, host_delay_s=0.25)} == {Outcome.OK}
    assert len(server.starts) == 5  # robots.txt, too
    assert min(gaps(server)) > 0.2


def test_a_crawl_delay_raises_the_pause_and_never_lowers_it(open_gateway):
    server = Server(robots("User-agent: *\nCrawl-delay: 0.25\n"))
    visits(open_gateway, server, 3)
    assert min(gaps(server)[1:]) > 0.2
    server = Server(robots("User-agent: *\nCrawl-delay: 0\n"))
    visits(open_gateway, server, 2, host_delay_s=0.25)
    assert min(gaps(server)) > 0.2


def test_a_crawl_delay_beyond_our_patience_is_kept_by_coming_later(open_gateway):
    server = Server(robots("User-agent: *\nCrawl-delay: 3600\n"))
    fetches = visits(open_gateway, server, 3)
    assert sorted(fetch.outcome for fetch in fetches) == [Outcome.OK, Outcome.RETRY_LATER, Outcome.RETRY_LATER]
    waits = [fetch.retry_at - datetime.now(UTC) for fetch in fetches if fetch.retry_at]
    assert all(timedelta(minutes=59) < wait < timedelta(minutes=61) for wait in waits)


def test_two_requests_at_a_time_are_the_most_a_host_gets(open_gateway):
    async def slow(head, writer):
        await asyncio.sleep(0.05)
        writer.write(OK)

    server = Server({"*": slow, "/robots.txt": answer(404)})
    visits(open_gateway, server, 8)
    assert server.most_at_once == 2


def ask_in_process(port, data, start):
    settings = Settings(data=data, allow_addresses=f"127.0.0.1:{port}", host_delay_s=0.3)

    async def run():
        async with Gateway(settings) as gateway:
            for i in range(2):
                await gateway.get(Request(url=f"http://127.0.0.1:{port}/{i}", kind="page"))

    start.wait()
    asyncio.run(run())


def test_the_pause_holds_between_processes(tmp_path):
    async def run():
        server = Server({"*": OK})
        async with server.running():
            spawn = multiprocessing.get_context("spawn")
            start = spawn.Barrier(2)
            workers = [spawn.Process(target=ask_in_process, args=(server.port, tmp_path, start)) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                await asyncio.to_thread(worker.join)
        return server, [worker.exitcode for worker in workers]

    server, exits = asyncio.run(run())
    assert exits == [0, 0]
    assert len(server.starts) == 6
    assert min(gaps(server)) > 0.25


def test_a_note_that_another_process_holds_is_waited_for(open_gateway, tmp_path):
    (tmp_path / "hosts").mkdir()
    server = Server({"*": OK})

    async def run():
        async with server.running(), open_gateway(server.port, host_delay_s=0.01) as gateway:
            with (tmp_path / "hosts" / f"127.0.0.1_{server.port}").open("w") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                asking = asyncio.create_task(gateway.get(Request(url=f"http://127.0.0.1:{server.port}/", kind="page")))
                await asyncio.sleep(0.15)
                n_before = len(server.starts)
            return n_before, (await asking).fetch.outcome

    assert asyncio.run(run()) == (0, Outcome.OK)


def test_no_pause_leaves_no_trace(open_gateway, tmp_path):
    visits(open_gateway, Server({"*": OK}), 3)
    assert list(tmp_path.iterdir()) == []


def test_three_times_patience_binds_the_host_for_all(open_gateway, tmp_path):
    server = Server({"*": answer(503, b"", "Retry-After: 600"), "/robots.txt": answer(404)})
    fetches = visits(open_gateway, server, 6, host_delay_s=0.01)
    assert {fetch.outcome for fetch in fetches} == {Outcome.RETRY_LATER}
    assert 3 <= len(server.paths) - 1 <= 4  # one may have been under way
    assert all(fetch.retry_at - datetime.now(UTC) > timedelta(minutes=9) for fetch in fetches)
    (note,) = (tmp_path / "hosts").iterdir()
    assert float(note.read_text()) - time.time() > 540


def test_a_slow_host_holds_up_no_other(open_gateway):
    async def silent(head, writer):
        await asyncio.sleep(3600)

    async def run():
        slow, quick = Server({"*": silent}), Server({"*": OK})
        async with slow.running(), quick.running(), open_gateway(slow.port, quick.port, limits=QUICK) as gateway:
            bad = [gateway.get(Request(url=f"http://127.0.0.1:{slow.port}/{i}", kind="page")) for i in range(6)]
            waiting = asyncio.gather(*bad)
            await asyncio.sleep(0)
            started = time.monotonic()
            good = await gateway.get(Request(url=f"http://127.0.0.1:{quick.port}/", kind="page"))
            took = time.monotonic() - started
            await waiting
            return good, took

    good, took = asyncio.run(run())
    assert good.fetch.outcome is Outcome.OK
    assert took < 0.4


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"contact": ""}, "CONFLICTWIRE_CONTACT"), ({"contact": "a@b.org", "host_delay_s": 0.5}, "HOST_DELAY_S")],
)
def test_a_live_host_is_not_asked_without_contact_or_manners(open_gateway, settings, named):
    async def public(host, port):
        return ["93.184.216.34"]

    async def run():
        async with open_gateway(lookup=public, **{"host_delay_s": 1.0} | settings) as gateway:
            await gateway.get(Request(url="https://news.example/feed", kind="feed"))

    with pytest.raises(SettingsError, match=named):
        asyncio.run(run())


def test_no_server_can_end_a_run_by_pointing_at_a_live_host(visit):
    fetch = visit({"/a": answer(302, b"", "Location: http://93.184.216.34/")}, "/a")[0].fetch
    assert fetch.outcome is Outcome.BLOCKED_ADDRESS
    assert "CONFLICTWIRE_CONTACT" in fetch.note


def test_a_link_to_a_live_host_is_an_outcome_and_not_the_end(open_gateway):
    async def run():
        async with open_gateway() as gateway:
            return await gateway.get(Request(url="http://93.184.216.34/an-article", kind="page"))

    assert asyncio.run(run()).fetch.outcome is Outcome.BLOCKED_ADDRESS


def test_a_contact_that_no_header_can_carry_is_refused_at_once(tmp_path):
    with pytest.raises(SettingsError, match="CONFLICTWIRE_CONTACT"):
        Gateway(Settings(data=tmp_path, contact="a@b.org\r\nX: y"))


def test_a_clock_that_was_set_back_does_not_lock_a_host(open_gateway, tmp_path):
    (tmp_path / "hosts").mkdir()
    server = Server({"*": OK})

    async def run():
        async with server.running(), open_gateway(server.port, host_delay_s=0.01) as gateway:
            note = tmp_path / "hosts" / f"127.0.0.1_{server.port}"
            note.write_text(f"{time.time() + 10 * 86_400:17.3f}")
            return await gateway.get(Request(url=f"http://127.0.0.1:{server.port}/", kind="page"))

    assert asyncio.run(run()).fetch.outcome is Outcome.OK


def test_exchanges_beyond_the_limit_wait_for_a_place(open_gateway):
    n_now = n_most = 0

    async def slow(head, writer):
        nonlocal n_now, n_most
        n_now += 1
        n_most = max(n_most, n_now)
        await asyncio.sleep(0.03)
        n_now -= 1
        writer.write(OK)

    async def run():
        servers = [Server({"*": slow}) for _ in range(6)]
        async with AsyncExitStack() as stack:
            for server in servers:
                await stack.enter_async_context(server.running())
            ports = [server.port for server in servers]
            gateway = await stack.enter_async_context(open_gateway(*ports, limits=Limits(in_flight=3)))
            pages = [Request(url=f"http://127.0.0.1:{port}/{i}", kind="page") for port in ports for i in range(2)]
            return await asyncio.gather(*map(gateway.get, pages))

    assert {response.fetch.outcome for response in asyncio.run(run())} == {Outcome.OK}
    assert n_most == 3
