"""What would a backfill take, and what can't be had? A dry run, kept so that it can be run."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline import load as load_stage
from pipeline import shard
from pipeline.backfill.ask import Ask
from pipeline.backfill.source import Given, Planned, Window
from pipeline.backfill.sources import SOURCES
from pipeline.collect import Collector
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.progress import Progress
from pipeline.run import Run
from pipeline.types import Backfill, BackfillUnit, Fetch
from pipeline.url import short_hash

_PAGE_S = 0.05  # reading, judging and storing one, on one core


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What a backfill may spend over all its runs; None without limit."""

    requests: int | None = None
    bytes: int | None = None
    hosts: int | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A kept plan, and what it would take. `lasts` is told from the busiest host's pauses; None where it can't be."""

    backfill: Backfill
    planned: Planned
    lasts: timedelta | None


def plan(
    settings: Settings,
    source: str,
    given: Given,
    window: Window,
    *,
    budgets: Budgets,
    clock: Callable[[], datetime],
    progress: Progress,
) -> Plan:
    """Find out what there is, and keep it as a backfill, whose id follows from what is given; fetches no page.

    Planned again, a backfill takes up what is new and the budgets that are given now. Raises InputError for what can't
    be used, SettingsError, StoreError.
    """
    _require_past(window, clock())
    if source not in SOURCES:
        raise InputError(f"no source {source!r}: there are {', '.join(SOURCES)}")
    said = json.dumps(asdict(given), sort_keys=True)
    days = f"{window.first_day} {window.last_day}"
    backfill_id = f"{source.replace('_', '-')}-{short_hash(source, said, days, length=8)}"
    now = clock()
    run = Run(settings=settings, run_id=f"plan {backfill_id} {now.isoformat()}", clock=clock, progress=progress)
    with (
        Collector(settings, clock=clock, gives_way=True) as collector,
        Ask(run, collector, backfill_id=backfill_id) as ask,
    ):
        planned = SOURCES[source].plan(ask, given, window)
    backfill = Backfill(
        backfill_id=backfill_id,
        source=source,
        first_day=window.first_day,
        last_day=window.last_day,
        given=said,
        max_requests=budgets.requests,
        max_bytes=budgets.bytes,
        max_hosts=budgets.hosts,
        max_hours=budgets.hours,
        n_expected=planned.n_items,
        cannot_be_had=planned.cannot_be_had,
        created_at=now,
    )
    shard.write(run.file("plan.backfills"), Backfill, [backfill])
    shard.write(
        run.file("plan.backfill_units"),
        BackfillUnit,
        [replace(unit, backfill_id=backfill_id, updated_at=now) for unit in planned.units],
    )
    shard.write(run.file("plan.fetches"), Fetch, ask.fetches.values())
    load_stage.load(settings, run.folder, run_id=run.run_id, now=now, kind="backfill")
    return Plan(backfill=backfill, planned=planned, lasts=_lasts(settings, planned))


def _require_past(window: Window, now: datetime) -> None:
    if window.last_day < window.first_day:
        raise InputError(f"the window ends on {window.last_day}, before it begins on {window.first_day}")
    today = now.astimezone(UTC).date()
    if window.last_day > today:
        raise InputError(f"the window ends on {window.last_day}, in the future: a backfill is for days up to {today}")


def _lasts(settings: Settings, planned: Planned) -> timedelta | None:
    if planned.n_requests is None:
        return None
    pauses = max(planned.hosts.values(), default=0) * settings.host_delay_s if planned.n_requests else 0
    return timedelta(seconds=round(pauses + (planned.n_items or 0) * _PAGE_S))
