"""The corpus' pages taken through the pipeline once, for every gate: children, composition and all.

Pages land in a WARC file as the web would bring them; entries come from the corpus' feeds, read as a poll reads them.
"""

import fcntl
import gzip
import json
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.archive import Writer
from pipeline.article import Made, make_articles
from pipeline.config import Settings
from pipeline.entry import parse_feed
from pipeline.errors import Outcome
from pipeline.progress import Lines
from pipeline.types import Entry, Fetch, PageJob, Response
from pipeline.url import normalize_url, url_key

ASKED_AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)  # after every page of the corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the corpus: what people said of it (a row of manifest.jsonl, the text), and what became of it."""

    gold: dict[str, Any]
    gold_text: str
    with_feed: Made
    page_only: Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The pages and one hash over manifest, pages and gold texts."""

    pages: Sequence[Page]
    sha256: str


@pytest.fixture(scope="session")
def corpus(evaluation, tmp_path_factory, worker_id) -> Corpus:
    """Every page with its entry's words, and with them withheld. Workers of one session share one run."""
    folder = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    with (folder / "corpus.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / "corpus.pickle"
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_run(evaluation, folder / "corpus")))
    return Corpus(pages=[Page(**fields) for fields in pickle.loads(kept.read_bytes())], sha256=_hash(evaluation))


@pytest.fixture(scope="session")
def scorer(evaluation) -> ModuleType:
    """The corpus' own scorer: `page(gold, got)`, `total(rows)`, `boot(rows)`."""
    spec = spec_from_file_location("corpus_scorer", evaluation / "tools" / "extraction.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(evaluation: Path, data: Path) -> list[dict[str, Any]]:
    rows = _manifest(evaluation)
    settings = Settings(data=data, min_free_mb=1)
    jobs, fetches = _jobs(evaluation, rows), {}
    with Writer(settings.warc, "corpus.warc.gz") as writer:
        for row in rows:
            job = jobs[row["id"]]
            fetches[job.link] = writer.write(_answer(job, gzip.decompress((evaluation / row["file"]).read_bytes())))
    with_feed = _made(settings, list(jobs.values()), fetches)
    page_only = _made(settings, [_withheld(job) for job in jobs.values()], fetches)
    return [
        {
            "gold": row,
            "gold_text": (evaluation / row["gold_text_file"]).read_text(encoding="utf-8"),
            "with_feed": with_feed[row["id"]],
            "page_only": page_only[row["id"]],
        }
        for row in rows
    ]


def _made(settings: Settings, jobs: list[PageJob], fetches: dict[str, Fetch]) -> dict[str, Made]:
    """Return what was made by the page's id, which `_jobs` gave as the entry's."""
    made = make_articles(settings, jobs, fetches, now=ASKED_AT, progress=Lines(), hosts={})
    return {one.article.entry_id: one for one in made}


def _jobs(evaluation: Path, rows: list[dict[str, Any]]) -> dict[str, PageJob]:
    entries: dict[str, Entry] = {}
    for path in sorted((evaluation / "replay" / "feeds").iterdir()):
        url = f"https://feeds.example/{path.name}"
        parsed = parse_feed(path.read_bytes(), feed_id=path.stem, feed_url=url, content_type=None, seen_at=ASKED_AT)
        entries.update({entry.guid: entry for entry in parsed.entries if entry.guid not in entries})
        entries.update({entry.url_key: entry for entry in parsed.entries if entry.url_key not in entries})
    return {row["id"]: _job(row, _entry_of(entries, row)) for row in rows}


def _entry_of(entries: dict[str, Entry], row: dict[str, Any]) -> Entry | None:
    return entries.get(row["id"]) or entries.get(url_key(normalize_url(row["url"])))


def _job(row: dict[str, Any], entry: Entry | None) -> PageJob:
    blank = dict.fromkeys(("title", "summary", "content", "published_raw", "published_at", "published_precision"))
    said = {name: getattr(entry, name) for name in (*blank, "published_reason", "authors")} if entry else blank
    fixed = {
        "entry_id": row["id"],
        "feed_id": entry.feed_id if entry else "none",
        "source_id": row["site"],
        "source_name": row["site"],
        "language_hint": None,
        "guid": row["id"],
        "link": row["url"],
        "url_key": url_key(normalize_url(row["url"])),
        "first_seen_at": ASKED_AT,
    }
    return PageJob(**{"authors": (), "published_reason": None, **said, **fixed})


def _withheld(job: PageJob) -> PageJob:
    nothing = dict.fromkeys(
        ("source_name", "title", "summary", "content", "published_raw", "published_at", "published_precision")
    )
    return replace(job, **nothing, authors=())


def _answer(job: PageJob, body: bytes) -> Response:
    fetch = Fetch(
        fetch_id=job.entry_id,
        kind="page",
        feed_id=job.feed_id,
        url=job.link,
        final_url=job.link,
        requested_at=ASKED_AT,
        outcome=Outcome.OK,
        http_status=200,
        content_type="text/html",
        n_bytes=len(body),
    )
    headers = (("Content-Type", "text/html"),)
    return Response(fetch=fetch, body=body, status_line="HTTP/1.1 200 OK", headers=headers, wire_body=body)


def _manifest(evaluation: Path) -> list[dict[str, Any]]:
    lines = (evaluation / "extraction" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _hash(evaluation: Path) -> str:
    """Hash what the floors were measured on, so that it can't drift unseen."""
    digest = sha256((evaluation / "extraction" / "manifest.jsonl").read_bytes())
    for row in _manifest(evaluation):
        digest.update((evaluation / row["file"]).read_bytes())
        digest.update((evaluation / row["gold_text_file"]).read_bytes())
    return digest.hexdigest()
