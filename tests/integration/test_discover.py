"""Looking for the feeds of a site that is really asked, on loopback."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.discover import BUDGET, Found, discover
from pipeline.errors import BadUrlError, InputError, SettingsError
from pipeline.progress import Lines
from pipeline.subscriptions import read


def rss(title: str, *names: str, built: str = "") -> str:
    items = "".join(
        f"<item><title>{name}</title><link>http://a.example/{name}</link><guid>{name}</guid>"
        f"<pubDate>Tue, 10 Mar 2026 1{number}:00:00 GMT</pubDate></item>"
        for number, name in enumerate(names)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><language>en-GB</language>{built}{items}</channel></rss>'


def page(links: str = "", body: str = "<p>News of the day.</p>") -> str:
    return f"<!doctype html><html><head><title>A site</title>{links}</head><body>{body}</body></html>"


def link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


NEWS_SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>http://a.example/one</loc><news:news><news:publication_date>2026-03-10T10:00:00Z</news:publication_date>"
    "<news:title>One</news:title></news:news></url></urlset>"
)


@contextmanager
def site(pages: dict[str, str | tuple[int, str]]) -> Iterator[tuple[str, Counter[str]]]:
    """Serve `pages` (path to body, or to status and Location); yield the address and what is asked for."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked[self.path] += 1
            answer = pages.get(self.path, (404, ""))
            status, location = (200, "") if isinstance(answer, str) else answer
            body = answer.replace("BASE", base).encode() if isinstance(answer, str) else b"none"
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "text/html" if b"<html" in body else "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield base, asked
        finally:
            server.shutdown()
            thread.join()


def look(tmp_path: Path, base: str, path: str = "/") -> list[Found]:
    settings = Settings(data=tmp_path / "data", allow_addresses=base.removeprefix("http://"), host_delay_s=0)
    return discover(settings, base + path, progress=Lines())


def feeds(found: list[Found], base: str) -> dict[str, str]:
    return {one.url.removeprefix(base): one.where for one in found if one.problem is None}


def problem(found: list[Found], path: str) -> str:
    return next(one.problem or "" for one in found if one.url.endswith(path))


def test_feeds_are_found_in_links_in_sitemaps_and_at_usual_paths(tmp_path):
    pages = {
        "/": page(link("/main.xml") + link("/gone.xml"), '<a href="/topics/war.rss">War</a>'),
        "/robots.txt": "User-agent: *\nDisallow: /private\nSitemap: BASE/maps/index.xml\n",
        "/main.xml": rss("Main", "one", "two"),
        "/topics/war.rss": rss("War", "three"),
        "/maps/index.xml": "<sitemapindex><sitemap><loc>BASE/maps/news.xml</loc></sitemap></sitemapindex>",
        "/maps/news.xml": NEWS_SITEMAP,
        "/feed.json": '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "9", "url": "http://a.example/9", "title": "Nine"}]}',
    }
    with site(pages) as (base, asked):
        found = look(tmp_path, base)
    assert feeds(found, base) == {
        "/main.xml": "link in the page's head",
        "/topics/war.rss": "link in the page",
        "/maps/news.xml": f"listed at {base}/maps/index.xml",
        "/feed.json": "usual path",
    }
    main = next(one for one in found if one.url.endswith("/main.xml"))
    assert (main.title, main.n_entries, main.language) == ("Main", 2, "en-GB")
    assert f"{main.newest_at:%Y-%m-%dT%H:%M%z}" == "2026-03-10T11:00+0000"
    assert problem(found, "/gone.xml") == "status 404"
    assert "sitemap index" in problem(found, "/maps/index.xml")
    assert max(asked.values()) == 1
    assert not (tmp_path / "data" / "warc").exists()


def test_one_feed_under_many_addresses_is_given_once(tmp_path):
    now, later = (f"<lastBuildDate>Tue, 10 Mar 2026 12:00:0{second} GMT</lastBuildDate>" for second in (1, 2))
    pages = {
        "/": page(link("/a.xml") + link("/a.xml?utm_source=x") + link("/moved.xml")),
        "/a.xml": rss("A", "one", built=now),
        "/moved.xml": (301, "/a.xml"),
        "/feed": rss("A", "one", built=later),
        "/rss": rss("A", "one", built=now),
    }
    with site(pages) as (base, _):
        found = look(tmp_path, base)
    assert list(feeds(found, base)) == ["/a.xml"]
    assert problem(found, "/feed") == problem(found, "/rss") == f"the same as {base}/a.xml"


def test_a_feed_that_has_moved_for_good_is_given_where_it_is_now(tmp_path):
    with site({"/": page(link("/old.xml")), "/old.xml": (301, "/new.xml"), "/new.xml": rss("A", "one")}) as (base, _):
        assert list(feeds(look(tmp_path, base), base)) == ["/new.xml"]


