"""Floors for the text of articles, a little under what was measured when they were set; `-s` prints the figures."""

from collections import defaultdict

import pytest

pytestmark = pytest.mark.corpus

# of manifest, pages and gold texts: the floors below mean these and no others
SHA256 = "5226016f5f10bcf7c613d0d1817b116f7c14d219a90c0fafd1f8d0b2c8a20fe1"
FLOORS = {"all": 0.955, "aeb": 0.976, "naeb": 0.942, "fundus": 0.956}


def test_the_corpus_is_the_one_that_the_floors_were_set_on(corpus):
    assert corpus.sha256 == SHA256, "other pages than the floors were measured on: measure again and set them anew"


def test_the_text_is_the_articles(corpus, scorer):
    scores = defaultdict(list)
    for page in corpus.pages:
        score = scorer.page(page.gold_text, page.with_feed.article.text)
        scores["all"].append(score)
        scores[page.gold["source"]].append(score)
    totals = {part: scorer.total(rows) for part, rows in scores.items()}
    for part, total in totals.items():
        low, high = scorer.boot(scores[part])
        print(
            f"{part}: {total['pages']} pages, F1 {total['f1']:.4f} [{low:.3f}, {high:.3f}],"
            f" P {total['precision']:.4f}, R {total['recall']:.4f}"
        )
    assert {part: total["f1"] for part, total in totals.items() if total["f1"] < FLOORS[part]} == {}
