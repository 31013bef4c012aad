"""WARC files into the tables: every record's outcome, filters, stops at any moment."""

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from pipeline.backfill import take
from pipeline.backfill.plan import Budgets
from pipeline.backfill.source import Window
from pipeline.config import Settings
from pipeline.errors import DiskFullError, InputError

from .broken_warcs import page, response, sow
from .desk import ask, digests, planned, worked

ROOT = Path(__file__).parents[3]
EVER = Window(first_day=date(1990, 1, 1), last_day=date(2026, 3, 9))


def test_every_record_has_its_outcome_and_every_sound_page_becomes_an_article(settings, tmp_path):
    sown = sow(tmp_path / "crawl.warc.gz", 60, share_broken=0.3)
    backfill_id = planned(settings, "warc", tmp_path)
    done = worked(settings, backfill_id)
    wanted = Counter(one.outcome for one in sown)
    wanted["unreadable"] += wanted.pop("cut", 0)
    assert Counter(done.outcomes) == +wanted
    assert ask(settings, "SELECT count(*), count(DISTINCT url) FROM backfill_items")[0][0] == len(sown)
    rows = ask(
        settings,
        "SELECT url, observed_at, discovered_via, first_seen_at = observed_at FROM articles ORDER BY observed_at",
    )
    assert [row[0] for row in rows] == [one.url for one in sown if one.outcome == "article"]
    first = datetime(2023, 5, 4, 6)  # noqa: DTZ001 - as the tables have it
    assert [row[1] for row in rows] == [
        first + timedelta(seconds=n) for n, one in enumerate(sown) if one.outcome == "article"
    ]
    assert {row[2:] for row in rows} == {("warc", True)}


def test_the_same_records_again_add_nothing(settings, tmp_path):
    sow(tmp_path / "crawl.warc.gz", 20, share_broken=0)
    worked(settings, planned(settings, "warc", tmp_path / "crawl.warc.gz"))
    before = ask(settings, "FROM content_digest()")
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes((tmp_path / "crawl.warc.gz").read_bytes())
    assert worked(settings, planned(settings, "warc", copy)).outcomes == {"known": 20}
    assert ask(settings, "FROM content_digest()") == before


def test_only_wanted_hosts_and_days_are_taken(settings, tmp_path):
    at = datetime(2023, 5, 4, 6, tzinfo=UTC)
    body = page(1, random.Random(1))
    urls = [
        ("https://www.paper.example/a", at),
        ("https://other.example/b", at),
        ("https://paper.example/c", at + timedelta(days=2)),
    ]
    (tmp_path / "x.warc").write_bytes(b"".join(response(url, when, body) for url, when in urls))
    window = Window(first_day=date(2023, 5, 4), last_day=date(2023, 5, 5))
    done = worked(settings, planned(settings, "warc", tmp_path / "x.warc", window=window, hosts=("paper.example",)))
    assert done.outcomes == {"article": 1, "not_wanted": 2}
    assert ask(settings, "SELECT url FROM articles") == [("https://www.paper.example/a",)]


def test_a_later_sight_of_an_address_is_a_look_and_not_another_article(settings, tmp_path):
    at = datetime(2023, 5, 4, 6, tzinfo=UTC)
    url, told = "https://paper.example/a", page(1, random.Random(1)).decode()
    more = told.replace(
        "</article>", "<p>Correction: nine people were wounded, the hospital said on Friday.</p></article>"
    )
    sights = [(told, at), (told, at + timedelta(hours=1)), (more, at + timedelta(hours=2))]
    (tmp_path / "x.warc").write_bytes(b"".join(response(url, when, text.encode()) for text, when in sights))
    done = worked(settings, planned(settings, "warc", tmp_path / "x.warc"))
    assert done.outcomes == {"article": 1, "seen_again": 2}
    assert ask(settings, "SELECT n_revisions, contains(text, 'Correction') FROM articles") == [(1, True)]
    seen = ask(settings, "SELECT observed_at FROM revisions")[0][0]
    assert seen == (at + timedelta(hours=2)).replace(tzinfo=None)


