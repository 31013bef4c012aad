"""Feeds as an archive captured them, through all that an archive may do to us."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from pipeline.backfill.plan import Budgets
from pipeline.backfill.run import work
from pipeline.backfill.source import Window
from pipeline.config import Settings
from pipeline.progress import Silent

from .desk import ask, digests, planned, worked
from .wayback_machine import Archive, serve

FEED = "https://paper.example/rss"
APRIL = Window(first_day=date(2023, 4, 1), last_day=date(2023, 4, 30))
DAYS = ("20230402080000", "20230403080000", "20230403200000", "20230420080000", "20230421080000")


def document(*slugs: str) -> bytes:
    items = "".join(
        f"<item><title>Shelling at bridge {slug}</title><link>https://paper.example/{slug}</link><guid>{slug}</guid>"
        f"<description>Six people were killed at bridge {slug}, the medics say.</description></item>"
        for slug in slugs
    )
    return f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode()


@pytest.fixture
def archive() -> Iterator[Archive]:
    kept = {(at, FEED): document(f"a{n}", f"a{n + 1}") for n, at in enumerate(DAYS)}
    kept["20230403090000", "http://www.paper.example/rss"] = kept[DAYS[1], FEED]  # the same bytes again
    kept["20230501080000", FEED] = document("may")
    with serve(Archive(captures=kept)) as archive:
        yield archive


@pytest.fixture
def settings(tmp_path, archive) -> Settings:
    return desk(tmp_path / "data", archive)


def desk(data, archive: Archive) -> Settings:
    return Settings(
        data=data,
        min_free_mb=1,
        extract_workers=1,
        host_delay_s=0,
        contact="test@example.org",
        wayback=archive.address,
        allow_addresses=archive.host_port,
    )


def plan(settings: Settings, **how) -> str:
    return planned(settings, "wayback", FEED, window=APRIL, is_fetching=False, **how)


def in_time(settings: Settings, backfill_id: str):
    return work(settings, backfill_id, clock=lambda: datetime.now(UTC), progress=Silent())


def captures(archive: Archive) -> list[str]:
    return [path for path in archive.asked if path.startswith("/web/")]


@pytest.mark.soak
def test_captures_become_entries_seen_when_the_archive_saw_them(settings, archive):
    done = worked(settings, plan(settings))
    assert done.outcomes == {"read": 5}
    assert Counter(captures(archive)).most_common(1)[0][1] == 1
    assert len(archive.asked) == 8  # three of the index, five captures
    seen = ask(settings, "SELECT guid, strftime(first_seen_at, '%Y%m%d%H%M%S') FROM entries ORDER BY 1")
    assert seen == [("a0", DAYS[0]), *((f"a{n + 1}", at) for n, at in enumerate(DAYS))]
    assert ask(settings, "SELECT DISTINCT discovered_via FROM entries") == [("wayback",)]
    assert worked(settings, plan(settings)).n_steps == 0


def test_a_plan_tells_counts_and_gaps(settings):
    plan(settings)
    ((expected, lacks),) = ask(settings, "SELECT n_expected, cannot_be_had FROM backfills")
    assert expected == 5
    assert f"{FEED}: no capture from 2023-04-03 20:00 to 2023-04-20 08:00" in lacks


def test_a_feed_that_was_captured_unchanged_has_no_gap_and_one_capture_to_read(settings, archive):
    archive.captures = {(f"202304{day:02}080000", FEED): document("same") for day in (*range(1, 21), 29)}
    backfill_id = plan(settings)
    ((expected, lacks),) = ask(settings, "SELECT n_expected, cannot_be_had FROM backfills")
    assert expected == 1
    assert [one for one in lacks if "no capture" in one] == [
        f"{FEED}: no capture from 2023-04-20 08:00 to 2023-04-29 08:00"
    ]
    worked(settings, backfill_id)
    assert len(captures(archive)) == 1


def test_a_feed_that_goes_back_to_what_it_said_is_read_again(settings, archive):
    words = [document("a"), document("b"), document("a")]
    archive.captures = {(f"2023040{day}080000", FEED): body for day, body in enumerate(words, 1)}
    assert worked(settings, plan(settings)).outcomes == {"read": 3}


def test_an_address_without_captures_is_said(settings):
    planned(settings, "wayback", "https://other.example/rss", window=APRIL)
    assert (
        "https://other.example/rss: no capture of these days"
        in ask(settings, "SELECT cannot_be_had FROM backfills")[0][0]
    )


@pytest.mark.soak
def test_an_archive_that_asks_for_patience_is_read_to_the_end(settings, archive):
    archive.moods = [200, 429]
    backfill_id = plan(settings)  # the second answer of the index is missing
    archive.moods = [503, 200, 429]
    done = in_time(settings, backfill_id)
    assert (done.outcomes, done.why_stopped) == ({"read": 5}, None)


def test_an_archive_that_refuses_all_is_an_outcome(settings, archive):
    archive.always = 403
    backfill_id = plan(settings)
    assert "http_403" in ask(settings, "SELECT cannot_be_had[1] FROM backfills")[0][0]
    assert worked(settings, backfill_id).outcomes == {"http_403": 1}
    assert ask(settings, "SELECT count(*) FROM entries") == [(0,)]


@pytest.mark.soak
def test_a_capture_that_leads_to_another_is_seen_at_that_ones_time(settings, archive):
    backfill_id = plan(settings)
    del archive.captures[DAYS[3], FEED]
    assert worked(settings, backfill_id).outcomes == {"read": 5}
    assert ("20230421080000",) in ask(settings, "SELECT strftime(observed_at, '%Y%m%d%H%M%S') FROM backfill_items")


@pytest.mark.soak
def test_stopped_after_each_step_it_ends_in_the_same_tables(settings, archive, tmp_path):
    backfill_id = plan(settings)
    for _ in range(5):
        stops = iter((False, True, True, True))
        worked(settings, backfill_id, should_stop=lambda stops=stops: next(stops))
    whole = desk(tmp_path / "whole", archive)
    worked(whole, plan(whole))
    assert digests(settings) == digests(whole)
    assert len(captures(archive)) == 10


@pytest.mark.soak
def test_a_budget_holds_and_a_larger_one_goes_on(settings, archive):
    backfill_id = plan(settings, budgets=Budgets(requests=7))
    assert worked(settings, backfill_id).why_stopped
    assert len(archive.asked) <= 7
    plan(settings, budgets=Budgets(requests=100))
    worked(settings, backfill_id)
    assert ask(settings, "SELECT count(*) FROM backfill_items") == [(5,)]
