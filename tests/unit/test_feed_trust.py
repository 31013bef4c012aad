"""What a feed may be believed: validators, redirects, farewells, and being the feed that it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import Outcome
from pipeline.feed import NewEntry, News, Polled, as_listed_anew, asked_url, decide, news_of, request_for
from pipeline.types import Feed, Fetch

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLD, NEW = "https://a.example/rss", "https://b.example/feed"
MET = Feed(
    feed_id="f",
    url=OLD,
    source_id="s",
    added_at=NOW - 90 * DAY,
    title="Meridian Wire",
    link_hosts=("a.example",),
    etag='"1"',
    last_modified="Tue, 10 Mar 2026 08:00:00 GMT",
    body_sha256="aa",
    last_full_at=NOW - DAY,
    last_ok_at=NOW - HOUR,
)


def poll(
    feed: Feed,
    now: datetime,
    outcome: Outcome = Outcome.OK,
    *,
    news: News | None = None,
    title: str | None = "Meridian Wire",
    is_refused: bool = False,
    **said,
) -> Feed:
    said = {"etag": f'"{now}"', "body_sha256": str(now), "url": asked_url(feed)} | said
    fetch = Fetch(fetch_id="x", kind="feed", feed_id="f", final_url=None, requested_at=now, outcome=outcome, **said)
    has_document = outcome is Outcome.OK
    polled = Polled(
        feed=feed,
        fetch=fetch,
        title=title if has_document else None,
        n_entries=50 if has_document else None,
        is_refused=is_refused,
    )
    return decide(polled, news=news or News(), now=now)


def entry(at: datetime | None, *, link: str = "https://a.example/x", precision="second") -> NewEntry:
    return NewEntry(feed_id="f", link=link, published_at=at, published_precision=precision)


# ETag liars


def test_new_entries_under_the_validators_that_we_hold_are_a_lie_and_validators_are_sent_no_more():
    after = poll(MET, NOW, etag='W/"1"', news=News(n_new=1))
    assert after.lied_at == NOW
    assert request_for(after, NOW + HOUR).etag is None
    assert request_for(after, NOW + HOUR).last_modified is None


def test_a_last_modified_for_ever_in_2041_is_a_lie():
    feed = replace(MET, etag=None, last_modified="Thu, 10 Jan 2041 00:00:00 GMT")
    assert poll(feed, NOW, etag=None, last_modified=feed.last_modified, news=News(n_new=1)).lied_at == NOW
    assert poll(feed, NOW, etag=None, last_modified=None, news=News(n_new=1)).lied_at is None


def test_new_entries_that_a_304_denied_are_a_lie_whatever_the_validators():
    news = news_of(MET, [entry(NOW - 20 * HOUR)])
    assert news.n_missed == 1
    assert poll(MET, NOW, news=news).lied_at == NOW


def test_late_clocks_bare_days_and_late_entries_are_no_lie():
    late = [
        entry(NOW - 10 * HOUR),
        entry(NOW - 20 * HOUR, precision="day"),
        entry(NOW - 2 * DAY),
        entry(None),
    ]
    assert news_of(MET, late).n_missed == 0
    assert news_of(replace(MET, last_ok_at=MET.last_full_at), [entry(NOW - 20 * HOUR)]).n_missed == 0


def test_a_changed_body_with_nothing_new_in_it_is_no_lie():
    assert poll(MET, NOW, etag='"1"').lied_at is None


def test_a_liar_is_trusted_again_after_a_month_without_a_lie():
    feed = poll(MET, NOW, etag='"1"', news=News(n_new=1))
    honest = replace(feed, last_full_at=NOW + 30 * DAY)
    assert request_for(replace(feed, last_full_at=NOW + 29 * DAY), NOW + 29 * DAY + HOUR).etag is None
    assert request_for(honest, NOW + 30 * DAY + HOUR).etag == '"1"'


@pytest.mark.parametrize("etag_moves", [True, False])
def test_whoever_says_304_for_ever_is_found_out_within_two_days(etag_moves):
    """The server brings an entry an hour, and denies it to all who ask with validators."""
    feed, now, n_known, served = replace(MET, last_full_at=None, last_ok_at=None), NOW, 0, []
    while feed.lied_at is None:
        served = [entry(NOW + n * HOUR) for n in range(int((now - NOW) / HOUR) + 1)]
        if request_for(feed, now).etag:
            feed = poll(feed, now, Outcome.NOT_MODIFIED)
        else:
            etag = f'"{now}"' if etag_moves else '"1"'
            feed = poll(feed, now, etag=etag, news=news_of(feed, served[n_known:]))
            n_known = len(served)
        now = feed.next_poll_at
    assert feed.lied_at <= NOW + 2 * DAY
    assert n_known == len(served)


# redirects


def test_a_permanent_redirect_is_adopted_on_its_third_day_and_the_listed_address_is_kept():
    feed = MET
    for n in range(3):
        assert asked_url(feed) == OLD
        for hour in (0, 2, 4):
            feed = poll(feed, NOW + n * DAY + hour * HOUR, permanent_url=NEW, url=OLD)
    assert (asked_url(feed), feed.url, feed.former_urls, feed.moving_to) == (NEW, OLD, (OLD,), None)
    assert request_for(feed, NOW + 2 * DAY + 5 * HOUR).url == NEW


@pytest.mark.parametrize(
    "between",
    [
        {"permanent_url": "https://c.example/"},
        {"permanent_url": None},
        {"permanent_url": NEW, "is_refused": True},
        {"permanent_url": "https://c.example/", "outcome": Outcome.NOT_MODIFIED},
    ],
    ids=["elsewhere", "none", "a maintenance page", "elsewhere, unchanged"],
)
def test_another_answer_in_between_starts_the_count_anew(between):
    feed = poll(MET, NOW, permanent_url=NEW)
    feed = poll(feed, NOW + DAY, permanent_url=NEW)
    feed = poll(feed, NOW + DAY + HOUR, **between)
    feed = poll(feed, NOW + 2 * DAY, permanent_url=NEW)
    assert (asked_url(feed), feed.n_moving_days) == (OLD, 1)


def test_days_without_an_answer_and_304s_neither_count_nor_undo():
    feed = poll(MET, NOW, permanent_url=NEW)
    feed = poll(feed, NOW + DAY, Outcome.CONNECT)
    feed = poll(feed, NOW + 2 * DAY, Outcome.NOT_MODIFIED, permanent_url=NEW)
    assert (feed.moving_to, feed.n_moving_days) == (NEW, 1)


def test_a_redirect_to_what_is_no_feed_is_never_adopted():
    feed = MET
    for n in range(9):
        feed = poll(feed, NOW + n * DAY, permanent_url=NEW, is_refused=True)
    assert (asked_url(feed), feed.former_urls) == (OLD, ())


def test_a_feed_that_was_taken_over_moves_nowhere():
    feed = MET
    for n in range(9):
        news = News(n_new=5, hosts=("casino.example",))
        feed = poll(feed, NOW + n * DAY, permanent_url=NEW, title="Best Casino", news=news)
    assert (asked_url(feed), feed.title) == (OLD, "Meridian Wire")


def test_when_the_adopted_address_keeps_failing_both_are_asked_and_the_one_that_answers_is_kept():
    feed, asked = replace(MET, polled_url=NEW, former_urls=(OLD,)), []
    for n in range(8):
        asked.append(asked_url(feed))
        feed = poll(feed, NOW + n * DAY, Outcome.HTTP_404)
    assert asked[:3] == [NEW] * 3
    assert set(asked[3:]) == {OLD, NEW}
    while asked_url(feed) == NEW:
        feed = poll(feed, NOW + 9 * DAY, Outcome.HTTP_404)
    assert request_for(feed, feed.last_full_at).etag is None
    back = poll(feed, NOW + 10 * DAY)
    assert (back.polled_url, back.former_urls) == (None, (OLD, NEW))
    still = poll(feed, NOW + 10 * DAY, permanent_url=NEW)
    assert still.polled_url == NEW


def test_a_feed_that_moves_home_is_asked_as_listed():
    feed = replace(MET, polled_url=NEW)
    for n in range(3):
        feed = poll(feed, NOW + n * DAY, permanent_url=OLD)
    assert (feed.polled_url, asked_url(feed)) == (None, OLD)


# 410


def test_the_third_day_of_410_retires_which_means_a_poll_a_month():
    feed = MET
    for at in (NOW, NOW + HOUR, NOW + 2 * HOUR, NOW + DAY):
        feed = poll(feed, at, Outcome.GONE)
    assert (feed.n_gone_days, feed.retired_at) == (2, None)
    feed = poll(feed, NOW + 2 * DAY, Outcome.GONE)
    assert feed.retired_at == NOW + 2 * DAY
    assert feed.next_poll_at == NOW + 32 * DAY
    again = poll(feed, feed.next_poll_at, Outcome.HTTP_404)
    assert (again.retired_at, again.next_poll_at - feed.next_poll_at) == (feed.retired_at, 30 * DAY)


def test_a_success_revives_and_the_count_of_410_starts_anew():
    feed = MET
    for n in range(3):
        feed = poll(feed, NOW + n * DAY, Outcome.GONE)
    feed = poll(feed, NOW + 33 * DAY)
    assert (feed.retired_at, feed.n_gone_days, feed.failures) == (None, 0, 0)
    assert feed.next_poll_at < NOW + 34 * DAY
    assert poll(feed, NOW + 34 * DAY, Outcome.GONE).retired_at is None


# alarms


def test_history_issued_again_raises_an_alarm_that_rests_a_week_later():
    news = news_of(MET, [entry(NOW - 400 * DAY)] * 38 + [entry(NOW)] * 2)
    assert (news.n_new, news.n_old) == (40, 38)
    feed = poll(MET, NOW, news=news)
    assert "of 40 new ones 38" in feed.alarm
    assert poll(feed, NOW + 2 * DAY, news=News(n_new=1, hosts=("a.example",))).alarm == feed.alarm
    assert poll(feed, NOW + 8 * DAY, news=News(n_new=1, hosts=("a.example",))).alarm is None


def test_the_first_document_of_a_feed_and_a_few_late_entries_are_no_flood():
    first = replace(MET, last_full_at=None)
    assert news_of(first, [entry(NOW - 400 * DAY)] * 40).n_old == 0
    assert poll(MET, NOW, news=News(n_new=9, n_old=9)).alarm is None
    assert poll(MET, NOW, news=News(n_new=40, n_old=15)).alarm is None


def test_a_strange_title_and_strange_hosts_at_once_are_an_alarm_and_the_old_title_stays():
    feed = poll(MET, NOW, title="Best Casino", news=News(n_new=9, hosts=("casino.example",)))
    assert "Best Casino" in feed.alarm
    assert "casino.example" in feed.alarm
    assert (feed.title, feed.link_hosts) == ("Meridian Wire", ("a.example",))
    assert poll(feed, NOW + 40 * DAY, title="Best Casino").alarm == feed.alarm
    home = poll(feed, NOW + 40 * DAY, news=News(n_new=1, hosts=("a.example",)))
    assert home.alarm is None


def test_a_take_over_in_two_steps_without_an_entry_between_is_found_as_well():
    feed = poll(MET, NOW, title="Best Casino")
    assert (feed.title, feed.alarm) == ("Meridian Wire", None)
    assert poll(feed, NOW + HOUR, title="Best Casino", news=News(n_new=1, hosts=("casino.example",))).alarm


def test_a_new_name_or_a_new_host_alone_is_taken_over_quietly():
    renamed = poll(MET, NOW, title="Meridian", news=News(n_new=1, hosts=("a.example",)))
    assert (renamed.title, renamed.alarm) == ("Meridian", None)
    moved = poll(MET, NOW, title="MERIDIAN  wire", news=News(n_new=1, hosts=("n.example",)))
    assert (moved.link_hosts, moved.alarm) == (("n.example", "a.example"), None)


def test_hosts_are_told_the_most_frequent_first_and_odd_links_have_none():
    links = ["https://www.b.example/1", "https://b.example/2", "https://a.example/1", "javascript:alert(1)", ""]
    assert news_of(MET, [entry(None, link=link) for link in links]).hosts == ("b.example", "a.example")


def test_a_feed_that_a_person_listed_anew_is_asked_at_once_and_learnt_anew():
    feed = replace(MET, polled_url=NEW, alarm="x", alarm_at=NOW, retired_at=NOW, next_poll_at=NOW + 30 * DAY)
    feed = as_listed_anew(feed)
    assert (asked_url(feed), feed.alarm, feed.next_poll_at) == (OLD, None, None)
    after = poll(feed, NOW, title="Best Casino", news=News(n_new=9, hosts=("casino.example",)))
    assert (after.title, after.alarm) == ("Best Casino", None)
