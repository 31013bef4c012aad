"""Saved feed files into entries and articles, in whatever order the days are worked."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.backfill.source import Window

from .desk import ask, planned, worked

PUBLISHED = {"a": "2023-10-06", "b": "2023-10-06", "c": "2023-10-07", "d": "2023-10-07", "e": "2022-10-07"}
OCTOBER = Window(first_day=date(2023, 10, 1), last_day=date(2023, 10, 31))


def save(folder: Path, day: str, feed: str, *items: tuple[str, str]) -> None:
    listed = "".join(
        f"<item><title>{title}</title><link>https://paper.example/{slug}</link><guid>{slug}</guid>"
        f"<description>{title}, as the paper tells.</description><pubDate>{PUBLISHED[slug]}T08:00:00Z</pubDate></item>"
        for slug, title in items
    )
    path = folder / day / f"{feed}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<rss version='2.0'><channel><title>{feed}</title>{listed}</channel></rss>", encoding="utf-8")


@pytest.fixture
def saved(tmp_path) -> Path:
    folder = tmp_path / "feeds"
    save(folder, "2023-10-06", "paper", ("a", "Shelling kills six in the valley"), ("b", "Council debates a bridge"))
    save(folder, "2023-10-07", "paper", ("b", "Council debates a bridge"), ("c", "Troops leave the airfield"))
    save(folder, "2023-10-07", "other", ("d", "Rain expected on Sunday"))
    save(folder, "2022-10-07", "paper", ("e", "Of another year"))
    return folder


def test_saved_feeds_become_entries_seen_when_they_were_saved(settings, saved):
    done = worked(settings, planned(settings, "snapshot", saved, window=OCTOBER, is_fetching=False))
    assert done.outcomes == {"read": 3}
    end = datetime(2023, 10, 6, 23, 59, 59, tzinfo=UTC).replace(tzinfo=None)
    assert ask(settings, "SELECT guid, first_seen_at, observed_at, discovered_via FROM entries ORDER BY 1")[:2] == [
        ("a", end, end, "snapshot"),
        ("b", end, end, "snapshot"),
    ]
    assert ask(settings, "SELECT count(*), count(DISTINCT text_reason), min(text_reason) FROM articles") == [
        (4, 1, "not_asked")
    ]
    assert ask(settings, "SELECT day::VARCHAR, n_entries FROM coverage_daily WHERE n_entries > 0 ORDER BY 1") == [
        ("2023-10-06", 2),
        ("2023-10-07", 2),
    ]


def test_days_worked_one_by_one_backwards_store_each_entry_once(settings, saved):
    backfill_id = planned(settings, "snapshot", saved, window=OCTOBER, is_fetching=False)
    for day in (date(2023, 10, 8), date(2023, 10, 7), date(2023, 10, 6)):
        worked(settings, backfill_id, day=day)
    assert ask(settings, "SELECT guid, count(*) FROM entries GROUP BY 1 ORDER BY 1") == [(x, 1) for x in "abcd"]
    assert ask(settings, "SELECT first_seen_at::DATE::VARCHAR FROM entries WHERE guid = 'a'") == [("2023-10-06",)]
    assert ask(settings, "SELECT count(*) FILTER (WHERE NOT is_done) FROM backfill_units") == [(0,)]


def test_a_feed_of_the_feeds_file_is_known_by_its_name(settings, saved, tmp_path):
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(
        '[[feed]]\nurl = "https://paper.example/rss"\nname = "Paper"\noutlet = "The Paper"\n', encoding="utf-8"
    )
    worked(settings, planned(settings, "snapshot", saved, window=OCTOBER, is_fetching=False, feeds=(str(feeds),)))
    found = ask(
        settings,
        "SELECT url, is_active, count(entry_id) FROM feeds JOIN entries USING (feed_id) GROUP BY ALL ORDER BY 1",
    )
    assert found == [("http://other.snapshot.invalid/", False, 1), ("https://paper.example/rss", False, 3)]


def test_a_document_that_is_no_feed_is_an_outcome(settings, saved):
    (saved / "2023-10-06" / "broken.xml").write_text("<html><body>Sign in</body></html>", encoding="utf-8")
    done = worked(settings, planned(settings, "snapshot", saved, window=OCTOBER, is_fetching=False))
    assert done.outcomes == {"read": 3, "unreadable": 1}


def test_a_living_feed_is_skipped_and_said(settings, tmp_path):
    feeds = tmp_path / "my.opml"
    feeds.write_text(
        '<opml version="2.0"><body><outline xmlUrl="https://paper.example/rss"/></body></opml>', encoding="utf-8"
    )
    backfill_id = planned(settings, "feed", feeds, window=OCTOBER)
    assert "lists what is new today" in ask(settings, "SELECT cannot_be_had[1] FROM backfills")[0][0]
    assert worked(settings, backfill_id).outcomes == {"live_feed": 1}


@pytest.mark.corpus
def test_saved_days_of_real_feeds_are_stored_entry_by_entry(settings, evaluation):
    folder = evaluation / "rss_stream" / "xml"
    backfill_id = planned(settings, "snapshot", folder, window=OCTOBER, is_fetching=False)
    done = worked(settings, backfill_id)
    assert done.outcomes == {"read": len(list(folder.glob("*/*.xml")))}
    n_items = sum(path.read_text(encoding="utf-8").count("<item>") for path in folder.glob("*/*.xml"))
    assert ask(settings, "SELECT count(*), count(DISTINCT entry_id) FROM entries") == [(n_items, n_items)]
    assert worked(settings, planned(settings, "snapshot", folder, window=OCTOBER, is_fetching=False)).n_steps == 0
