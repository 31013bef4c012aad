"""The server: validators, refusals, counters, and the feeds file."""

import subprocess
import sys
import tomllib
from collections import Counter
from urllib.robotparser import RobotFileParser

import pytest

from pipeline import subscriptions
from pipeline.sample import expected, serve, write_feeds_toml
from pipeline.sample.content import outlets

FEED = "/harbour-times/feed.xml"
PAGE = "/harbour-times/2026/03/04/dockers-strike-second-week/"


def test_a_feed_with_a_known_etag_is_not_sent_again(client):
    etag = client.get(FEED)[0].headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response, body = client.get(FEED, If_None_Match=known)
        assert (response.status, body, response.headers["ETag"]) == (304, b"", etag)


def test_a_feed_not_modified_since_is_not_sent_again(client):
    last_modified = client.get(FEED)[0].headers["Last-Modified"]
    assert last_modified.endswith("GMT")
    assert client.get(FEED, If_Modified_Since=last_modified)[0].status == 304
    assert client.get(FEED, If_Modified_Since="Sun, 01 Mar 2026 00:00:00 GMT")[0].status == 200


@pytest.mark.parametrize("nonsense", ["yesterday", "Mon, 30 Feb 2026 25:61:00 GMT", ""])
def test_a_date_that_can_not_be_read_is_no_condition(client, nonsense):
    assert client.get(FEED, If_Modified_Since=nonsense)[0].status == 200


def test_an_etag_outweighs_a_date(client):
    last_modified = client.get(FEED)[0].headers["Last-Modified"]
    assert client.get(FEED, If_None_Match='"other"', If_Modified_Since=last_modified)[0].status == 200


def test_a_page_has_an_etag_too(client):
    etag = client.get(PAGE)[0].headers["ETag"]
    assert client.get(PAGE, If_None_Match=etag)[0].status == 304


def test_what_can_not_be_had_answers_as_expected(client):
    statuses = {path: client.get(path)[0].status for path in expected().conflict}
    refused = {path: reason for path, reason in expected().unavailable.items() if reason != "robots"}
    assert {path: str(status) for path, status in statuses.items() if status != 200} == refused
    assert client.get("/nowhere")[0].status == 404
    assert client.get("/nowhere", If_None_Match="*")[0].status == 404


def test_robots_txt_closes_what_is_expected_and_nothing_else(client):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt")[1].decode().splitlines())
    closed = {path for path in expected().conflict if not robots.can_fetch("conflictwire", path)}
    assert closed == {path for path, reason in expected().unavailable.items() if reason == "robots"}


def test_one_connection_serves_many_requests(client):
    client.get(FEED)
    socket = client.connection.sock
    client.get(PAGE)
    assert client.get(PAGE, method="HEAD")[1] == b""
    assert client.get("/")[0].version == 11
    assert client.connection.sock is socket


def test_requests_are_counted_by_path_and_status(client, site):
    before = Counter(site.requests)
    client.get(f"{PAGE}?utm_source=test")
    client.get(PAGE, If_None_Match="*")
    assert site.requests - before == {(PAGE, 200): 1, (PAGE, 304): 1}


def test_the_front_pages_answer(client):
    assert {client.get(f"/{outlet.folder}/")[0].status for outlet in outlets()} == {200}


def test_two_sites_run_side_by_side_and_free_their_ports():
    with serve() as one, serve() as other:
        assert one.base_url != other.base_url
        port = int(one.base_url.rpartition(":")[2])
    with serve(port) as again:
        assert again.base_url == one.base_url


def test_the_feeds_file_is_read_back_as_the_site_lists_it(site, tmp_path):
    path = tmp_path / "feeds.toml"
    write_feeds_toml(site, path)
    tables = tomllib.loads(path.read_text("utf-8"))["feed"]
    assert [tuple(table[key] for key in site.feeds[0]._fields) for table in tables] == [tuple(f) for f in site.feeds]
    assert len(subscriptions.read([path])) == expected().n_feeds == len(site.feeds)


def test_the_command_explains_itself():
    told = subprocess.run(
        [sys.executable, "-m", "pipeline.sample", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert "--port" in told
    assert "CONFLICTWIRE_ALLOW_ADDRESSES" in told
