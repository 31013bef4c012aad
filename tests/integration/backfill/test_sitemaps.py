"""A site's sitemaps into articles: only what may be of the window is asked for, whatever the site does meanwhile."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.backfill.plan import Budgets
from pipeline.backfill.source import Window
from pipeline.config import Settings
from pipeline.http import Limits

from .archive import Archive, keeping
from .desk import NOW, ask, planned, worked

ROOT = Path(__file__).parents[3]
OCTOBER = Window(first_day=date(2023, 10, 1), last_day=date(2023, 10, 31))
STALLS = "SELECT count(*) FROM fetches WHERE outcome = 'timeout_total'"
SPACE = (
    "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
)


@pytest.fixture
def site() -> Iterator[Archive]:
    with keeping() as running:
        yield running


@pytest.fixture
def settings(tmp_path, site) -> Settings:
    return settings_in(tmp_path / "data", site)


def settings_in(folder: Path, site: Archive) -> Settings:
    return Settings(
        data=folder,
        min_free_mb=1,
        extract_workers=1,
        contact="test@example.org",
        host_delay_s=0.02,
        allow_addresses=frozenset({site.host}),
    )


def index(site: Archive, *places: tuple[str, str]) -> str:
    listed = "".join(
        f"<sitemap><loc>{site.url(path)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>"
        for path, changed in places
    )
    return f"<?xml version='1.0'?><sitemapindex {SPACE}>{listed}</sitemapindex>"


def urlset(site: Archive, *places: tuple[str, str]) -> str:
    listed = "".join(
        f"<url><loc>{site.url(path)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for path, changed in places
    )
    return f"<?xml version='1.0'?><urlset {SPACE}>{listed}</urlset>"


def news(site: Archive, path: str, at: str, title: str) -> str:
    return (
        f"<url><loc>{site.url(path)}</loc><news:news><news:publication><news:name>P</news:name></news:publication>"
        f"<news:publication_date>{at}</news:publication_date><news:title>{title}</news:title></news:news></url>"
    )


def open_archive(site: Archive) -> None:
    site.serve("/robots.txt", f"User-agent: *\nDisallow: /news/secret\nSitemap: {site.url('/map-index.xml')}\n")
    site.serve(
        "/map-index.xml",
        index(
            site,
            ("/posts-2023-10.xml.gz", "2024-01-05"),
            ("/posts-2019-02.xml", "2024-01-05"),
            ("/old.xml", "2022-03-01"),
            ("/news.xml", ""),
            ("/map-index.xml", ""),
        ),
    )
    month = urlset(
        site,
        ("/news/a", "2023-10-05"),
        ("/news/b", ""),
        ("/news/c", "2024-02-01T10:00:00Z"),
        ("/news/of-then", "2023-09-01"),
        ("/news/2021/05/06/older", "2023-12-01"),
        ("/news/secret", "2023-10-05"),
        ("/news/a?utm_source=map", "2023-10-05"),
    )
    site.serve("/posts-2023-10.xml.gz", gzip.compress(month.encode()))
    listed = news(site, "/news/n", "2023-10-07T08:00:00+02:00", "Shells fall on the port")
    later = news(site, "/news/today", "2026-03-09T08:00:00Z", "Of today")
    site.serve("/news.xml", f"<urlset {SPACE}>{listed}{later}</urlset>")


def hurried(monkeypatch) -> None:
    """Shorten how long an answer may take: the times alone, the gateway is the real one."""
    quick = Limits(deadline_s=1.0, headers_s=0.5, connect_s=0.4)
    monkeypatch.setattr("pipeline.http.gateway.Limits", lambda: quick)


def outcomes(settings: Settings) -> dict[str, int]:
    return dict(ask(settings, "SELECT outcome, count(*)::INT FROM backfill_items GROUP BY 1"))


def later(settings: Settings, backfill_id: str, *, hours: int = 8):
    began = time.monotonic()
    for n in range(hours):
        done = worked(
            settings,
            backfill_id,
            clock=lambda at=NOW + timedelta(hours=n): at + timedelta(seconds=time.monotonic() - began),
        )
        if done.why_stopped is None:
            return
    raise AssertionError(done.why_stopped)


def test_only_what_may_be_of_the_window_is_asked_for_and_everything_has_its_outcome(settings, site):
    open_archive(site)
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    done = worked(settings, backfill_id)
    assert done.why_stopped is None
    assert dict(done.outcomes) == {"article": 4, "robots": 1, "not_wanted": 5, "repeated": 1, "read": 1}
    assert {path for path in site.paths if path.startswith("/news/")} == {"/news/a", "/news/b", "/news/c", "/news/n"}
    assert not {"/posts-2019-02.xml", "/old.xml", "/news/secret"} & set(site.paths)
    dated = ask(settings, "SELECT published_at::VARCHAR FROM articles WHERE url LIKE '%/news/n'")
    assert dated == [("2023-10-07 06:00:00",)]
    assert ask(settings, "SELECT DISTINCT discovered_via FROM articles") == [("sitemap",)]
    assert ask(settings, "SELECT count(*) FROM articles WHERE published_at::DATE = '2023-10-05'") == [(0,)]
    again = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    assert (again, worked(settings, again).n_steps) == (backfill_id, 0)


def test_a_plan_tells_pages_hosts_requests_and_bytes(settings, site):
    open_archive(site)
    planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    assert ask(settings, "SELECT n_expected FROM backfills") == [(6,)]
    assert not {path for path in site.paths if path.startswith("/news/")}
    assert ask(settings, "SELECT address FROM backfill_units") == [(site.url("/map-index.xml"),)]


def test_trouble_is_waited_for_politely_and_ends_in_the_same_tables(settings, site, tmp_path):
    open_archive(site)
    smooth = settings_in(tmp_path / "smooth", site)
    worked(smooth, planned(smooth, "sitemap", site.url("/"), window=OCTOBER))
    site.asked.clear()
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    site.moods = {
        "/map-index.xml": [429],
        "/posts-2023-10.xml.gz": [503, "cut"],
        "/news.xml": [429, 429],
        "/news/a": [503],
    }
    later(settings, backfill_id)
    assert outcomes(settings) == outcomes(smooth)
    addresses = "SELECT url, title, text FROM articles ORDER BY ALL"
    assert ask(settings, addresses) == ask(smooth, addresses)
    assert site.most_at_once <= 2
    assert site.least_gap_s() > 0.01
    assert site.paths["/posts-2023-10.xml.gz"] == 4  # the plan, and what failed twice


def test_a_site_that_stalls_is_asked_again_later(settings, site, tmp_path, monkeypatch):
    open_archive(site)
    smooth = settings_in(tmp_path / "smooth", site)
    worked(smooth, planned(smooth, "sitemap", site.url("/"), window=OCTOBER))
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    hurried(monkeypatch)
    site.moods = {"/map-index.xml": ["stall"], "/posts-2023-10.xml.gz": ["stall"], "/news/a": ["stall"]}
    later(settings, backfill_id)
    assert outcomes(settings) == outcomes(smooth)
    assert ask(settings, STALLS) == [(3,)]


def test_a_site_that_refuses_all_is_an_outcome(settings, site):
    site.says_to_all = 403
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    assert "http_403" in ask(settings, "SELECT cannot_be_had[1] FROM backfills")[0][0]
    assert worked(settings, backfill_id).outcomes == {"http_403": 1}


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"<urlset>" + b" " * 60_000_000),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>",
        b"<html><body>Sign in</body></html>",
        b"\x1f\x8b\x08 nothing of gz",
        b"\x00\x01\x02 nothing",
    ],
    ids=["bomb", "entities", "html", "broken gz", "bytes"],
)
def test_what_is_no_sitemap_is_an_outcome(settings, site, body):
    site.serve("/sitemap.xml", body)
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    assert ask(settings, "SELECT len(cannot_be_had) FROM backfills") == [(1,)]
    assert worked(settings, backfill_id).outcomes == {"unreadable": 1}


def test_indexes_that_name_one_another_come_to_an_end(settings, site):
    site.serve("/sitemap.xml", index(site, ("/b.xml", ""), ("/sitemap.xml", "")))
    site.serve("/b.xml", index(site, ("/sitemap.xml", ""), ("/c.xml", "")))
    site.serve("/c.xml", urlset(site, ("/news/a", "")))
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    assert dict(worked(settings, backfill_id).outcomes) == {"read": 2, "article": 1}
    assert ask(settings, "SELECT state FROM backfill_status") == [("done",)]


def test_a_budget_holds_over_runs_and_nothing_is_lost(settings, site):
    site.serve("/sitemap.xml", urlset(site, *((f"/news/{n}", "2023-10-05") for n in range(6))))
    small = planned(settings, "sitemap", site.url("/"), window=OCTOBER, budgets=Budgets(requests=7))
    assert "budget" in worked(settings, small).why_stopped
    assert len(site.asked) <= 7 + 2
    planned(settings, "sitemap", site.url("/"), window=OCTOBER, budgets=Budgets(requests=60))
    assert worked(settings, small).why_stopped is None
    assert outcomes(settings) == {"article": 6}
    assert max(n for path, n in site.paths.items() if path.startswith("/news/")) == 1


def test_a_run_that_is_killed_goes_on_from_the_sitemap_as_it_was(settings, site, tmp_path):
    open_archive(site)
    smooth = settings_in(tmp_path / "smooth", site)
    worked(smooth, planned(smooth, "sitemap", site.url("/"), window=OCTOBER))
    backfill_id = planned(settings, "sitemap", site.url("/"), window=OCTOBER)
    for n in range(4):
        before = len(site.asked)
        child = subprocess.Popen([sys.executable, "-c", _WORK, str(settings.data), site.host, backfill_id], cwd=ROOT)
        until = time.monotonic() + 30
        while len(site.asked) < before + 1 + n and child.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert worked(settings, backfill_id).why_stopped is None
    assert outcomes(settings) == outcomes(smooth)
    addresses = "SELECT url, title, text FROM articles ORDER BY ALL"
    assert ask(settings, addresses) == ask(smooth, addresses)


_WORK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.backfill.run import work
from pipeline.config import Settings
from pipeline.progress import Silent

settings = Settings(
    data=Path(sys.argv[1]), min_free_mb=1, extract_workers=1, contact="test@example.org", host_delay_s=0.02,
    allow_addresses=frozenset({sys.argv[2]}),
)
work(settings, sys.argv[3], clock=lambda: datetime(2026, 3, 10, 12, 0, tzinfo=UTC), progress=Silent())
"""
