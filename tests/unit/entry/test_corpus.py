"""Captured feeds are read as feedparser reads them or better, and every difference is of a kind that is known.

| kind | why ours differs |
|---|---|
| link | a relative address is made absolute, for nothing else can be asked for |
| title | a control character is left out (a capture that was encoded twice is full of them) |
| date | feedparser knows no Portuguese weekdays and months; a date that it leaves out, we read |
| guid | an item without one gets its address, else a hash |
| count | an item that stands twice in a document, word for word, is one entry |
"""

import gzip
import html
import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest

from pipeline.entry import parse_feed
from pipeline.url import url_key

NOW = datetime(2026, 3, 10, tzinfo=UTC)
URL = "https://feeds.harbour.example/en/rss"
pytestmark = pytest.mark.corpus


def read(body):
    return parse_feed(body, feed_id="f", feed_url=URL, content_type=None, seen_at=NOW)


def letters(title):
    """Return a title without markup, entities, case and whitespace, as the reference has some of each."""
    text = re.sub(r"<[^>]+>", "", html.unescape(title or ""))
    return re.sub(r"[\s\x80-\x9f]+", "", text).lower()


def differences(item, entry):
    if (item["link"] or None) != entry.link:
        assert not re.match(r"\w+:", item["link"])
        assert entry.link == urljoin(URL, item["link"])
        yield "link"
    if letters(item["title"]) == letters(entry.title) and re.search(r"[\x80-\x9f]", item["title"] or ""):
        yield "title"
    assert letters(item["title"]) == letters(entry.title)
    said = item["published"] or item["updated"]
    if said is None and entry.published_at:
        assert re.match(r"Seg, \d\d Set ", entry.published_raw)
        yield "date"
    else:
        assert said == (entry.published_at and entry.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if item["id"] is None:
        assert entry.guid == entry.link or re.fullmatch(r"[0-9a-f]{20}", entry.guid)
        yield "guid"
    else:
        assert entry.guid == item["id"]


def test_captured_feeds_are_read_as_the_reference_or_better(evaluation):
    kinds, problems = Counter(), Counter()
    for line in (evaluation / "feeds" / "index.jsonl").read_text().splitlines():
        row = json.loads(line)
        feed = read((evaluation / row["file"]).read_bytes())
        assert not feed.is_refused
        kinds["count"] += len(row["reference_items"]) - len(feed.entries)
        for item, entry in zip(row["reference_items"], feed.entries, strict=False):
            kinds.update(differences(item, entry))
        kinds["item"] += len(feed.entries)
        problems[feed.problem] += 1
    assert kinds == {"item": 1128, "link": 40, "title": 15, "date": 15, "guid": 216, "count": 1}
    assert problems == {
        None: 44,
        "not valid utf-8, read as cp1252": 2,
        "not well-formed (invalid token) in line 43": 1,
    }


def test_four_days_of_a_stream_hold_what_was_captured(evaluation):
    captured = defaultdict(list)
    for path in (evaluation / "rss_stream").glob("*.jsonl.gz"):
        for item in map(json.loads, gzip.decompress(path.read_bytes()).splitlines()):
            captured[item["day"], item["feed"]].append(item)
    documents = sorted((evaluation / "rss_stream" / "xml").glob("*/*.xml"))
    n_dates = n_entries = 0
    for path in documents:
        feed, items = read(path.read_bytes()), {item["link"]: item for item in captured[path.parent.name, path.stem]}
        assert feed.problem is None
        assert len(feed.entries) == len(items) == len(captured[path.parent.name, path.stem])
        for entry in feed.entries:
            item = items[entry.link]
            assert letters(entry.title) == letters(item["title"])
            assert entry.published_at in (None, datetime.fromisoformat(item["published"]).replace(microsecond=0))
            assert (entry.published_at is None) == (entry.published_raw is None)  # a few were rendered without one
            n_dates += entry.published_at is not None
        n_entries += len(feed.entries)
    assert (len(documents), n_entries, n_dates) == (46, 1315, 1313)


def test_the_replay_feeds_hold_all_pages(evaluation):
    pages = json.loads((evaluation / "replay" / "manifest.json").read_text())["pages"]
    paths = (evaluation / "replay" / "feeds").iterdir()
    keys = {entry.url_key for path in paths for entry in read(path.read_bytes()).entries}
    linked = [(page["real_feed_item"] or {}).get("link_in_feed", page["url"]) for page in pages]
    assert {url_key(link) for link in linked} <= keys
