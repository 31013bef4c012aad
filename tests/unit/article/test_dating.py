"""Which of the dates that were stated is the publication's?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article.dating import date_article
from pipeline.article.facts import Facts
from pipeline.types import PageJob

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
JOB = PageJob(
    entry_id="e",
    feed_id="f",
    source_id="s",
    source_name=None,
    language_hint=None,
    guid="g",
    link="https://example.org/a",
    url_key="example.org/a",
    title=None,
    summary=None,
    content=None,
    authors=(),
    published_raw=None,
    published_at=None,
    published_precision=None,
    published_reason=None,
    first_seen_at=NOW,
)
NOTHING = Facts(
    title=None,
    site_name=None,
    description=None,
    canonical_url=None,
    authors=(),
    language=None,
    dates=(),
    updated=(),
)


def date(*dates, job=JOB, updated=(), language=None):
    facts = replace(NOTHING, dates=dates, updated=updated)
    return date_article(job, facts, article_id="a", seen_at=NOW, language=language)


def day(dating):
    return dating.value and dating.value.date().isoformat()


def why(dating):
    return [candidate.reason for candidate in dating.candidates]


def test_the_most_trusted_is_taken_and_all_are_kept_with_the_reason():
    dating = date(("json_ld", "2026-03-01T10:00:00Z"), ("meta", "2026-03-01"), ("time", "2026-03-04"), ("text", "soon"))
    assert (day(dating), dating.origin, dating.precision) == ("2026-03-01", "json_ld", "second")
    assert why(dating) == [None, "agrees; json_ld was taken", "another day; json_ld was taken", "unknown format"]


def test_a_bare_day_gives_way_to_a_clock_of_the_same_day():
    dating = date(("json_ld", "2026-03-01"), ("meta", "2026-03-01T22:30:00-05:00"))
    assert (dating.value, dating.zone, dating.origin) == (datetime(2026, 3, 2, 3, 30, tzinfo=UTC), "-05:00", "meta")


def test_greenwich_time_beside_a_local_clock_tells_the_local_zone():
    moment = ("json_ld", "2026-03-02T03:30:15Z")
    assert date(moment).zone == "+00:00"
    assert date(moment, ("time", "2026-03-01T22:30:15-05:00")).zone == "-05:00"
    assert date(moment, ("meta", "2026-03-01 22:30:15")).zone == "-05:00"
    assert date(moment, ("text", "March 1, 2026 22:37")).zone == "+00:00"


def test_a_day_after_the_request_is_refused():
    dating = date(("json_ld", "2026-03-10T14:00:00Z"), ("text", "9 March 2026"))
    assert (day(dating), why(dating)[0]) == ("2026-03-09", "after it was fetched")
    assert day(date(("json_ld", "2026-03-10T12:30:00Z"))) == "2026-03-10"


def test_a_placeholder_is_no_date_unless_others_say_the_day():
    assert date(("meta", "2026-01-01T00:00:00Z")).value is None
    assert day(date(("meta", "2026-01-01T00:00:00Z"), ("text", "1 January 2026"))) == "2026-01-01"
    assert day(date(("text", "1 January 2026"))) == "2026-01-01"
    assert date(("meta", "1970-01-01T00:00:00Z")).reason == "meta: before 1990"


def test_what_was_made_with_the_page_gives_way_to_an_earlier_day():
    dating = date(("meta", "2026-03-10T11:59:30Z"), ("url", "2026-02-01"))
    assert (day(dating), why(dating)[0]) == ("2026-02-01", "the time of the request, and others say earlier")
    assert day(date(("meta", "2026-03-10T11:59:30Z"))) == "2026-03-10"


def test_a_change_that_is_called_a_publication_gives_way_to_an_earlier_day():
    stated = (("meta", "2026-03-05T10:00:00Z"), ("microdata", "2026-03-01T09:00:00Z"))
    assert day(date(*stated, updated=("2026-03-05T10:00:00Z",))) == "2026-03-01"
    assert day(date(*stated)) == "2026-03-05"


def test_a_feed_that_only_knows_the_last_change_gives_way_to_an_earlier_day():
    job = replace(JOB, published_raw="2026-03-05T10:00:00Z", published_reason="from updated")
    assert day(date(("json_ld", "2026-03-01T10:00:00Z"), job=job)) == "2026-03-01"
    assert day(date(job=job)) == "2026-03-05"


@pytest.mark.parametrize(
    ("raw", "others", "language", "found"),
    [
        ("03/04/2020", (), None, None),
        ("03/04/2020", (), "en", None),
        ("03/04/2020", (), "en-US", "2020-03-04"),
        ("03/04/2020", (), "en-GB", "2020-04-03"),
        ("03/04/2020", (), "fr", "2020-04-03"),
        ("03/04/2020", (("time", "2020-03-04"),), "fr", "2020-03-04"),
        ("03.04.20", (), "de", "2020-04-03"),
        ("20.04.03", (), "ko", "2020-04-03"),
        ("03.04.20", (), None, None),
    ],
)
def test_figures_of_no_clear_order_are_settled_by_other_dates_or_the_language_or_refused(raw, others, language, found):
    dating = date(("text", raw), *others, language=language)
    assert day(dating) == found
    assert found or "first" in dating.reason


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("2026/03/08/shells", "2026-03-08"),
        ("2026-03-08/shells", "2026-03-08"),
        ("shells-20260308101500-nt.html", "2026-03-08"),
        ("shells-20261308.html", None),
        ("2026/shells", None),
        ("item/2026030812345", None),
    ],
)
def test_an_address_gives_a_day_where_it_holds_one(path, found):
    job = replace(JOB, link=f"https://example.org/{path}", url_key=f"example.org/{path}")
    assert day(date(job=job)) == found


ORIGINS = st.sampled_from(["json_ld", "meta", "microdata", "time", "text"])
RAW = (
    st.datetimes(datetime(1980, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.isoformat() + "Z")  # noqa: DTZ001
    | st.dates().map(lambda at: at.strftime("%d/%m/%Y"))
    | st.text(max_size=20)
)


@given(
    st.lists(st.tuples(ORIGINS, RAW), max_size=6),
    st.lists(RAW, max_size=2),
    st.sampled_from([None, "en", "en-US", "ja"]),
)
def test_a_date_is_in_its_window_or_there_is_a_reason(dates, updated, language):
    dating = date(*dates, updated=tuple(updated), language=language)
    assert (dating.value is None) == bool(dating.reason)
    assert sum(candidate.is_accepted for candidate in dating.candidates) == (dating.value is not None)
    assert len(dating.candidates) == len(dates)
    assert dating.value is None or datetime(1990, 1, 1, tzinfo=UTC) <= dating.value <= NOW + timedelta(hours=24)
    assert dating == date(*dates, updated=tuple(updated), language=language)
