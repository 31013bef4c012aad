"""Pages that a list names are asked for: what fails is tried again, budgets hold, and a stop costs nothing."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.backfill.plan import Budgets
from pipeline.config import Settings

from .desk import NOW, ask, planned, worked
from .press import Press, printing

ROOT = Path(__file__).parents[3]


@pytest.fixture
def press() -> Iterator[Press]:
    with printing() as running:
        yield running


@pytest.fixture
def settings(tmp_path, press) -> Settings:
    return Settings(
        data=tmp_path / "data",
        min_free_mb=1,
        extract_workers=1,
        contact="test@example.org",
        host_delay_s=0.01,
        allow_addresses=frozenset(press.host_port(n) for n in range(9)),
    )


def listing(folder: Path, press: Press, *, n_hosts: int = 1, n_pages: int = 4) -> Path:
    path = folder / "list.csv"
    urls = [press.url(host, f"/{page}") for page in range(n_pages) for host in range(n_hosts)]
    path.write_text("\n".join(["url", *urls]), encoding="utf-8")
    return path


def items(settings: Settings) -> dict[str, int]:
    return dict(ask(settings, "SELECT outcome, count(*)::INT FROM backfill_items GROUP BY 1"))


def test_a_page_that_fails_for_a_moment_is_had_later_and_has_one_outcome(settings, press, tmp_path):
    press.moods = {"/1": [503], "/2": [503, 500]}
    backfill_id = planned(settings, "url_list", listing(tmp_path, press))
    done = worked(settings, backfill_id)
    assert done.outcomes == {"article": 2}
    assert done.why_stopped == "what is left asks to be let alone until 2026-03-10 12:15 UTC"
    assert ask(settings, "SELECT state, n_items FROM backfill_status") == [("begun", 2)]
    soon = worked(settings, backfill_id, clock=lambda: NOW + timedelta(minutes=16))
    assert soon.outcomes == {"article": 1}
    later = worked(settings, backfill_id, clock=lambda: NOW + timedelta(hours=2))
    assert (later.outcomes, later.why_stopped) == ({"article": 1}, None)
    assert Counter(press.pages) == {"/0": 1, "/1": 2, "/2": 3, "/3": 1}
    assert ask(settings, "SELECT state, n_items, n_articles FROM backfill_status") == [("done", 4, 4)]
    assert ask(settings, "SELECT count(DISTINCT url), count(article_id) FROM backfill_items") == [(4, 4)]
    assert ask(settings, "SELECT DISTINCT discovered_via FROM articles") == [("url_list",)]


def test_a_page_that_never_comes_is_given_up_after_three_tries(settings, press, tmp_path):
    press.moods = {"/0": [503] * 9, "/1": [404], "/2": [403]}
    backfill_id = planned(settings, "url_list", listing(tmp_path, press))
    for hours in range(4):
        worked(settings, backfill_id, clock=lambda at=NOW + timedelta(hours=2 * hours): at)
    assert items(settings) == {"retry_later": 1, "http_404": 1, "http_403": 1, "article": 1}
    assert Counter(press.pages) == {"/0": 3, "/1": 1, "/2": 1, "/3": 1}


def test_a_budget_of_requests_holds_over_runs_and_nothing_is_asked_twice(settings, press, tmp_path):
    path = listing(tmp_path, press, n_pages=6)
    backfill_id = planned(settings, "url_list", path, budgets=Budgets(requests=4))
    for _ in range(3):
        assert "budget" in worked(settings, backfill_id).why_stopped
    assert len(press.asked) <= 4
    assert ask(settings, "SELECT count(*) FROM articles") == [(0,)]
    assert planned(settings, "url_list", path, budgets=Budgets(requests=20)) == backfill_id
    assert worked(settings, backfill_id).outcomes == {"article": 6}
    assert set(Counter(press.pages).values()) == {1}


def test_a_budget_of_bytes_stops_between_two_pages(settings, press, tmp_path):
    backfill_id = planned(settings, "url_list", listing(tmp_path, press, n_pages=6), budgets=Budgets(bytes=1))
    assert worked(settings, backfill_id).why_stopped == "its budget of 1 bytes is spent"
    assert len(press.pages) <= 2
    assert worked(settings, backfill_id).why_stopped == "its budget of 1 bytes is spent"
    assert len(press.pages) <= 2


def test_hosts_beyond_the_budget_are_not_asked_and_said(settings, press, tmp_path):
    path = listing(tmp_path, press, n_hosts=5, n_pages=2)
    done = worked(settings, planned(settings, "url_list", path, budgets=Budgets(hosts=2)))
    assert (done.outcomes, done.why_stopped) == ({"article": 4, "over_budget": 6}, None)
    assert len({one.host for one in press.asked}) == 2


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_finishes_the_step_and_the_same_command_goes_on(settings, press, tmp_path, how):
    for name in "ab":
        (tmp_path / name).mkdir()
    paths = [tmp_path / name / "list.csv" for name in "ab"]
    for n, path in enumerate(paths):
        listing(path.parent, press, n_pages=8).write_text(
            "\n".join(["url", *(press.url(n, f"/{n}{page}") for page in range(8))]), encoding="utf-8"
        )
    backfill_id = planned(settings, "url_list", *paths)
    press.slow_s = 0.1
    env = {
        **os.environ,
        "CONFLICTWIRE_DATA": str(settings.data),
        "CONFLICTWIRE_ALLOW_ADDRESSES": ",".join(settings.allow_addresses),
        "CONFLICTWIRE_HOST_DELAY_S": "0.01",
        "CONFLICTWIRE_CONTACT": "test@example.org",
        "CONFLICTWIRE_MIN_FREE_MB": "1",
    }
    command = [sys.executable, "-m", "pipeline", "backfill", "run", backfill_id]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not press.pages:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(how)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "stopping after this step" in err
    assert f"stopped   it was stopped; `conflictwire backfill run {backfill_id}` goes on" in out
    assert items(settings) == {"article": 8}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert "items     8: 8 article" in done.stdout
    assert Counter(press.pages) == dict.fromkeys(press.pages, 1)
    assert len(press.pages) == 16
