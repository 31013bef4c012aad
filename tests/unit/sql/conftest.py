"""A schema in memory, and rows by hand: each test says the columns that matter to it, the rest is sound."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from pipeline.resources import data_path

NOON = datetime(2026, 3, 10, 12, 0)  # noqa: DTZ001  as stored: UTC without saying so
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

# a sound row a table; {id} is the first argument of `put`
_SOUND: dict[str, dict[str, Any]] = {
    "sources": {"source_id": "{id}", "name": "Outlet {id}", "first_seen_at": NOON},
    "feeds": {
        "feed_id": "{id}",
        "url": "https://{id}.example/rss",
        "source_id": "s1",
        "status": "verified",
        "is_active": True,
        "added_at": NOON - 30 * DAY,
        "n_polls": 1,
        "n_new_last": 0,
        "failures": 0.0,
        "interval_s": 1800,
    },
    "fetches": {
        "fetch_id": "{id}",
        "kind": "page",
        "feed_id": "f1",
        "url": "https://s1.example/{id}",
        "requested_at": NOON,
        "outcome": "ok",
        "n_bytes": 0,
        "elapsed_ms": 0,
    },
    "backfills": {
        "backfill_id": "{id}",
        "source": "warc",
        "first_day": NOON.date(),
        "last_day": NOON.date(),
        "given": "{{}}",
        "created_at": NOON,
    },
    "entries": {
        "entry_id": "{id}",
        "feed_id": "f1",
        "guid": "{id}",
        "published_at": NOON - MINUTE,
        "first_seen_at": NOON,
        "last_seen_at": NOON,
        "id_hash": 1,
    },
    "articles": {
        "article_id": "{id}",
        "url": "https://s1.example/{id}",
        "source_id": "s1",
        "feed_id": "f1",
        "title": "Title of {id}",
        "text": "Text of {id}",
        "text_from": "page",
        "n_words": 40,
        "published_at": NOON - MINUTE,
        "published_precision": "second",
        "published_from": "feed",
        "first_seen_at": NOON,
        "fetched_at": NOON,
        "extracted_at": NOON,
        "is_truncated": False,
        "n_revisions": 0,
        "n_page_tries": 1,
        "discovered_via": "feed",
        "extractor": "trafilatura",
        "extractor_version": "2",
    },
    "article_urls": {
        "url_key": "{id}",
        "url": "https://{id}",
        "article_id": "a1",
        "kind": "requested",
        "first_seen_at": NOON,
        "key_hash": 1,
    },
    "relevance": {
        "article_id": "{id}",
        "score": 0.9,
        "label": "keep",
        "about": "event",
        "model_id": "m",
        "profile": "conflict",
    },
    "duplicates": {
        "article_id": "{id}",
        "original_id": "a1",
        "day": NOON,
        "original_day": NOON,
        "kind": "same_text",
        "jaccard": 1.0,
        "method": "by hand",
    },
    "revisions": {"revision_id": "{id}", "article_id": "a1", "n": 1, "kind": "substantive", "observed_at": NOON},
    "date_candidates": {"article_id": "{id}", "origin": "feed", "raw": "yesterday", "is_accepted": False},
    "stories": {"story_id": "{id}", "began_on": NOON, "n_articles": 1, "n_sources": 1, "n_independent": 1},
    "story_articles": {"article_id": "{id}", "story_id": "t1", "day": NOON},
}

Put = Callable[..., None]
Rows = Callable[..., list[Any]]


def statements(folder: str) -> dict[str, str]:
    """The files of sql/`folder`, by name without ending."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(data_path("sql", folder).glob("*.sql"))}


def build(con: duckdb.DuckDBPyConnection) -> None:
    for folder in ("migrations", "macros", "views"):
        for text in statements(folder).values():
            con.execute(text)


@pytest.fixture(scope="session")
def _schema() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as con:
        build(con)
        yield con


@pytest.fixture
def con(_schema) -> Iterator[duckdb.DuckDBPyConnection]:
    """The schema with empty tables; what a test writes is rolled back."""
    _schema.execute("BEGIN TRANSACTION")
    yield _schema
    _schema.execute("ROLLBACK")


@pytest.fixture
def put(con) -> Put:
    """`put("articles", "a1", title=None)` writes a sound row, but for what is said."""

    def put_row(table: str, row_id: str, **said: Any) -> None:
        sound = {
            name: value.format(id=row_id) if isinstance(value, str) else value for name, value in _SOUND[table].items()
        }
        row = sound | said
        con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))

    return put_row


@pytest.fixture
def rows(con) -> Rows:
    def answer(query: str) -> list[Any]:
        return con.execute(query).fetchall()

    return answer


@pytest.fixture
def article(put) -> Put:
    """An article with its judgement: `article("a1", label="drop", title="…")`."""

    def put_article(row_id: str, *, label: str = "keep", judged: dict[str, Any] | None = None, **said: Any) -> None:
        put("articles", row_id, **said)
        put("relevance", row_id, label=label, **(judged or {}))

    return put_article


@pytest.fixture
def world(con, put, article) -> duckdb.DuckDBPyConnection:
    """A small sound world: two outlets, a wire text that both ran, a story, a revision, a refusal, an undated article."""
    put("sources", "s1", name="Meridian Wire", country="GBR")
    put("sources", "s2", name="Northfield Post", country="UKR")
    put("feeds", "f1", last_outcome="ok", last_polled_at=NOON, last_ok_at=NOON, last_new_entry_at=NOON)
    put("feeds", "f2", source_id="s2", last_outcome="http_403", last_polled_at=NOON, failures=1.0)
    judged = {
        "types": [{"type": "Battles", "score": 0.8}],
        "reasons": [{"term": "shelled", "weight": 2.0, "where": "title", "start_char": 0, "end_char": 7}],
        "sentence": "The bridge was shelled.",
    }
    said = {"language": "en", "text": "The bridge was shelled at dawn, officials said.\nTwo people died."}
    article("a1", judged=judged, n_revisions=1, **said)
    article("a2", judged=judged, source_id="s2", feed_id="f2", published_at=NOON + MINUTE, **said)
    article("a3", label="review", judged={"score": 0.4}, published_at=NOON - DAY)
    article("a4", label="drop", published_at=NOON - 2 * DAY, text_from="feed", text_reason="http_403", fetched_at=None)
    article("a5", published_at=None, published_precision=None, published_from=None, published_reason="feed: no date")
    put("date_candidates", "a5", reason="no date")
    for n in range(1, 6):
        put("entries", f"e{n}", article_id=f"a{n}")
        put("article_urls", f"s1.example/a{n}", article_id=f"a{n}")
    put("entries", "e6", published_at=None, published_reason="no date")
    put("duplicates", "a2", original_id="a1", kind="wire_copy", jaccard=0.9)
    put("stories", "t1", headline="A bridge is shelled", n_articles=2, n_sources=2)
    put("story_articles", "a1", reason="first")
    put("story_articles", "a2", reason="same text")
    put(
        "revisions",
        "r1",
        title="Title of a1",
        text="The bridge was shelled at dawn, officials said.\nThree people died.",
        observed_at=NOON + 60 * MINUTE,
    )
    put("fetches", "p1", kind="feed", url="https://f1.example/rss")
    put("fetches", "p2", kind="feed", feed_id="f2", url="https://f2.example/rss", outcome="http_403", http_status=403)
    put("fetches", "p3", feed_id="f2", outcome="http_403", http_status=403)
    put("fetches", "p4")
    return con