def test_steps_of_any_size_make_the_same_tables(tmp_path, monkeypatch):
    sow(tmp_path / "crawl.warc.gz", 40, share_broken=0.2)
    found = []
    for limit in (1000, 7):
        monkeypatch.setattr(take, "_LIMIT", limit)
        settings = Settings(data=tmp_path / str(limit), min_free_mb=1, extract_workers=1)
        worked(settings, planned(settings, "warc", tmp_path / "crawl.warc.gz"))
        found.append(digests(settings))
    assert found[0] == found[1]


def test_two_backfills_of_one_folder_do_not_meet(settings, tmp_path):
    for n in range(3):
        sow(tmp_path / f"{n}.warc.gz", 5, seed=n, share_broken=0)
    backfill_id = planned(settings, "warc", tmp_path)
    code = (
        "from datetime import *; from pathlib import Path; from pipeline.backfill.run import work\n"
        "from pipeline.config import Settings; from pipeline.progress import Silent; import sys\n"
        "s = Settings(data=Path(sys.argv[1]), min_free_mb=1, extract_workers=1)\n"
        "print(work(s, sys.argv[2], clock=lambda: datetime.now(UTC), progress=Silent()).outcomes.total())"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(settings.data), backfill_id], cwd=ROOT, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    assert sum(int(process.communicate(timeout=120)[0]) for process in both) == 15
    assert ask(settings, "SELECT count(*) FROM backfill_items") == [(15,)]


WORK = """
from datetime import *; from pathlib import Path; from pipeline.backfill import take; import sys
from pipeline.backfill.run import work; from pipeline.config import Settings; from pipeline.progress import Silent
take._LIMIT = int(sys.argv[3])
s = Settings(data=Path(sys.argv[1]), min_free_mb=1)
work(s, sys.argv[2], clock=lambda: datetime.now(UTC), progress=Silent())
"""


def killed(settings: Settings, sown_at: Path, *, n_kills: int, limit: int, seed: int, longest_s: float = 6) -> None:
    """Work a file with a kill -9 at random moments, and then to its end."""
    backfill_id = planned(settings, "warc", sown_at, window=EVER)
    command = [sys.executable, "-c", WORK, str(settings.data), backfill_id, str(limit)]
    moments = random.Random(seed)
    for _ in range(n_kills):
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        time.sleep(moments.uniform(0.5, longest_s))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command, cwd=ROOT, check=True)


class Watcher(threading.Thread):
    """Looks twice a second at how much memory our children hold together, what they share counted once."""

    def __init__(self) -> None:
        super().__init__()
        self.largest_mb = 0.0
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.5):
            held = 0
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    held += process.memory_full_info().pss
            self.largest_mb = max(self.largest_mb, held / 1e6)

    def stop(self) -> float:
        self.is_over.set()
        self.join()
        return self.largest_mb


@pytest.mark.soak
def test_a_gigabyte_is_imported_in_bounded_memory_and_20_kills_change_nothing(settings, tmp_path):
    archive = tmp_path / "crawl.warc.gz"
    sown = sow(archive, 5400, share_broken=0.02, n_noise=300_000)
    calm = Settings(data=tmp_path / "calm", min_free_mb=1)
    watcher = Watcher()
    watcher.start()
    began = time.monotonic()
    killed(calm, archive, n_kills=0, limit=1000, seed=0)
    took_s = time.monotonic() - began
    largest_mb = watcher.stop()
    print(
        f"{archive.stat().st_size / 1e6:,.0f} MB, {len(sown)} records: {took_s:,.0f} s, {largest_mb:,.0f} MB of memory"
    )
    # of a member that is cut hardly anything may be left, or the head that says how long it was
    items = "SELECT if(outcome = 'unreadable', 'cut', outcome) AS outcome, count(*)::INT FROM backfill_items GROUP BY 1"
    assert dict(ask(calm, items)) == Counter(one.outcome for one in sown)
    assert largest_mb <= 1200
    seed = int(time.time())
    print(f"seed {seed}")
    killed(settings, archive, n_kills=20, limit=1000, seed=seed, longest_s=took_s / 10)
    assert digests(settings) == digests(calm)


