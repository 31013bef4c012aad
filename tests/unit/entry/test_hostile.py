"""What a hostile feed tries, it tries in vain: each known fault is refused, or read in the time that its length is worth."""

import time

import pytest

from pipeline.entry import parse_feed
from pipeline.entry.syndication import feedparser

GOOD = (
    "<item><title>Good</title><link>https://harbour.example/1</link><guid>g1</guid><description>{}</description></item>"
)
OTHER = "<item><title>Other</title><link>https://harbour.example/2</link></item>"
TENTH = 100_000


def rss(items, head=""):
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def read(body, now, content_type=None):
    return parse_feed(
        body, feed_id="f", feed_url="https://feeds.harbour.example/rss", content_type=content_type, seen_at=now
    )


def read_in(seconds, body, now):
    start = time.process_time()
    feed = read(body, now)
    assert time.process_time() - start < seconds
    return feed


def titles(feed):
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize(
    "dtd",
    [
        '[<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]',
        f'[<!ENTITY a "{"x" * 50_000}">]',
        '[<!ENTITY a SYSTEM "file:///etc/hostname">]',
        '[<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]',
        '[<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]',
        '[<!ENTITY a "<rss>">]',
        '[<!-- > --><!ENTITY a "ha">]',
    ],
)
def test_a_dtd_that_declares_entities_is_refused_before_any_parser_sees_it(dtd, now, monkeypatch):
    monkeypatch.setattr(feedparser, "parse", None)
    feed = read(rss(GOOD.format("&a;" * 1000), head=f"<!DOCTYPE rss {dtd}>"), now)
    assert (feed.is_refused, feed.problem, feed.entries) == (True, "a DTD that declares entities", ())


def test_a_dtd_late_in_the_document_is_refused(now):
    feed = read(rss(GOOD.format("x") + '<!DOCTYPE rss [<!ENTITY a "ha">]>' + GOOD.format("&a;")), now)
    assert (feed.is_refused, feed.problem) == (True, "a DTD that declares entities")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_charset_hides_no_dtd(charset, now):
    body = rss(GOOD.format("&a;"), head='<!DOCTYPE rss [<!ENTITY a "ha">]>').decode().encode(charset)
    assert read(body, now).problem == "a DTD that declares entities"


def test_nothing_is_included(now):
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    feed = read(rss(include + GOOD.format(include)), now)
    assert [(entry.title, entry.summary) for entry in feed.entries] == [("Good", None)]


def test_a_text_that_is_a_path_or_an_address_opens_nothing(now, tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss(GOOD.format("x")))
    for body in (str(secret).encode(), secret.as_uri().encode(), b"http://127.0.0.1:9/rss"):
        assert read(body, now).is_refused


def test_a_surrogate_is_cleaned(now):
    assert titles(read(rss("<item><title>a&#xD800;b</title></item>"), now)) == ["a\ufffdb"]
    assert titles(read(rss("<item><title>a_b</title></item>").replace(b"_", b"\xed\xa0\x80"), now)) == ["a\ufffdb"]
    assert titles(read(b'{"items":[{"id":"1","title":"a\\ud800b"}]}', now)) == ["ab"]


def test_comments_without_end_cost_their_own_entry_its_text_and_no_other_anything(now):
    feed = read_in(1, rss(GOOD.format("<!--" * 80_000) + OTHER), now)
    assert titles(feed) == ["Good", "Other"]
    assert feed.problem.startswith("not well-formed")


