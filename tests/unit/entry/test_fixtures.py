"""Each feed document in tests/fixtures/feeds/ states one fact, and lies beside what is expected of it."""

import dataclasses
import json
from pathlib import Path

import pytest

from pipeline.entry import parse_feed

FEEDS = Path(__file__).parents[2] / "fixtures" / "feeds"
EXPECTATIONS = sorted(FEEDS.glob("*.expected.json"))


def as_json(said):
    return json.loads(json.dumps(dataclasses.asdict(said), default=lambda value: value.isoformat()))


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_the_fixture_is_read_as_expected(path, now):
    expected = json.loads(path.read_text())
    body = (FEEDS / expected["document"]).read_bytes()
    feed = parse_feed(
        body,
        feed_id="feed1",
        feed_url="https://feeds.harbour.example/en/rss",
        content_type=expected.get("content_type"),
        seen_at=now,
    )
    said = as_json(feed)
    assert {name: said[name] for name in expected["feed"]} == expected["feed"]
    found = [
        {name: entry[name] for name in want} for entry, want in zip(said["entries"], expected["entries"], strict=False)
    ]
    assert found == expected["entries"]
    assert len(feed.entries) == len(expected["entries"])
    assert len({entry.entry_id for entry in feed.entries}) == len(feed.entries)


def test_no_document_lies_without_its_expectation():
    documents = {path.name for path in FEEDS.iterdir()} - {path.name for path in EXPECTATIONS}
    assert documents == {json.loads(path.read_text())["document"] for path in EXPECTATIONS}
    assert len(documents) > 80
