"""Headers are read with distrust."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.http import headers

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", None),
        ("-3", None),
        ("1.5", None),
        ("²", None),
        ("9" * 60, 86_400),
        ("Tue, 10 Mar 2026 12:10:00 GMT", 600),
        ("Tue, 10 Mar 2026 12:10:00 -0000", 600),
        ("Tue, 10 Mar 2026 14:10:00 +0200", 600),
        ("Tue, 10 Mar 2026 11:00:00 GMT", None),
        ("Tue, 10 Mar 2037 11:00:00 GMT", 86_400),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_a_moment_within_a_day(value, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert headers.retry_at(value, NOW) == expected


@given(st.text(max_size=80))
def test_no_text_breaks_a_reader(text):
    moment = headers.retry_at(text, NOW)
    assert moment is None or NOW < moment <= NOW + timedelta(days=1)
    assert headers.max_age_s(text) is None or headers.max_age_s(text) >= 0
    assert headers.validator(text) is None or headers.validator(text).isprintable()
    assert headers.printable(text).isprintable()
    headers.printable(text).encode()


@given(st.binary(max_size=80))
def test_no_bytes_break_a_location(raw):
    where = headers.location({"Location": raw.decode("utf-8", "surrogateescape")})
    assert where is None or where.encode()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("max-age=300", 300), ("public, MAX-AGE = 60", 60), ('max-age="9"', 9), ("s-maxage=5", None), ("no-store", None),
     ("x-max-age=5", None), ("max-age=-1", None)],
)  # fmt: skip
def test_max_age(value, seconds):
    assert headers.max_age_s(value) == seconds


def test_validators_with_controls_or_of_excessive_length_are_dropped():
    assert headers.validator('W/"abc"') == 'W/"abc"'
    for bad in ('"a"\r\nX: y', '"\u00e9"', "\x00", "x" * 513, "", None):
        assert headers.validator(bad) is None


def test_the_archive_keeps_all_headers_but_the_transfer_coding():
    raw = ((b"Transfer-Encoding", b"chunked"), (b"Content-Encoding", b"gzip"), (b"X", b"\xff"))
    assert headers.archived(raw) == (("Content-Encoding", "gzip"), ("X", "\udcff"))
    assert headers.status_line((1, 0), 200, "") == "HTTP/1.0 200"
