"""What a poll costs beside the bare libraries: CPU of both on the same feeds, children included, interleaved.

    python tests/bench/polling_cost.py [--rounds 5] [--feeds 400] [--hosts 60] [--pause 0] [--profile]

A poll is all of `ingest.poll`: robots.txt of every host, WARC, reading in children, rows. Bare is an aiohttp GET and
its read, and for changed feeds feedparser.parse. Prints the ratio of each round and their median; then the wall time of
2,000 feeds due at once, one on each of 2,000 hosts, beside its CPU time. With a `--pause` (seconds, such as 0.001) turns
are noted for other processes, as they are at live hosts.
"""

import argparse
import asyncio
import cProfile
import pstats
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import feedparser

from pipeline import ingest, shard
from pipeline.config import Settings
from pipeline.isolate import end_kept
from pipeline.progress import Lines
from pipeline.types import Feed, Fetch

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
from crowd import Crowd, crowd


def cpu_s() -> float:
    """Return the CPU time of this process and of its ended children."""
    end_kept()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU and wall seconds of `work`."""
    cpu, wall = cpu_s(), time.perf_counter()
    work()
    return cpu_s() - cpu, time.perf_counter() - wall


def bare(feeds: list[Feed], *, parse: bool) -> None:
    """Ask for and read `feeds` with no care at all."""

    async def ask() -> list[bytes]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:

            async def one(feed: Feed) -> bytes:
                headers = {"If-None-Match": feed.etag} if feed.etag else {}
                async with session.get(feed.url, headers=headers) as answer:
                    return await answer.read()

            return await asyncio.gather(*map(one, feeds))

    for body in asyncio.run(ask()):
        if parse:
            feedparser.parse(body)


def world(data: Path, crowd: Crowd, n_feeds: int, n_hosts: int, *, pause_s: float) -> tuple[Settings, list[Feed]]:
    """Return settings that let these hosts be asked at full speed, and the feeds on them."""
    settings = Settings(
        data=data,
        allow_addresses=frozenset(crowd.host_port(host) for host in range(n_hosts)),
        host_delay_s=pause_s,
        contact="bench@example.org",
    )
    return settings, [
        Feed(feed_id=f"{n:016x}", url=crowd.url(n % n_hosts, f"/feed/{n}"), source_id="s", added_at=datetime.now(UTC))
        for n in range(n_feeds)
    ]


def known(feeds: list[Feed], run: ingest.Run) -> list[Feed]:
    """Return the feeds as they are after `run` has polled them."""
    fetched = {fetch.feed_id: fetch for fetch in shard.read(run.file("poll-00.fetches"), Fetch) if fetch.kind == "feed"}
    return [replace(feed, etag=fetched[feed.feed_id].etag, last_full_at=datetime.now(UTC)) for feed in feeds]


def polling(settings: Settings, feeds: list[Feed], name: str) -> ingest.Run:
    """Return a run that has `feeds` as its one batch."""
    run = ingest.Run(settings=settings, run_id=name, clock=lambda: datetime.now(UTC), progress=Lines())
    shard.write(run.file("poll-00.todo"), Feed, feeds)
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in (("rounds", 5), ("feeds", 400), ("hosts", 60), ("at-once", 2000)):
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--profile", action="store_true", help="say where the time of the calling process goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, crowd() as hosts:
        settings, feeds = world(Path(data), hosts, options.feeds, options.hosts, pause_s=options.pause)
        bare(feeds, parse=True)  # the servers' documents are made, the imports done
        first = polling(settings, feeds, "first")
        ingest.poll(first, "poll-00")
        for what, asked, goal in (("changed", feeds, 1.5), ("304", known(feeds, first), 2.5)):
            compare(settings, asked, what, options, goal=goal)
        settings, feeds = world(Path(data) / "at-once", hosts, options.at_once, options.at_once, pause_s=options.pause)
        run = polling(settings, feeds, "at once")
        cpu, wall = timed(lambda: ingest.poll(run, "poll-00"))
        print(f"{len(feeds)} feeds on as many hosts: wall {wall:.1f} s, CPU {cpu:.1f} s, {wall / cpu:.2f} (goal 1.2)")


def compare(settings: Settings, feeds: list[Feed], what: str, options: argparse.Namespace, *, goal: float) -> None:
    """Print what polling `feeds` costs beside doing it bare."""
    ratios, profiler = [], cProfile.Profile()
    for number in range(options.rounds):
        theirs, _ = timed(lambda: bare(feeds, parse=what == "changed"))
        run = polling(settings, feeds, f"{what} {number}")
        if options.profile:
            profiler.enable()
        ours, _ = timed(lambda run=run: ingest.poll(run, "poll-00"))
        profiler.disable()
        ratios.append(ours / theirs)
        each = [f"{1000 * seconds / len(feeds):6.2f} ms" for seconds in (ours, theirs)]
        print(f"{what}: a poll {each[0]}, bare {each[1]}, ratio {ratios[-1]:.2f}", flush=True)
    print(f"{what}: median ratio {statistics.median(ratios):.2f} (goal {goal})")
    if options.profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
