"""The past through Airflow's own backfills, under a real scheduler."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from pipeline import standalone

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


@pytest.mark.airflow
def test_airflow_backfills_each_day_by_its_partition_key_backwards_and_side_by_side(tmp_path):
    save(tmp_path / "feeds")
    env = {
        **os.environ,
        "CONFLICTWIRE_DATA": str(tmp_path / "data"),
        "CONFLICTWIRE_CONTACT": "test@example.org",
        "CONFLICTWIRE_MIN_FREE_MB": "10",
        "CONFLICTWIRE_FEEDS": str(tmp_path / "none.toml"),
    }
    (tmp_path / "none.toml").write_text("", encoding="utf-8")
    folder = str(tmp_path / "feeds")
    said = run(env, *CLI, "backfill", "plan", "snapshot", folder, "--no-pages", "--from", DAYS[0], "--to", DAYS[-1])
    backfill_id = said.split()[1]
    with running(tmp_path, env) as (home, port, _):
        airflow = {**env, **standalone.environment(home, ROOT / "dags", port=port)}
        run(
            airflow, sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", "backfill_news",
            "--from-date", DAYS[0], "--to-date", DAYS[-1], "--run-backwards", "--max-active-runs", "3",
            "--dag-run-conf", f'{{"backfill_id": "{backfill_id}"}}',
        )  # fmt: skip
        deadline = time.monotonic() + 300
        while "done: 3 of 3" not in (state := run(env, *CLI, "backfill", "status", backfill_id)):
            assert time.monotonic() < deadline, state + str([p.read_text()[-1500:] for p in home.glob("*.log")])
            time.sleep(2)
    with duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb"), read_only=True) as con:
        entries = con.execute("SELECT title, first_seen_at::DATE::VARCHAR FROM entries ORDER BY 1").fetchall()
    assert len(entries) == 4
    assert {title for title, _ in entries} == {f"Report {k} from the valley" for k in range(4)}
