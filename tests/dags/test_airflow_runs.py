"""The DAGs under Airflow itself: `dags test` and a real scheduler, on the bundled sample site."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil
import pytest

from pipeline import standalone
from pipeline.sample import expected, serve, write_feeds_toml

ROOT = Path(__file__).parents[2]
CLI = [sys.executable, "-m", "pipeline"]


def test_the_demo_runs_the_dag_twice_and_the_second_run_adds_nothing(tmp_path):
    done = subprocess.run(
        [*CLI, "demo", "--airflow", "dags", "--data", str(tmp_path / "demo")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = [line for line in done.stdout.splitlines() if re.fullmatch(r"[│┃].*", line) and re.search(r"\d", line)]
    with duckdb.connect(str(tmp_path / "demo" / "conflictwire.duckdb"), read_only=True) as con:
        rounds = con.execute(
            "SELECT n_entries, n_articles, n_articles_changed FROM batches ORDER BY loaded_at"
        ).fetchall()
        assert len(rounds) == 2
        assert rounds[0][1] == expected().n_articles
        assert rounds[1] == (0, 0, 0)
        second = con.execute(
            "SELECT outcome, count(*) FROM fetches WHERE kind = 'feed' AND run_id = (SELECT max_by(run_id, loaded_at) FROM batches) GROUP BY 1"
        ).fetchall()
        assert dict(second)["not_modified"] >= 10
    assert counts
    env = {
        **standalone.environment(tmp_path / "demo" / "airflow", ROOT / "dags"),
        "CONFLICTWIRE_DATA": str(tmp_path / "demo"),
    }
    standalone.dags_test({**env, "CONFLICTWIRE_MIN_FREE_MB": "10"}, "maintain_warehouse", {})
    assert len(list((tmp_path / "demo" / "backups").glob("*.duckdb"))) == 1
    with duckdb.connect(str(tmp_path / "demo" / "warehouse.duckdb")) as con:
        con.execute("UPDATE articles SET title = 'as older code had it' WHERE text_from = 'page'")
    standalone.dags_test({**env, "CONFLICTWIRE_MIN_FREE_MB": "10"}, "replay_archive", {"since": "2020-01-01"})
    with duckdb.connect(str(tmp_path / "demo" / "conflictwire.duckdb"), read_only=True) as con:
        assert con.execute("SELECT max_by(kind, loaded_at) FROM batches").fetchone() == ("replay",)
        assert con.execute("SELECT count(*) FROM articles WHERE title = 'as older code had it'").fetchone() == (0,)


@contextmanager
def running(tmp_path, env):
    """`conflictwire up` in a session of its own; gives its address and process, and sees that it is gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path / "airflow"
    process = subprocess.Popen(
        [*CLI, "up", "--dags", "dags", "--home", str(home), "--port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "http://127.0.0.1" in (process.stdout.readline() or ""), list(home.glob("*.log"))
        yield home, port, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        process.stdout.close()


def listening(pids: set[int]) -> list:
    return [c for c in psutil.net_connections("inet") if c.status == psutil.CONN_LISTEN and c.pid in pids]


def tree_of(home: Path) -> set[int]:
    mark = json.loads((home / "standalone.json").read_text())["mark"]
    return {process.pid for process in standalone._marked(mark)}


@pytest.mark.airflow
def test_a_scheduled_run_under_a_real_scheduler_fills_the_tables_and_down_leaves_nothing(tmp_path):
    with serve() as site:
        feeds = tmp_path / "feeds.toml"
        write_feeds_toml(site, feeds)
        env = {
            **os.environ,
            "CONFLICTWIRE_DATA": str(tmp_path / "data"),
            "CONFLICTWIRE_FEEDS": str(feeds),
            "CONFLICTWIRE_ALLOW_ADDRESSES": site.base_url.removeprefix("http://"),
            "CONFLICTWIRE_HOST_DELAY_S": "0",
            "CONFLICTWIRE_CONTACT": "test@example.org",
            "CONFLICTWIRE_BATCHES": "2",
            "CONFLICTWIRE_MIN_FREE_MB": "10",
        }
        with running(tmp_path, env) as (home, port, process):
            pids = tree_of(home)
            assert {c.laddr.ip for c in listening(pids)} == {"127.0.0.1"}
            trigger = standalone.environment(home, ROOT / "dags", port=port)
            subprocess.run(
                [sys.executable, "-m", "airflow", "dags", "trigger", "ingest_news", "--conf", '{"poll": "all"}'],
                env={**env, **trigger},
                check=True,
                capture_output=True,
            )
            snapshot = tmp_path / "data" / "conflictwire.duckdb"
            deadline = time.monotonic() + 240
            while not snapshot.exists():
                assert time.monotonic() < deadline, [path.read_text()[-2000:] for path in home.glob("*.log")]
                time.sleep(1)
            with duckdb.connect(str(snapshot), read_only=True) as con:
                assert con.execute("SELECT count(*) FROM articles").fetchone() == (expected().n_articles,)
            pids |= tree_of(home)
            subprocess.run([*CLI, "down", "--home", str(home)], cwd=ROOT, check=True, capture_output=True)
            assert process.wait(timeout=60) is not None
        assert not [
            pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        ]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
