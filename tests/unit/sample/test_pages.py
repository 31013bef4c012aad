"""The pages: real enough to need extraction, sound enough to allow it."""

import json
import re

import pytest
import trafilatura
from lxml import html

from pipeline.sample import expected
from pipeline.sample.content import outlets

OPEN = [
    (outlet, article)
    for outlet in outlets()
    for article in outlet.articles
    if article.path not in expected().unavailable or article.folder
]


def squeezed(text):
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def bodies(client):
    return {article.path: client.get(article.path)[1] for _, article in OPEN}


def test_extraction_finds_the_text_of_nearly_every_page(bodies):
    found = {}
    for _, article in OPEN:
        document = trafilatura.bare_extraction(bodies[article.path], fast=True)
        text = squeezed(document.text or "") if document else ""
        found[article.path] = article.paragraphs[0] in text and article.paragraphs[-1] in text
    assert sum(found.values()) >= 0.95 * len(found), [path for path, is_found in found.items() if not is_found]


def test_every_page_has_navigation_related_links_sharing_comments_and_footer(bodies):
    for outlet, article in OPEN:
        text = squeezed(html.fromstring(bodies[article.path]).text_content())
        assert all(word in text for word in (*outlet.nav, outlet.related, outlet.share, outlet.comments, outlet.footer))


def test_there_are_four_templates_and_each_states_the_date_its_own_way(bodies):
    ways = {"broadsheet": "article:published_time", "column": '"datePublished":', "ledger": "<time datetime="}
    assert {outlet.template for outlet, _ in OPEN} == {*ways, "bulletin"}
    for outlet, article in OPEN:
        page = bodies[article.path].decode(outlet.encoding)
        assert [way for way in ways.values() if way in page] == [ways[w] for w in ways if w == outlet.template]
        if outlet.template == "bulletin":
            assert (f"{article.published:%Y-%m-%d}" in page.split("post-info")[1]) is article.is_dated_page


def test_the_structured_data_is_a_news_article(bodies):
    for outlet, article in OPEN:
        if outlet.template == "column":
            (script,) = html.fromstring(bodies[article.path]).xpath("//script[@type='application/ld+json']/text()")
            facts = json.loads(script)
            assert (facts["@type"], facts["headline"]) == ("NewsArticle", article.title)


def test_what_is_special_in_html_is_escaped(bodies):
    page = bodies["/open-hands-relief/updates/first-lorries-reach-marrak"]
    assert b"First aid lorries reach Marrak &amp; return with wounded" in page
    assert not re.search(rb"&(?!\w+;|#\w+;)", page)


def test_arabic_pages_run_from_right_to_left(bodies):
    assert all((b'dir="rtl"' in bodies[article.path]) is (article.language == "ar") for _, article in OPEN)
