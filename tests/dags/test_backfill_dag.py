"""The past through Airflow's own backfills, under a real scheduler."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipeline import standalone

from ..integration.test_stream_orders import saved  # noqa: TID252  both work the same days
from .test_airflow_runs import CLI, ROOT, running

DAYS = ("2023-10-06", "2023-10-07", "2023-10-08")


def save(folder: Path) -> None:
    for n, day in enumerate(DAYS):
        items = "".join(
            f"<item><title>Report {k} from the valley</title><link>https://paper.example/{k}</link>"
            f"<pubDate>{DAYS[max(0, k - 1)]}T08:00:00Z</pubDate></item>"
            for k in range(n, n + 2)
        )
        folder.joinpath(day).mkdir(parents=True)
        folder.joinpath(day, "paper.xml").write_text(
            f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>", encoding="utf-8"
        )


def run(env: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "none.toml").write_text("", encoding="utf-8")
    return {
        **os.environ,
        "CONFLICTWIRE_DATA": str(tmp_path / "data"),
        "CONFLICTWIRE_CONTACT": "test@example.org",
        "CONFLICTWIRE_MIN_FREE_MB": "10",
        "CONFLICTWIRE_FEEDS": str(tmp_path / "none.toml"),
    }


def planned(env: Mapping[str, str], folder: Path, first: str, last: str) -> str:
    said = run(env, *CLI, "backfill", "plan", "snapshot", str(folder), "--no-pages", "--from", first, "--to", last)
    return said.split()[1]


def by_airflow(tmp_path: Path, folder: Path, spans: Sequence[tuple[str, str]], *how: str) -> dict[str, list[tuple]]:
    """Backfill the days of each span, one span after the other, by a scheduler; return what the tables say."""
    env = environment(tmp_path)
    backfill_id = planned(env, folder, min(spans)[0], max(spans)[1])
    with running(tmp_path, env) as (home, port, _):
        airflow = {**env, **standalone.environment(home, ROOT / "dags", port=port)}
        n_done = 0
        for first, last in spans:
            run(
                airflow, sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", "backfill_news",
                "--from-date", first, "--to-date", last, *how,
                "--dag-run-conf", json.dumps({"backfill_id": backfill_id}),
            )  # fmt: skip
            n_done += sum(first <= path.name <= last for path in folder.iterdir())
            deadline = time.monotonic() + 300 + 60 * n_done
            while f": {n_done} of " not in (state := run(env, *CLI, "backfill", "status", backfill_id)):
                assert time.monotonic() < deadline, state + str([p.read_text()[-1500:] for p in home.glob("*.log")])
                time.sleep(2 + n_done)  # to ask costs as much as it takes to work
            if (first, last) != spans[-1]:
                wait_for_the_end(home)
    return told(tmp_path)


def wait_for_the_end(home: Path) -> None:
    """Wait until Airflow knows that its backfill is over: it takes one at a time."""
    deadline = time.monotonic() + 120
    with closing(sqlite3.connect(f"file:{home / 'airflow.db'}?mode=ro", uri=True)) as con:
        while con.execute("SELECT count(*) FROM backfill WHERE completed_at IS NULL").fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(2)


def by_command(tmp_path: Path, folder: Path, first: str, last: str) -> dict[str, list[tuple]]:
    """Backfill the days forwards, without Airflow; return what the tables say."""
    tmp_path.mkdir()
    env = environment(tmp_path)
    run(env, *CLI, "backfill", "run", planned(env, folder, first, last))
    return told(tmp_path)


def told(tmp_path: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb"), read_only=True) as con:
        times = "url_key, title, first_seen_at, last_seen_at, said_otherwise_at"
        return {
            "digest": con.execute("FROM content_digest()").fetchall(),
            "entries": con.execute(f"SELECT {times} FROM entries ORDER BY ALL").fetchall(),
        }


@pytest.mark.airflow
def test_airflow_backfills_each_day_by_its_partition_key_backwards_and_side_by_side(tmp_path):
    folder = tmp_path / "feeds"
    save(folder)
    found = by_airflow(tmp_path, folder, [(DAYS[0], DAYS[-1])], "--run-backwards", "--max-active-runs", "3")
    assert [title for _, title, *_ in found["entries"]] == [f"Report {k} from the valley" for k in range(4)]
    assert found == by_command(tmp_path / "by command", folder, DAYS[0], DAYS[-1])


@pytest.mark.airflow
@pytest.mark.corpus
@pytest.mark.soak
def test_airflow_backfills_four_weeks_in_any_order_to_the_same_tables(tmp_path, evaluation):
    folder = saved(evaluation, tmp_path / "feeds", [], [])
    spans = [("2023-04-10", "2023-04-23"), ("2023-10-01", "2023-10-14")]
    expected = by_command(tmp_path / "by command", folder, spans[0][0], spans[1][1])
    orders = (
        ("four at once", spans, ("--max-active-runs", "4")),
        ("backwards", spans[::-1], ("--run-backwards", "--max-active-runs", "1")),
        ("forwards", spans, ("--max-active-runs", "1")),
    )
    for name, in_order, how in orders:
        (tmp_path / name).mkdir()
        assert by_airflow(tmp_path / name, folder, in_order, *how) == expected, name
