"""The same bytes under the same code change nothing, under other code they say what changed; nobody is asked."""

import shutil
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from pipeline import article as article_stage
from pipeline import ingest, warehouse
from pipeline.__main__ import main
from pipeline.config import Settings
from pipeline.progress import Lines
from pipeline.replay import quarantined, replay, requeue
from pipeline.sample import serve, write_feeds_toml

EVER = {"since": datetime(2000, 1, 1, tzinfo=UTC), "until": datetime(3000, 1, 1, tzinfo=UTC)}
POISONED = "POISON"


class World:
    """A data folder, the sample site that fills it, and a clock."""

    def __init__(self, folder: Path, site) -> None:
        feeds = folder / "feeds.toml"
        write_feeds_toml(site, feeds)
        allowed = frozenset({site.base_url.removeprefix("http://")})
        self.settings = Settings(
            data=folder / "data", feeds=feeds, allow_addresses=allowed, host_delay_s=0, contact="t@example.org",
            min_free_mb=1, extract_workers=2,
        )  # fmt: skip
        self.now = datetime.now(UTC)
        self.n_runs = 0

    def ingest(self):
        self.n_runs += 1
        run = ingest.Run(settings=self.settings, run_id=f"r{self.n_runs}", clock=lambda: self.now, progress=Lines())
        return ingest.cycle(run, poll_all=True)

    def replay(self, **options):
        self.n_runs += 1
        self.now += timedelta(minutes=1)
        given = EVER | options
        return replay(self.settings, run_id=f"replay-{self.n_runs}", now=self.now, progress=Lines(), **given)

    def requeue(self):
        self.n_runs += 1
        self.now += timedelta(minutes=1)
        cases = quarantined(self.settings)
        return requeue(self.settings, cases, run_id=f"requeue-{self.n_runs}", now=self.now, progress=Lines())

    def ask(self, sql):
        with warehouse.reading(self.settings) as con:
            return con.execute(sql).fetchall()

    def digest(self):
        return {name: (n, digest) for name, n, digest in self.ask("FROM content_digest()")}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    with serve() as site:
        world = World(folder, site)
        world.ingest()
    return world


@pytest.fixture
def world(filled, tmp_path):
    """The filled world, a copy of its own, with the network cut off."""
    copy = object.__new__(World)
    copy.__dict__.update(filled.__dict__)
    shutil.copytree(filled.settings.data, tmp_path / "data")
    copy.settings = filled.settings.model_copy(update={"data": tmp_path / "data"})
    for name in ("warehouse", "snapshot", "warc"):
        copy.settings.__dict__.pop(name, None)
    return copy


