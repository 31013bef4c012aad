"""When feeds are asked again: whatever happens, within bounds; patience grows, and ends with a success."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import REFUSED, Outcome
from pipeline.feed import LONGEST_PAUSE, MAX_INTERVAL_S, MIN_INTERVAL_S, News, Polled, decide, is_due
from pipeline.types import Feed, Fetch, changed

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MET = Feed(
    feed_id="f", url="https://example.org/rss", source_id="s", added_at=NOW, last_full_at=NOW - timedelta(hours=1)
)
GOOD = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.SAME_BODY)
PATIENT = tuple(outcome for outcome in Outcome if not (outcome.is_ok or outcome.is_ours or outcome in REFUSED))


def step(feed: Feed, outcome: Outcome, now: datetime, *, n_new: int = 0, n_old: int = 0, **said) -> Feed:
    fetch = Fetch(
        fetch_id="x",
        kind="feed",
        feed_id="f",
        url=feed.url,
        final_url=None,
        requested_at=now,
        outcome=outcome,
        **said,
    )
    polled = Polled(feed=feed, fetch=fetch, n_entries=50 if outcome is Outcome.OK else None)
    return decide(polled, news=News(n_new=n_new, n_old=n_old), now=now)


def pauses(outcomes: list[Outcome], feed: Feed = MET) -> list[timedelta]:
    now, found = NOW, []
    for outcome in outcomes:
        feed = step(feed, outcome, now)
        found.append(feed.next_poll_at - now)
        now = feed.next_poll_at
    return found


def test_in_ten_thousand_histories_every_feed_is_asked_again_in_time():
    chance = random.Random(7)
    outcomes = tuple(Outcome)
    for number in range(10_000):
        feed, now = changed(MET, feed_id=str(number)), NOW
        for outcome in chance.choices(outcomes, k=3):
            feed = step(feed, outcome, now, n_new=chance.randrange(50) if outcome is Outcome.OK else 0)
            assert timedelta(seconds=MIN_INTERVAL_S) <= feed.next_poll_at - now <= LONGEST_PAUSE
            assert MIN_INTERVAL_S <= feed.interval_s <= MAX_INTERVAL_S
            now = feed.next_poll_at
        revived = step(feed, Outcome.OK, now, n_new=1)
        assert (revived.failures, revived.retired_at) == (0, None)
        assert revived.next_poll_at - now <= timedelta(days=1)


@given(st.lists(st.sampled_from(Outcome), max_size=60))
def test_whatever_happens_a_feed_is_due_again(history):
    feed, now = MET, NOW
    for outcome in history:
        feed = step(feed, outcome, now)
        now = feed.next_poll_at
        assert is_due(feed, now)


@given(st.lists(st.sampled_from(PATIENT), max_size=60))
def test_pauses_never_shrink_while_failures_last_in_any_mixture(history):
    found = pauses(history)
    assert found == sorted(found)


@given(st.lists(st.sampled_from(sorted(REFUSED)), min_size=1, max_size=60))
def test_those_who_refuse_us_are_asked_rarely_and_ever_more_so(history):
    found = pauses(history)
    assert found[0] >= timedelta(hours=6)
    assert found == sorted(found)


@pytest.mark.parametrize(("outcome", "grade"), [("http_404", 1), ("http_5xx", 0.5), ("timeout_total", 0.25)])
def test_failures_are_graded_and_back_off_is_linear(outcome, grade):
    found = pauses([Outcome(outcome)] * 5)
    steps = [(later - sooner).total_seconds() for sooner, later in pairwise(found)]
    assert steps == pytest.approx([steps[0]] * 4)
    assert steps[0] == pytest.approx(found[0].total_seconds() * 2 * grade / (1 + 2 * grade))


def test_a_thousand_failures_are_a_month_and_one_success_ends_it():
    found = pauses([Outcome.HTTP_404] * 1000 + [Outcome.NOT_MODIFIED])
    assert found[-2] == LONGEST_PAUSE
    assert found[-1] <= timedelta(hours=2)


def test_of_feeds_that_fail_alike_no_two_come_back_together():
    assert len({pauses([Outcome.CONNECT], replace(MET, feed_id=str(n)))[0] for n in range(100)}) == 100


def test_the_more_is_new_the_sooner_we_ask_again():
    paces = [step(MET, Outcome.OK, NOW, n_new=n).interval_s for n in (50, 30, 5, 2, 0)]
    assert paces == sorted(paces)
    assert len(set(paces)) == 5


def test_old_entries_issued_again_do_not_make_us_hurry():
    assert step(MET, Outcome.OK, NOW, n_new=50, n_old=50).interval_s > MET.interval_s


def test_a_feed_of_twenty_entries_a_day_is_asked_a_few_times_a_day_and_none_is_lost():
    feed, now, seen, n_polls = replace(MET, interval_s=600), NOW, NOW, 0
    while now < NOW + timedelta(days=30):
        n_new = int((now - NOW) / timedelta(hours=1.2)) - int((seen - NOW) / timedelta(hours=1.2))
        assert n_new < 50
        feed = step(feed, Outcome.OK if n_new else Outcome.NOT_MODIFIED, now, n_new=n_new)
        seen, now, n_polls = now, feed.next_poll_at, n_polls + 1
    assert 30 * 5 < n_polls < 30 * 30


def skipping(hours: set[int], days: set[int]) -> Feed:
    return replace(MET, skip_hours=tuple(sorted(hours)), skip_days=tuple(sorted(days)))


SOME_HOURS = st.sets(st.integers(0, 23), max_size=23)
SOME_DAYS = st.sets(st.integers(0, 6), max_size=6)
UNREAD = st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.OK])  # no document says otherwise
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware


@given(SOME_HOURS, SOME_DAYS, UNREAD, MOMENTS)
def test_hours_that_a_feed_asks_to_skip_are_skipped_as_far_as_the_cap_lets_us(hours, days, outcome, now):
    at = step(skipping(hours, days), outcome, now).next_poll_at
    cap = timedelta(seconds=MAX_INTERVAL_S) if outcome.is_ok else LONGEST_PAUSE
    assert at >= step(MET, outcome, now).next_poll_at
    assert at - now <= cap
    assert at - now == cap or not (at.hour in hours or at.weekday() in days)


@given(SOME_HOURS, SOME_DAYS, MOMENTS)
def test_skipping_costs_no_more_than_the_skipped_hours_and_half_an_hour(hours, days, now):
    wanted, at = (
        step(MET, Outcome.CONNECT, now).next_poll_at,
        step(skipping(hours, days), Outcome.CONNECT, now).next_poll_at,
    )
    passed = [
        wanted + timedelta(hours=n) for n in range(int((at - wanted - timedelta(minutes=30)) / timedelta(hours=1)))
    ]
    assert all(hour.hour in hours or hour.weekday() in days for hour in passed)


def test_feeds_that_skip_the_same_hours_come_back_one_after_the_other():
    night = [replace(skipping(set(range(12, 24)), set()), feed_id=str(n)) for n in range(100)]
    back = {step(feed, Outcome.CONNECT, NOW).next_poll_at for feed in night}
    assert len(back) == 100
    assert {at.hour for at in back} == {0}


def test_what_is_to_be_skipped_is_what_the_latest_document_says():
    known = skipping({1, 2}, {6})
    fetch = Fetch(fetch_id="x", kind="feed", feed_id="f", url=MET.url, final_url=None, requested_at=NOW, outcome="ok")
    read = Polled(feed=known, fetch=replace(fetch, outcome=Outcome.OK), n_entries=5, skip_hours=(7,))
    after = decide(read, news=News(), now=NOW)
    assert (after.skip_hours, after.skip_days) == ((7,), ())
    for outcome in (Outcome.NOT_MODIFIED, Outcome.SAME_BODY, Outcome.HTTP_404):
        after = step(known, outcome, NOW)
        assert (after.skip_hours, after.skip_days) == ((1, 2), (6,))


def test_a_server_wishes_are_floors_but_never_beyond_a_day():
    assert step(MET, Outcome.OK, NOW, n_new=50, max_age_s=7200).next_poll_at >= NOW + timedelta(hours=2)
    assert step(MET, Outcome.OK, NOW, n_new=50, max_age_s=10**9).interval_s == MAX_INTERVAL_S
    later = NOW + timedelta(hours=20)
    assert step(MET, Outcome.RETRY_LATER, NOW, retry_at=later).next_poll_at == later
