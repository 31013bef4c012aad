"""Shards → tables: keyed, in one transaction, and the same whatever came first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import shard, warehouse
from pipeline.config import Settings
from pipeline.errors import CheckError, NewerStoreError, Outcome, StoreError
from pipeline.load import load
from pipeline.types import Article, DateCandidate, Entry, Feed, Fetch, Judgement

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FEED = Feed(feed_id="f1", url="https://a.example/rss", source_id="s1", outlet="A", added_at=NOW, last_polled_at=NOW)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data=tmp_path / "data", min_free_mb=1)


def entry(n: int, **given) -> Entry:
    made = Entry(
        entry_id=f"e{n}",
        feed_id="f1",
        guid=f"g{n}",
        link=f"https://a.example/{n}",
        url_key=f"a.example/{n}",
        title=f"Title {n}",
        summary="Summary",
        content=None,
        published_raw="x",
        published_at=NOW - timedelta(days=1),
        published_precision="second",
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    return replace(made, **given)


def article(n: int, **given) -> Article:
    made = Article(
        article_id=f"a{n}",
        url=f"https://a.example/{n}",
        url_key=f"a.example/{n}",
        final_url=f"https://a.example/{n}",
        final_key=f"a.example/{n}",
        canonical_url=None,
        source_id="s1",
        feed_id="f1",
        entry_id=f"e{n}",
        title=f"Title {n}",
        lead=None,
        text="words " * 40,
        text_from="page",
        text_reason=None,
        text_sha256=f"sha{n}",
        n_words=40,
        language="en",
        language_confidence=0.9,
        authors=("Ann",),
        published_at=NOW - timedelta(days=1),
        published_precision="second",
        published_from="feed",
        published_reason=None,
        updated_at=None,
        first_seen_at=NOW,
        fetched_at=NOW,
        extracted_at=NOW,
        page_kind="article",
        is_truncated=False,
        n_revisions=0,
        page_retry_at=None,
        n_page_tries=1,
        raw_ref="x:0",
        discovered_via="feed",
        extractor="trafilatura",
        extractor_version="1",
    )
    return replace(made, **given)


def judgement(made: Article, label="keep") -> Judgement:
    return Judgement(
        article_id=made.article_id,
        score=0.9,
        label=label,
        about="event",
        types=(),
        temporal="now",
        reasons=(),
        sentence=None,
        sentence_start=None,
        sentence_end=None,
        model_id="m",
        profile="conflict",
        text_sha256=made.text_sha256,
    )


def lay(folder: Path, *, feeds=(FEED,), fetches=(), entries=(), articles=()) -> Path:
    shard.write(folder / "choose.feeds.parquet", Feed, feeds)
    shard.write(folder / "p.fetches.parquet", Fetch, fetches)
    shard.write(folder / "p.entries.parquet", Entry, entries)
    shard.write(folder / "p.articles.parquet", Article, articles)
    shard.write(folder / "p.relevance.parquet", Judgement, [judgement(made) for made in articles])
    candidates = [
        DateCandidate(
            article_id=made.article_id,
            origin="feed",
            raw="x",
            value=NOW,
            precision="second",
            is_accepted=True,
            reason=None,
        )
        for made in articles
    ]
    shard.write(folder / "p.date_candidates.parquet", DateCandidate, candidates)
    return folder


def rows(settings: Settings, sql: str) -> list[tuple]:
    with warehouse.open_snapshot(settings) as con:
        return con.execute(sql).fetchall()


def test_loading_the_same_shards_twice_changes_nothing(settings, tmp_path):
    folder = lay(tmp_path / "r", entries=[entry(1)], articles=[article(1)])
    first = load(settings, folder, run_id="r", now=NOW)
    again = load(settings, folder, run_id="r", now=NOW + timedelta(hours=1))
    assert (first.n_entries, first.n_articles) == (1, 1)
    assert again.n_articles == first.n_articles
    for table in ("entries", "articles", "article_urls", "relevance", "date_candidates", "batches", "feeds", "sources"):
        assert rows(settings, f"SELECT count(*) FROM {table}") == [(1,)], table


def test_an_entry_is_linked_to_the_article_behind_its_address(settings, tmp_path):
    other_feed = entry(2, feed_id="f2", url_key="a.example/1", link="https://a.example/1?utm_source=x")
    feeds = (FEED, replace(FEED, feed_id="f2"))
    load(
        settings,
        lay(tmp_path / "r", feeds=feeds, entries=[entry(1), other_feed], articles=[article(1)]),
        run_id="r",
        now=NOW,
    )
    assert rows(settings, "SELECT DISTINCT article_id FROM entries") == [("a1",)]


def test_two_addresses_that_end_at_one_page_are_one_article(settings, tmp_path):
    moved = article(2, final_key="a.example/1", final_url="https://a.example/1")
    load(settings, lay(tmp_path / "r", entries=[entry(1), entry(2)], articles=[article(1), moved]), run_id="r", now=NOW)
    assert rows(settings, "SELECT count(*) FROM articles") == [(1,)]
    assert rows(settings, "SELECT count(*), count(DISTINCT article_id) FROM article_urls") == [(2, 1)]
    assert rows(settings, "SELECT DISTINCT article_id FROM entries") == [("a1",)]


def test_a_later_redirect_to_a_known_page_adds_an_address_and_no_article(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[article(1)]), run_id="r1", now=NOW)
    moved = article(2, final_key="a.example/1")
    load(settings, lay(tmp_path / "r2", entries=[entry(2)], articles=[moved]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT article_id, title FROM articles") == [("a1", "Title 1")]
    assert rows(settings, "SELECT article_id FROM entries WHERE entry_id = 'e2'") == [("a1",)]


def test_the_page_replaces_the_feeds_words_when_it_comes_and_keeps_the_id(settings, tmp_path):
    stand_in = article(
        1, text="Summary", text_from="feed", text_reason="http_5xx", n_words=1, text_sha256="short", page_retry_at=NOW
    )
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[stand_in]), run_id="r1", now=NOW)
    loaded = load(settings, lay(tmp_path / "r2", articles=[article(1, n_page_tries=2)]), run_id="r2", now=NOW)
    assert (loaded.n_articles, loaded.n_articles_changed) == (0, 1)
    assert rows(settings, "SELECT article_id, text_from, n_words, page_retry_at FROM articles") == [
        ("a1", "page", 40, None)
    ]
    assert rows(settings, "SELECT count(*) FROM relevance") == [(1,)]


def test_an_earlier_sight_gives_an_article_without_a_page_its_words(settings, tmp_path):
    stand_in = article(1, text_from="feed", raw_ref=None, n_page_tries=1, text_reason="http_5xx", page_retry_at=NOW)
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[stand_in]), run_id="r1", now=NOW)
    before = NOW - timedelta(days=3)
    earlier = replace(stand_in, title="As first told", first_seen_at=before, n_page_tries=0, text_reason="not_asked")
    seen = entry(1, title="As first told", first_seen_at=before, last_seen_at=before)
    load(settings, lay(tmp_path / "r2", entries=[seen], articles=[earlier]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT title, first_seen_at::DATE, text_reason, n_page_tries FROM articles") == [
        ("As first told", before.date(), "http_5xx", 1)
    ]
    assert rows(settings, "SELECT title, first_seen_at::DATE, said_otherwise_at::DATE FROM entries") == [
        ("Title 1", before.date(), before.date())
    ]
    assert rows(settings, "SELECT count(*) FROM relevance") == [(1,)]


def test_a_page_tried_again_leaves_the_words_of_the_first_sight(settings, tmp_path):
    stand_in = article(1, text_from="feed", raw_ref=None, n_page_tries=1, page_retry_at=NOW, entry_md5="b")
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[stand_in]), run_id="r1", now=NOW)
    again = replace(stand_in, title="As told by now", entry_md5="a", n_page_tries=2, page_retry_at=None)
    load(settings, lay(tmp_path / "r2", articles=[again]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT title, n_page_tries, page_retry_at FROM articles") == [("Title 1", 2, None)]


def test_a_sight_under_the_names_of_two_entries_makes_them_one(settings, tmp_path):
    place = {"url_key": "a.example/1", "link": "https://a.example/1"}
    first = [entry(1, title="Early title", **place), entry(2, title="Late title", last_seen_at=NOW, **place)]
    load(settings, lay(tmp_path / "r1", entries=first, articles=[article(1, entry_id="e2")]), run_id="r1", now=NOW)
    assert rows(settings, "SELECT count(*) FROM entries") == [(2,)]
    later = NOW + timedelta(days=1)
    both = entry(1, title="Late title", first_seen_at=later, last_seen_at=later, **place)
    load(settings, lay(tmp_path / "r2", entries=[both]), run_id="r2", now=later)
    assert rows(settings, "SELECT title, last_seen_at::DATE, article_id FROM entries") == [
        ("Late title", later.date(), "a1")
    ]
    assert rows(settings, "SELECT count(*) FROM articles JOIN entries USING (entry_id)") == [(1,)]
    assert rows(settings, "SELECT count(*), count(DISTINCT id_hash) FROM entry_names") == [(4, 1)]


def test_a_page_that_fails_again_only_moves_the_next_try(settings, tmp_path):
    stand_in = article(1, text="Summary", text_from="feed", text_reason="http_5xx", page_retry_at=NOW)
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[stand_in]), run_id="r1", now=NOW)
    later = replace(
        stand_in, text="other", n_page_tries=2, page_retry_at=NOW + timedelta(days=1), text_reason="timeout_total"
    )
    load(settings, lay(tmp_path / "r2", articles=[later]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT text, text_reason, n_page_tries FROM articles") == [("Summary", "timeout_total", 2)]


def test_a_known_page_is_not_replaced_by_the_feeds_words(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[article(1)]), run_id="r1", now=NOW)
    load(
        settings,
        lay(tmp_path / "r2", articles=[article(1, text_from="feed", text="x", n_page_tries=9)]),
        run_id="r2",
        now=NOW,
    )
    assert rows(settings, "SELECT text_from FROM articles") == [("page",)]


def test_a_reused_guid_keeps_both_entries(settings, tmp_path):
    reused = entry(2, guid="g1")
    load(settings, lay(tmp_path / "r", entries=[entry(1), reused]), run_id="r", now=NOW)
    assert rows(settings, "SELECT count(*), count(DISTINCT guid) FROM entries") == [(2, 1)]


def test_a_feed_that_deals_out_new_guids_adds_no_entry(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)]), run_id="r1", now=NOW)
    renamed = entry(9, url_key="a.example/1", title="Title 1", last_seen_at=NOW + timedelta(hours=1))
    loaded = load(settings, lay(tmp_path / "r2", entries=[renamed]), run_id="r2", now=NOW)
    assert loaded.n_entries == 0
    assert rows(settings, "SELECT entry_id, last_seen_at FROM entries") == [("e1", datetime(2026, 3, 10, 13, 0))]  # noqa: DTZ001  as stored


def test_a_changed_title_changes_the_entry(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)]), run_id="r1", now=NOW)
    changed = entry(1, title="Corrected", last_seen_at=NOW + timedelta(hours=1))
    load(settings, lay(tmp_path / "r2", entries=[changed]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT title, first_seen_at FROM entries") == [("Corrected", datetime(2026, 3, 10, 12, 0))]  # noqa: DTZ001  as stored


def test_the_earliest_of_equal_texts_is_the_original(settings, tmp_path):
    made = [
        article(1, text_sha256="same", published_at=NOW),
        article(2, text_sha256="same", published_at=NOW - timedelta(days=2)),
        article(
            3,
            text_sha256="same",
            published_at=None,
            published_precision=None,
            published_from=None,
            published_reason="no date",
        ),
    ]
    load(settings, lay(tmp_path / "r", articles=made), run_id="r", now=NOW)
    assert rows(settings, "SELECT article_id, original_id, kind FROM duplicates ORDER BY 1") == [
        ("a1", "a2", "same_text"),
        ("a3", "a2", "same_text"),
    ]


def test_an_earlier_copy_that_arrives_late_becomes_the_original(settings, tmp_path):
    first = [article(1, text_sha256="same"), article(2, text_sha256="same", published_at=NOW)]
    load(settings, lay(tmp_path / "r1", articles=first), run_id="r1", now=NOW)
    late = article(3, text_sha256="same", published_at=NOW - timedelta(days=5))
    load(settings, lay(tmp_path / "r2", articles=[late]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT article_id, original_id FROM duplicates ORDER BY 1") == [("a1", "a3"), ("a2", "a3")]


def test_texts_of_a_few_words_are_not_copies(settings, tmp_path):
    made = [article(n, text_sha256="same", n_words=5) for n in (1, 2)]
    load(settings, lay(tmp_path / "r", articles=made), run_id="r", now=NOW)
    assert rows(settings, "SELECT count(*) FROM duplicates") == [(0,)]


def test_an_older_poll_does_not_overwrite_a_newer_one(settings, tmp_path):
    newer = replace(FEED, etag="new", last_polled_at=NOW + timedelta(hours=1))
    load(settings, lay(tmp_path / "r1", feeds=[newer]), run_id="r1", now=NOW)
    load(settings, lay(tmp_path / "r2", feeds=[replace(FEED, etag="old", name="Renamed")]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT etag, name FROM feeds") == [("new", "Renamed")]


def test_requests_are_added_once(settings, tmp_path):
    request = Fetch(
        fetch_id="q1",
        kind="feed",
        feed_id="f1",
        url="u",
        final_url=None,
        requested_at=NOW,
        outcome=Outcome.OK,
        redirects=("a", "b"),
    )
    load(settings, lay(tmp_path / "r1", fetches=[request]), run_id="r1", now=NOW)
    second = replace(request, fetch_id="q2", requested_at=NOW + timedelta(minutes=1))
    load(settings, lay(tmp_path / "r2", fetches=[request, second]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT fetch_id, redirects FROM fetches ORDER BY 1") == [
        ("q1", ["a", "b"]),
        ("q2", ["a", "b"]),
    ]


def test_a_broken_promise_withholds_the_snapshot(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[article(1)]), run_id="r1", now=NOW)
    with warehouse.writer_lock(settings), warehouse.writing(settings) as con:
        con.execute("UPDATE articles SET text_from = 'nowhere', run_id = 'r2'")
    with pytest.raises(CheckError, match="text_from"):
        load(settings, lay(tmp_path / "r2", entries=[entry(2)], articles=[article(2)]), run_id="r2", now=NOW)
    assert rows(settings, "SELECT text_from FROM articles") == [("page",)]


def test_an_error_in_the_middle_rolls_the_whole_load_back(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[article(1)]), run_id="r1", now=NOW)
    with warehouse.writer_lock(settings), warehouse.writing(settings) as con:
        con.execute("ALTER TABLE batches RENAME TO hidden")
        con.execute("CREATE VIEW batches AS SELECT * FROM hidden")  # the last statement of a load can't write into it
    with pytest.raises(StoreError, match="nothing is half-loaded"):
        load(settings, lay(tmp_path / "r2", entries=[entry(2)], articles=[article(2)]), run_id="r2", now=NOW)
    with warehouse.writer_lock(settings), warehouse.writing(settings) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]


@pytest.mark.parametrize("which", ["warehouse", "snapshot"])
def test_a_data_folder_of_a_newer_release_is_refused(settings, tmp_path, which):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)]), run_id="r1", now=NOW)
    con = warehouse.duckdb.connect(str(getattr(settings, which)))
    con.execute("INSERT INTO schema_migrations VALUES (999, '0999_future.sql', 'x', now()::TIMESTAMP, '99.0')")
    con.close()
    before = settings.snapshot.read_bytes()
    with pytest.raises(NewerStoreError, match="999"):
        load(settings, lay(tmp_path / "r2", entries=[entry(2)]), run_id="r2", now=NOW)
    assert settings.snapshot.read_bytes() == before


def test_an_open_reader_survives_a_publication(settings, tmp_path):
    load(settings, lay(tmp_path / "r1", entries=[entry(1)], articles=[article(1)]), run_id="r1", now=NOW)
    reader = warehouse.open_snapshot(settings)
    load(settings, lay(tmp_path / "r2", entries=[entry(2)], articles=[article(2)]), run_id="r2", now=NOW)
    assert reader.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]
    reader.close()
    assert rows(settings, "SELECT count(*) FROM articles") == [(2,)]
