"""Four weeks of fourteen real feeds, polled day by day: no entry is lost, none is stored twice."""

import gzip
import json
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree as ET

import pytest

from pipeline import ingest, shard, warehouse
from pipeline.config import Settings
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription
from pipeline.types import Fetch

pytestmark = pytest.mark.corpus

Stored = list[tuple[str, str, str, datetime | None]]
STORED = "SELECT f.name, e.link, e.title, e.published_at FROM entries e JOIN feeds f USING (feed_id) ORDER BY ALL"


def items_of(evaluation: Path) -> list[dict[str, str]]:
    """The captured items, which the files of the stream were made from: day, feed, title, link, published …"""
    return [
        json.loads(line)
        for path in sorted((evaluation / "rss_stream").glob("*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]


def oracle(items: list[dict[str, str]]) -> set[tuple[str, str, str, datetime | None]]:
    """What the table has to hold: each item of the capture once, as our reading of its feed's document differs from it.

    Titles are markup: 47 "More &raquo;" are stored as "More »", five that are links by their words, one without its zero-width spaces, accents are one character with
    their letter (NFC). The 8 items whose
    capture has fractions of a second came without a date and have the capture's own moment there: NULL here.
    """
    return {(item["feed"], item["link"], title_of(item), published_of(item)) for item in items}


def title_of(item: dict[str, str]) -> str:
    words = unescape(re.sub(r"</?a\b[^>]*>", "", item["title"]))
    return " ".join(normalize("NFC", words.replace("\u200b", "")).split())


def published_of(item: dict[str, str]) -> datetime | None:
    moment = datetime.fromisoformat(item["published"])
    return None if moment.microsecond else moment.astimezone(UTC).replace(tzinfo=None)


@contextmanager
def site(documents: dict[str, bytes]) -> Iterator[str]:
    """Serve `documents`, path to bytes, which may change meanwhile; give the host and port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = documents.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def poll_all(settings: Settings, host: str, feeds: set[str], name: str) -> Counter:
    """Poll and store, without asking for pages; return how often each outcome came."""
    run = ingest.Run(settings=settings, run_id=name, clock=lambda: datetime.now(UTC), progress=Lines())
    subs = [Subscription(url=f"http://{host}/{feed}.xml", name=feed) for feed in sorted(feeds)]
    for batch in ingest.plan(run, subs, n_batches=1, poll_all=True):
        ingest.poll(run, batch)
    ingest.choose(run, n_batches=1)
    ingest.finish(run)
    rows = shard.arrow(run.files("poll-*.fetches"), Fetch).to_pylist()
    return Counter(row["outcome"] for row in rows if row["kind"] == "feed")


def stored(settings: Settings) -> Stored:
    with warehouse.reading(settings) as con:
        return con.execute(STORED).fetchall()


def check_days(data: Path, items: list[dict[str, str]], published: dict[str, dict[str, bytes]]) -> None:
    """Poll what was `published` each day, twice; compare what is stored with the oracle after each day."""
    documents: dict[str, bytes] = {}
    with site(documents) as host:
        settings = Settings(
            data=data, allow_addresses=frozenset({host}), host_delay_s=0, contact="test@example.org", min_free_mb=10
        )
        so_far: list[dict[str, str]] = []
        known: set[str] = set()
        for day, files in sorted(published.items()):
            documents.update({f"/{feed}.xml": body for feed, body in files.items()})
            today = [item for item in items if item["day"] == day]
            so_far += today
            feeds = {item["feed"] for item in so_far}
            assert poll_all(settings, host, feeds, day)["ok"] == len(files)
            found = stored(settings)
            assert set(found) ^ oracle(so_far) == set()
            assert len(found) == len(so_far)
            new = Counter(name for name, link, *_ in found if link not in known)
            assert new == Counter(item["feed"] for item in today), day
            known = {link for _, link, *_ in found}
        assert poll_all(settings, host, feeds, "again") == {"same_body": len(feeds)}
        assert stored(settings) == found


def render(items: list[dict[str, str]]) -> bytes:
    """Write an RSS document of our own, newest first."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = items[0]["publisher"]
    for item in sorted(items, key=lambda item: item["published"], reverse=True):
        element = ET.SubElement(channel, "item")
        date = format_datetime(datetime.fromisoformat(item["published"])) if published_of(item) else None
        for name, value in (
            ("title", item["title"]),
            ("link", item["link"]),
            ("guid", item["link"]),
            ("pubDate", date),
            ("description", item["description"]),
        ):
            if value:
                ET.SubElement(element, name).text = value
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def test_the_captured_days_are_stored_entry_by_entry(tmp_path, evaluation):
    published: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path in (evaluation / "rss_stream" / "xml").glob("*/*.xml"):
        published[path.parent.name][path.stem] = path.read_bytes()
    assert published
    check_days(tmp_path, items_of(evaluation), published)


@pytest.mark.soak
def test_four_weeks_of_documents_that_overlap_by_a_day_are_stored_entry_by_entry(tmp_path, evaluation):
    items = items_of(evaluation)
    days = sorted({item["day"] for item in items})
    published: dict[str, dict[str, bytes]] = defaultdict(dict)
    for before, day in zip([None, *days], days, strict=False):
        for feed in {item["feed"] for item in items if item["day"] == day}:
            shown = [item for item in items if item["feed"] == feed and item["day"] in (before, day)]
            published[day][feed] = render(shown)
    check_days(tmp_path, items, published)
