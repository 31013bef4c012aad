"""A batch that was killed asks only for what it has not asked for."""

import pytest

from pipeline.archive import read_fetches
from pipeline.collect import collect
from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.progress import Lines
from pipeline.sample import serve
from pipeline.types import Request


@pytest.fixture
def site():
    with serve() as site:
        yield site


@pytest.fixture
def settings(tmp_path, site) -> Settings:
    allowed = frozenset({site.base_url.removeprefix("http://")})
    return Settings(data=tmp_path, allow_addresses=allowed, host_delay_s=0, contact="test@example.org")


def ask(settings: Settings, site, feeds) -> list:
    requests = [Request(url=feed.url, kind="feed", feed_id=str(n)) for n, feed in enumerate(feeds)]
    return collect(settings, requests, warc_name="r/poll-00.warc.gz", label="feeds", progress=Lines())


def test_every_request_has_one_row_and_robots_has_rows_of_its_own(settings, site):
    rows = ask(settings, site, site.feeds)
    assert sorted(row.url for row in rows if row.kind == "feed") == sorted(feed.url for feed in site.feeds)
    assert [row.kind for row in rows].count("robots") == 1
    assert list(read_fetches(settings.warc, "r/poll-00.warc.gz")) == rows


def test_a_retry_asks_for_the_rest_only_and_gives_all_rows(settings, site):
    first = ask(settings, site, site.feeds[:5])
    path = settings.warc / "r" / "poll-00.warc.gz"
    path.write_bytes(path.read_bytes()[:-20])  # killed in the midst of the last record
    known = {row.url for row in read_fetches(settings.warc, "r/poll-00.warc.gz")}
    assert len(known) < len(first)
    before = dict(site.requests)
    rows = ask(settings, site, site.feeds)
    asked = sum(site.requests.values()) - sum(before.values())
    assert asked == len(site.feeds) - len([url for url in known if "robots" not in url]) + 1
    assert sorted({row.url for row in rows if row.kind == "feed"}) == sorted(feed.url for feed in site.feeds)
    assert len([row for row in rows if row.kind == "feed"]) == len(site.feeds)


def test_what_the_web_does_is_an_outcome(settings, site):
    urls = ["not an address", "http://10.0.0.1/feed", f"{site.base_url}/nothing-here"]
    rows = collect(
        settings,
        [Request(url=url, kind="page") for url in urls],
        warc_name="r/p.warc.gz",
        label="pages",
        progress=Lines(),
    )
    assert {row.url: row.outcome for row in rows if row.kind == "page"} == dict(
        zip(urls, [Outcome.BAD_URL, Outcome.BLOCKED_ADDRESS, Outcome.HTTP_404], strict=True)
    )
