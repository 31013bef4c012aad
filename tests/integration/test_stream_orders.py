"""Real feeds as they were saved day by day: however their days are worked, the tables are those of live runs."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from pipeline import ingest, shard
from pipeline.backfill.source import Window
from pipeline.config import Settings
from pipeline.progress import Silent
from pipeline.subscriptions import Subscription
from pipeline.types import Fetch

from .backfill.desk import planned, told, worked
from .test_rss_stream import items_of, render, site

pytestmark = pytest.mark.corpus


def settings_of(data: Path, host: str) -> Settings:
    return Settings(
        data=data, allow_addresses=frozenset({host}), host_delay_s=0, contact="test@example.org", min_free_mb=10
    )


def subscribed(host: str, paths: Iterable[Path]) -> list[Subscription]:
    return [Subscription(url=f"http://{host}/{name}.xml", name=name) for name in sorted({path.stem for path in paths})]


def live(settings: Settings, host: str, documents: dict[str, bytes], folder: Path) -> None:
    """Poll what was published, at the end of each day; no page can be had."""
    for day in sorted(folder.iterdir()):
        paths = list(day.glob("*.xml"))
        documents.update({f"/{path.name}": path.read_bytes() for path in paths})
        end = datetime.combine(date.fromisoformat(day.name), time(23, 59, 59), UTC)
        run = ingest.Run(settings=settings, run_id=day.name, clock=lambda end=end: end, progress=Silent())
        for batch in ingest.plan(run, subscribed(host, paths), n_batches=1, poll_all=True):
            ingest.poll(run, batch)
        for batch in ingest.choose(run, n_batches=1):
            shard.write(run.file(f"{batch}.fetches"), Fetch, ())
            ingest.extract(run, batch)
        ingest.finish(run)


def backfilled(settings: Settings, host: str, folder: Path, days: Sequence[date]) -> None:
    """Work the days that were saved, in this order."""
    feeds = settings.data.with_suffix(".toml")
    listed = [f'[[feed]]\nurl = "{one.url}"\nname = "{one.name}"\n' for one in subscribed(host, folder.glob("*/*.xml"))]
    feeds.write_text("\n".join(listed), encoding="utf-8")
    window = Window(first_day=min(days), last_day=max(days))
    backfill_id = planned(settings, "snapshot", folder, window=window, is_fetching=False, feeds=(str(feeds),))
    for day in days:
        worked(settings, backfill_id, day=day)


def check(tmp_path: Path, folder: Path) -> None:
    """Compare live days with days worked forwards, backwards and in disorder."""
    days = sorted(date.fromisoformat(path.name) for path in folder.iterdir())
    documents: dict[str, bytes] = {}
    with site(documents) as host:
        live(settings_of(tmp_path / "live", host), host, documents, folder)
        as_live = told(settings_of(tmp_path / "live", host))
        orders = {"forwards": days, "backwards": days[::-1], "shuffled": Random(7).sample(days, len(days))}
        for name, order in orders.items():
            settings = settings_of(tmp_path / name, host)
            backfilled(settings, host, folder, order)
            assert told(settings) == as_live, name


def saved(evaluation: Path, folder: Path, feeds: Sequence[str], days: Sequence[str]) -> Path:
    """Lay some feeds of some days into a folder, each document with what its feed had the day before."""
    items = [item for item in items_of(evaluation) if item["feed"] in feeds or not feeds]
    for before, day in pairwise(["", *(days or sorted({item["day"] for item in items}))]):
        for feed in {item["feed"] for item in items if item["day"] == day}:
            shown = [item for item in items if item["feed"] == feed and item["day"] in (before, day)]
            path = folder / day / f"{feed}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(render(shown))
    return folder


def test_three_days_of_two_feeds_worked_in_any_order_are_as_they_were_live(tmp_path, evaluation):
    days = ["2023-10-06", "2023-10-07", "2023-10-08"]
    check(tmp_path, saved(evaluation, tmp_path / "feeds", ["intercept", "wsj_world"], days))


@pytest.mark.soak
def test_days_as_they_were_captured_are_as_they_were_live(tmp_path, evaluation):
    check(tmp_path, evaluation / "rss_stream" / "xml")


@pytest.mark.soak
def test_four_weeks_worked_in_any_order_are_as_they_were_live(tmp_path, evaluation):
    check(tmp_path, saved(evaluation, tmp_path / "feeds", [], []))