def test_a_backfill_that_is_killed_at_any_moment_gives_the_same_tables(settings, tmp_path):
    sow(tmp_path / "crawl.warc.gz", 40, share_broken=0.2)
    killed(settings, tmp_path / "crawl.warc.gz", n_kills=3, limit=15, seed=5)
    calm = Settings(data=tmp_path / "calm", min_free_mb=1)
    killed(calm, tmp_path / "crawl.warc.gz", n_kills=0, limit=15, seed=5)
    assert digests(settings) == digests(calm)


def test_what_is_no_warc_file_is_said_before_anything_is_kept(settings, tmp_path):
    (tmp_path / "x.warc.gz").write_bytes(b"no archive at all")
    with pytest.raises(InputError, match="is no WARC file"):
        planned(settings, "warc", tmp_path / "x.warc.gz")
    assert ask(settings, "SELECT count(*) FROM backfills") == [(0,)]


def test_a_folder_works_but_for_what_is_no_warc_file_in_it(settings, tmp_path):
    sow(tmp_path / "a.warc.gz", 3, share_broken=0)
    (tmp_path / "b.warc.gz").write_bytes(b"no archive at all")
    backfill_id = planned(settings, "warc", tmp_path)
    assert worked(settings, backfill_id).outcomes == {"article": 3}
    assert "b.warc.gz is no WARC file" in ask(settings, "SELECT cannot_be_had[1] FROM backfills")[0][0]


def test_a_file_that_went_away_since_the_plan_is_an_outcome(settings, tmp_path):
    sow(tmp_path / "a.warc.gz", 3, share_broken=0)
    backfill_id = planned(settings, "warc", tmp_path / "a.warc.gz")
    (tmp_path / "a.warc.gz").unlink()
    assert worked(settings, backfill_id).why_stopped is None
    assert ask(settings, "SELECT is_done, outcome FROM backfill_units") == [(True, "unreadable")]


def test_without_free_disk_nothing_is_half_loaded(settings, tmp_path):
    sow(tmp_path / "a.warc.gz", 3, share_broken=0)
    backfill_id = planned(settings, "warc", tmp_path / "a.warc.gz")
    full = settings.model_copy(update={"min_free_mb": 10**9})
    with pytest.raises(DiskFullError):
        worked(full, backfill_id)
    assert ask(settings, "SELECT count(*) FROM articles") == [(0,)]
    assert worked(settings, backfill_id).outcomes == {"article": 3}


def test_hours_are_a_budget(settings, tmp_path):
    sow(tmp_path / "a.warc.gz", 3, share_broken=0)
    backfill_id = planned(settings, "warc", tmp_path / "a.warc.gz", budgets=Budgets(hours=0.0))
    assert worked(settings, backfill_id).why_stopped == "its budget of 0.0 hours is spent"


@pytest.mark.corpus
def test_archived_pages_of_real_outlets_are_read_as_their_gold_texts_say(settings, evaluation):
    spec = importlib.util.spec_from_file_location("extraction", evaluation / "tools" / "extraction.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    archive = evaluation / "backfill" / "pages.warc.gz"
    done = worked(settings, planned(settings, "warc", archive, window=EVER))
    pages = json.loads((evaluation / "backfill" / "pages.json").read_text())
    assert done.outcomes == {"article": len(pages)}
    texts = dict(
        ask(
            settings,
            "SELECT i.url, a.text FROM backfill_items i JOIN articles a USING (article_id) WHERE a.observed_at = i.observed_at",
        )
    )
    gold = [((evaluation / one["gold_text_file"]).read_text(), texts[one["url"]]) for one in pages]
    assert scorer.total([scorer.page(*pair) for pair in gold])["f1"] >= 0.94
    before = digests(settings)
    assert worked(settings, planned(settings, "warc", archive, window=EVER)).n_steps == 0
    assert digests(settings) == before
