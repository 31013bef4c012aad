"""The sample article as three outlets carry it, ingested as a run does it: one story, two copies, no tails."""

import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest

from pipeline import ingest, warehouse
from pipeline.config import Settings
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def site(evaluation):
    """The corpus' own replay server, on a port of its choice."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, evaluation / "tools" / "replay_server.py", evaluation, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the replay server does not answer")


@pytest.fixture(scope="module")
def ask(site, tmp_path_factory):
    settings = Settings(
        data=tmp_path_factory.mktemp("seed"),
        allow_addresses=frozenset({site.removeprefix("http://")}),
        host_delay_s=0,
        contact="t@example.org",
        min_free_mb=1,
    )
    with urlopen(f"{site}/feeds.json") as answer:
        listed = [feed if isinstance(feed, str) else feed["url"] for feed in json.load(answer)]
    names = {name: url for url in listed for name in ("times", "mirror", "harbour") if url.endswith(f"{name}.xml")}
    subscriptions = [Subscription(url=url, name=name, outlet=name) for name, url in names.items()]
    run = ingest.Run(settings=settings, run_id="r", clock=lambda: datetime.now(UTC), progress=Lines())
    ingest.cycle(run, subscriptions, poll_all=True)

    def ask(sql: str) -> list[tuple]:
        with warehouse.open_snapshot(settings) as con:
            return con.execute(sql).fetchall()

    return ask


@pytest.fixture(scope="module")
def expected(evaluation):
    return json.loads((evaluation / "seed" / "expected.json").read_text(encoding="utf-8"))["expect"]


def test_three_articles_are_one_story_with_one_independent_report(ask, expected):
    stories = ask("SELECT n_articles, n_sources, n_independent FROM conflict_stories")
    assert stories == [(expected["articles"], 3, 1)]
    assert len(stories) == expected["stories"]


def test_mirror_and_shortened_copy_lead_to_the_first(ask):
    links = ask(
        "SELECT c.name, o.name, duplicates.kind FROM duplicates JOIN articles AS a USING (article_id) "
        "JOIN articles AS b ON original_id = b.article_id JOIN sources AS c ON a.source_id = c.source_id "
        "JOIN sources AS o ON b.source_id = o.source_id ORDER BY 1"
    )
    assert links == [("harbour", "times", "wire_copy"), ("mirror", "times", "same_text")]
    assert ask("SELECT source_name, n_copies FROM conflict_articles") == [("times", 2)]


def test_texts_have_no_tails_and_dates_are_as_given(ask, expected):
    texts = ask("SELECT text FROM articles")
    assert [(text[:20], tail) for (text,) in texts for tail in expected["text_must_not_contain"] if tail in text] == []
    dates = dict(ask("SELECT name, published_at FROM articles JOIN sources USING (source_id)"))
    assert {name: f"{at.isoformat()}Z" for name, at in dates.items()} == expected["published_at"]
