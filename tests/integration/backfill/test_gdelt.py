"""GDELT's files of each quarter of an hour into articles: its addresses and never its dates."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.backfill import gdelt
from pipeline.backfill.plan import Budgets
from pipeline.backfill.source import Window
from pipeline.config import Settings
from pipeline.errors import InputError

from .archive import Archive, keeping
from .desk import NOW, ask, digests, planned, worked
from .test_sitemaps import STALLS, hurried, later, settings_in

ROOT = Path(__file__).parents[3]
DAY = Window(first_day=date(2023, 10, 7), last_day=date(2023, 10, 7))
_WORK = """
import sys
from datetime import datetime
from pipeline.backfill.run import work
from pipeline.config import Settings
from pipeline.progress import Silent
work(Settings(), sys.argv[1], clock=lambda: datetime.fromisoformat(sys.argv[2]), progress=Silent())
"""


def mention(url: str, *, kind: int = 1, at: str = "20231007001500") -> str:
    """A row of mentions, columns as in the codebook: the event is much older than the mention."""
    about_the_event = ("1", "-1", "40", "60", "1", "50", "3000", "-4.2", "", "")
    return "\t".join(("1134567890", "20221007001500", at, str(kind), "paper.example", url, *about_the_event))


def packed(*rows: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.mentions.CSV", "".join(f"{row}\n" for row in rows))
    return out.getvalue()


def path(quarter: int, *, kind: str = "mentions", day: str = "20231007") -> str:
    return f"/gdeltv2/{day}{quarter // 4:02}{quarter % 4 * 15:02}00.{kind}.CSV.zip"


@pytest.fixture
def site() -> Iterator[Archive]:
    """GDELT and a paper under one roof: all quarters of the day, most of them empty."""
    with keeping() as running:
        for quarter in range(96):
            for kind in ("mentions", "translation.mentions"):
                running.serve(path(quarter, kind=kind), packed())
        yield running


@pytest.fixture
def settings(tmp_path, site) -> Settings:
    return settings_of(tmp_path / "data", site)


def settings_of(folder: Path, site: Archive) -> Settings:
    changes = {"gdelt": site.url("/gdeltv2"), "host_delay_s": 0.0}
    return settings_in(folder, site).model_copy(update=changes)


def backfilled(settings: Settings, *sites: str, window: Window = DAY, **how) -> str:
    backfill_id = planned(settings, "gdelt", *sites, window=window, **how)
    later(settings, backfill_id)
    return backfill_id


def outcomes(settings: Settings, where: str = "true") -> dict[str, int]:
    return dict(ask(settings, f"SELECT outcome, count(*)::INT FROM backfill_items WHERE {where} GROUP BY 1"))


def fill(site: Archive) -> None:
    """Three pages, one of them in three files, one in another language; and what is no page."""
    a, b, c = (site.url(f"/news/{name}") for name in "abc")
    site.serve(path(0), packed(mention(a), mention(a), mention(b), mention("BBC Monitoring", kind=2), "torn\trow"))
    site.serve(path(1), packed(mention(f"{a}?utm_source=x"), mention("https://elsewhere.example/x")))
    site.serve(path(50, kind="translation.mentions"), packed(mention(c), mention(a)))


def test_what_gdelt_saw_becomes_articles_once_and_none_has_its_dates(settings, site):
    fill(site)
    backfilled(settings, site.host)
    assert ask(settings, "SELECT url_key, discovered_via, text_from, published_at FROM articles ORDER BY 1") == [
        (f"{site.host}/news/{name}", "gdelt", "page", None) for name in "abc"
    ]
    assert outcomes(settings) == {"read": 192, "article": 3, "known": 1}
    assert {n for path, n in site.paths.items() if path.startswith("/news/")} == {1}
    notes = ask(settings, f"SELECT note FROM backfill_items WHERE url = '{site.url(path(0))}'")
    assert notes == [("2 wanted of 2 addresses, 1 rows unreadable",)]
    assert site.most_at_once <= 2
    before = ask(settings, "FROM content_digest()")
    backfilled(settings, site.host, hosts=("127.0.0.1",))  # a plan of its own: its files are taken anew
    assert ask(settings, "FROM content_digest()") == before
    assert {n for path, n in site.paths.items() if path.startswith("/news/")} == {1}


def test_a_plan_looks_into_some_files_and_tells_what_cannot_be_had(settings, site):
    fill(site)
    planned(settings, "gdelt", site.host, window=Window(first_day=date(2015, 2, 17), last_day=date(2015, 2, 18)))
    (expected, missing), *_ = ask(settings, "SELECT n_expected, cannot_be_had FROM backfills")
    assert expected is None
    assert missing[0] == "what came before 2015-02-18 23:00: GDELT 2.0 begins there"
    assert all("http_404" in one for one in missing[1:])
    assert ask(settings, "SELECT address FROM backfill_units") == [("2015-02-18",)]
    assert len([path for path in site.paths if path.startswith("/gdeltv2/20150218")]) == 6
    assert not [path for path in site.paths if path.startswith("/news/")]


def test_files_that_cannot_be_had_are_told_as_gaps_and_the_rest_is_taken(settings, site):
    fill(site)
    site.serve(path(2), None)
    site.serve(path(3), packed(mention(site.url("/news/z")))[:-40])
    site.serve(path(4), b"<html>gone fishing</html>")
    site.serve(path(5), packed("x" * 65_000_000))
    backfilled(settings, site.host)
    names = ", ".join(f"'{site.url(path(n))}'" for n in (2, 3, 4, 5))
    assert outcomes(settings, f"url IN ({names})") == {"http_404": 1, "unreadable": 3}
    assert outcomes(settings, "outcome = 'article'") == {"article": 3}


def test_patience_brings_what_an_overloaded_archive_refuses_at_first(settings, site):
    fill(site)
    site.moods = {path(0): [503, 429], path(1): ["cut"], path(50, kind="translation.mentions"): [429]}
    backfilled(settings, site.host)
    assert outcomes(settings) == {"read": 192, "article": 3, "known": 1}
    assert site.paths[path(2)] == 1


def test_a_day_that_is_not_over_is_waited_for(settings, site):
    window = Window(first_day=NOW.date(), last_day=NOW.date())
    site.serve(path(6, day="20260310"), packed(mention(site.url("/news/a"))))
    backfill_id = planned(settings, "gdelt", site.host, window=window)
    assert "until 2026-03-10 18:00" in str(worked(settings, backfill_id).why_stopped)
    assert outcomes(settings) == {"http_404": 95, "read": 1, "article": 1}
    site.serve(path(80, day="20260310"), packed(mention(site.url("/news/b"))))
    assert worked(settings, backfill_id, clock=lambda: NOW + timedelta(hours=12)).why_stopped is None
    assert outcomes(settings) == {"http_404": 190, "read": 2, "article": 2}


def test_an_archive_that_stalls_is_asked_again_later_and_paused_for_as_any_host(settings, site, monkeypatch):
    fill(site)
    hurried(monkeypatch)
    site.moods = {path(0): ["stall"], path(50, kind="translation.mentions"): ["stall", "stall"]}
    backfilled(settings.model_copy(update={"host_delay_s": 0.02}), site.host)
    assert outcomes(settings) == {"read": 192, "article": 3, "known": 1}
    assert ask(settings, STALLS) == [(3,)]
    assert site.least_gap_s() > 0.01


def test_an_archive_that_refuses_is_left_and_that_is_told(settings, site):
    fill(site)
    backfill_id = planned(settings, "gdelt", site.host, window=DAY)
    site.says_to_all = 403
    later(settings, backfill_id)
    ((is_done, outcome),) = ask(settings, "SELECT is_done, outcome FROM backfill_units")
    assert is_done
    assert outcome == "http_403"
    assert len(site.asked) < 80  # one step's, no more
    assert ask(settings, "SELECT count(*) FROM articles") == [(0,)]


def test_a_budget_of_requests_holds_and_more_of_it_goes_on(settings, site):
    fill(site)
    backfill_id = planned(settings, "gdelt", site.host, window=DAY, budgets=Budgets(requests=90))
    assert worked(settings, backfill_id).why_stopped
    assert len(site.asked) <= 90
    backfilled(settings, site.host)  # the same plan, with no limit now
    assert outcomes(settings, "outcome = 'article'") == {"article": 3}


@pytest.mark.parametrize("given", [{"feeds": ("https://paper.example/rss",)}, {"addresses": ("nowhere at all",)}])
def test_feeds_and_what_is_no_site_are_refused(settings, given):
    with pytest.raises(InputError, match=r"paper\.example"):
        planned(settings, "gdelt", *given.get("addresses", ()), window=DAY, feeds=given.get("feeds", ()))


def test_the_files_of_today_end_where_today_has_come_to():
    names = gdelt._names(NOW.date(), NOW)
    assert len(names) == 2 * 48
    assert names[-1] == "20260310114500.translation.mentions.CSV.zip"


def test_killed_at_any_moment_it_ends_with_the_same_tables(tmp_path, site):
    fill(site)
    whole = settings_of(tmp_path / "whole", site)
    backfilled(whole, site.host)
    settings = settings_of(tmp_path / "data", site)
    backfill_id = planned(settings, "gdelt", site.host, window=DAY)
    env = os.environ | {
        "CONFLICTWIRE_DATA": str(settings.data),
        "CONFLICTWIRE_GDELT": settings.gdelt,
        "CONFLICTWIRE_ALLOW_ADDRESSES": site.host,
        "CONFLICTWIRE_HOST_DELAY_S": "0",
        "CONFLICTWIRE_CONTACT": "test@example.org",
        "CONFLICTWIRE_EXTRACT_WORKERS": "1",
        "CONFLICTWIRE_MIN_FREE_MB": "1",
    }
    n_killed = 0
    for lives_s in (2.0, 2.6, 3.3):
        command = [sys.executable, "-c", _WORK, backfill_id, NOW.isoformat()]
        with subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True) as child:
            try:
                child.wait(lives_s)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                n_killed += 1
                time.sleep(0.2)
    assert n_killed
    later(settings, backfill_id)
    assert digests(settings) == digests(whole)
