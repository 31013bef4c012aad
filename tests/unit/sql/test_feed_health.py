"""feed_health: why isn't this feed collecting, by the clock of the data."""

from datetime import datetime, timedelta

import pytest

NOON = datetime(2026, 3, 10, 12, 0)  # noqa: DTZ001  as stored: UTC without saying so
DAY = timedelta(days=1)

# what we know of the feed, its state, and words that diagnosis and next step must hold
CASES = {
    "collecting": (
        {"last_ok_at": NOON, "last_new_entry_at": NOON - DAY},
        "collecting", "new entries in 7 days: 0", "nothing to do",
    ),
    "partial": (
        {"last_ok_at": NOON, "last_new_entry_at": NOON, "last_note": "not well-formed"},
        "collecting", "note: not well-formed", "nothing to do",
    ),
    "silent": (
        {"last_ok_at": NOON, "last_new_entry_at": NOON - 9 * DAY},
        "quiet", "days without anything new: 9", "publishes elsewhere",
    ),
    "empty": ({"last_ok_at": NOON}, "quiet", "has not listed a single entry", "publishes elsewhere"),
    "new": ({"last_polled_at": None, "last_outcome": None}, "never met", "not asked yet", "wait for the next run"),
    "mistyped": (
        {"last_outcome": "http_404", "failures": 3.0, "status": "unverified"},
        "never met", "nothing at the address (404); it has never answered as asked", "new address",
    ),
    "moved away": (
        {"last_outcome": "http_404", "failures": 1.0, "last_ok_at": NOON - 3 * DAY},
        "failing", "(404); it last answered as asked on 2026-03-07", "new address",
    ),
    "struggling": (
        {"last_outcome": "http_5xx", "failures": 0.5, "last_ok_at": NOON - DAY},
        "failing", "error of its own", "wait",
    ),
    "our fault": (
        {"last_outcome": "resolver", "failures": 0.0, "last_ok_at": NOON - DAY},
        "failing", "our own name resolver", "conflictwire doctor",
    ),
    "unreadable": (
        {"failures": 1.0, "last_ok_at": NOON - DAY, "last_note": "declares entities"},
        "failing", "not with a feed that we can read; it last answered as asked on 2026-03-09; note: declares entities", "browser",
    ),
    "refused": (
        {"last_outcome": "http_403", "failures": 1.0, "last_ok_at": NOON - DAY},
        "refused", "refuses us (403)", "ask the outlet",
    ),
    "robots": ({"last_outcome": "robots", "failures": 1.0}, "refused", "robots.txt", "ask the outlet"),
    "overdue": (
        {"last_polled_at": NOON - 3 * DAY, "last_ok_at": NOON - 3 * DAY, "last_new_entry_at": NOON - 3 * DAY, "next_poll_at": NOON - 2 * DAY},
        "overdue", "wasn't asked when it was due", "runs",
    ),
    "gone": (
        {"last_outcome": "gone", "failures": 3.0, "last_ok_at": NOON - 9 * DAY, "retired_at": NOON - DAY},
        "retired", "gone for good (410), on three days up to 2026-03-09; it is asked every 30 days", "new address",
    ),
    "behind a wall": (
        {"last_outcome": "blocked", "failures": 1.0, "last_ok_at": NOON - DAY, "last_note": "a wall against robots, by Cloudflare (status 403)"},
        "refused", "a wall against robots answers instead; it last answered as asked on 2026-03-09; note: a wall against robots, by Cloudflare", "ask the outlet",
    ),
    "wants consent": ({"last_outcome": "consent", "failures": 1.0}, "refused", "wants consent", "another feed of the outlet"),
    "a page": (
        {"failures": 1.0, "last_ok_at": NOON - DAY, "last_note": "HTML, not a feed"},
        "failing", "it answers, but not with a feed that we can read; it last answered as asked on 2026-03-09; note: HTML, not a feed", "browser",
    ),
    "a film": (
        {"last_outcome": "wrong_type", "failures": 1.0, "last_ok_at": NOON - DAY, "last_note": "a video, declared as 'text/xml'"},
        "failing", "of another kind than was asked for; it last answered as asked on 2026-03-09; note: a video", "correct it",
    ),
    "hurts the parser": (
        {"failures": 1.0, "last_note": "the document hurt the parser (15 s): it is refused until an upgrade"},
        "never met", "note: the document hurt the parser", "another feed of the outlet",
    ),
    "told to wait": (
        {"last_outcome": "retry_later", "failures": 0.5, "last_ok_at": NOON - DAY},
        "failing", "asks us to come later", "we come when it says",
    ),
    "unchanged for weeks": (
        {"last_outcome": "not_modified", "last_ok_at": NOON, "last_new_entry_at": NOON - 40 * DAY},
        "quiet", "days without anything new: 40", "publishes elsewhere",
    ),
    "not due": (
        {"last_polled_at": NOON - DAY, "last_ok_at": NOON - DAY, "last_new_entry_at": NOON - DAY, "next_poll_at": NOON + DAY},
        "collecting", "new entries in 7 days: 0", "nothing to do",
    ),
    "lying": (
        {"last_ok_at": NOON, "last_new_entry_at": NOON, "lied_at": NOON - 2 * DAY},
        "collecting", "of a changed feed on 2026-03-08, so it is asked for the whole feed every time", "tell the outlet",
    ),
    "lied long ago": (
        {"last_ok_at": NOON, "last_new_entry_at": NOON, "lied_at": NOON - 40 * DAY},
        "collecting", "new entries in 7 days: 0", "nothing to do",
    ),
    "moving": (
        {"last_ok_at": NOON, "last_new_entry_at": NOON, "moving_to": "https://b.example/rss", "n_moving_days": 2},
        "collecting", "moved for good to https://b.example/rss, on days: 2 of the 3", "nothing to do",
    ),
    "unknown word": (
        {"last_outcome": "odd", "last_ok_at": NOON}, "failing", "odd", "browser",
    ),
    "dropped": (
        {"is_active": False, "last_outcome": "http_404", "failures": 1.0, "last_note": "x"},
        "inactive", "no longer lists it", "list it again",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_feed_is_diagnosed(put, rows, case):
    known, state, diagnosis, next_step = CASES[case]
    put("fetches", "clock", feed_id="another")
    put("feeds", "f1", **({"last_polled_at": NOON, "last_outcome": "ok", "next_poll_at": NOON + DAY} | known))
    [(found, said, step)] = rows("SELECT state, diagnosis, next_step FROM feed_health")
    assert found == state
    assert diagnosis in said
    assert step is not None
    assert next_step in step


def test_every_feed_is_one_line_whatever_was_requested(world, rows):
    assert rows("SELECT feed_id FROM feed_health ORDER BY feed_id") == [("f1",), ("f2",)]


def test_those_that_need_a_person_come_first(put, rows):
    put("feeds", "f1", last_polled_at=NOON, last_outcome="ok", last_ok_at=NOON, last_new_entry_at=NOON)
    put("feeds", "f2", is_active=False)
    put("feeds", "f3", last_polled_at=NOON, last_outcome="http_403")
    assert rows("SELECT feed_id FROM feed_health") == [("f3",), ("f1",), ("f2",)]


def test_the_clock_is_the_latest_request_and_not_now(put, rows):
    put("feeds", "f1", last_polled_at=NOON - DAY)
    assert rows("SELECT as_of FROM feed_health") == [(NOON - DAY,)]
    put("fetches", "p1", requested_at=NOON)
    assert rows("SELECT as_of FROM feed_health") == [(NOON,)]


def test_a_feed_whose_pages_are_refused_says_so(put, rows):
    put("feeds", "f1", last_polled_at=NOON, last_outcome="ok", last_ok_at=NOON, last_new_entry_at=NOON)
    for n in range(4):
        put("fetches", f"p{n}", outcome="robots" if n else "ok", requested_at=NOON - n * DAY)
    put("fetches", "long ago", outcome="dns", requested_at=NOON - 8 * DAY)
    [(state, said, step, asked, had)] = rows(
        "SELECT state, diagnosis, next_step, n_pages_7d, n_pages_had_7d FROM feed_health"
    )
    assert (state, asked, had) == ("collecting", 4, 1)
    assert "of 4 pages asked for in 7 days 1 were had, mostly for this: robots.txt forbids us to ask" in said
    assert "summaries" in step


def test_a_page_that_came_at_the_second_try_was_had(put, rows):
    put("feeds", "f1", last_polled_at=NOON, last_outcome="ok", last_ok_at=NOON, last_new_entry_at=NOON)
    put("fetches", "p1", url="https://one.example/", outcome="http_5xx", requested_at=NOON - DAY)
    put("fetches", "p2", url="https://one.example/")
    assert rows("SELECT n_pages_7d, n_pages_had_7d FROM feed_health") == [(1, 1)]


def test_a_feed_that_moved_for_good_shows_its_new_address(put, rows):
    new = "https://new.example/rss"
    put("feeds", "f1", last_polled_at=NOON, last_outcome="ok", last_ok_at=NOON, last_new_entry_at=NOON, polled_url=new)
    assert rows("SELECT url, next_step FROM feed_health") == [(new, f"put its new address into the feeds file: {new}")]


def test_an_alarm_comes_before_everything_else(put, rows):
    put("feeds", "f1", last_polled_at=NOON, last_outcome="http_403")
    put(
        "feeds",
        "f2",
        last_polled_at=NOON,
        last_outcome="ok",
        last_ok_at=NOON,
        last_new_entry_at=NOON,
        alarm="another feed",
    )
    (feed, state, said, step), _ = rows("SELECT feed_id, state, diagnosis, next_step FROM feed_health")
    assert (feed, state) == ("f2", "collecting")
    assert said.startswith("ALARM: another feed; new entries")
    assert step == "see whether this is still the feed that was wanted"


def test_entries_of_the_last_week_are_counted(put, rows):
    put("feeds", "f1", last_polled_at=NOON, last_outcome="ok", last_ok_at=NOON, last_new_entry_at=NOON)
    put("entries", "e1")
    put("entries", "e2", first_seen_at=NOON - 8 * DAY)
    assert rows("SELECT n_entries_7d FROM feed_health") == [(1,)]
