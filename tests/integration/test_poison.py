"""One page in a hundred is poison: it is lost, said and struck; every innocent page beside it comes out right."""

import time
from collections import Counter
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from pipeline import article as article_stage
from pipeline.archive import Writer
from pipeline.article import make_articles
from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.progress import Silent
from pipeline.types import Fetch, PageJob, Response

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WORDS = "Shells fell on the old port of the northern town before dawn, two witnesses told the local radio. "
POISONS = {
    "kill": "<p>venom-kill</p>",
    "balloon": "<p>venom-balloon</p>",
    "raise": "<p>venom-raise</p>",
    "attributes": f"<div {' '.join(f'a{n}=1' for n in range(40_000))}>",
    "deep": "<div>" * 5_000,
    "breaks": "<br>" * 100_000,
}
DEADLY = {"kill": "parser_crash", "balloon": "parser_memory", "raise": "parser_error", "hang": "parser_timeout"}


@pytest.fixture
def poisoned(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "poison"))
    monkeypatch.setattr(article_stage, "_extract", import_module("poisoned").extract)
    monkeypatch.setenv("POISON", ",".join(f"venom-{how}={how}" for how in DEADLY))


def land(root, n_pages, poisons):
    """Land pages, every hundredth of them poison of some kind; return jobs, fetches, and the kinds by link."""
    jobs, fetches, kinds = [], {}, {}
    with Writer(root / "warc", "p.warc.gz") as writer:
        for number in range(n_pages):
            url = f"https://p.example/{number}"
            if number % 100 == 50 and poisons:
                kinds[url] = list(poisons)[number // 100 % len(poisons)]
            venom = poisons[kinds[url]] if url in kinds else ""
            paragraphs = f"<p>Report {number}. {WORDS * 3}</p>" * 10
            body = f"<html><head><title>Report</title></head><body>{venom}<article>{paragraphs}</article></body></html>"
            fetch = Fetch(
                fetch_id=url, kind="page", feed_id="f", url=url, final_url=url, requested_at=NOW, outcome=Outcome.OK
            )
            headers = (("Content-Type", "text/html; charset=utf-8"),)
            answer = Response(fetch=fetch, status_line="HTTP/1.1 200 OK", headers=headers, wire_body=body.encode())
            fetches[url] = writer.write(answer)
            jobs.append(
                PageJob(
                    entry_id=url, feed_id="f", source_id="s", source_name=None, language_hint=None, guid=url, link=url,
                    url_key=url, title=None, summary="A summary.", content=None, authors=(), published_raw=None,
                    published_at=None, published_precision=None, published_reason=None, first_seen_at=NOW,
                )
            )  # fmt: skip
    return jobs, fetches, kinds


def make(root, n_pages, poisons):
    jobs, fetches, kinds = land(root, n_pages, poisons)
    start = time.monotonic()
    made = list(make_articles(Settings(data=root, extract_workers=2), jobs, fetches, now=NOW, progress=Silent()))
    return made, kinds, time.monotonic() - start


def assert_right(made, kinds, n_pages):
    assert len({one.article.article_id for one in made}) == n_pages
    for one in made:
        url = one.article.url
        expected = DEADLY.get(kinds.get(url, ""))
        assert one.failure == expected, url
        assert (one.quarantined is not None) == (expected is not None)
        if kinds.get(url) == "breaks":
            assert one.article.page_note == "cut after 50,000 tags"
        elif expected is None:
            assert f"Report {url.rpartition('/')[2]}. Shells fell" in one.article.text


def test_innocent_pages_are_right_beside_poison(poisoned, tmp_path):
    made, kinds, _ = make(tmp_path, 600, POISONS)
    assert Counter(kinds.values()) == dict.fromkeys(POISONS, 1)
    assert_right(made, kinds, 600)


@pytest.mark.soak
def test_one_percent_of_poison_among_ten_thousand_pages_costs_less_than_a_fifth(poisoned, tmp_path):
    _, _, clean = make(tmp_path / "clean", 10_000, {})
    made, kinds, mixed = make(tmp_path / "mixed", 10_000, POISONS)
    print(f"clean {clean:.0f} s, with poison {mixed:.0f} s: throughput {clean / mixed:.0%}")
    assert_right(made, kinds, 10_000)
    assert clean / mixed > 0.8
