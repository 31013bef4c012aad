"""Hours and days that a feed asks not to be polled in, read from its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entry import parse_feed
from pipeline.entry.skips import read_skips

ITEM = "<item><title>T</title><link>http://a.example/1</link></item>"


def rss(before: str = "", after: str = "", item: str = ITEM) -> bytes:
    return f"<rss version='2.0'><channel><title>T</title>{before}{item}{after}</channel></rss>".encode()


def hours_of(*hours: object) -> str:
    return f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in hours)}</skipHours>"


@given(st.lists(st.integers(0, 24), max_size=24))
def test_hours_are_read_as_they_are_listed_and_24_is_midnight(hours):
    found = tuple(sorted({hour % 24 for hour in hours}))
    assert read_skips(rss(hours_of(*hours)))[0] == (found if len(found) < 24 else ())


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_stands_there_some_hours_and_days_are_left(one, other):
    hours, days = read_skips(b"<rss><channel><skipHours>" + one + b"</skipHours><skipDays>" + other + b"</skipDays>")
    assert hours == tuple(sorted(set(hours) & set(range(24))))
    assert days == tuple(sorted(set(days) & set(range(7))))
    assert len(hours) < 24
    assert len(days) < 7


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        (hours_of(*range(24)), ()),
        (hours_of(*range(1, 25)), ()),
        (hours_of("x", -1, 25, 99, 1.5, 123, " 7\n"), (7,)),
        (hours_of(*[3] * 24, 5), (3,)),
        (f"<!-- {hours_of(3)} -->", ()),
        (f"<!-- a remark -->{hours_of(3)}", (3,)),
        ("<skipHours/>", ()),
        ("<skipHours>" + " " * 9000 + "<hour>3</hour></skipHours>", ()),
    ],
)
def test_a_list_that_makes_no_sense_is_read_as_far_as_it_does(said, hours):
    assert read_skips(rss(said)) == (hours, ())


def test_the_list_may_follow_the_items_but_an_item_has_no_say():
    assert read_skips(rss(after=hours_of(4))) == ((4,), ())
    assert read_skips(rss(item=f"<item>{hours_of(4)}</item>")) == ((), ())


def test_days_go_by_their_english_names_and_all_seven_are_ignored():
    week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    said = "<skipDays>{}</skipDays>".format
    listed = [f"<day>{day}</day>" for day in week]
    assert read_skips(rss(said("".join(listed[5:]) + "<day>Feiertag</day>"))) == ((), (5, 6))
    assert read_skips(rss(said("".join(listed)))) == ((), ())


def test_a_parsed_feed_carries_them(now):
    feed = parse_feed(rss(hours_of(0, 1)), feed_id="f", feed_url="http://a.example/", content_type=None, seen_at=now)
    assert (feed.skip_hours, feed.skip_days, len(feed.entries)) == ((0, 1), (), 1)
