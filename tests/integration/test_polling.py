"""How we look from the other side: what each of many hosts is asked, and when."""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from pipeline import ingest, shard
from pipeline.config import Settings
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription
from pipeline.types import Entry, Feed, Fetch

from .crowd import Asked, Crowd, crowd

HIDDEN = "/private"
POLL = """
import sys
from datetime import UTC, datetime
from pipeline import ingest
from pipeline.config import Settings
from pipeline.progress import Lines
settings = Settings.model_validate_json(sys.stdin.read())
ingest.poll(ingest.Run(settings=settings, run_id="r", clock=lambda: datetime.now(UTC), progress=Lines()), sys.argv[1])
"""


@pytest.fixture(scope="module")
def hosts() -> Iterator[Crowd]:
    with crowd("--entries", "2", "--hidden", HIDDEN) as running:
        yield running


def settings_for(data, hosts: Crowd, n_hosts: int, *, host_delay_s: float) -> Settings:
    return Settings(
        data=data,
        allow_addresses=frozenset(hosts.host_port(host) for host in range(n_hosts)),
        host_delay_s=host_delay_s,
        contact="test@example.org",
        min_free_mb=10,
    )


def run_of(settings: Settings, name: str) -> ingest.Run:
    return ingest.Run(settings=settings, run_id=name, clock=lambda: datetime.now(UTC), progress=Lines())


def cycle(settings: Settings, name: str, subs: list[Subscription]) -> tuple[Counter, int]:
    """Poll and store; return how often each outcome came, and how many entries were read. No page is asked for."""
    run = run_of(settings, name)
    for batch in ingest.plan(run, subs, n_batches=1, poll_all=True):
        ingest.poll(run, batch)
    ingest.choose(run, n_batches=1)
    ingest.finish(run)
    outcomes = Counter(
        row["outcome"] for row in shard.arrow(run.files("poll-*.fetches"), Fetch).to_pylist() if row["kind"] == "feed"
    )
    return outcomes, shard.arrow(run.files("poll-*.entries"), Entry).num_rows


def most_in_a_second(asked: Iterable[Asked]) -> tuple[int, float]:
    """Return the most requests that any host saw in any second, and the shortest gap between two, seconds."""
    times = defaultdict(list)
    for one in asked:
        times[one.host].append(one.at)
    most = max(sum(start <= at < start + 1 for at in seen) for seen in times.values() for start in seen)
    return most, min(later - earlier for seen in times.values() for earlier, later in pairwise(sorted(seen)))


def check_two_rounds(data, hosts: Crowd, *, n_feeds: int, n_hosts: int, host_delay_s: float) -> None:
    settings = settings_for(data, hosts, n_hosts, host_delay_s=host_delay_s)
    paths = [f"{HIDDEN if n % 7 == 0 else ''}/feed/{n}" for n in range(n_feeds)]
    subs = [Subscription(url=hosts.url(n % n_hosts, path)) for n, path in enumerate(paths)]
    n_hidden = sum(path.startswith(HIDDEN) for path in paths)
    hosts.asked()

    assert cycle(settings, "first", subs) == ({"ok": n_feeds - n_hidden, "robots": n_hidden}, 2 * (n_feeds - n_hidden))
    first = hosts.asked()
    assert cycle(settings, "second", subs) == ({"not_modified": n_feeds - n_hidden, "robots": n_hidden}, 0)
    second = hosts.asked()

    for seen, status in ((first, 200), (second, 304)):
        assert not [one for one in seen if one.path.startswith(HIDDEN)]
        feeds = [one for one in seen if one.path != "/robots.txt"]
        assert Counter(one.path for one in feeds) == {path: 1 for path in paths if not path.startswith(HIDDEN)}
        assert {one.status for one in feeds} == {status}
        most, gap = most_in_a_second(seen)
        print(f"{len(seen)} requests, at most {most} of a host in a second, {gap:.3f} s apart")
        assert most <= 1 / host_delay_s


def test_no_host_is_asked_faster_than_its_pause_nor_what_it_forbids_and_304s_are_not_read(tmp_path, hosts):
    check_two_rounds(tmp_path, hosts, n_feeds=200, n_hosts=40, host_delay_s=0.2)


@pytest.mark.soak
def test_2000_feeds_on_300_hosts_are_polled_as_politely(tmp_path, hosts):
    check_two_rounds(tmp_path, hosts, n_feeds=2000, n_hosts=300, host_delay_s=1)


def test_two_processes_share_a_hosts_pause(tmp_path, hosts):
    n_hosts, host_delay_s = 10, 0.2
    settings = settings_for(tmp_path, hosts, n_hosts, host_delay_s=host_delay_s)
    run = run_of(settings, "r")
    for batch in ("poll-00", "poll-01"):
        feeds = [
            Feed(
                feed_id=f"{batch}{n}",
                url=hosts.url(n % n_hosts, f"/{batch}/{n}"),
                source_id="s",
                added_at=datetime.now(UTC),
            )
            for n in range(4 * n_hosts)
        ]
        shard.write(run.file(f"{batch}.todo"), Feed, feeds)
    hosts.asked()
    polls = [
        subprocess.Popen([sys.executable, "-c", POLL, batch], stdin=subprocess.PIPE, text=True)
        for batch in ("poll-00", "poll-01")
    ]
    for poll in polls:
        poll.stdin.write(settings.model_dump_json())
        poll.stdin.close()
    assert [poll.wait() for poll in polls] == [0, 0]
    asked = hosts.asked()
    assert Counter(one.path == "/robots.txt" for one in asked) == {False: 8 * n_hosts, True: 2 * n_hosts}
    assert most_in_a_second(asked)[0] <= 1 / host_delay_s
