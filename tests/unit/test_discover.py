"""What a page links to that may be a feed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover import candidates
from pipeline.discover.links import guesses, named_sitemaps, of_index

SITE = "https://news.example/world/"


def urls(html: str, base: str = SITE) -> list[str]:
    return [one.url for one in candidates(html, base)]


def head(*links: str) -> str:
    return f"<html><head>{''.join(links)}</head><body></body></html>"


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


def test_relative_links_start_from_the_page():
    html = head(link("feed.xml"), link("/all.rss"), link("//cdn.example/rss"), link("?feed=rss2"))
    assert urls(html) == [
        "https://news.example/world/feed.xml",
        "https://news.example/all.rss",
        "https://cdn.example/rss",
        "https://news.example/world/?feed=rss2",
    ]


def test_the_first_base_element_that_is_an_address_counts():
    bases = '<base target="_top"><base href="javascript:x"><base href="/sub/"><base href="https://other.example/">'
    assert urls(head(bases, link("feed.xml"))) == ["https://news.example/sub/feed.xml"]


@pytest.mark.parametrize(
    "attributes",
    [
        'REL="ALTERNATE" TYPE="Application/RSS+XML"',
        'rel="home alternate" type="application/atom+xml; charset=utf-8"',
        'rel=alternate type=" application/feed+json "',
        'rel="feed"',
        "rel='alternate' type='application/rdf+xml'",
    ],
)
def test_types_and_relations_are_read_in_any_spelling(attributes):
    assert urls(f"<link {attributes} href=/news>") == ["https://news.example/news"]


@pytest.mark.parametrize(
    "html",
    [
        link("/style.css", "text/css", "alternate stylesheet"),
        link("/wp-json/wp/v2/pages/2", "application/json"),
        link("/oembed", "application/json+oembed"),
        '<link rel="alternate" hreflang="fr" href="/fr/">',
        link("/style.rss", rel="stylesheet"),
        '<a href="/feedback">Feedback</a>',
        '<a href="/world/rising-atomic-fears">Story</a>',
        '<a href="https://feedly.com/i/subscription/feed/https://news.example/rss">Follow</a>',
        '<!-- <a href="/rss.xml">RSS</a> -->',
        '<script>document.write("<a href=/rss.xml>RSS</a>")</script>',
        "",
        " \n",
        "no markup at all",
    ],
)
def test_what_is_no_feed_is_left_alone(html):
    assert urls(html) == []


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert('rss')",
        "JavaScript:/rss.xml",
        "data:application/rss+xml,x",
        "mailto:rss@news.example",
        "ftp://news.example/rss.xml",
        "file:///rss.xml",
        "http://[::1/rss.xml",
        "http://news.example:99999999/rss",
        "",
        "#rss",
        "https://news.example/rss?" + "x" * 5000,
    ],
)
def test_only_web_addresses_are_taken(href):
    assert urls(head(link(href)) + f'<a href="{href}">RSS</a>') == []


def test_an_address_is_given_once_however_often_and_however_spelled():
    html = head(link("/feed/"), link("https://WWW.news.example/feed"), link("/feed?utm_source=x")) + (
        '<a href="http://news.example/feed#top">RSS</a>'
    )
    found = candidates(html, SITE)
    assert [one.url for one in found] == ["https://news.example/feed/"]
    assert "head" in found[0].where


@pytest.mark.parametrize(
    "href",
    [
        "/rss", "/rss/world", "/rss.php", "/news/rss2.xml", "/world.rss", "/index.rdf", "/feed/", "/feed.json",
        "/feeds/top/stories.xml", "/topstories_rss.xml", "/?feed=rss2", "/news?format=feed&type=rss", "/atom/",
    ],
)  # fmt: skip
def test_links_in_the_body_are_known_by_their_address(href):
    assert len(urls(f"<p><a href='{href}'>Politics</a></p>")) == 1


@pytest.mark.parametrize(
    "anchor", ['<a href="/x"> RSS </a>', '<a href="/x" title="Atom"><img></a>', '<a href="/x" aria-label="rss feed">']
)
def test_links_in_the_body_are_known_by_their_words(anchor):
    assert urls(anchor) == ["https://news.example/x"]


def test_the_scheme_feed_is_undone():
    assert urls('<a href="feed:https://a.example/x">RSS</a><a href="feed://b.example/x">RSS</a>') == [
        "https://a.example/x",
        "http://b.example/x",
    ]


def test_links_of_the_head_come_first_and_no_page_gives_more_than_a_hundred():
    body = "".join(f'<a href="/rss/{number}">x</a>' for number in range(500))
    found = urls(f"<html><body>{body}{link('/main.xml')}</body></html>")
    assert found[0] == "https://news.example/main.xml"
    assert len(found) == 100


@pytest.mark.parametrize(
    "html",
    [
        "<a " + " ".join(f"x{number}=1" for number in range(40_000)) + ">",
        "<div>" * 200_000,
        "<a href='/rss'>" * 50_000,
        "".join(f"<a href='/{number}'>x</a>" for number in range(50_000)),
        "<a href='/" + "feed/" * 400 + "x'>" + "</a><a href='/" * 20_000,
        "<" * 1_000_000,
        "<!--" * 200_000,
        "<link rel='" + "alternate " * 100_000 + "' href='" + "/rss" * 100_000 + "'>",
        "&" * 500_000,
        "\0\ud800<a href='/rss'>\ufffe",
    ],
    ids=[
        "attributes",
        "depth",
        "anchors",
        "links",
        "paths",
        "brackets",
        "comments",
        "values",
        "references",
        "characters",
    ],
)
def test_hostile_pages_are_read_quickly(html):
    started = time.process_time()
    assert len(candidates(html, SITE)) <= 100
    assert time.process_time() - started < 2


@given(st.text(), st.text(alphabet="<>/=\"' abefhiklmnorstx:?#[]&;\0"))
def test_no_page_and_no_link_raises(href, html):
    candidates(html, SITE)
    candidates(f'<link rel=alternate type=application/rss+xml href="{href}"><base href="{href}">', SITE)


def test_robots_names_sitemaps_and_those_of_news_come_first():
    robots = "User-agent: *\nDisallow: /x\nSitemap: https://a.example/all.xml\r\n  SITEMAP : /news.xml\nSitemap: javascript:x\n"
    assert [one.url for one in named_sitemaps(robots, "https://a.example/robots.txt")] == [
        "https://a.example/news.xml",
        "https://a.example/all.xml",
    ]
    assert len(named_sitemaps("Sitemap: /a\n" + "".join(f"Sitemap: /{n}\n" for n in range(9)), SITE)) == 4


def test_of_an_index_the_sitemaps_of_news_are_followed_not_their_archives():
    names = [*(f"news-2025-{month:02}.xml" for month in range(1, 13)), "news.xml", "images.xml"]
    index = "".join(f"<sitemap><loc>\nhttps://a.example/{name}\n</loc></sitemap>" for name in names)
    found = [one.url for one in of_index(f"<sitemapindex>{index}</sitemapindex>", SITE)]
    assert found[0] == "https://a.example/news.xml"
    assert len(found) == 4
    assert "https://a.example/images.xml" not in found


def test_usual_paths_are_those_of_the_site_and_of_the_section():
    found = [one.url for one in guesses("https://a.example/world/asia?page=2#x")]
    assert "https://a.example/rss.xml" in found
    assert [url for url in found if "?" in url] == []
    assert guesses("https://a.example/world/")[-1].url == "https://a.example/world/feed"
