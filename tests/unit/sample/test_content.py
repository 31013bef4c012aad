"""The texts themselves: as many, as long and as varied as the site promises."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from pipeline.sample import expected
from pipeline.sample.content import outlets

ARTICLES = [article for outlet in outlets() for article in outlet.articles]
OWN = [article for article in ARTICLES if article.copy_of is None]
BY_SLUG = {article.slug: article for article in ARTICLES}


def test_there_are_at_least_seven_outlets_of_every_kind():
    assert len(outlets()) >= 7
    assert {outlet.kind for outlet in outlets()} == {"wire", "outlet", "official", "NGO"}


def test_slugs_and_paths_are_unique():
    assert len(BY_SLUG) == len({article.path for article in ARTICLES}) == len(ARTICLES)


def test_there_are_at_least_48_own_articles_and_five_in_each_of_six_languages():
    assert len(OWN) >= 48
    n_by_language = Counter(article.language for article in OWN)
    assert set(n_by_language) == {"en", "fr", "es", "ar", "ru", "uk"}
    assert min(n_by_language.values()) >= 5


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "uk"])
def test_each_language_has_conflict_and_what_only_sounds_like_it(language):
    assert {article.is_conflict for article in ARTICLES if article.language == language} == {True, False}


def test_about_half_is_conflict():
    assert 0.4 <= sum(article.is_conflict for article in ARTICLES) / len(ARTICLES) <= 0.6


@pytest.mark.parametrize("article", OWN, ids=lambda article: article.slug)
def test_an_article_has_five_to_nine_paragraphs_and_1200_characters(article):
    assert 5 <= len(article.paragraphs) <= 9
    assert sum(map(len, article.paragraphs)) >= 1_200
    assert all(paragraph == " ".join(paragraph.split()) for paragraph in article.paragraphs)


def test_no_paragraph_stands_twice_but_in_copies():
    paragraphs = Counter(paragraph for article in OWN for paragraph in article.paragraphs)
    assert max(paragraphs.values()) == 1


def test_dates_are_fixed_and_lie_in_one_week():
    first, last = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
    assert all(first <= article.published < last for article in ARTICLES)


def test_copies_are_what_their_kind_says():
    kinds = Counter(article.copy_kind for article in ARTICLES if article.copy_of)
    assert kinds.keys() == {"same_text", "shortened", "embedded"}
    assert kinds.total() >= 5
    for copy in (article for article in ARTICLES if article.copy_of):
        original = BY_SLUG[copy.copy_of]
        assert original.published < copy.published
        assert (original.language, original.is_conflict) == (copy.language, copy.is_conflict)
        holds = {
            "same_text": copy.paragraphs == original.paragraphs,
            "shortened": copy.paragraphs == original.paragraphs[: len(copy.paragraphs)] != original.paragraphs,
            "embedded": "\n".join(original.paragraphs) in "\n".join(copy.paragraphs[1:-1]),
        }
        assert holds[copy.copy_kind], copy.slug


def test_one_article_is_linked_by_two_other_outlets_with_click_counters():
    foreign = [
        (outlet.folder, item)
        for outlet in outlets()
        for item in outlet.items
        if not item.article.path.startswith(f"/{outlet.folder}/")
    ]
    assert len({folder for folder, _ in foreign}) == 2
    assert len({item.article.path for _, item in foreign}) == 1
    assert sorted(item.query.partition("=")[0] for _, item in foreign) == ["fbclid", "utm_source"]


def test_expected_states_the_facts_by_path():
    facts = expected()
    assert facts.n_articles == len(ARTICLES)
    assert facts.n_feeds == len(facts.n_items) == sum(len(outlet.feeds) for outlet in outlets())
    assert facts.languages.keys() == facts.conflict.keys() == facts.published.keys() == {a.path for a in ARTICLES}
    assert sorted(facts.unavailable.values()) == ["403", "404", "robots"]
    assert [path for path, date in facts.published.items() if date is None] == [
        "/joint-monitor/statements/photographs-of-the-lake"
    ]
    assert all({copy, original} <= facts.conflict.keys() for copy, (original, _) in facts.copies.items())
