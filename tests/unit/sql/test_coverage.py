"""coverage_daily and revisions_diff: what we should have and have; what was changed."""

from datetime import date, datetime, timedelta

NOON = datetime(2026, 3, 10, 12, 0)  # noqa: DTZ001  as stored: UTC without saying so
DAY = timedelta(days=1)
TENTH = date(2026, 3, 10)


def test_a_dated_article_counts_on_its_day_and_an_undated_one_when_we_saw_it(article, rows):
    article("a1", published_at=NOON - 3 * DAY)
    article("a2", published_at=None, text_from="feed", label="drop")
    found = rows("SELECT day, n_articles, n_from_page, n_from_feed, n_undated, n_conflict_articles FROM coverage_daily")
    assert found == [(TENTH - 3 * DAY, 1, 1, 0, 0, 1), (TENTH, 1, 0, 1, 1, 0)]


def test_copies_are_articles_but_no_conflict_articles_of_the_day(article, put, rows):
    article("a1")
    article("a2")
    put("duplicates", "a2")
    assert rows("SELECT n_articles, n_conflict_articles FROM coverage_daily") == [(2, 1)]


def test_entries_count_on_the_day_that_their_feed_gives(put, rows):
    put("entries", "e1", published_at=NOON - DAY)
    put("entries", "e2", published_at=None)
    assert rows("SELECT day, n_entries FROM coverage_daily") == [(TENTH - DAY, 1), (TENTH, 1)]


def test_a_day_on_which_nothing_ran_has_a_row_that_says_so(put, rows):
    put("feeds", "f1")
    put("fetches", "p1", kind="feed", requested_at=NOON - 2 * DAY)
    put("fetches", "p2", kind="feed")
    found = rows("SELECT day, n_feeds_expected, n_feeds_asked, n_feeds_answered FROM coverage_daily")
    assert found == [(TENTH - 2 * DAY, 1, 1, 1), (TENTH - DAY, 1, 0, 0), (TENTH, 1, 1, 1)]


def test_a_feed_that_answered_once_on_a_day_has_answered(put, rows):
    put("feeds", "f1")
    put("feeds", "f2")
    put("fetches", "p1", kind="feed", outcome="dns")
    put("fetches", "p2", kind="feed", outcome="not_modified")
    put("fetches", "p3", kind="feed", feed_id="f2", outcome="http_403")
    put("fetches", "p4", kind="page", feed_id="f2")
    assert rows("SELECT n_feeds_expected, n_feeds_asked, n_feeds_answered FROM coverage_daily") == [(2, 2, 1)]


def test_a_feed_is_expected_from_when_we_knew_it_until_it_was_dropped(put, rows):
    put("feeds", "kept", added_at=NOON - DAY)
    put("feeds", "dropped", added_at=NOON - 9 * DAY, is_active=False, last_polled_at=NOON - DAY)
    put("feeds", "never asked", added_at=NOON - 9 * DAY, is_active=False)
    put("fetches", "p1", kind="feed", requested_at=NOON - 2 * DAY)
    put("fetches", "p2", kind="feed")
    assert rows("SELECT day, n_feeds_expected FROM coverage_daily") == [
        (TENTH - 2 * DAY, 1),
        (TENTH - DAY, 2),
        (TENTH, 1),
    ]


def test_a_revision_is_compared_with_what_stood_before_it(article, put, rows):
    article("a1", title="Two dead", text="One.\nTwo dead.\nEnd.")
    put("revisions", "r1", n=1, kind="toll", title="Three dead", text="One.\nThree dead.\nEnd.")
    put("revisions", "r2", n=2, title="Three dead", text="One.\nThree dead.\nMore.\nEnd.", observed_at=NOON + DAY)
    found = rows(
        "SELECT n, kind, title_before, title_after, is_title_changed, removed, added FROM revisions_diff ORDER BY n"
    )
    assert found == [
        (1, "toll", "Two dead", "Three dead", True, ["Two dead."], ["Three dead."]),
        (2, "substantive", "Three dead", "Three dead", False, [], ["More."]),
    ]


def test_a_revision_of_a_text_that_was_taken_away_shows_it_as_removed(article, put, rows):
    article("a1", text="One.\nTwo.")
    put("revisions", "r1", kind="retraction")
    assert rows("SELECT removed, added FROM revisions_diff") == [(["One.", "Two."], [])]
