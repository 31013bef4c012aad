"""What holds for every view: empty tables, NULLs, comments, a file opened again."""

import re

import duckdb
import pytest

from pipeline.resources import data_path

VIEWS = {path.stem[3:]: path.read_text(encoding="utf-8") for path in sorted(data_path("sql", "views").glob("*.sql"))}


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"outcomes"}))
def test_a_view_of_empty_tables_is_empty(rows, view):
    assert rows(f"FROM {view}") == []


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"outcomes"}))
def test_a_view_stands_where_all_that_may_be_null_is_null(con, put, rows, view):
    nothing = {"published_at": None, "published_precision": None, "published_from": None}
    put("feeds", "f1")
    put("fetches", "p1", feed_id=None)
    put("entries", "e1", published_at=None)
    put("articles", "a1", **nothing, url=None, title=None, text=None, feed_id=None, fetched_at=None)
    put("articles", "a2", **nothing, url=None, title=None, text=None, feed_id=None, fetched_at=None)
    put("relevance", "a1")
    put("relevance", "a2")
    put("duplicates", "a2", jaccard=None)
    put("stories", "t1")
    put("story_articles", "a1")
    put("revisions", "r1")
    put("backfills", "b1")
    assert len(rows(f"FROM {view}")) == (2 if view == "conflict_articles_with_copies" else 1)


def test_every_file_makes_the_view_of_its_name():
    for name, text in VIEWS.items():
        assert re.findall(r"CREATE OR REPLACE VIEW (\w+)", text) == [name]


def test_every_table_view_and_column_is_explained(rows):
    assert (
        rows("""
        SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT view_name, '' FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name, '' FROM duckdb_tables() WHERE NOT internal AND comment IS NULL
    """)
        == []
    )


def test_views_work_in_a_file_opened_again_read_only_without_extensions(tmp_path):
    path = tmp_path / "snapshot.duckdb"
    config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(path, config=config) as con:
        for folder in ("migrations", "macros", "views"):
            for file in sorted(data_path("sql", folder).glob("*.sql")):
                con.execute(file.read_text(encoding="utf-8"))
    with duckdb.connect(path, read_only=True, config=config) as con:
        for view in VIEWS:
            con.execute(f"FROM {view}").fetchall()
        con.execute("FROM content_digest()").fetchall()


# A CTE that is named twice is materialized with all its columns, also where only count(*) is asked for; the hint against
# it does not outlive the file that the view is stored in.
@pytest.mark.parametrize("view", ["conflict_articles_with_copies", "conflict_articles"])
def test_counting_conflict_articles_reads_no_text(con, view):
    plan = con.execute(f"EXPLAIN SELECT count(*) FROM {view}").fetchall()[0][1]
    assert "CTE_SCAN" not in plan
    assert not re.search(r"│\s+text\s+│", plan)


def test_equal_content_has_equal_digests_whatever_the_run_and_the_order(world, rows):
    before = rows("FROM content_digest()")
    assert {table for table, *_ in before} == {
        "articles", "date_candidates", "duplicates", "entries", "feeds", "relevance", "revisions", "sources", "story_articles",
    }  # fmt: skip
    world.execute("CREATE TEMP TABLE kept AS SELECT * FROM articles ORDER BY article_id DESC")
    world.execute("DELETE FROM articles")
    world.execute("INSERT INTO articles SELECT * FROM kept")
    world.execute(
        "UPDATE articles SET run_id = 'another', extracted_at = extracted_at + INTERVAL 1 DAY, raw_ref = 'elsewhere:0'"
    )
    assert rows("FROM content_digest()") == before


def test_a_changed_word_changes_the_digest_of_its_table_alone(world, rows):
    before = {table: digest for table, _, digest in rows("FROM content_digest()")}
    world.execute("UPDATE articles SET title = 'Other' WHERE article_id = 'a1'")
    after = {table: digest for table, _, digest in rows("FROM content_digest()")}
    assert {table for table in before if before[table] != after[table]} == {"articles"}


def test_an_article_is_the_same_under_another_id_with_the_same_addresses(world, rows):
    before = rows("FROM content_digest()")
    for table in ("articles", "article_urls", "entries", "relevance", "date_candidates"):
        world.execute(f"UPDATE {table} SET article_id = 'renamed' WHERE article_id = 'a5'")
    assert rows("FROM content_digest()") == before
