"""Whatever the bytes are: parse_feed raises nothing, and what it says can be written anywhere."""

import dataclasses
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.entry import parse_feed

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FEEDS = Path(__file__).parents[2] / "fixtures" / "feeds"
DOCUMENTS = [path.read_bytes() for path in sorted(FEEDS.iterdir()) if not path.name.endswith(".expected.json")]
SCRAPS = [
    b"<", b">", b"&", b"</item>", b"<item>", b"<entry>", b"</entry>", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<guid>", b"\x00",
    b"&#xD800;", b"&#0;", b"\xff\xfe", b"\xed\xa0\x80", b"<link>", b"</channel>", b"</rss>", b"<pubDate>", b'"', b"'", b"xml:base=",
    "\u202e".encode(), b"<content type='xhtml'>", b"<svg>", b"<source>", b"<image>", b"<textinput>", b"<title><title>",
]  # fmt: skip


@st.composite
def damaged(draw):
    body = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 40)))
        body = body[:start] + draw(st.sampled_from(SCRAPS) | st.binary(max_size=8)) + body[end:]
    return body


@settings(deadline=None, max_examples=400)
@given(damaged() | st.binary(max_size=300) | st.sampled_from(SCRAPS).map(lambda scrap: b"<rss>" + scrap + b"</rss>"))
def test_any_bytes_are_read_or_refused(body):
    feed = parse_feed(body, feed_id="f", feed_url="https://harbour.example/rss", content_type=None, seen_at=NOW)
    assert not (feed.is_refused and (feed.entries or not feed.problem))
    assert len({entry.entry_id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        check(entry)
    for text in strings(dataclasses.asdict(feed)):
        text.encode()
        assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def strings(said):
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict | list | tuple):
        for part in said.values() if isinstance(said, dict) else said:
            yield from strings(part)


def check(entry):
    assert entry.guid
    assert entry.first_seen_at == entry.last_seen_at == NOW
    assert len(entry.title or "") <= 1024
    assert len(entry.link or "") <= 2048 + 100
    assert "\n" not in "".join((entry.title or "", entry.guid, entry.link or "", *entry.authors, *entry.categories))
    assert (entry.published_at is None) == (entry.published_precision is None)
    assert entry.published_at or entry.published_reason
    if entry.published_at:
        assert datetime(1990, 1, 1, tzinfo=UTC) <= entry.published_at <= NOW + timedelta(days=1)


@settings(deadline=None)
@given(st.sampled_from(DOCUMENTS), st.text(max_size=60), st.text(max_size=60))
def test_no_content_type_and_no_address_of_ours_makes_it_raise(body, content_type, feed_url):
    feed = parse_feed(body, feed_id="f", feed_url=feed_url, content_type=content_type, seen_at=NOW)
    assert not feed.is_refused or feed.problem
