"""When feeds are due, how they are asked, what is kept of the answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.errors import Outcome
from pipeline.feed import News, Polled, decide, is_due, outcome_of, request_for
from pipeline.types import Feed, Fetch

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FEED = Feed(feed_id="f", url="https://example.org/rss", source_id="s", added_at=NOW)
MET = replace(
    FEED,
    etag='"1"',
    last_modified="Tue, 10 Mar 2026 11:00:00 GMT",
    body_sha256="aa",
    last_full_at=NOW - timedelta(hours=1),
    n_polls=3,
)


def fetch(outcome: Outcome, **given) -> Fetch:
    return Fetch(
        fetch_id="x", kind="feed", feed_id="f", url=FEED.url, final_url=None, requested_at=NOW, outcome=outcome, **given
    )


def test_a_feed_never_met_is_due_and_asked_without_validators():
    assert is_due(FEED, NOW)
    assert request_for(FEED, NOW).etag is None


def test_a_known_feed_is_asked_conditionally_and_once_a_day_is_not():
    assert request_for(MET, NOW).etag == '"1"'
    assert request_for(MET, NOW + timedelta(days=1)).etag is None


def test_an_inactive_feed_is_never_due():
    assert not is_due(replace(MET, is_active=False), NOW)


def test_the_body_that_we_have_already_is_the_outcome_same_body():
    assert outcome_of(MET, fetch(Outcome.OK, body_sha256="aa")).outcome is Outcome.SAME_BODY
    assert outcome_of(MET, fetch(Outcome.OK, body_sha256="bb")).outcome is Outcome.OK


def test_a_full_answer_replaces_the_validators_and_verifies_the_feed():
    after = decide(
        Polled(feed=FEED, fetch=fetch(Outcome.OK, etag='"2"', body_sha256="bb"), n_entries=5, title="T"),
        news=News(n_new=5),
        now=NOW,
    )
    assert (after.etag, after.body_sha256, after.title, after.status) == ('"2"', "bb", "T", "verified")
    assert after.last_new_entry_at == after.last_ok_at == after.last_full_at == NOW
    assert after.next_poll_at > NOW


def test_a_304_keeps_the_validators():
    after = decide(Polled(feed=MET, fetch=fetch(Outcome.NOT_MODIFIED)), news=News(n_new=0), now=NOW)
    assert (after.etag, after.body_sha256, after.last_full_at) == (MET.etag, MET.body_sha256, MET.last_full_at)
    assert after.last_ok_at == NOW


def test_a_failure_keeps_all_that_was_known():
    after = decide(Polled(feed=MET, fetch=fetch(Outcome.HTTP_404, note="gone")), news=News(n_new=0), now=NOW)
    assert (after.etag, after.last_ok_at, after.status) == (MET.etag, MET.last_ok_at, MET.status)
    assert (after.last_outcome, after.last_note, after.failures, after.n_polls) == ("http_404", "gone", 1.0, 4)


def test_a_document_that_is_no_feed_is_a_failure_with_its_reason():
    after = decide(
        Polled(feed=MET, fetch=fetch(Outcome.OK), problem="a web page", is_refused=True), news=News(n_new=0), now=NOW
    )
    assert after.failures == 1.0
    assert after.last_note == "a web page"
    assert after.etag == MET.etag


def test_busy_feeds_are_asked_more_often_and_quiet_ones_less():
    busy = decide(Polled(feed=MET, fetch=fetch(Outcome.OK), n_entries=10), news=News(n_new=9), now=NOW)
    quiet = decide(Polled(feed=MET, fetch=fetch(Outcome.NOT_MODIFIED)), news=News(n_new=0), now=NOW)
    assert busy.interval_s < MET.interval_s < quiet.interval_s


def test_the_server_may_ask_for_longer_pauses():
    slow = decide(Polled(feed=MET, fetch=fetch(Outcome.OK, max_age_s=7200), n_entries=10), news=News(n_new=9), now=NOW)
    assert slow.interval_s == 7200
    later = NOW + timedelta(hours=20)
    assert (
        decide(
            Polled(feed=MET, fetch=fetch(Outcome.RETRY_LATER, retry_at=later)), news=News(n_new=0), now=NOW
        ).next_poll_at
        >= later
    )


def test_our_own_failures_are_not_held_against_the_feed():
    assert decide(Polled(feed=MET, fetch=fetch(Outcome.INTERNAL)), news=News(n_new=0), now=NOW).failures == 0
