"""The whole flow on the bundled sample site, by the command."""

import os
import signal
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest

from pipeline.sample import expected

CONTENT = ("sources", "entries", "articles", "article_urls", "date_candidates", "duplicates", "relevance", "quarantine")
# what the design leaves out when tables are compared: our own clock, ids of runs and requests, where bytes lie
OURS = "run_id|code_version|fetch_id|batch_id|raw_ref|discovered_via|first_seen_at|last_seen_at|fetched_at|extracted_at|page_retry_at"


def state(desk) -> dict[str, list[tuple]]:
    """Every content table without the columns of our own clock, in order."""
    return {
        table: desk.ask(f"SELECT COLUMNS(c -> c NOT SIMILAR TO '{OURS}') FROM {table} ORDER BY ALL")
        for table in CONTENT
    }


def by_path(desk, column: str) -> dict[str, object]:
    return {
        urlsplit(url).path: value
        for url, value in desk.ask(f"SELECT url, {column} FROM articles WHERE url IS NOT NULL")
    }


def test_every_article_of_the_site_is_there_once(ingested):
    assert set(by_path(ingested, "1")) == set(expected().published)
    assert ingested.ask("SELECT count(*) FROM articles") == [(expected().n_articles,)]


def test_every_entry_of_every_feed_is_there_and_leads_to_an_article(ingested):
    found = {
        urlsplit(url).path: n
        for url, n in ingested.ask(
            "SELECT f.url, count(e.entry_id) FROM feeds f LEFT JOIN entries e USING (feed_id) GROUP BY 1"
        )
    }
    assert found == dict(expected().n_items)
    assert ingested.ask("SELECT count(*) FROM entries WHERE article_id IS NULL") == [(0,)]


def test_dates_are_the_publishers_or_null_with_a_reason(ingested):
    assert by_path(ingested, "published_at") == {
        path: date and date.replace(tzinfo=None) for path, date in expected().published.items()
    }
    assert ingested.ask(
        "SELECT count(*) FROM articles WHERE (published_at IS NULL) <> (published_reason IS NOT NULL)"
    ) == [(0,)]


def test_languages_are_recognised(ingested):
    assert by_path(ingested, "language") == dict(expected().languages)


def test_a_page_that_cannot_be_had_leaves_the_feeds_words_and_its_reason(ingested):
    reasons = {path: reason for path, reason in by_path(ingested, "text_reason").items() if reason}
    named = {"404": "http_404", "403": "http_403", "robots": "robots"}
    assert reasons == {path: named[why] for path, why in expected().unavailable.items()}
    assert ingested.ask("SELECT DISTINCT text_from, text IS NOT NULL FROM articles WHERE text_reason IS NOT NULL") == [
        ("feed", True)
    ]


def test_identical_shortened_and_embedded_copies_are_linked_to_their_original(ingested):
    paths = dict(ingested.ask("SELECT article_id, url FROM articles"))
    links = {
        urlsplit(paths[a]).path: (urlsplit(paths[b]).path, kind == "same_text")
        for a, b, kind in ingested.ask("SELECT article_id, original_id, kind FROM duplicates")
    }
    assert links == {copy: (original, kind == "same_text") for copy, (original, kind) in expected().copies.items()}


def test_conflict_articles_are_the_ones_about_conflict(ingested):
    kept = {urlsplit(url).path for (url,) in ingested.ask("SELECT url FROM conflict_articles_with_copies")}
    truth = {path for path, is_conflict in expected().conflict.items() if is_conflict}
    assert len(kept & truth) / len(truth) >= 0.9, truth - kept
    assert len(kept - truth) <= 1, kept - truth


def test_every_request_has_one_outcome_of_the_list_and_refusals_are_recorded(ingested):
    outcomes = dict(ingested.ask("SELECT outcome, count(*) FROM fetches GROUP BY 1"))
    assert outcomes["gone"] == 1
    assert outcomes["robots"] == 1
    for (path, status), n in ingested.site.requests.items():
        assert (
            n == ingested.ask(f"SELECT count(*) FROM fetches WHERE url LIKE '%{path}%' AND outcome <> 'robots'")[0][0]
            or status == 304
        ), path


def test_a_second_ingest_adds_no_row_fetches_no_page_and_meets_304s(desk):
    assert desk.run("ingest", "--all").returncode == 0
    before, pages = state(desk), desk.ask("SELECT count(*) FROM fetches WHERE kind = 'page'")
    assert desk.run("ingest", "--all").returncode == 0
    assert state(desk) == before
    assert desk.ask("SELECT count(*) FROM fetches WHERE kind = 'page'") == pages
    second = dict(
        desk.ask(
            "SELECT outcome, count(*) FROM fetches WHERE kind = 'feed' AND run_id = (SELECT max(run_id) FROM batches) GROUP BY 1"
        )
    )
    assert second["not_modified"] == len(desk.site.feeds) - 2, second  # one is gone, one is a page


def test_feeds_that_are_not_due_are_left_alone(desk):
    assert desk.run("ingest").returncode == 0
    n = desk.site.requests.total()
    done = desk.run("ingest")
    assert done.returncode == 0
    assert "No feed was due" in done.stdout
    assert desk.site.requests.total() == n


def test_a_feed_that_the_file_no_longer_lists_becomes_inactive(desk):
    desk.run("ingest")
    path = Path(desk.env["CONFLICTWIRE_FEEDS"])
    path.write_text("[[feed]]" + path.read_text(encoding="utf-8").split("[[feed]]")[1], encoding="utf-8")
    desk.run("ingest")
    assert desk.ask("SELECT count(*) FILTER (is_active), count(*) FROM feeds") == [(1, len(desk.site.feeds))]


def test_a_run_that_is_killed_at_any_moment_and_run_again_gives_the_same_tables(desk, ingested):
    for pause in (0.6, 1.2, 2.0, 3.0):
        process = desk.start("ingest", "--all")
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert desk.run("ingest", "--all").returncode == 0
    assert desk.run("ingest", "--all").returncode == 0
    ours, theirs = (
        one.ask("SELECT parse_path(url)[-1], title, text, published_at, language FROM articles ORDER BY ALL")
        for one in (desk, ingested)
    )
    assert ours == theirs


@pytest.mark.parametrize("n_ingests", [1, pytest.param(5, marks=pytest.mark.soak)])
def test_eight_readers_in_a_loop_never_err_while_ingests_go_on(desk, n_ingests):
    assert desk.run("ingest", "--all").returncode == 0
    errors, counts, stop = [], [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            started = time.monotonic()
            try:
                with duckdb.connect(str(desk.data / "conflictwire.duckdb"), read_only=True) as con:
                    counts.append(con.execute("SELECT count(*) FROM conflict_articles").fetchone()[0])
            except duckdb.Error as error:
                errors.append(error)
            assert time.monotonic() - started < 5

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for _ in range(n_ingests):
        assert desk.run("ingest", "--all").returncode == 0
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert len(counts) > 50
    assert min(counts) == max(counts) > 0
