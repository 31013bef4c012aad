"""`conflictwire demo`: two cycles on the bundled sample news site, and what came of them."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipeline import ingest, standalone, warehouse
from pipeline.command.sql import show as show_rows
from pipeline.config import Settings, read_settings
from pipeline.errors import SettingsError
from pipeline.progress import make_progress
from pipeline.sample import Site, serve, write_feeds_toml

_QUESTION = """\
SELECT published_at::DATE AS day, source_name AS outlet, language AS lang, title, n_copies AS copies
FROM conflict_articles
ORDER BY n_copies DESC, published_at DESC NULLS LAST
LIMIT 10"""

_COUNTS = """\
WITH requests AS (SELECT * FROM fetches WHERE requested_at >= getvariable('since')::TIMESTAMP)
SELECT
    (SELECT count(*) FROM requests WHERE kind = 'feed') AS feeds,
    (SELECT count(*) FROM requests WHERE kind = 'feed' AND outcome = 'not_modified') AS "unchanged (304)",
    (SELECT count(*) FROM entries) AS entries,
    (SELECT count(*) FROM requests WHERE kind = 'page') AS pages,
    (SELECT count(*) FROM articles) AS articles,
    (SELECT count(*) FROM duplicates) AS duplicates,
    (SELECT count(*) FROM conflict_articles) AS "conflict articles\""""

_MARK = "this folder was made by conflictwire demo\n"


def run(args: argparse.Namespace) -> None:
    """Serve the sample site on loopback, run two cycles on it, show the tables."""
    started = time.monotonic()
    data = _fresh_folder(args.data or Path(".demo"))
    with serve() as site:
        settings = _point_at(site, data)
        rounds = _by_airflow(args.airflow, settings) if args.airflow else _by_hand(settings)
        _say(f"The sample news site is at {site.base_url}: {len(site.feeds)} feeds on loopback.")
        for number in (1, 2):
            since = datetime.now(UTC)
            rounds(number)
            _say(f"\nRound {number}" + (": the same again; nothing new, so nothing is added" if number == 2 else ""))
            show_rows(_ask(settings, _COUNTS, {"since": since.replace(tzinfo=None).isoformat()}))
            if number == 1:
                _say("What the feeds and pages came to:")
                show_rows(_ask(settings, "SELECT kind, outcome, count(*) AS n FROM fetches GROUP BY ALL ORDER BY ALL"))
    _say(f"\n{_QUESTION}\n")
    show_rows(_ask(settings, _QUESTION))
    _say(f'\nYours to query: conflictwire sql --data {data} "…"  ({time.monotonic() - started:.0f} s in all)')


def _say(text: str) -> None:
    print(text, flush=True)


def _fresh_folder(data: Path) -> Path:
    mark = data / "DEMO"
    if data.exists() and any(data.iterdir()) and not mark.exists():
        raise SettingsError(f"{data} holds something that is not the demo's: name an empty folder with --data")
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    mark.write_text(_MARK, encoding="utf-8")
    return data


def _point_at(site: Site, data: Path) -> Settings:
    """Set the environment for this process and Airflow's, so that both see the sample site and nothing else."""
    feeds = data / "feeds.toml"
    write_feeds_toml(site, feeds)
    os.environ |= {
        "CONFLICTWIRE_DATA": str(data.resolve()),
        "CONFLICTWIRE_FEEDS": str(feeds.resolve()),
        "CONFLICTWIRE_ALLOW_ADDRESSES": site.base_url.removeprefix("http://"),
        "CONFLICTWIRE_HOST_DELAY_S": "0",
        "CONFLICTWIRE_CONTACT": "demo@example.org",
        "CONFLICTWIRE_MIN_FREE_MB": "64",
        "CONFLICTWIRE_BATCHES": "2",
    }
    return read_settings()


def _by_hand(settings: Settings) -> Callable[[int], None]:
    def cycle(number: int) -> None:
        run = ingest.Run(
            settings=settings, run_id=f"demo-{number}", clock=lambda: datetime.now(UTC), progress=make_progress()
        )
        ingest.cycle(run, poll_all=True)

    return cycle


def _by_airflow(dags: Path, settings: Settings) -> Callable[[int], None]:
    env = standalone.environment(settings.data / "airflow", dags)
    print("Preparing Airflow's metadata (SQLite) …", file=sys.stderr, flush=True)
    standalone.migrate(env)

    def cycle(number: int) -> None:
        print(f"airflow dags test ingest_news, round {number} …", file=sys.stderr, flush=True)
        standalone.dags_test(env, "ingest_news", {"poll": "all"})

    return cycle


def _ask(settings: Settings, sql: str, variables: Mapping[str, str] | None = None) -> pa.Table:
    with warehouse.open_snapshot(settings) as con:
        warehouse.set_variables(con, variables or {})
        return warehouse.query(con, sql).read_all()
