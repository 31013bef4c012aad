"""Each check of sql/checks/ catches its fault and is silent on sound rows."""

import re
from typing import get_args

import pytest

from pipeline.errors import OURS, REFUSED, Outcome
from pipeline.relevance.definition import About
from pipeline.resources import data_path
from pipeline.types import (
    AddressKind,
    DateOrigin,
    FetchKind,
    Label,
    PageKind,
    Precision,
    RevisionKind,
    TextFrom,
)

CHECKS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(data_path("sql", "checks").glob("*.sql"))}

# check, what breaks the world, ids that it must name
FAULTS = [
    ("10_ids_are_unique", "INSERT INTO sources SELECT * FROM sources WHERE source_id = 's1'", {"sources s1"}),
    ("10_ids_are_unique", "INSERT INTO feeds SELECT * FROM feeds WHERE feed_id = 'f2'", {"feeds f2"}),
    ("10_ids_are_unique", "INSERT INTO fetches SELECT * FROM fetches WHERE fetch_id = 'p1'", {"fetches p1"}),
    (
        "10_ids_are_unique",
        "INSERT INTO revisions SELECT * FROM revisions",
        {"revisions r1", "revisions a1 number 1"},
    ),
    ("10_ids_are_unique", "INSERT INTO duplicates SELECT * FROM duplicates", {"duplicates a2 of a1"}),
    ("10_ids_are_unique", "INSERT INTO stories SELECT * FROM stories", {"stories t1"}),
    (
        "10_ids_are_unique",
        "INSERT INTO rechecks BY NAME SELECT article_id, observed_at, outcome, n_words FROM (VALUES ('a1', TIMESTAMP '2026-03-10', 'ok', 0)) AS t (article_id, observed_at, outcome, n_words), range(2)",
        {"rechecks a1 at 2026-03-10 00:00:00"},
    ),
    ("11_entries_are_unique", "INSERT INTO entries SELECT * FROM entries WHERE entry_id = 'e2'", {"e2"}),
    ("12_articles_are_unique", "INSERT INTO articles SELECT * FROM articles WHERE article_id = 'a4'", {"a4"}),
    ("13_judgements_are_unique", "INSERT INTO relevance SELECT * FROM relevance WHERE article_id = 'a3'", {"a3"}),
    ("14_memberships_are_unique", "INSERT INTO story_articles SELECT 't2', 'a1', '2026-03-01', 'x', 'r', '0'", {"a1"}),
    (
        "20_addresses_lead_to_one_article",
        "INSERT INTO article_urls SELECT * REPLACE ('a2' AS article_id) FROM article_urls WHERE article_id = 'a1'",
        {"s1.example/a1"},
    ),
    ("30_references_lead_somewhere", "UPDATE entries SET article_id = 'lost' WHERE entry_id = 'e1'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE article_urls SET article_id = 'lost' WHERE article_id = 'a1'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE story_articles SET article_id = 'lost' WHERE article_id = 'a1'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE revisions SET article_id = 'lost'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE duplicates SET article_id = 'lost'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE duplicates SET original_id = 'lost'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE entries SET feed_id = 'lost' WHERE entry_id = 'e1'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE articles SET feed_id = 'lost' WHERE article_id = 'a1'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE feeds SET source_id = 'lost' WHERE feed_id = 'f1'", {"lost"}),
    ("30_references_lead_somewhere", "UPDATE articles SET source_id = 'lost' WHERE article_id = 'a1'", {"lost"}),
    ("30_references_lead_somewhere", "DELETE FROM stories", {"t1"}),
    ("30_references_lead_somewhere", "UPDATE stories SET superseded_by = 't9'", {"t1"}),
    ("40_articles_are_judged", "DELETE FROM relevance WHERE article_id = 'a4'", {"a4"}),
    ("40_articles_are_judged", "DELETE FROM articles WHERE article_id = 'a4'", {"a4"}),
    ("50_duplicates_lead_to_originals", "UPDATE duplicates SET original_id = 'a2'", {"a2"}),
    (
        "50_duplicates_lead_to_originals",
        "INSERT INTO duplicates SELECT * REPLACE ('a3' AS article_id, 'a2' AS original_id) FROM duplicates",
        {"a3"},
    ),
    (
        "60_dates_are_possible",
        "UPDATE articles SET published_at = '1989-12-31 23:59:59' WHERE article_id = 'a1'",
        {"a1"},
    ),
    (
        "60_dates_are_possible",
        "UPDATE articles SET published_at = '2026-03-11 12:00:01' WHERE article_id = 'a1'",
        {"a1"},
    ),
    (
        "60_dates_are_possible",
        "UPDATE articles SET published_at = '2026-03-11 12:00:01', fetched_at = NULL WHERE article_id = 'a1'",
        {"a1"},
    ),
    ("60_dates_are_possible", "UPDATE entries SET published_at = '2041-01-01' WHERE entry_id = 'e1'", {"e1"}),
    ("61_dates_or_reasons", "UPDATE articles SET published_reason = NULL WHERE article_id = 'a5'", {"a5"}),
    ("61_dates_or_reasons", "UPDATE articles SET published_reason = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("61_dates_or_reasons", "UPDATE articles SET published_from = NULL WHERE article_id = 'a1'", {"a1"}),
    ("61_dates_or_reasons", "UPDATE articles SET published_precision = 'day' WHERE article_id = 'a5'", {"a5"}),
    ("61_dates_or_reasons", "UPDATE entries SET published_reason = NULL WHERE entry_id = 'e6'", {"e6"}),
    ("70_words_are_of_their_lists", "UPDATE fetches SET outcome = 'odd' WHERE fetch_id = 'p1'", {"p1"}),
    ("70_words_are_of_their_lists", "UPDATE fetches SET kind = 'odd' WHERE fetch_id = 'p1'", {"p1"}),
    ("70_words_are_of_their_lists", "UPDATE feeds SET last_outcome = 'odd' WHERE feed_id = 'f1'", {"f1"}),
    ("70_words_are_of_their_lists", "UPDATE articles SET text_from = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("70_words_are_of_their_lists", "UPDATE articles SET page_kind = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("70_words_are_of_their_lists", "UPDATE articles SET published_precision = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("70_words_are_of_their_lists", "UPDATE articles SET published_from = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("70_words_are_of_their_lists", "UPDATE relevance SET label = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("70_words_are_of_their_lists", "UPDATE relevance SET about = 'odd' WHERE article_id = 'a1'", {"a1"}),
    ("70_words_are_of_their_lists", "UPDATE duplicates SET kind = 'odd'", {"a2"}),
    ("80_titles_are_clean", "UPDATE articles SET title = 'a' || chr(27) || '[31m' WHERE article_id = 'a1'", {"a1"}),
    ("80_titles_are_clean", "UPDATE articles SET title = 'a' || chr(10) || 'b' WHERE article_id = 'a1'", {"a1"}),
    ("80_titles_are_clean", "UPDATE articles SET title = 'a' || chr(8238) || 'b' WHERE article_id = 'a1'", {"a1"}),
]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_silent_on_sound_rows(world, name):
    assert world.execute(CHECKS[name]).fetchall() == []


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_silent_on_empty_tables(con, name):
    assert con.execute(CHECKS[name]).fetchall() == []


@pytest.mark.parametrize(("name", "fault", "ids"), FAULTS)
def test_a_check_catches_its_fault_and_names_the_row(world, name, fault, ids):
    world.execute(fault)
    found = world.execute(CHECKS[name]).fetchall()
    assert {row[2] for row in found} == ids
    assert {row[0] for row in found} == {name[3:]}
    assert all(row[1] for row in found)


def test_every_check_is_shown_to_catch_something():
    assert {name for name, *_ in FAULTS} == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_states_its_promise_and_names_its_columns(con, name):
    assert CHECKS[name].startswith("-- ")
    assert [column[0] for column in con.execute(CHECKS[name]).description] == ["check_name", "what", "id"]


def test_an_entry_that_has_no_article_yet_points_nowhere(con, put):
    put("sources", "s1")
    put("feeds", "f1")
    put("entries", "e1")
    assert con.execute(CHECKS["30_references_lead_somewhere"]).fetchall() == []


def test_requests_older_than_two_days_are_not_counted_again(world, put):
    put("fetches", "old", requested_at="2026-03-01")
    put("fetches", "old", requested_at="2026-03-01")
    assert world.execute(CHECKS["10_ids_are_unique"]).fetchall() == []


def test_the_closed_lists_are_those_of_the_code():
    text = CHECKS["70_words_are_of_their_lists"]
    lists = {
        (table, column): set(re.findall(r"'(\w+)'", words))
        for table, column, words in re.findall(r"FROM (\w+)\s+WHERE\s+(\w+) NOT IN \(\s*('[^)]*)\)", text)
    }
    assert lists.pop(("duplicates", "kind")) == {"same_url", "same_text", "near_text", "wire_copy"}
    assert lists == {
        ("fetches", "kind"): set(get_args(FetchKind)),
        ("articles", "text_from"): set(get_args(TextFrom)),
        ("articles", "page_kind"): set(get_args(PageKind)),
        ("articles", "published_precision"): set(get_args(Precision)),
        ("articles", "published_from"): set(get_args(DateOrigin)),
        ("article_urls", "kind"): set(get_args(AddressKind)),
        ("revisions", "kind"): set(get_args(RevisionKind)),
        ("relevance", "label"): set(get_args(Label)),
        ("relevance", "about"): set(get_args(About)),
    }


def test_the_outcomes_in_words_are_those_of_the_code(rows):
    found = {
        outcome: (ok, refused, ours)
        for outcome, ok, refused, ours in rows("SELECT outcome, is_ok, is_refusal, is_ours FROM outcomes")
    }
    assert found == {one.value: (one.is_ok, one in REFUSED, one in OURS) for one in Outcome}
    assert rows("SELECT count(*) FROM outcomes") == [(len(Outcome),)]


def test_every_outcome_says_what_it_means_and_what_to_do(rows):
    assert rows("SELECT outcome FROM outcomes WHERE coalesce(means, '') = '' OR coalesce(next_step, '') = ''") == []
