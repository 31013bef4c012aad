"""Each example of sql/examples/ runs on a sound world, read-only, and returns the columns that it claims."""

import re

import duckdb
import pytest

from pipeline.resources import data_path

EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(data_path("sql", "examples").glob("*.sql"))}
NEVER_EMPTY = set(EXAMPLES) - {"05_coverage_gaps"}


def test_there_are_questions_enough_to_start_from():
    assert len(EXAMPLES) >= 12


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_asks_its_question_and_says_how_to_read_the_answer(name):
    lines = EXAMPLES[name].splitlines()
    assert lines[0].startswith("-- ")
    assert lines[0].endswith("?")
    assert lines[1].startswith("-- How to read it: ")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_returns_the_columns_that_it_claims(world, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    claimed = re.search(r"^-- Columns: (.+)$", EXAMPLES[name], re.MULTILINE)
    assert claimed
    answer = world.execute(EXAMPLES[name])
    assert [column[0] for column in answer.description] == claimed[1].split(", ")
    if name in NEVER_EMPTY:
        assert answer.fetchall()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_on_empty_tables(con, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    con.execute(EXAMPLES[name]).fetchall()


def answer(world, name):
    return world.execute(EXAMPLES[name]).fetchall()


def test_the_copies_of_a_wire_text_are_named_with_where_they_ran(world):
    [(original, _, source, _, n_copies, kinds, ran_in)] = answer(world, "04_wire_copies_and_where_they_ran")
    assert (original, source, n_copies, kinds, ran_in) == ("a1", "Meridian Wire", 1, ["wire_copy"], ["Northfield Post"])


def test_copies_and_originals_of_an_outlet_are_told_apart(world):
    found = {row[0]: row[2:5] for row in answer(world, "02_conflict_by_outlet")}
    assert found == {"Meridian Wire": (2, 0, 4), "Northfield Post": (0, 1, 1)}


def test_a_day_on_which_a_feed_did_not_answer_is_a_gap(world, put):
    put("fetches", "p9", kind="feed", feed_id="f1", requested_at="2026-03-09 09:00")
    gaps = {str(day): missing for day, *_, missing, _ in answer(world, "05_coverage_gaps")}
    assert gaps["2026-03-10"] == 1


def test_a_search_shows_the_words_around_what_it_found(world):
    [(_, _, _, found_here, terms, _)] = answer(world, "06_full_text_search")
    assert found_here == "The bridge was shelled at dawn, officials said."
    assert terms == ["shelled"]


def test_refusals_are_counted_by_reason(world):
    found = [(kind, outcome, n) for kind, outcome, _, _, n, *_ in answer(world, "07_what_was_refused_and_why")]
    assert found == [("feed", "http_403", 1), ("page", "http_403", 1)]


def test_the_review_queue_holds_what_is_to_review_alone(world):
    assert [row[-1] for row in answer(world, "10_review_queue")] == ["a3"]


def test_the_export_can_be_read_elsewhere(world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert answer(world, "14_export_to_parquet") == [(2,)]
    with duckdb.connect() as elsewhere:
        found = elsewhere.execute(
            "SELECT article_id, n_copies FROM 'conflict_articles.parquet' ORDER BY ALL"
        ).fetchall()
    assert found == [("a1", 1), ("a5", 0)]
