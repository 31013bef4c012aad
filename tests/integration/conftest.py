"""The command against the bundled sample site, in processes of their own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipeline.sample import Site, serve, write_feeds_toml

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Desk:
    """A data folder, the environment that points to the sample site, and the command."""

    data: Path
    env: dict[str, str]
    site: Site

    def start(self, *args: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", *args],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *args],
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.data / "conflictwire.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


def desk_at(folder: Path, site: Site) -> Desk:
    feeds = folder / "feeds.toml"
    write_feeds_toml(site, feeds)
    env = {
        **os.environ,
        "CONFLICTWIRE_DATA": str(folder / "data"),
        "CONFLICTWIRE_FEEDS": str(feeds),
        "CONFLICTWIRE_ALLOW_ADDRESSES": site.base_url.removeprefix("http://"),
        "CONFLICTWIRE_HOST_DELAY_S": "0",
        "CONFLICTWIRE_CONTACT": "test@example.org",
        "CONFLICTWIRE_MIN_FREE_MB": "10",
    }
    return Desk(data=folder / "data", env=env, site=site)


@pytest.fixture
def desk(tmp_path):
    with serve() as site:
        yield desk_at(tmp_path, site)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory):
    """A desk after one ingest of everything."""
    with serve() as site:
        desk = desk_at(tmp_path_factory.mktemp("ingested"), site)
        done = desk.run("ingest", "--all")
        assert done.returncode == 0, done.stderr
        yield desk
