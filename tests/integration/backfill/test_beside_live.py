"""Three months of the past beside an ingest every 15 minutes, on a clock that runs faster than ours."""

import json
import subprocess
import sys
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.backfill.source import Window
from pipeline.config import Settings

from .desk import ask, planned
from .press import Press, feed, printing

ROOT = Path(__file__).parents[3]
FROM = date(2023, 10, 1)
INTERVAL_S = 900
CLOCK = """
import json, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from pipeline.config import Settings
from pipeline.progress import Silent
said = json.load(sys.stdin)
settings = Settings.model_validate(said["settings"])
began, speed = time.time(), said["speed"]
def clock():
    return datetime(2026, 3, 10, tzinfo=UTC) + timedelta(seconds=(time.time() - began) * speed)
"""
PAST = f"""{CLOCK}
from pipeline.backfill.run import work
done = work(settings, said["backfill"], clock=clock, progress=Silent())
Path(sys.argv[1]).write_text(json.dumps({{"outcomes": done.outcomes, "why": done.why_stopped}}))
"""
LIVE = f"""{CLOCK}
from pipeline.ingest import Run, cycle
from pipeline.subscriptions import Subscription
feeds = [Subscription(url=url) for url in said["feeds"]]
first, late, ends, pages = clock(), [], [], 0
while not Path(said["is_over"]).exists():
    due = first + len(late) * timedelta(seconds={INTERVAL_S})
    time.sleep(max(0.0, (due - clock()).total_seconds() / speed))
    late.append((clock() - due).total_seconds())
    run = Run(settings=settings, run_id=f"live {{len(late)}}", clock=clock, progress=Silent())
    report = cycle(run, feeds, poll_all=True)
    ends.append((clock() - due).total_seconds())
    pages += report.page_outcomes.get("ok", 0)
Path(sys.argv[1]).write_text(json.dumps({{"late": late, "ends": ends, "pages": pages, "outcomes": report.feed_outcomes}}))
"""


@dataclass(frozen=True)
class Size:
    """How much of it: `interval_s` is what 15 minutes last here; a new report of each paper appears `every_s`."""

    n_days: int
    n_papers: int
    n_a_day: int
    interval_s: float
    pause_s: float
    every_s: float


def save(folder: Path, press: Press, size: Size) -> None:
    """Leave what the papers' feeds listed on each of the days; half of it had been there the day before."""
    for n in range(size.n_days):
        day = folder / (FROM + timedelta(days=n)).isoformat()
        day.mkdir(parents=True)
        listed = range(n * size.n_a_day, (n + 2) * size.n_a_day)
        for paper in range(size.n_papers):
            text = feed(press.host_port(paper), [f"/past-{k}" for k in listed])
            (day / f"paper{paper}.xml").write_text(text, encoding="utf-8")


def beside(tmp_path: Path, size: Size) -> float:
    """Run both, compare what became of it; return by how much a live run began too late, seconds of the clock."""
    began = datetime.now(UTC)

    def latest(_: str) -> list[str]:
        n = int((datetime.now(UTC) - began).total_seconds() / size.every_s)
        return [f"/live-{k}" for k in range(max(0, n - 20), n)]

    with printing(lists=latest) as press:
        settings = Settings(
            data=tmp_path / "data",
            min_free_mb=10,
            extract_workers=1,
            contact="test@example.org",
            host_delay_s=size.pause_s,
            allow_addresses=frozenset(press.host_port(n) for n in range(size.n_papers)),
            feeds=tmp_path / "none.toml",
        )
        save(tmp_path / "feeds", press, size)
        window = Window(first_day=FROM, last_day=FROM + timedelta(days=size.n_days - 1))
        said = {
            "settings": json.loads(settings.model_dump_json()),
            "speed": INTERVAL_S / size.interval_s,
            "backfill": planned(settings, "snapshot", tmp_path / "feeds", window=window),
            "is_over": str(tmp_path / "is_over"),
            "feeds": [press.url(n, "/feed") for n in range(size.n_papers)],
        }
        past, live = both(said)
        n_past = sum(path.startswith("/past") for path in press.pages)
        at_once, share = press.most_at_once, busiest(press, size.pause_s)
    print(
        f"live runs {len(live['late'])}, latest start {max(live['late']):.0f} s, latest end {max(live['ends']):.0f} s"
    )
    print(
        f"pages: past {n_past}, live {live['pages']}; of its allowance a host saw {share:.0%}; at once {max(at_once.values())}"
    )
    n_all = size.n_papers * size.n_a_day * (size.n_days + 1)
    assert past == {"outcomes": {"read": size.n_days * size.n_papers}, "why": None}
    assert n_past == n_all  # each once
    assert ask(settings, "SELECT count(*), count(DISTINCT day) FROM backfill_units WHERE is_done") == [
        (size.n_days, size.n_days)
    ]
    assert ask(settings, "SELECT count(*) FROM articles WHERE discovered_via = 'snapshot' AND text_from = 'page'") == [
        (n_all,)
    ]
    assert live["pages"] == ask(settings, "SELECT count(*) FROM articles WHERE backfill_id IS NULL")[0][0] > 0
    assert len(live["ends"]) >= 3  # they went on meanwhile
    assert max(at_once.values()) <= 2
    assert share <= 1.0
    return max(live["late"])


def both(said: dict) -> tuple[dict, dict]:
    """Run the backfill to its end beside live runs; return what each said. Whatever one of them raises, fails here."""
    over = Path(said["is_over"])
    told = [over.with_name(name) for name in ("past.json", "live.json")]
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdin=subprocess.PIPE)
        for code, path in zip((PAST, LIVE), told, strict=True)
    ]
    try:
        for process in processes:
            process.stdin.write(json.dumps(said).encode())
            process.stdin.close()
        for process in processes:
            assert process.wait() == 0
            over.touch()
    finally:
        for process in processes:
            process.kill()
            process.wait()
    past, live = (json.loads(path.read_text()) for path in told)
    return past, live


def busiest(press: Press, pause_s: float) -> float:
    """The most that a host was asked in twenty pauses, as a share of the 20, and one on its way, that it may be."""
    starts: dict[str, list[float]] = defaultdict(list)
    for one in press.asked:
        starts[one.host].append(one.at)
    most = 0
    for times in starts.values():
        times.sort()
        most = max(most, *(bisect(times, at + 20 * pause_s) - n for n, at in enumerate(times)))
    return most / 22


def test_a_backfill_and_live_runs_do_not_stand_in_each_others_way(tmp_path):
    beside(tmp_path, Size(n_days=3, n_papers=2, n_a_day=2, interval_s=5.0, pause_s=0.1, every_s=2.0))


@pytest.mark.soak
def test_three_months_are_collected_beside_an_ingest_every_15_minutes_that_is_never_an_interval_late(tmp_path):
    size = Size(n_days=92, n_papers=6, n_a_day=5, interval_s=30.0, pause_s=0.1, every_s=5.0)
    assert beside(tmp_path, size) <= INTERVAL_S
