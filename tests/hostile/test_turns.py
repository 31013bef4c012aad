"""All processes on one data folder are one visitor to a host, and a live run goes before a backfill."""

import asyncio
import multiprocessing
import os
import signal
from contextlib import asynccontextmanager

from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.http import Gateway
from pipeline.http.turns import key, turns_in
from pipeline.types import Request

from .server import Server, answer

OK = answer(200, b"<!doctype html><html></html>")
SPAWN = multiprocessing.get_context("spawn")
ROUTES = {"*": OK, "/robots.txt": answer(404)}


def visit(port, data, name, n, start, gives_way, pause_s):
    """Ask for n pages, all queued at once; the exit code tells how many were answered."""
    settings = Settings(data=data, allow_addresses=f"127.0.0.1:{port}", host_delay_s=pause_s)

    async def run():
        async with Gateway(settings, gives_way=gives_way) as gateway:
            urls = [f"http://127.0.0.1:{port}/{name}/{i}" for i in range(n)]
            return await asyncio.gather(*(gateway.get(Request(url=url, kind="page")) for url in urls))

    start.wait()
    os._exit(sum(one.fetch.outcome is Outcome.OK for one in asyncio.run(run())))


@asynccontextmanager
async def visitor(server, data, name, n, *, gives_way=False, pause_s=0.05, start=None):
    start = start or SPAWN.Barrier(1)
    process = SPAWN.Process(target=visit, args=(server.port, data, name, n, start, gives_way, pause_s))
    process.start()
    try:
        yield process
        await asyncio.to_thread(process.join)
    finally:
        process.kill()
        await asyncio.to_thread(process.join)


async def seen(server, beginning, n):
    """Wait until the server was asked for n paths that begin so."""
    while sum(path.startswith(beginning) for path in server.paths) < n:  # noqa: ASYNC110 - it is other processes that ask
        await asyncio.sleep(0.01)


def test_two_requests_at_a_time_are_the_most_a_host_gets_from_all_processes(tmp_path):
    async def slow(head, writer):
        await asyncio.sleep(0.3)
        writer.write(OK)

    async def run():
        server = Server({"*": slow, "/robots.txt": answer(404)})
        start = SPAWN.Barrier(3)
        async with (
            server.running(),
            visitor(server, tmp_path, "a", 3, start=start, pause_s=0.01) as a,
            visitor(server, tmp_path, "b", 3, start=start, pause_s=0.01) as b,
            visitor(server, tmp_path, "c", 3, start=start, pause_s=0.01, gives_way=True) as c,
        ):
            for process in (a, b, c):
                await asyncio.to_thread(process.join)
        return server, [process.exitcode for process in (a, b, c)]

    server, answered = asyncio.run(run())
    assert answered == [3, 3, 3]
    assert server.most_at_once == 2


def test_a_backfill_starts_nothing_at_a_host_that_a_live_run_has_queued(tmp_path):
    async def run():
        server = Server(ROUTES)
        async with server.running(), visitor(server, tmp_path, "past", 120, gives_way=True) as past:
            await seen(server, "/past", 2)
            async with visitor(server, tmp_path, "live", 8) as live:
                pass
            await asyncio.to_thread(past.join)
        return server.paths, past.exitcode, live.exitcode

    paths, n_past, n_live = asyncio.run(run())
    assert (n_past, n_live) == (120, 8)
    first, last = (f(i for i, path in enumerate(paths) if path.startswith("/live")) for f in (min, max))
    assert last - first == 7  # nobody came between
    assert sum(path.startswith("/past") for path in paths[last:]) > 0


def test_a_live_run_that_is_killed_leaves_the_host_to_the_backfill(tmp_path):
    async def run():
        server = Server(ROUTES)
        async with server.running(), visitor(server, tmp_path, "live", 1000, pause_s=0.2) as live:
            await seen(server, "/live", 1)
            async with visitor(server, tmp_path, "past", 2, gives_way=True) as past:
                await seen(server, "/live", 5)
                early = [path for path in server.paths if path.startswith("/past")]
                os.kill(live.pid, signal.SIGKILL)
            return early, past.exitcode

    assert asyncio.run(run()) == ([], 2)


def test_gateways_of_one_process_know_of_each_other(tmp_path):
    here, again = turns_in(tmp_path / "x.turns"), turns_in(tmp_path / "x.turns")
    assert here is again
    host = key("paper.example:443")
    here.want(host)
    assert again.is_wanted(host)
    here.let_go(host)
    assert not again.is_wanted(host)
    places = [here.take(host, 2) for _ in range(3)]
    assert places == [host + 1, host + 2, None]
    again.leave(host + 1)
    assert here.take(host, 2) == host + 1
