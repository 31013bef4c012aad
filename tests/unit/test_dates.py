"""A date says one day and nothing else, or it is None with a reason."""

import string
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import dates
from pipeline.dates import find_dates, order_of, read_date

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.integers(0, 13_000 * 86_400).flatmap(
    lambda seconds: ZONES.map((datetime(1990, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone)
)


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        # RFC 822 and 2822
        ("Wed, 22 Jan 2014 20:31:31 +0600", "2014-01-22T14:31:31", "second"),
        ("22 Jan 2014 20:31 GMT", "2014-01-22T20:31:00", "minute"),
        ("Wed, 22 Jan 14 20:31:31 UT", "2014-01-22T20:31:31", "second"),
        ("Sat, 01 Jan 94 00:00:00 EST", "1994-01-01T05:00:00", "second"),
        ("Tue, 7 Aug 2012 11:02:03 EDT", "2012-08-07T15:02:03", "second"),
        ("Tue, 07 Aug 2012 11:02:03 PST", "2012-08-07T19:02:03", "second"),
        ("Tue, 07 Aug 2012 11:02:03 -0000", "2012-08-07T11:02:03", "second"),
        ("Tue, 07 Aug 2012 11:02:03 +0000 (UTC)", "2012-08-07T11:02:03", "second"),
        ("Sun, 31 Dec 2017 23:59:60 GMT", "2017-12-31T23:59:59", "second"),
        # RFC 3339 and ISO 8601
        ("2017-01-23T21:54:55+01:00", "2017-01-23T20:54:55", "second"),
        ("2017-01-23T21:54:55.123456Z", "2017-01-23T21:54:55", "second"),
        ("2017-01-23t21:54:55z", "2017-01-23T21:54:55", "second"),
        ("2017-01-23 21:54:55 -0330", "2017-01-24T01:24:55", "second"),
        ("2017-01-23T21:54Z", "2017-01-23T21:54:00", "minute"),
        ("2017-01-23T21:54:55+01", "2017-01-23T20:54:55", "second"),
        ("20170123T215455Z", "2017-01-23T21:54:55", "second"),
        ("20170123", "2017-01-23T00:00:00", "day"),
        ("2017-01-23", "2017-01-23T00:00:00", "day"),
        ("2017-01-23+01:00", "2017-01-23T00:00:00", "day"),
        ("2016-02-29", "2016-02-29T00:00:00", "day"),
        # broken, but not ambiguous
        ("  Wed,22  January 2014\n20:31:31 gmt ", "2014-01-22T20:31:31", "second"),
        ("Mon, 22 Jan 2014 20:31:31 GMT", "2014-01-22T20:31:31", "second"),  # it was a Wednesday
        ("Wed, 22-Jan-2014 20:31:31 GMT", "2014-01-22T20:31:31", "second"),
        ("Wed, 22 Sept. 2014 20:31:31 Z", "2014-09-22T20:31:31", "second"),
        ("22 Jan 2014 20:31:31 GMT+0200", "2014-01-22T18:31:31", "second"),
        ("22 Jan 2014 20:31:31 UTC+2", "2014-01-22T18:31:31", "second"),
        ("22 Jan 2014 20:31:31 CEST", "2014-01-22T18:31:31", "second"),
        ("Wed Jan 22 20:31:31 UTC 2014", "2014-01-22T20:31:31", "second"),
        ("Wed Jan 22 2014 20:31:31 GMT+0100 (Central European Time)", "2014-01-22T19:31:31", "second"),
        ("January 22nd, 2014 8:31 p.m. EST", "2014-01-23T01:31:00", "minute"),
        ("January 22, 2014 at 12:31 AM UTC", "2014-01-22T00:31:00", "minute"),
        ("2014/01/22 20:31:31 +0000", "2014-01-22T20:31:31", "second"),
        ("22.01.2014", "2014-01-22T00:00:00", "day"),
        ("22/01/2014", "2014-01-22T00:00:00", "day"),
        ("01/22/2014", "2014-01-22T00:00:00", "day"),
        ("05/05/2014", "2014-05-05T00:00:00", "day"),
        ("1390422691", "2014-01-22T20:31:31", "second"),
        ("1390422691123", "2014-01-22T20:31:31", "second"),
        # other languages
        ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24T22:42:40", "second"),
        ("mié, 22 ene 2014 20:31:31 +0100", "2014-01-22T19:31:31", "second"),
        ("22 de enero de 2014", "2014-01-22T00:00:00", "day"),
        ("mer., 22 janv. 2014 20:31:31 +0100", "2014-01-22T19:31:31", "second"),
        ("Mi, 22. Jan. 2014", "2014-01-22T00:00:00", "day"),
        ("Ср, 22 января 2014 20:31:31 +0400", "2014-01-22T16:31:31", "second"),
        ("22 січня 2014", "2014-01-22T00:00:00", "day"),
        ("22 Ocak 2014", "2014-01-22T00:00:00", "day"),
        ("٢٢ يناير ٢٠١٤", "2014-01-22T00:00:00", "day"),
        ("2014年1月22日", "2014-01-22T00:00:00", "day"),
        ("2014년 1월 22일", "2014-01-22T00:00:00", "day"),
    ],
)
def test_a_date_is_read(raw, value, precision):
    reading = read_date(raw, fetched_at=NOW)
    assert (reading.value, reading.precision, reading.reason) == (at(value), precision, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2014-01-22 20:31:31", "no time zone"),
        ("2014-01-22T20:31:31.0", "no time zone"),
        ("Wed Jan 22 20:31:31 2014", "no time zone"),
        ("22.01.2014 20:31", "no time zone"),
        ("22 января 2014 г., 20:31", "no time zone"),
        ("22. Januar 2014, 20:31 Uhr", "unknown time zone"),
        ("22 Jan 2014 20:31:31 IST", "unknown time zone"),
        ("22 Jan 2014 20:31:31 BST", "unknown time zone"),
        ("22 Jan 2014 20:31:31 +2500", "unknown time zone"),
        ("22 Jan 2014 20:31:31 +0275", "unknown time zone"),
    ],
)
def test_a_clock_without_a_known_zone_leaves_the_day_as_written(raw, reason):
    reading = read_date(raw, fetched_at=NOW)
    assert (reading.value, reading.precision, reading.reason) == (at("2014-01-22T00:00:00"), "day", reason)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "no date"),
        ("", "no date"),
        (" \n", "no date"),
        ("30 Feb 2017 10:00:00 GMT", "no such day"),
        ("2017-02-29", "no such day"),
        ("2017-13-01", "no such day"),
        ("2017-00-10", "no such day"),
        ("31/31/2017", "no such day"),
        ("Mon, 05 Jan 2017 25:61:00 GMT", "no such time"),
        ("2017-01-05T24:00:00Z", "no such time"),
        ("2017-01-05T10:60Z", "no such time"),
        ("0001-01-01T00:00:00Z", "before 1990"),
        ("-0001-11-30T00:00:00+00:00", "before 1990"),
        ("0000-00-00 00:00:00", "before 1990"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "before 1990"),
        ("1989-12-31T23:59:59Z", "before 1990"),
        ("0000000000", "before 1990"),
        ("9999-12-31T23:59:59-14:00", "in the future"),
        ("99999-01-01", "in the future"),
        ("9999999999", "in the future"),
        ("2026-03-11T12:00:01Z", "in the future"),
        ("2026-03-12", "in the future"),
        ("21:30", "no date part"),
        ("21:30:00 GMT", "no date part"),
        ("2017", "no day"),
        ("2017-01", "no day"),
        ("January 2017", "no day"),
        ("01/02/2017", "day or month first"),
        ("22 Foo 2014", "unknown format"),
        ("yesterday", "unknown format"),
        ("now", "unknown format"),
        ("3 hours ago", "unknown format"),
        ("2017-01-23T21:54:55Z and more", "unknown format"),
        ("Updated 22 Jan 2014", "unknown format"),
        ("22 Jan 14:31", "unknown format"),
        ("2017-W03-1", "unknown format"),
        ("\x00" * 10, "unknown format"),
    ],
)
def test_what_is_no_date_is_none_with_a_reason(raw, reason):
    reading = read_date(raw, fetched_at=NOW)
    assert (reading.value, reading.precision, reading.reason) == (None, None, reason)