@pytest.mark.parametrize("pump", ["&lt;!--", "<![CDATA[<!--]]>", "&lt;script&gt;", "&lt;a b='", "&amp;#9", "e\u0301"])
def test_markup_in_a_description_is_read_in_time(pump, now):
    feed = read_in(2, rss(GOOD.format(pump * (TENTH // len(pump))) + OTHER), now)
    assert titles(feed) == ["Good", "Other"]


PUMPS = [
    "<",
    "<!",
    "<!--",
    "<![CDATA[",
    "<!DOCTYPE ",
    "<?",
    "<a ",
    '<a "',
    "<a '",
    '<a"="',
    "</b>",
    "<b/>",
    "&",
    "&#",
    "]]>",
    "<b>",
]


@pytest.mark.parametrize("pump", PUMPS)
def test_broken_markup_is_read_in_time(pump, now):
    feed = read_in(3, rss(GOOD.format(pump * (TENTH // len(pump))) + OTHER), now)
    assert not feed.is_refused
    assert feed.problem or pump == "<b/>"


@pytest.mark.parametrize("pump", ["<!--", "<?", "\n", "<!", "<", "<x "])
def test_a_long_prolog_is_read_in_time(pump, now):
    feed = read_in(1, pump.encode() * (TENTH // len(pump)) + rss(OTHER), now)
    assert titles(feed) == ["Other"]


def test_more_entries_than_a_feed_has_are_left_out_and_that_is_said(now):
    items = "".join(f"<item><guid>{number}</guid><title>t{number}</title></item>" for number in range(2_500))
    feed = read_in(3, rss(items), now)
    assert titles(feed) == [f"t{number}" for number in range(2_000)]
    assert feed.problem == "more than 2,000 entries: the rest is left out"
    assert not feed.is_refused
    feed = read_in(3, b'{"items":[' + b",".join(b'{"id":"%d"}' % number for number in range(2_500)) + b"]}", now)
    assert len(feed.entries) == 2_000
    assert feed.problem == "more than 2,000 entries: the rest is left out"


LIMITS = {
    "attributes": "<item " + " ".join(f'a{number}="x"' for number in range(40_000)) + "><title>x</title></item>",
    "a name of": f"<item><title>x</title><author>{'a' * 300_000}</author></item>",
    "categories": "<item>" + "".join(f"<category>{number}</category>" for number in range(20_000)) + "</item>",
    "deep": "<x>" * 50_000 + "</x>" * 50_000,
    "elements": "<item>" + "<x/>" * 300_000 + "</item>",
}


@pytest.mark.parametrize("limit", LIMITS)
def test_what_exceeds_a_limit_is_left_out_with_all_after_it(limit, now):
    feed = read_in(1, rss(GOOD.format("x") + LIMITS[limit] + OTHER), now)
    assert titles(feed) == ["Good"]
    assert limit in feed.problem
    assert feed.problem.endswith("the rest is left out")


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_holds_in_broken_documents_too(limit, now):
    read_in(4, rss(GOOD.format("</b>") + LIMITS[limit] + OTHER), now)


def test_a_broken_document_that_is_too_long_is_cut_after_a_whole_entry(now):
    items = "".join(
        f"<item><title>t{number}</title><link>https://harbour.example/{number}</link>{'<x>y</x></b> ' * 400}</item>"
        for number in range(250)
    )
    feed = read_in(10, rss(items), now)
    assert feed.problem == "mismatched tag in line 1; more than can be read that way: the rest is left out"
    assert 150 < len(feed.entries) < 250
    assert feed.entries[-1].link == f"https://harbour.example/{len(feed.entries) - 1}"


def test_a_document_of_more_than_15_mb_is_refused(now):
    assert read(rss("<!-- -->" * 2_000_000), now).problem == "longer than 15 MB"


@pytest.mark.parametrize("body", [b"[" * 500_000, b'{"a":' * 200_000, b'{"items":[{"id":' + b"9" * 100_000 + b"}]}"])
def test_json_that_hurts_is_refused(body, now):
    feed = read_in(1, body, now)
    assert feed.is_refused
    assert feed.problem.startswith("broken JSON: ")


@pytest.mark.parametrize(
    "body", [b"\0" * 100_000, bytes(range(256)) * 400, b"\x1f\x8b\x08" + b"x" * 1000, b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_text_is_refused(body, now):
    assert read_in(1, body, now).is_refused


def test_a_long_title_and_a_long_guid_are_cut_and_stay_different(now):
    items = "".join(f"<item><title>{'a' * 5_000}</title><guid>{'g' * 5_000}{end}</guid></item>" for end in "xy")
    feed = read(rss(items), now)
    assert [len(entry.title) for entry in feed.entries] == [1024, 1024]
    assert all(len(entry.guid) < 2_100 for entry in feed.entries)
    assert feed.entries[0].guid != feed.entries[1].guid


@pytest.mark.parametrize("base", ["javascript:alert(1)", "http://[", "//", "file:///etc/", "\x00"])
def test_a_strange_base_makes_no_strange_link(base, now):
    head = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}"><entry><id>x</id><link href="y"/></entry></feed>'
    )
    link = read(head.encode(), now).entries[0].link
    assert link is None or not link.startswith("javascript:")
