"""Feeds that go on: walked to their end, however they shift, repeat or go in circles."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.backfill.plan import Budgets
from pipeline.backfill.source import Window
from pipeline.config import Settings

from .archive import Archive, keeping
from .desk import NOW, ask, planned, worked
from .test_sitemaps import _WORK, STALLS, hurried, later, outcomes, settings_in

ROOT = Path(__file__).parents[3]
AUTUMN = Window(first_day=date(2023, 9, 20), last_day=date(2023, 10, 31))
END = datetime(2023, 10, 31, 9, 0, tzinfo=UTC)


class Blog(dict):
    """Posts, newest first, in pages of five; a post a day back from the end of October 2023."""

    def __init__(self, site: Archive, n: int = 30, **how) -> None:
        self.site, self.posts, self.how = site, list(range(n)), how
        site.answers = self

    def get(self, path, _=None):
        parts = urlsplit(path)
        if parts.path != "/feed/":
            return None
        return lambda: self.page(int(parse_qs(parts.query).get("paged", ["1"])[0]))

    def page(self, n: int) -> bytes | None:
        if on_page := self.how.get("on_page"):
            on_page(self, n)
        n = self.how.get("shows", lambda n: n)(n)
        posts = self.posts[(n - 1) * 5 : n * 5]
        links = self.how.get("links", lambda _: "")(n)
        return rss(self.site, posts, links) if posts else None


def rss(site: Archive, posts: list[int], links: str = "") -> bytes:
    items = "".join(
        f"<item><title>Shelling near bridge {n}</title><link>{site.url(f'/news/{n}')}</link><guid>{n}</guid>"
        f"<pubDate>{END - timedelta(days=n):%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
        for n in posts
    )
    return (
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom' xmlns:fh='http://purl.org/syndication/history/1.0'>"
        f"<channel><title>Paper</title>{links}{items}</channel></rss>"
    ).encode()


def link(rel: str, url: str) -> str:
    return f"<atom:link rel='{rel}' href='{url}'/>"


@pytest.fixture
def site() -> Iterator[Archive]:
    with keeping() as running:
        yield running


@pytest.fixture
def settings(tmp_path, site) -> Settings:
    return settings_in(tmp_path / "data", site)


def guids(settings: Settings) -> set[int]:
    return {int(guid) for (guid,) in ask(settings, "SELECT guid FROM entries")}


def backfilled(settings: Settings, site: Archive, window: Window = AUTUMN, **how) -> str:
    backfill_id = planned(settings, "paged_feed", site.url("/feed/"), window=window, is_fetching=False, **how)
    later(settings, backfill_id)
    return backfill_id


def test_a_wordpress_feed_is_walked_to_its_end_and_its_pages_become_articles(settings, site):
    Blog(site, 12)
    later(settings, planned(settings, "paged_feed", site.url("/feed/"), window=AUTUMN))
    assert guids(settings) == set(range(12))
    assert ask(settings, "SELECT count(*), min(text_from), min(discovered_via) FROM articles") == [
        (12, "page", "paged_feed")
    ]
    assert outcomes(settings) == {"read": 3, "not_wanted": 1}
    assert max(n for path, n in site.paths.items() if path.startswith("/news/")) == 1
    assert site.paths["/feed/?paged=2"] == 2
    assert site.most_at_once <= 2


def test_what_a_feeds_file_says_of_a_feed_stays_with_its_entries(settings, site, tmp_path):
    Blog(site, 7)
    listing = tmp_path / "feeds.toml"
    listing.write_text(
        f"[[feed]]\nurl = '{site.url('/feed/')}'\noutlet = 'The Bridge'\nlanguage = 'fr'\n", encoding="utf-8"
    )
    later(settings, planned(settings, "paged_feed", feeds=(str(listing),), window=AUTUMN, is_fetching=False))
    assert ask(settings, "SELECT DISTINCT outlet, language FROM feeds") == [("The Bridge", "fr")]


def test_the_walk_ends_where_pages_are_older_than_the_window(settings, site):
    Blog(site, 40)
    backfilled(settings, site, Window(first_day=date(2023, 10, 20), last_day=date(2023, 10, 25)))
    assert guids(settings) == {6, 7, 8, 9, 10, 11}
    assert "/feed/?paged=6" not in site.paths


def test_a_plan_tells_pages_and_entries_from_the_first_document(settings, site):
    Blog(site, 40)
    window = Window(first_day=date(2023, 10, 20), last_day=date(2023, 10, 25))
    planned(settings, "paged_feed", site.url("/feed/"), window=window)
    assert ask(settings, "SELECT n_expected, len(cannot_be_had) FROM backfills") == [(3, 0)]
    assert set(site.paths) == {"/robots.txt", "/feed/"}


@pytest.mark.parametrize("moves", ["up", "down"])
def test_pages_that_shift_while_we_walk_lose_nothing(settings, site, moves):
    def shift(blog: Blog, n: int) -> None:
        if n in (2, 3) and n not in shifted:
            shifted.append(n)
            blog.posts = blog.posts[2:] if moves == "up" else [-n - 1, -n, *blog.posts]

    shifted: list[int] = []
    Blog(site, 18, on_page=shift)
    backfilled(settings, site)
    assert guids(settings) >= set(range(18))


@pytest.mark.parametrize("shows", [lambda _: 1, lambda n: min(n, 3), lambda n: n if n < 4 else 1])
def test_a_site_that_repeats_a_page_for_every_number_is_left(settings, site, shows):
    Blog(site, 30, shows=shows)
    backfilled(settings, site)
    assert len(site.asked) <= 12
    assert guids(settings) == set(range(5 * max(shows(n) for n in (1, 2, 3))))


def test_next_links_in_a_circle_come_to_an_end(settings, site):
    Blog(site, 15, links=lambda n: link("next", site.url(f"/feed/?paged={n % 3 + 1}")))
    backfilled(settings, site)
    assert guids(settings) == set(range(15))
    assert site.paths["/feed/?paged=1"] == 1  # another address for the first page, told by what it says
    assert len(site.asked) == 10


def test_archives_are_followed_back_and_asked_for_once(settings, site):
    site.serve("/feed/", rss(site, [0, 1], link("prev-archive", "/2.xml")))
    site.serve("/2.xml", rss(site, [2, 3], f"<fh:archive/>{link('prev-archive', '/3.xml')}{link('next', '/no')}"))
    site.serve("/3.xml", rss(site, [4], "<fh:archive/>"))
    backfilled(settings, site)
    assert guids(settings) == {0, 1, 2, 3, 4}
    assert {path: n for path, n in site.paths.items() if path.endswith(".xml")} == {"/2.xml": 1, "/3.xml": 1}


def test_a_complete_feed_is_asked_for_nothing_more(settings, site):
    site.serve("/feed/", rss(site, [0, 1], "<fh:complete/>"))
    backfilled(settings, site)
    assert guids(settings) == {0, 1}
    assert set(site.paths) == {"/robots.txt", "/feed/"}
    assert "complete" in ask(settings, "SELECT cannot_be_had[1] FROM backfills")[0][0]


def test_trouble_is_waited_for_and_nothing_is_missed(settings, site):
    Blog(site, 15)
    site.moods = {"/feed/?paged=2": [429, 200, 503], "/feed/?paged=3": [503, "cut"]}
    backfilled(settings, site)
    assert guids(settings) == set(range(15))
    assert site.least_gap_s() > 0.01


def test_a_site_that_stalls_is_asked_again_later(settings, site, monkeypatch):
    Blog(site, 15)
    hurried(monkeypatch)
    site.moods = {"/feed/?paged=2": ["stall"], "/feed/?paged=3": [200, "stall"], "/feed/?paged=4": ["stall"]}
    backfilled(settings, site)
    assert guids(settings) == set(range(15))
    assert ask(settings, STALLS) == [(3,)]


def test_a_site_that_refuses_all_is_an_outcome(settings, site):
    site.says_to_all = 403
    backfilled(settings, site)
    assert outcomes(settings) == {"http_403": 1}
    assert "http_403" in ask(settings, "SELECT cannot_be_had[1] FROM backfills")[0][0]


def test_a_budget_holds_over_runs(settings, site):
    Blog(site, 15)
    address = site.url("/feed/")
    small = planned(settings, "paged_feed", address, window=AUTUMN, is_fetching=False, budgets=Budgets(requests=6))
    assert "budget" in worked(settings, small).why_stopped
    assert len(site.asked) <= 6
    backfilled(settings, site, budgets=Budgets(requests=60))
    assert guids(settings) == set(range(15))


def test_a_walk_that_is_killed_goes_on(settings, site):
    Blog(site, 15)
    backfill_id = planned(settings, "paged_feed", site.url("/feed/"), window=AUTUMN)
    for n in (3, 6):
        child = subprocess.Popen([sys.executable, "-c", _WORK, str(settings.data), site.host, backfill_id], cwd=ROOT)
        until = time.monotonic() + 30
        while len(site.asked) < 2 * n and child.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert worked(settings, backfill_id, clock=lambda: NOW).why_stopped is None
    assert guids(settings) == set(range(15))
    assert ask(settings, "SELECT count(*), count(DISTINCT url) FROM articles") == [(15, 15)]