@pytest.mark.parametrize(
    "raw", ["1990-01-01T00:00:00Z", "1989-12-31T23:00:00-05:00", "2026-03-11T12:00:00Z", "2026-03-11"]
)
def test_the_window_holds_its_ends(raw):
    assert read_date(raw, fetched_at=NOW).value


@given(MOMENTS)
def test_every_moment_is_read_back_in_both_standards(moment):
    for raw in (format_datetime(moment), moment.isoformat(), moment.isoformat(" "), moment.strftime("%Y%m%dT%H%M%S%z")):
        reading = read_date(raw, fetched_at=NOW)
        assert (reading.value, reading.precision, reading.reason) == (moment, "second", None)


@given(st.text(max_size=120) | st.text(string.digits + ":-/ .TZ+", max_size=30) | st.binary().map(str))
def test_any_text_is_read_or_refused_with_a_reason(raw):
    reading = read_date(raw, fetched_at=NOW)
    assert (reading.value is None) == (reading.precision is None)
    assert reading.value or reading.reason
    if reading.value:
        assert dates.EARLIEST <= reading.value <= NOW + dates.LEEWAY
        assert reading.value.tzinfo is UTC


@pytest.mark.parametrize(
    ("raw", "zone"),
    [
        ("2017-01-23T21:54:55+05:30", "+05:30"),
        ("2017-01-23T21:54:55-0330", "-03:30"),
        ("Tue, 07 Aug 2012 11:02:03 EDT", "-04:00"),
        ("2017-01-23T21:54:55Z", "+00:00"),
        ("2017-01-23T21:54:55", None),
        ("2017-01-23", None),
    ],
)
def test_the_zone_is_kept_as_written(raw, zone):
    assert read_date(raw, fetched_at=NOW).zone == zone


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Published on December 22, 2023", ["December 22, 2023"]),
        ("Veröffentlicht am 13. Mai 2026 um 15:44", ["13. Mai 2026 um 15:44"]),
        ("posted on 2023-12-19 23:30 EST", ["2023-12-19 23:30 EST"]),
        ("12/22/2023 05:00 AM EST", ["12/22/2023 05:00 AM EST"]),
        ("05.04.2025 - Güncelleme : 06.04.2025", ["05.04.2025", "06.04.2025"]),
        ("Skrevet 3. marts 2024", ["3. marts 2024"]),
        ("3 października 2024, 10:15", ["3 października 2024, 10:15"]),
        ("発表 2024年5月3日", ["2024年5月3日"]),
        ("Room 12, 2023", []),
        ("12 Dec 20:30", []),
        ("version 10.12.2023.4", []),
        ("call 2024-05-031", []),
        ("x" * 300 + " 3 May 2024", []),
    ],
)
def test_dates_are_found_in_a_byline(text, found):
    assert [text[start:stop] for start, stop in find_dates(text)] == found


