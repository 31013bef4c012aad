"""Which pages are asked for, and when again."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import NO_ANSWER, REFUSED, TRANSIENT, Outcome
from pipeline.page import is_dead, settle
from pipeline.types import Fetch

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def fetch(outcome: Outcome, **given) -> Fetch:
    return Fetch(
        fetch_id="x",
        kind="page",
        feed_id="f",
        url="https://a.example/",
        final_url=None,
        requested_at=NOW,
        outcome=outcome,
        **given,
    )


@pytest.mark.parametrize(
    "outcome", [Outcome.OK, Outcome.GONE, Outcome.WRONG_TYPE, Outcome.BLOCKED_ADDRESS, Outcome.TOO_LARGE]
)
def test_a_page_that_was_had_or_never_will_be_is_not_asked_for_again(outcome):
    assert settle(fetch(outcome), n_tries=1).retry_at is None


@pytest.mark.parametrize("outcome", sorted(TRANSIENT | REFUSED | {Outcome.HTTP_404}))
def test_any_other_page_is_asked_for_again_ever_more_rarely_and_then_given_up(outcome):
    pauses = []
    for n in range(1, 20):
        at = settle(fetch(outcome), n_tries=n).retry_at
        if at is None:
            break
        pauses.append(at - NOW)
    assert 0 < len(pauses) < 10
    assert pauses == sorted(pauses)
    assert pauses[0] >= timedelta(minutes=15)


def test_the_servers_own_retry_after_is_taken_at_its_word():
    later = NOW + timedelta(seconds=7)
    assert settle(fetch(Outcome.RETRY_LATER, retry_at=later), n_tries=1).retry_at == later


DEAD = {Outcome.HTTP_404, Outcome.GONE, Outcome.SOFT_404, Outcome.DNS}


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_is_not_there_any_more_is_dead(outcome):
    assert is_dead(fetch(outcome), outcome.value) == (outcome in DEAD)


def test_a_page_shows_by_its_words_that_its_site_is_gone():
    assert is_dead(fetch(Outcome.OK), "parked")
    assert is_dead(fetch(Outcome.OK), "soft_404")
    assert not is_dead(fetch(Outcome.OK), "paywall")
    assert not is_dead(fetch(Outcome.OK), None)


def test_a_resolver_that_is_silent_tells_nothing_of_the_host():
    assert not is_dead(fetch(Outcome.DNS, note=f"a.example: {NO_ANSWER} (try again)"), "dns")