@pytest.fixture(autouse=True)
def no_network(request, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a replay asked the network")

    if "world" in request.fixturenames:
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def other_code(monkeypatch):
    """Today's code is another: some pages poison it, or it adds a line to each text."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "poison"))
    monkeypatch.setattr(article_stage, "_extract", import_module("poisoned").extract)
    monkeypatch.setattr(article_stage, "_TIMEOUT_S", 60)  # the machine may be busy
    return monkeypatch


def test_the_same_code_changes_no_row(world):
    before, rows = world.digest(), world.ask("FROM articles ORDER BY article_id")
    done = world.replay()
    assert (done.n_changed, done.failures, done.changed) == (0, Counter(), Counter())
    assert done.n_unchanged == done.n_articles == len(rows)
    assert world.digest() == before
    assert world.ask("FROM articles ORDER BY article_id") == rows
    assert world.ask("SELECT count(*) FROM batches WHERE kind = 'replay'") == [(0,)]


def test_the_same_code_changes_no_row_although_the_feed_says_something_else_by_now(world):
    with warehouse.writer_lock(world.settings), warehouse.writing(world.settings) as con:
        con.execute(
            "UPDATE entries SET title = 'Retold', summary = 'Other words', published_raw = '', published_at = NULL"
        )
    rows = world.ask("FROM articles ORDER BY article_id")
    assert world.replay().changed == Counter()
    assert world.ask("FROM articles ORDER BY article_id") == rows


def test_other_code_replaces_rows_in_place_and_says_what_changed(world, other_code):
    other_code.setenv("TALK", "1")
    keys = "SELECT article_id, url, feed_id, entry_id, first_seen_at FROM articles ORDER BY 1"
    n_pages = world.ask("SELECT count(*) FROM articles WHERE text_from = 'page'")[0][0]
    before = world.ask(keys)
    done = world.replay()
    assert done.changed["text"] == n_pages > 0
    assert done.n_unchanged == done.n_articles - n_pages
    assert {one.what for one in done.examples} == set(done.changed)
    assert world.ask(keys) == before
    assert world.ask(
        "SELECT count(*) FROM articles WHERE text_from = 'page' AND NOT ends_with(text, 'So they say.')"
    ) == [(0,)]
    assert world.ask("SELECT kind, n_articles, n_articles_changed FROM batches WHERE kind = 'replay'") == [
        ("replay", 0, n_pages)
    ]
    assert world.ask("SELECT count(*) FROM revisions") == [(0,)]
    assert world.replay().changed == Counter()


def test_going_back_to_the_first_code_gives_the_first_tables(world, other_code):
    before = world.digest()
    other_code.setenv("TALK", "1")
    assert world.replay().n_changed > 0
    assert world.digest() != before
    other_code.delenv("TALK")
    assert world.replay().n_changed > 0
    assert world.digest() == before


def test_what_was_recorded_of_hosts_is_taken_out_unless_it_is_learnt_again(world, other_code):
    said = "SELECT count(*) FROM articles WHERE text_from = 'page' AND ends_with(text, 'So they say.')"
    other_code.setenv("TALK", "1")
    world.replay()
    n_pages = world.ask(said)[0][0]
    assert n_pages > 3
    done = world.replay(relearn=True)
    assert done.changed["boilerplate_version"] == n_pages
    assert world.ask(said) == [(0,)]
    assert world.ask("SELECT count(*) FROM boilerplate WHERE paragraph = 'So they say.'")[0][0] >= 1
    assert world.replay().changed == Counter()
    assert world.replay(relearn=True).changed == Counter()


def test_a_dry_run_only_says_what_would_change(world, other_code):
    other_code.setenv("TALK", "1")
    before = world.digest()
    assert world.replay(is_dry=True).changed["text"] > 0
    assert world.digest() == before


def test_only_the_time_that_was_asked_for_is_made_anew(world):
    assert world.replay(until=datetime(2001, 1, 1, tzinfo=UTC)).n_articles == 0
    assert world.replay(since=world.now + timedelta(days=1)).n_articles == 0


def test_bytes_that_are_gone_or_damaged_change_nothing(world):
    (name,) = {ref.rpartition(":")[0] for (ref,) in world.ask("SELECT raw_ref FROM articles WHERE raw_ref IS NOT NULL")}
    refs = sorted(
        int(ref.rpartition(":")[2]) for (ref,) in world.ask("SELECT raw_ref FROM articles WHERE raw_ref IS NOT NULL")
    )
    path = world.settings.warc / name
    content = bytearray(path.read_bytes())
    content[refs[0] + 40 : refs[0] + 400] = bytes(360)  # amid a record, with sound ones behind it
    path.write_bytes(content)
    before = world.digest()
    done = world.replay()
    assert done.failures == Counter(no_record=1)
    assert done.n_changed == 0
    path.unlink()
    done = world.replay()
    assert done.failures["no_record"] >= len(refs)
    assert done.n_changed == 0
    assert world.digest() == before


def test_a_page_that_hurts_todays_code_stays_as_it_was(world, other_code):
    ((title,),) = world.ask(
        "SELECT title FROM articles WHERE text_from = 'page' AND title SIMILAR TO '[A-Za-z ]+' LIMIT 1"
    )
    other_code.setenv(POISONED, f"{title}=kill")
    before = world.digest()
    done = world.replay()
    assert done.failures["parser_crash"] >= 1
    assert done.n_changed == 0
    assert world.digest() == before


@pytest.fixture(scope="module")
def site():
    with serve() as site:
        yield site


def test_two_strikes_are_quarantine_and_requeue_reads_the_page_after_an_upgrade(site, tmp_path, other_code):
    world = World(tmp_path, site)
    other_code.setenv(POISONED, "<h1=kill")  # every page of the site has a heading
    world.ingest()
    strikes = "SELECT min(n_strikes), max(n_strikes), count(DISTINCT reason) FROM quarantine WHERE kind = 'page'"
    hurt = "SELECT count(*) FROM articles WHERE text_reason LIKE 'parser_%'"
    n_hurt = world.ask(hurt)[0][0]
    assert n_hurt > 5
    assert world.ask(strikes) == [(1, 1, 1)]
    assert world.ask("SELECT count(*) FROM articles WHERE text_reason LIKE 'parser_%' AND page_retry_at IS NULL") == [
        (0,)
    ]

    world.now += timedelta(days=2)
    world.ingest()
    assert world.ask(strikes) == [(2, 2, 1)]
    assert world.ask(
        "SELECT count(*) FROM articles WHERE text_reason LIKE 'parser_%' AND page_retry_at IS NOT NULL"
    ) == [(0,)]
    n_asked = sum(site.requests.values())

    assert {one.result for one in world.requeue()} == {"hurts still"}
    other_code.delenv(POISONED)
    assert {one.result for one in world.requeue()} == {"read"}
    assert world.ask(hurt) == [(0,)]
    assert world.ask("SELECT count(*) FROM quarantine") == [(0,)]
    assert sum(site.requests.values()) == n_asked
    assert world.ask("SELECT count(*) FROM articles WHERE text_from = 'page'")[0][0] >= n_hurt


def test_a_quarantined_page_whose_bytes_are_gone_is_asked_for_again(site, tmp_path, other_code):
    world = World(tmp_path, site)
    other_code.setenv(POISONED, "<h1=raise")
    world.ingest()
    other_code.delenv(POISONED)
    shutil.rmtree(world.settings.warc)
    assert {one.result for one in world.requeue()} == {"asked for again"}
    world.now += timedelta(minutes=1)
    world.ingest()
    assert world.ask("SELECT count(*) FROM articles WHERE text_reason LIKE 'parser_%'") == [(0,)]


def test_a_feed_that_hurt_the_parser_is_read_after_an_upgrade(site, tmp_path, monkeypatch):
    world = World(tmp_path, site)
    monkeypatch.setattr("pipeline.entry.read._CPU_S", 1e-6)
    monkeypatch.setattr("pipeline.entry.read._TIMEOUT_S", 1e-6)
    world.ingest()
    n_hurt = world.ask("SELECT count(*) FROM quarantine WHERE kind = 'feed' AND reason = 'parser_timeout'")[0][0]
    assert n_hurt > 1
    assert world.ask("SELECT count(*) FROM entries") == [(0,)]
    monkeypatch.undo()
    assert Counter(one.result for one in world.requeue()) == Counter(read=n_hurt)
    assert world.ask("SELECT count(*) FROM quarantine") == [(0,)]
    assert world.ask("SELECT count(*) > 10 FROM entries") == [(True,)]


def test_the_verbs_tell_what_they_did(world, capsys):
    data = ["--data", str(world.settings.data)]
    assert main(["replay", *data, "--since", "2020-01-01"]) == 0
    assert "unchanged, 0 changed" in capsys.readouterr().out
    assert main(["requeue", *data]) == 0
    assert "Nothing is in quarantine" in capsys.readouterr().out
    assert main(["replay", *data, "--since", "yesterday"]) == 2
    assert "--since 'yesterday' is no date" in capsys.readouterr().err
