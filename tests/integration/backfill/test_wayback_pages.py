"""Pages that are dead today, as an archive captured them: the papers and the archive are real servers on loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.backfill.plan import Budgets
from pipeline.backfill.run import work
from pipeline.backfill.source import Window
from pipeline.config import Settings
from pipeline.http import Limits
from pipeline.progress import Silent

from .desk import NOW, ask, digests, planned, worked
from .press import Press, feed, printing, report
from .wayback_machine import STALL, Archive, serve

ROOT = Path(__file__).parents[3]
FEED = "https://paper.example/rss"
APRIL = Window(first_day=date(2023, 4, 1), last_day=date(2023, 4, 30))
SIGHT = "20230402080000"
PATHS = ("/alive", "/dead", "/lost", "/shut")
TEXTS = "SELECT url, text_from, text_reason FROM articles ORDER BY 1"
PAGES = "SELECT url, outcome FROM backfill_items WHERE url NOT LIKE '%/web/%' ORDER BY 1"


@pytest.fixture
def press() -> Iterator[Press]:
    moods = {"/dead": [404] * 99, "/lost": [410] * 99, "/shut": [403] * 99}
    with printing(moods=moods) as running:
        yield running


@pytest.fixture
def archive(press) -> Iterator[Archive]:
    listed = feed(press.host_port(0), list(PATHS)).encode()
    with serve(Archive(captures={(SIGHT, FEED): listed})) as running:
        captured(running, press, "20230403100000")
        yield running


@pytest.fixture
def settings(tmp_path, archive, press) -> Settings:
    return desk(tmp_path / "data", archive, press)


def desk(data: Path, archive: Archive, press: Press, *, host_delay_s: float = 0.0) -> Settings:
    return Settings(
        data=data,
        min_free_mb=1,
        extract_workers=1,
        host_delay_s=host_delay_s,
        contact="test@example.org",
        wayback=archive.address,
        allow_addresses=f"{archive.host_port},{press.host_port(0)}",
    )


def captured(archive: Archive, press: Press, *moments: str, path: str = "/dead") -> None:
    """Have the archive know a page; each capture says when it was."""
    for at in moments:
        html = report(press.host_port(0), path).replace("before dawn", f"before dawn of {at}")
        archive.captures[at, press.url(0, path)] = html.encode()


def plan(settings: Settings, **how) -> str:
    return planned(settings, "wayback", FEED, window=APRIL, **how)


def lookups(archive: Archive, press: Press) -> list[str]:
    """The pages that the index was asked for."""
    asked = [parse_qs(urlsplit(path).query).get("url", [""])[0] for path in archive.asked]
    return [url.removeprefix(press.url(0, "")) for url in asked if url.startswith(press.url(0, ""))]


def test_a_dead_page_is_the_archives_and_no_other_is_asked_of_it(settings, archive, press):
    captured(archive, press, "20230401100000", "20230902000000")
    done = worked(settings, plan(settings))
    assert done.outcomes == {"read": 1, "article": 1, "no_capture": 1}
    assert ask(settings, TEXTS) == [
        (press.url(0, "/alive"), "page", None),
        (press.url(0, "/dead"), "page", None),
        (press.url(0, "/lost"), "feed", "gone"),
        (press.url(0, "/shut"), "feed", "http_403"),
    ]
    assert ask(settings, PAGES) == [(press.url(0, "/dead"), "article"), (press.url(0, "/lost"), "no_capture")]
    assert set(lookups(archive, press)) == {"/dead", "/lost"}
    shown = "text LIKE '%of 20230403100000%', discovered_via, first_seen_at::VARCHAR, observed_at::VARCHAR, entry_id IS NOT NULL"
    assert ask(settings, f"SELECT {shown} FROM articles WHERE url LIKE '%/dead'") == [
        (True, "wayback", "2023-04-02 08:00:00", "2023-04-03 10:00:00", True)
    ]
    joined = "FROM fetches AS f JOIN articles USING (raw_ref) WHERE f.url LIKE '%/dead'"
    row = f"SELECT f.url, f.kind, f.observed_at::VARCHAR {joined}"
    assert ask(settings, row) == [(press.url(0, "/dead"), "page", "2023-04-03 10:00:00")]
    assert worked(settings, plan(settings)).n_steps == 0


@pytest.mark.soak
def test_without_a_later_capture_the_last_before_is_taken(settings, archive, press):
    captured(archive, press, "20230328100000", "20230401100000", path="/lost")
    worked(settings, plan(settings))
    assert ask(settings, "SELECT observed_at::VARCHAR FROM articles WHERE url LIKE '%/lost'") == [
        ("2023-04-01 10:00:00",)
    ]


@pytest.mark.soak
def test_a_capture_that_is_withheld_gives_way_to_the_next(settings, archive, press):
    captured(archive, press, "20230404100000")
    archive.withheld = {("20230403100000", press.url(0, "/dead"))}
    assert worked(settings, plan(settings)).outcomes["article"] == 1
    assert ask(settings, "SELECT observed_at::VARCHAR FROM articles WHERE url LIKE '%/dead'") == [
        ("2023-04-04 10:00:00",)
    ]


@pytest.mark.soak
def test_a_page_all_of_whose_captures_are_withheld_ends_as_the_archive_said(settings, archive, press):
    archive.withheld = {("20230403100000", press.url(0, "/dead"))}
    assert worked(settings, plan(settings)).outcomes == {"read": 1, "http_403": 1, "no_capture": 1}
    assert (press.url(0, "/dead"), "feed", "http_404") in ask(settings, TEXTS)


def test_a_capture_that_is_no_article_leaves_the_feeds_words(settings, archive, press):
    archive.captures["20230403100000", press.url(0, "/dead")] = b"<!doctype html><html><body><p>Hello</p></body></html>"
    assert worked(settings, plan(settings)).outcomes == {"read": 1, "not_article": 1, "no_capture": 1}
    assert (press.url(0, "/dead"), "feed", "http_404") in ask(settings, TEXTS)


def test_a_page_whose_domain_is_gone_is_asked_of_the_archive(settings, archive, press):
    gone = "http://paper.invalid/report"
    archive.captures[SIGHT, FEED] = feed("paper.invalid", ["/report?utm_source=rss"]).encode()
    archive.captures["20230405000000", gone] = report("paper.invalid", "/report").encode()
    assert worked(settings, plan(settings)).outcomes == {"read": 1, "article": 1}
    assert ask(settings, TEXTS) == [(gone, "page", None)]


@pytest.mark.soak
def test_an_archive_that_asks_for_patience_gives_its_pages_all_the_same(settings, archive, press, tmp_path):
    smooth = desk(tmp_path / "smooth", archive, press)
    worked(smooth, plan(smooth))
    backfill_id = plan(settings)
    archive.moods = [200, 429, 200, 503]  # the feed, the index, the index, the page
    done = work(settings, backfill_id, clock=lambda: datetime.now(UTC), progress=Silent())
    assert (done.outcomes, done.why_stopped) == ({"read": 1, "article": 1, "no_capture": 1}, None)
    assert ask(settings, TEXTS) == ask(smooth, TEXTS)


@pytest.mark.soak
def test_an_archive_in_trouble_for_long_is_an_outcome_of_each_page(settings, archive):
    backfill_id = plan(settings)
    archive.moods = [200, *[500] * 40]
    for hours in range(10):
        clock = NOW + timedelta(hours=hours)
        worked(settings, backfill_id, clock=lambda clock=clock: clock)
    assert [outcome for _, outcome in ask(settings, PAGES)] == ["http_5xx", "http_5xx"]


@pytest.mark.soak
def test_stopped_after_each_step_it_ends_in_the_same_tables(settings, archive, press, tmp_path):
    backfill_id = plan(settings)
    for _ in range(5):
        stops = iter((False, True, True, True))
        worked(settings, backfill_id, should_stop=lambda stops=stops: next(stops))
    whole = desk(tmp_path / "whole", archive, press)
    worked(whole, plan(whole))
    assert digests(settings) == digests(whole)


@pytest.mark.soak
def test_a_budget_holds_and_a_larger_one_goes_on(settings, archive, press):
    backfill_id = plan(settings, budgets=Budgets(requests=10))
    assert worked(settings, backfill_id).why_stopped
    n_asked = len(archive.moments) + len(press.asked)
    assert n_asked <= 10 + 1  # the plan's robots.txt, and the run's
    plan(settings, budgets=Budgets(requests=100))
    worked(settings, backfill_id)
    assert ask(settings, "SELECT outcome, count(*) FROM backfill_items GROUP BY 1 ORDER BY 1") == [
        ("article", 1),
        ("no_capture", 1),
        ("read", 1),
    ]


@pytest.mark.soak
def test_killed_in_mid_run_and_run_again_it_ends_in_the_same_tables(settings, archive, press, tmp_path):
    for day in range(3, 9):  # more to be killed in
        moods = press.moods.setdefault(f"/dead{day}", [])
        moods += [404] * 99
        archive.captures[f"202304{day:02}080000", FEED] = feed(press.host_port(0), [f"/dead{day}", "/lost"]).encode()
        captured(archive, press, f"202304{day:02}100000", path=f"/dead{day}")
    whole = desk(tmp_path / "whole", archive, press)
    worked(whole, plan(whole))
    backfill_id = plan(settings)
    hosts = ",".join(settings.allow_addresses)
    n_killed = 0
    for n in range(6):
        until = len(archive.moments) + 2 + n
        code = [sys.executable, "-c", _WORK, str(settings.data), archive.address, hosts, backfill_id]
        child = subprocess.Popen(code, cwd=ROOT)
        deadline = time.monotonic() + 30
        while len(archive.moments) < until and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            n_killed += 1
        child.wait()
    assert n_killed
    assert worked(settings, backfill_id).why_stopped is None
    assert ask(settings, "SELECT outcome, count(*) FROM backfill_items GROUP BY 1 ORDER BY 1") == [
        ("article", 7),
        ("no_capture", 1),
        ("read", 7),
    ]
    assert digests(settings) == digests(whole)


@pytest.mark.soak
def test_an_archive_that_stalls_is_asked_again_later(settings, archive, press, tmp_path, monkeypatch):
    smooth = desk(tmp_path / "smooth", archive, press)
    worked(smooth, plan(smooth))
    backfill_id = plan(settings)
    quick = Limits(deadline_s=1.0, headers_s=0.5, connect_s=0.4)  # the times alone: the gateway is the real one
    monkeypatch.setattr("pipeline.http.gateway.Limits", lambda: quick)
    archive.moods = [STALL, 200, STALL, 200, STALL]  # the feed, then the index of a page, then its capture
    stops = []
    for n in range(4):
        clock = NOW + timedelta(minutes=20 * n)
        done = worked(settings, backfill_id, clock=lambda clock=clock: clock)
        stops.append(bool(done.why_stopped and "let alone" in done.why_stopped))
    assert stops[0]
    assert not stops[-1]
    assert ask(settings, "SELECT state FROM backfill_status") == [("done",)]
    assert ask(settings, "SELECT count(*) FROM fetches WHERE outcome = 'timeout_total'") == [(3,)]
    assert ask(settings, TEXTS) == ask(smooth, TEXTS)


@pytest.mark.soak
def test_an_archive_that_goes_on_stalling_is_an_outcome(settings, archive, monkeypatch):
    backfill_id = plan(settings)
    quick = Limits(deadline_s=0.3, headers_s=0.2, connect_s=0.1)
    monkeypatch.setattr("pipeline.http.gateway.Limits", lambda: quick)
    archive.moods = [STALL] * 40
    for n in range(6):
        clock = NOW + timedelta(minutes=20 * n)
        done = worked(settings, backfill_id, clock=lambda clock=clock: clock)
    assert done.outcomes == {"timeout_total": 1}
    assert ask(settings, "SELECT state FROM backfill_status") == [("done",)]


@pytest.mark.soak
def test_the_pause_is_kept_at_the_archive_from_the_plan_to_the_last_page(tmp_path, archive, press):
    settings = desk(tmp_path / "slow", archive, press, host_delay_s=0.3)
    worked(settings, plan(settings))
    assert len(archive.asked) == 6  # the index, the feed, the index and the capture, the index twice
    assert min(b - a for a, b in pairwise(archive.moments)) > 0.28


_WORK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.backfill.run import work
from pipeline.config import Settings
from pipeline.progress import Silent

settings = Settings(
    data=Path(sys.argv[1]), min_free_mb=1, extract_workers=1, contact="test@example.org", host_delay_s=0.02,
    wayback=sys.argv[2], allow_addresses=sys.argv[3],
)
work(settings, sys.argv[4], clock=lambda: datetime(2026, 3, 10, 12, 0, tzinfo=UTC), progress=Silent())
"""
