"""What a page says of itself."""

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipeline.article.facts import read_facts


def facts(head: str = "", body: str = "<p>x</p>", lang: str = "en"):
    return read_facts(document_fromstring(f"<html lang='{lang}'><head>{head}</head><body>{body}</body></html>"))


def ld(**node) -> str:
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def test_json_ld_is_the_first_candidate_and_meta_the_next():
    found = facts(
        ld(**{"@type": "NewsArticle", "datePublished": "2026-03-01T10:00:00Z"})
        + "<meta property='article:published_time' content='2026-03-01T11:00:00Z'>"
    )
    assert found.dates == (("json_ld", "2026-03-01T10:00:00Z"), ("meta", "2026-03-01T11:00:00Z"))


def test_an_article_is_found_in_a_graph_and_in_a_list():
    node = {"@type": ["Thing", "ReportageNewsArticle"], "datePublished": "2026-03-01"}
    assert facts(ld(**{"@graph": [{"@type": "WebSite"}, node]})).dates == (("json_ld", "2026-03-01"),)
    assert facts(f"<script type='application/ld+json'>{json.dumps([node])}</script>").dates


def test_the_date_of_something_else_is_not_the_articles():
    assert facts(ld(**{"@type": "VideoObject", "datePublished": "2026-03-01"})).dates == ()


@pytest.mark.parametrize(
    "text", ["{", "[" * 10_000, '{"@graph": 1}', "null", '{"@type": "NewsArticle", "datePublished": {"a": 1}}']
)
def test_broken_json_ld_is_no_fact(text):
    assert facts(f"<script type='application/ld+json'>{text}</script>").dates == ()


def test_times_in_lists_of_other_articles_do_not_count():
    body = "<article><h1>A</h1><p>x</p></article><aside><time datetime='2020-01-01'>old</time></aside>"
    assert facts(body=body).dates == ()
    body = "<article><header><h1>A</h1><time datetime='2026-03-01'>1 March</time></header></article><time datetime='2020-01-01'></time>"
    assert facts(body=body).dates == (("time", "2026-03-01"),)


def test_titles_are_unescaped_once_more():
    assert facts("<meta property='og:title' content='Tea &amp;amp; cake'>").title == "Tea & cake"


def test_authors_come_as_names_without_addresses():
    node = {
        "@type": "NewsArticle",
        "author": [{"name": "Ann Lee"}, {"name": "https://example.org/ann"}, {"name": "Ann Lee"}],
    }
    assert facts(ld(**node)).authors == ("Ann Lee",)


def test_a_kicker_and_a_section_are_no_part_of_the_heading():
    kicker = "<h1><span class='kicker'>Harbour war</span> <span>Shells fall on the port</span></h1>"
    assert (
        facts("<meta property='og:title' content='Shells fall on the port'>", kicker).title == "Shells fall on the port"
    )


def test_a_logo_is_no_heading():
    body = "<h1><a href='/'><svg><title>THE POST</title></svg>The Post</a></h1><article><h2>Shells fall on the port</h2></article>"
    assert (
        facts("<meta property='og:title' content='Shells fall on the port'>", body).title == "Shells fall on the port"
    )


def test_dates_beside_the_heading_are_candidates_and_those_of_updates_are_not():
    body = "<h1>Shells fall</h1><p>By Ann Lee | Published 9 March 2026 | Updated 10 March 2026</p><p>x</p>"
    found = facts(body=body)
    assert found.dates == (("text", "9 March 2026"),)
    assert found.updated == ("10 March 2026",)


def test_dates_of_captions_lists_and_prose_are_nobodys():
    prose = "<p>The mayor said on 2 March 2026 that the port, which had been closed, would open again soon.</p>"
    lists = "<div class='related'>1 March 2026</div><figure><figcaption>3 March 2026</figcaption></figure>"
    assert facts(body=f"<h1>Shells fall</h1>{lists}{prose}<footer>© 4 March 2026</footer>").dates == ()


def test_the_day_in_the_mastheads_is_not_the_articles():
    body = "<header>Tuesday, 10 March 2026</header><main><article><h1>Shells fall</h1><p>x</p></article></main>"
    assert facts(body=body).dates == ()


def test_a_recipes_or_a_pages_date_stands_in_where_there_is_no_article():
    assert facts(ld(**{"@type": "WebPage", "datePublished": "2026-03-01"})).dates == (("json_ld", "2026-03-01"),)
    article = {"@type": "NewsArticle", "dateModified": "2026-03-02"}
    assert (facts(ld(**article)).dates, facts(ld(**article)).updated) == ((), ("2026-03-02",))


def test_section_tags_and_picture_are_kept():
    node = {"@type": "NewsArticle", "articleSection": ["World"], "keywords": "war, port", "image": [{"url": "/a.jpg"}]}
    found = facts(
        ld(**node) + "<meta property='article:tag' content='Port'><meta property='article:tag' content='sea'>"
    )
    assert (found.section, found.tags, found.image_url) == ("World", ("war", "port", "sea"), "/a.jpg")


def test_a_breadcrumb_names_the_section_between_site_and_page():
    crumbs = [{"@type": "ListItem", "item": {"name": name}} for name in ("Home", "World", "Asia", "Shells fall")]
    assert facts(ld(**{"@type": "BreadcrumbList", "itemListElement": crumbs})).section == "Asia"


def test_an_author_is_found_beside_the_heading_where_nothing_declares_one():
    assert facts(body="<h1>A</h1><div>By <a href='/authors/ann-lee'>Ann Lee</a></div>").authors == ("Ann Lee",)
    assert facts(body="<h1>A</h1><div>By <a rel='author'>Ann Lee</a></div>").authors == ("Ann Lee",)


MARKUP = st.recursive(
    st.sampled_from(["x", "9 March 2026", "", " ", "Updated", "2026-03-01T10:00:00Z", "Ann Lee"]),
    lambda inner: st.builds(
        lambda tag, name, parts: f"<{tag} class='{name}' datetime='2026-03-01' rel='author'>{''.join(parts)}</{tag}>",
        st.sampled_from(["h1", "h2", "p", "div", "time", "a", "article", "header", "aside", "span", "ul"]),
        st.sampled_from(["", "kicker", "related", "author-name", "date modified"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=30,
)


@given(MARKUP, st.text(max_size=40))
def test_any_page_has_facts(body, title):
    head = f"<title>{escape(title)}</title><meta name='date' content='{escape(title)}'>"
    found = facts(head, body or "x")
    assert len(found.dates) == len(set(found.dates))
    assert all(found.authors)
