"""conflict_articles: originals that are kept, one row each, whatever the duplicates point to."""

from datetime import datetime, timedelta

from pipeline.resources import data_path

NOON = datetime(2026, 3, 10, 12, 0)  # noqa: DTZ001  as stored: UTC without saying so
HOUR = timedelta(hours=1)

KEPT = "SELECT article_id, n_copies FROM conflict_articles ORDER BY article_id"
COPIES = "SELECT article_id, is_original, duplicate_of, duplicate_kind FROM conflict_articles_with_copies ORDER BY article_id"


def test_a_kept_article_without_copies_is_one_row(article, rows):
    article("a1")
    assert rows(KEPT) == [("a1", 0)]


def test_what_is_to_review_or_dropped_is_not_there(article, rows):
    article("a1", label="review")
    article("a2", label="drop")
    assert rows(KEPT) == []
    assert rows(COPIES) == []


def test_a_copy_of_a_kept_article_is_counted_and_not_listed(article, put, rows):
    article("a1")
    article("a2")
    article("a3")
    put("duplicates", "a2", kind="wire_copy")
    put("duplicates", "a3")
    assert rows(KEPT) == [("a1", 2)]
    assert rows(COPIES) == [
        ("a1", True, None, None),
        ("a2", False, "a1", "wire_copy"),
        ("a3", False, "a1", "same_text"),
    ]


def test_a_copy_that_is_not_kept_is_not_counted(article, put, rows):
    article("a1")
    article("a2", label="review")
    put("duplicates", "a2")
    assert rows(KEPT) == [("a1", 0)]


def test_a_copy_of_an_article_that_is_not_kept_does_not_vanish(article, put, rows):
    article("a1", label="drop")
    article("a2")
    put("duplicates", "a2")
    assert rows(KEPT) == [("a2", 0)]
    assert rows("SELECT is_original, duplicate_of, unkept_original_id FROM conflict_articles_with_copies") == [
        (True, None, "a1")
    ]


def test_of_several_copies_of_an_article_that_is_not_kept_the_earliest_stands_for_it(article, put, rows):
    article("a1", label="review")
    article("a2", published_at=NOON)
    article("a3", published_at=NOON - HOUR)
    article("a4", published_at=None)
    for copy in ("a2", "a3", "a4"):
        put("duplicates", copy)
    assert rows(KEPT) == [("a3", 2)]


def test_an_article_with_two_originals_is_a_copy_of_the_kept_one(article, put, rows):
    article("a1", label="drop")
    article("a2")
    article("a3")
    put("duplicates", "a3", original_id="a1", jaccard=1.0)
    put("duplicates", "a3", original_id="a2", jaccard=0.5)
    assert rows(KEPT) == [("a2", 1)]
    assert rows("SELECT count(*) FROM conflict_articles_with_copies") == [(2,)]


def test_even_a_circle_of_duplicates_makes_nothing_vanish(article, put, rows):
    article("a1")
    article("a2")
    article("a3")
    put("duplicates", "a1", original_id="a2")
    put("duplicates", "a2", original_id="a1")
    put("duplicates", "a3", original_id="a3")
    assert rows("SELECT article_id FROM conflict_articles ORDER BY article_id") == [("a1",), ("a2",), ("a3",)]


def test_counts_add_up_to_the_kept_articles(world, rows):
    assert rows("SELECT count(*) + sum(n_copies) FROM conflict_articles") == rows(
        "SELECT count(*) FROM relevance WHERE label = 'keep'"
    )


def test_an_outlet_or_a_story_that_is_not_known_is_null_and_costs_no_row(article, rows):
    article("a1", source_id="nobody")
    assert rows("SELECT source_name, country, story_id FROM conflict_articles") == [(None, None, None)]


def test_columns_that_pass_through_are_explained_in_the_same_words(rows):
    found = rows("""
        SELECT views.table_name, views.column_name FROM duckdb_columns() AS views
        INNER JOIN duckdb_columns() AS articles
            ON articles.table_name IN ('articles', 'relevance') AND views.column_name = articles.column_name
        WHERE views.table_name LIKE 'conflict_articles%' AND views.column_name NOT IN ('article_id', 'run_id', 'text_sha256')
        GROUP BY ALL HAVING NOT bool_or(views.comment = articles.comment)
    """)
    assert found == []


def test_people_meet_what_they_want_first_and_our_own_columns_last():
    text = data_path("sql", "views", "20_conflict_articles_with_copies.sql").read_text(encoding="utf-8")
    columns = [line.split(".")[1].split(" ")[0] for line in text.splitlines() if line.startswith("COMMENT ON COLUMN")]
    assert columns[:5] == ["article_id", "published_at", "title", "source_name", "country"]
    assert columns[-2:] == ["run_id", "code_version"]


def test_a_story_with_a_kept_article_is_listed_with_what_is_kept_in_it(world, rows):
    assert rows("SELECT * EXCLUDE (run_id, code_version) FROM conflict_stories") == [
        ("t1", "A bridge is shelled", None, None, 2, 2, 1, 2, 1, 0.9, ["Battles"], ["GBR", "UKR"], ["en"])
    ]


def test_a_story_without_headline_takes_its_earliest_kept_title(article, put, rows):
    article("a1", published_at=NOON, title="Later")
    article("a2", published_at=NOON - HOUR, title="Earlier")
    article("a3", published_at=NOON - 2 * HOUR, title="Not kept", label="drop")
    put("stories", "t1")
    for member in ("a1", "a2", "a3"):
        put("story_articles", member)
    assert rows("SELECT headline, n_conflict_articles FROM conflict_stories") == [("Earlier", 2)]


def test_stories_without_conflict_and_merged_ones_are_not_listed(article, put, rows):
    article("a1", label="drop")
    article("a2")
    put("stories", "t1")
    put("stories", "t2", superseded_by="t1")
    put("story_articles", "a1")
    put("story_articles", "a2", story_id="t2")
    assert rows("FROM conflict_stories") == []
    assert rows("FROM story_timeline") == []


def test_a_timeline_tells_all_of_a_story_in_order_of_time(article, put, rows):
    article("a1", published_at=NOON)
    article("a2", published_at=None, first_seen_at=NOON + HOUR)
    article("a3", published_at=NOON - HOUR, label="drop")
    put("stories", "t1")
    for member in ("a1", "a2", "a3"):
        put("story_articles", member)
    put("duplicates", "a2")
    told = "SELECT place, article_id, told_at_is, minutes_after_first, label, is_original, duplicate_of FROM story_timeline ORDER BY place"
    assert rows(told) == [
        (1, "a3", "published", 0, "drop", None, None),
        (2, "a1", "published", 60, "keep", True, None),
        (3, "a2", "seen", 120, "keep", False, "a1"),
    ]
