"""The feed documents, as a lenient reader sees them."""

import json

import feedparser
import pytest
from lxml import etree

from pipeline.sample import expected
from pipeline.sample.content import outlets
from pipeline.url import url_key

FEEDS = {f"/{outlet.folder}/{feed.path}": feed.format for outlet in outlets() for feed in outlet.feeds}
XML = [path for path, form in FEEDS.items() if form not in ("json", "html", "gone")]
SOUND = [path for path in XML if FEEDS[path] != "rss2-broken"]
VERSIONS = {"rss2": "rss20", "rss2-full": "rss20", "rss2-broken": "rss20", "rss1": "rss10", "atom": "atom10"}


def parse(body):
    return feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)


def test_every_dialect_and_every_fault_is_there():
    assert set(FEEDS.values()) == {"rss2", "rss2-full", "rss2-broken", "rss1", "atom", "json", "html", "gone"}


@pytest.mark.parametrize("path", XML)
def test_a_feed_gives_all_its_items_even_if_broken(client, path):
    response, body = client.get(path)
    parsed = parse(body)
    assert response.status == 200
    assert parsed.version == VERSIONS[FEEDS[path]]
    assert len(parsed.entries) == expected().n_items[path]
    assert all(entry.title and entry.link and entry.summary for entry in parsed.entries)


@pytest.mark.parametrize("path", SOUND)
def test_a_sound_feed_is_well_formed(client, path):
    etree.fromstring(client.get(path)[1])


def test_the_broken_feed_is_not_well_formed(client):
    (path,) = set(XML) - set(SOUND)
    body = client.get(path)[1]
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    assert parse(body).bozo
    assert any("&" in entry.title for entry in parse(body).entries)


def test_the_json_feed_is_version_1_1_with_all_items(client):
    (path,) = (path for path, form in FEEDS.items() if form == "json")
    response, body = client.get(path)
    document = json.loads(body)
    assert response.headers["Content-Type"] == "application/feed+json"
    assert document["version"].endswith("/1.1")
    assert len(document["items"]) == expected().n_items[path]
    assert all("utm_source=" in item["url"] for item in document["items"])


def test_the_dead_feed_is_gone_and_the_poser_is_a_web_page(client):
    by_format = {form: path for path, form in FEEDS.items()}
    assert client.get(by_format["gone"])[0].status == 410
    response, body = client.get(by_format["html"])
    assert response.headers.get_content_type() == "text/html"
    assert parse(body).entries == []


def test_every_article_is_in_a_feed_under_its_own_address(client, site):
    links = {url_key(entry.link) for path in XML for entry in parse(client.get(path)[1]).entries}
    (path,) = (path for path, form in FEEDS.items() if form == "json")
    links |= {url_key(item["url"]) for item in json.loads(client.get(path)[1])["items"]}
    assert links == {url_key(site.base_url + path) for path in expected().conflict}


def test_the_full_feeds_carry_the_text(client):
    for path in (path for path, form in FEEDS.items() if form == "rss2-full"):
        assert all(len(entry.content[0].value) > 1_200 for entry in parse(client.get(path)[1]).entries)


def test_the_article_whose_page_is_missing_stands_whole_in_the_feed(client, site):
    (missing,) = (path for path, reason in expected().unavailable.items() if reason == "404")
    entries = {entry.link: entry for entry in parse(client.get("/harbour-times/feed.xml")[1]).entries}
    assert len(entries[site.base_url + missing].summary) > 1_200


def test_one_item_has_no_date_and_one_a_day_that_does_not_exist(client):
    entries = [entry for path in XML for entry in parse(client.get(path)[1]).entries]
    # feedparser files the dc:date of RSS 1.0 under `updated`
    dates = [entry.get("published") or entry.get("updated", "") for entry in entries]
    assert dates.count("") == 1
    assert [date for date in dates if date.startswith("2026-02-30")] == ["2026-02-30T17:25:00Z"]


def test_the_russian_feed_is_in_its_old_encoding(client):
    body = client.get("/zaozerny-listok/rss.rdf")[1]
    assert b"windows-1251" in body[:60]
    assert "Заозёрный".encode("cp1251") in body