def test_a_page_that_lists_feeds_is_followed_once(tmp_path):
    pages = {
        "/": page(body='<a href="/rss">RSS</a>'),
        "/rss": page(body='<a href="/rss/a.xml">A</a> <a href="/rss/more">more</a>'),
        "/rss/a.xml": rss("A", "one"),
        "/rss/more": page(body='<a href="/rss/deep.xml">deep</a>'),
        "/rss/deep.xml": rss("Deep", "two"),
    }
    with site(pages) as (base, asked):
        found = look(tmp_path, base)
    assert feeds(found, base) == {"/rss/a.xml": f"listed at {base}/rss"}
    assert asked["/rss/deep.xml"] == 0


def test_the_address_of_a_feed_is_its_own_answer(tmp_path):
    with site({"/x.xml": rss("A", "one")}) as (base, asked):
        assert feeds(look(tmp_path, base, "/x.xml"), base) == {"/x.xml": "the address itself"}
    assert dict(asked) == {"/robots.txt": 1, "/x.xml": 1}


def test_robots_are_obeyed_and_comments_left_alone(tmp_path):
    pages = {
        "/": page(link("/private/rss.xml") + link("/comments/feed/")),
        "/robots.txt": "User-agent: *\nDisallow: /private\n",
        "/private/rss.xml": rss("A", "one"),
        "/comments/feed/": rss("Comments", "two"),
    }
    with site(pages) as (base, asked):
        found = look(tmp_path, base)
    assert feeds(found, base) == {}
    assert "robots.txt" in problem(found, "/private/rss.xml")
    assert "comments" in problem(found, "/comments/feed/")
    assert asked["/private/rss.xml"] == asked["/comments/feed/"] == 0


def test_links_into_closed_networks_are_not_followed(tmp_path):
    with site({"/secret.xml": rss("Secret", "one")}) as (closed, asked):  # noqa: SIM117  the second needs the first
        with site({"/": page(link(f"{closed}/secret.xml")), "/feed": (302, f"{closed}/secret.xml")}) as (base, _):
            found = look(tmp_path, base)
    assert feeds(found, base) == {}
    assert not asked


def test_no_site_gets_more_than_the_budget(tmp_path):
    names = [f"/{number}.rss" for number in range(60)]
    pages = {"/": page("".join(map(link, names)))} | {name: rss(name, name) for name in names}
    with site(pages) as (base, asked):
        found = look(tmp_path, base)
    assert asked.total() - asked["/robots.txt"] == BUDGET
    assert len(feeds(found, base)) == BUDGET - 1
    assert problem(found, "/59.rss") == "not asked: 25 requests were made"


def test_a_site_that_refuses_its_front_page_may_have_feeds_all_the_same(tmp_path):
    with site({"/": (403, ""), "/rss.xml": rss("A", "one")}) as (base, _):
        assert list(feeds(look(tmp_path, base), base)) == ["/rss.xml"]


def test_what_can_not_be_asked_is_said_in_one_line(tmp_path):
    with pytest.raises(BadUrlError, match=r"https://example\.org/"):
        look(tmp_path, "", "news.example")
    with pytest.raises(InputError, match=r"can't be reached.*check the address"):
        look(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(SettingsError, match="CONFLICTWIRE_CONTACT"):
        discover(Settings(data=tmp_path), "https://news.example/", progress=Lines())


def test_the_sample_outlets_name_their_feeds(tmp_path, desk):
    base, outlet = desk.site.base_url, next(feed for feed in desk.site.feeds if not feed.url.endswith("/"))
    done = replace(desk, env={**desk.env, "CONFLICTWIRE_FEEDS": str(tmp_path / "mine.toml")}).run(
        "feeds", "discover", outlet.url.rpartition("/")[0] + "/", "--add", "-v"
    )
    assert done.returncode == 0, done.stderr
    assert "why it is no feed" in done.stdout
    assert "at most 25" in done.stderr
    added = read([tmp_path / "mine.toml"])
    assert {feed.url for feed in added} <= {feed.url for feed in desk.site.feeds}
    assert added
    assert added[0].from_.startswith(f"discovered at {base}")
    assert added[0].name


def test_nothing_found_is_exit_code_1_with_advice(desk):
    with site({"/": page()}) as (base, _):
        env = {**desk.env, "CONFLICTWIRE_ALLOW_ADDRESSES": base.removeprefix("http://")}
        done = replace(desk, env=env).run("feeds", "discover", base)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "try the page of a section" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_shows_how_and_says_what_it_costs(desk):
    said = desk.run("feeds", "discover", "--help").stdout
    assert "conflictwire feeds discover https://" in said.split("examples:")[1]
    assert "at most 25 requests" in said
