"""What a page is: the labelled set, and single signs."""

import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from pipeline.article.extract import extract_page
from pipeline.article.kind import NOT_ARTICLES, judge_page
from pipeline.article.signs import read_signs

FOLDER = Path(__file__).parents[2] / "fixtures" / "pages"
PROSE = " ".join(["The governor said that shells had cut the power of the harbour town again on Tuesday."] * 3)


def labelled_pages():
    spec = spec_from_file_location("labelled_pages", FOLDER / "pages.py")
    module = sys.modules.setdefault(spec.name, module_from_spec(spec))  # dataclasses look their module up
    spec.loader.exec_module(module)
    return list(module.all_pages())


@pytest.fixture(scope="module")
def judged():
    """Each page of the labelled set with its verdict."""
    found = []
    for page in labelled_pages():
        read = extract_page(page.html.encode(), "text/html; charset=utf-8")
        found.append((page, judge_page(read.signs, read.text, title=page.title, url=page.url)))
    return found


def test_the_labelled_set_is_wide(judged):
    kinds = Counter(page.kind for page, _ in judged)
    assert kinds.pop("article") >= 60
    assert (len(kinds) >= 10, sum(kinds.values()) >= 150) == (True, True)


@pytest.mark.parametrize("is_held_out", [False, True])
def test_what_is_no_plain_article_is_caught(judged, is_held_out):
    others = [(p, v) for p, v in judged if p.kind != "article" and p.is_held_out == is_held_out]
    missed = [(p.name, v.kind) for p, v in others if v.kind != p.kind and not {v.kind, p.kind} <= NOT_ARTICLES]
    assert len(missed) <= 0.05 * len(others), missed


@pytest.mark.parametrize("is_held_out", [False, True])
def test_no_article_is_lost(judged, is_held_out):
    articles = [(p, v) for p, v in judged if p.kind == "article" and p.is_held_out == is_held_out]
    assert [(p.name, v.kind, v.why) for p, v in articles if v.kind in NOT_ARTICLES] == []


def verdict(html, text, *, title="Shells cut power of harbour town", url="https://a.example/news/1"):
    return judge_page(read_signs(document_fromstring(html)), text, title=title, url=url)


def test_an_article_that_ends_in_an_ellipsis_is_cut():
    html = f"<html><body><h1>Shells cut power of harbour town</h1><p>{PROSE} And then …</p></body></html>"
    found = verdict(html, f"{PROSE} And then …")
    assert (found.kind, found.is_truncated) == ("article", True)


def test_a_page_that_says_it_is_not_free_and_holds_the_part_is_whole():
    locked = (
        '{"@type":"NewsArticle","headline":"x","isAccessibleForFree":false,'
        '"hasPart":{"isAccessibleForFree":false,"cssSelector":".body"}}'
    )
    html = (
        f'<html><head><script type="application/ld+json">{locked}</script></head><body><div class="body"><p>{PROSE}</p>'
    )
    assert not verdict(html, PROSE).is_truncated
    assert verdict(html.replace(PROSE, "Read on."), PROSE[:90]).kind == "paywall"


def test_a_page_without_anything_is_a_shell():
    assert verdict("<html><body><div id=root></div></body></html>", None).kind == "shell"


def test_broken_json_ld_and_odd_markup_say_nothing():
    html = '<html><head><script type="application/ld+json">{"@type": [1, {"a"</script><meta content="x"></head><body><a>b</a>'
    assert read_signs(document_fromstring(html)).types == frozenset()
