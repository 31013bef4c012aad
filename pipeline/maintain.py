"""Upkeep of the data folder: checks, backup, retention, a forecast of the disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import warehouse
from pipeline.checks import run_checks
from pipeline.config import Settings
from pipeline.errors import DiskFullError

_RUNS_KEPT = timedelta(days=7)
_FORECAST_OVER = timedelta(days=14)
_ALARM_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What was done, and how long the disk will last."""

    backup: Path
    n_backups_removed: int
    n_runs_removed: int
    n_warcs_removed: int
    growth_mb_a_day: float
    free_mb: float
    forecast: str


def maintain(settings: Settings, *, now: datetime) -> Upkeep:
    """Check, checkpoint, back up, prune.

    Raises CheckError when a promise is broken (before anything is removed), DiskFullError when the disk lasts less than
    a week at the pace of the last two.
    """
    with warehouse.writer_lock(settings):
        with warehouse.writing(settings) as con:
            run_checks(con)
        backup = settings.data / "backups" / f"{now:%Y-%m-%d}.duckdb"
        backup.parent.mkdir(exist_ok=True)
        scratch = backup.with_suffix(".new")
        warehouse.copy_file(settings.warehouse, scratch)
        scratch.replace(backup)
    old = sorted(backup.parent.glob("[0-9]*.duckdb"))[: -settings.backups_keep]
    for path in old:
        path.unlink()
    n_runs = _remove_runs(settings, now=now)
    n_warcs = _remove_warcs(settings, now=now)
    growth, free = _growth_mb(settings, now=now), shutil.disk_usage(settings.data).free / 1e6
    days = free / growth if growth else float("inf")
    forecast = f"{free:,.0f} MB free, {growth:,.1f} MB a day: " + (f"{days:,.0f} days" if days < 10_000 else "for ever")
    if days < _ALARM_DAYS:
        raise DiskFullError(f"the disk of {settings.data} is full soon ({forecast}): free space or keep WARC shorter")
    return Upkeep(
        backup=backup,
        n_backups_removed=len(old),
        n_runs_removed=n_runs,
        n_warcs_removed=n_warcs,
        growth_mb_a_day=growth,
        free_mb=free,
        forecast=forecast,
    )


def _remove_runs(settings: Settings, *, now: datetime) -> int:
    """Remove run folders of a week ago: they are loaded, or their entries were taken up by later runs."""
    old = [path for path in (settings.data / "runs").glob("*") if _age(path, now) > _RUNS_KEPT]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _remove_warcs(settings: Settings, *, now: datetime) -> int:
    if not settings.warc_keep_days:
        return 0
    keep = timedelta(days=settings.warc_keep_days)
    old = [path for path in settings.warc.rglob("*.warc.gz") if _age(path, now) > keep]
    for path in old:
        path.unlink()
    for path in settings.warc.glob("*"):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return len(old)


def _growth_mb(settings: Settings, *, now: datetime) -> float:
    """Return MB a day over the last two weeks, or since the first file: WARC as written, the database at their pace."""
    files = [path.stat() for path in settings.warc.rglob("*.warc.gz")]
    recent = [stat for stat in files if now.timestamp() - stat.st_mtime < _FORECAST_OVER.total_seconds()]
    if not recent:
        return 0.0
    days = max((now.timestamp() - min(stat.st_mtime for stat in recent)) / 86_400, 1.0)
    warc, all_warc = sum(stat.st_size for stat in recent), sum(stat.st_size for stat in files)
    database = settings.warehouse.stat().st_size * 2 * warc / max(all_warc, 1)  # the warehouse and its snapshot
    return (warc + database) / 1e6 / days


def _age(path: Path, now: datetime) -> timedelta:
    return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
