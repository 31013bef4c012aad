"""What a page says of itself."""

import json
import time

import pytest
from lxml.html import document_fromstring

from pipeline.article.facts import read_facts, without_outlet


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


@pytest.mark.parametrize(
    ("title", "names", "clean"),
    [
        ("Shells fall - The Example Times", ["Example Times"], "Shells fall"),
        ("Shells fall | example.com", ["www.example.com"], "Shells fall"),
        ("The Example Times: no", ["Example Times"], "The Example Times: no"),
        ("Harbour Post | Shells fall", ["Harbour Post"], "Shells fall"),
        ("Left - right", ["Example"], "Left - right"),
        ("Example", ["Example"], "Example"),
        (None, ["Example"], None),
    ],
)
def test_a_title_loses_the_outlets_name_and_nothing_else(title, names, clean):
    assert without_outlet(title, *names) == clean


def test_hostile_titles_take_no_time():
    started = time.process_time()
    for text in (" - " * 30_000, "x | " * 25_000, "." * 100_000):
        without_outlet(text, text[:50], "Example")
    assert time.process_time() - started < 3  # backtracking would take minutes