@given(st.text(max_size=60) | st.text(string.digits + ":-/ .,TZ+maych", max_size=60))
def test_what_is_found_lies_in_the_text_and_never_overlaps(text):
    end = 0
    for start, stop in find_dates(text):
        assert end <= start < stop <= len(text)
        end = stop


def test_english_of_no_region_orders_figures_in_no_known_way():
    orders = [order_of(tag) for tag in ("en", None, "en-US", "en_GB", "de", "ja", "es-US")]
    assert orders == [None, None, "month first", "day first", "day first", "year first", "month first"]


def test_no_month_name_means_two_months():
    names = [line.split() for line in dates._MONTHS.split("\n") if line]
    assert all(len(line) == 12 for line in names)
    meanings = {(name, month) for line in names for month, name in enumerate(line) if name != "-"}
    assert len({name for name, _ in meanings}) == len(meanings)
    assert all(name == name.lower() for name, _ in meanings)


PUMPS = [
    *string.digits[:2],
    *string.ascii_letters[:1],
    *" ,:-/.+()é\n",
    "1 ",
    "1:",
    "a ",
    "a-",
    "a, ",
    "01",
    "2017-",
    "jan ",
]


@pytest.mark.parametrize("pump", PUMPS)
@pytest.mark.parametrize(
    "prefix", ["", "Mon, ", "22 Jan 2014 20:31:31 ", "2014-01-22T20:31:31.", "(", "2014-01-22T20:31:31Z ("]
)
def test_long_input_costs_nothing(pump, prefix):
    for length in (70, 100_000):
        start = time.process_time()
        read_date(prefix + pump * (length // len(pump)), fetched_at=NOW)
        assert time.process_time() - start < 2  # backtracking would take minutes


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
