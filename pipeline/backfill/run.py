"""A planned backfill, step by step, until it is done, stopped, or a budget is spent.

A unit's cursor moves only in the transaction that loads what it passed, and a step's folder is named by its number: who
is killed and runs again goes on where the tables say, and finds in the folder what was asked for already.
"""

import fcntl
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline import shard, warehouse
from pipeline.backfill.budget import Budget, spent
from pipeline.backfill.source import Given, Window
from pipeline.backfill.sources import SOURCES
from pipeline.backfill.take import Bench, Taken, take
from pipeline.collect import Collector
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.progress import Progress
from pipeline.run import Run, host_or_nothing
from pipeline.types import Backfill, BackfillUnit

_PUBLISH_EVERY_S = 600.0
_PATIENCE_S = 60.0
_BACKFILL = "SELECT * EXCLUDE (run_id, code_version) FROM backfills WHERE backfill_id = ?"
_OPEN = "SELECT * EXCLUDE (run_id, code_version) FROM backfill_units WHERE backfill_id = ? AND NOT is_done"


@dataclass(slots=True, kw_only=True)
class Worked:
    """What a run came to: how many items ended in which outcome, and why it stopped before the end, if it did."""

    outcomes: Counter[str] = field(default_factory=Counter)
    n_steps: int = 0
    n_articles: int = 0
    why_stopped: str | None = None


def find(settings: Settings, backfill_id: str) -> Backfill:
    """Return a planned backfill. Raises InputError where there is none."""
    with warehouse.reading(settings) as con:
        rows = list(shard.rows(con.execute(_BACKFILL, [backfill_id]).to_arrow_table(), Backfill))
    if not rows:
        raise InputError(f"no backfill is called {backfill_id!r}: `conflictwire backfill list` names them")
    return rows[0]


def open_units(settings: Settings, backfill: Backfill, *, day: date | None = None) -> list[BackfillUnit]:
    """Return what is left to do; of one day only, those without a day being the first day's."""
    with warehouse.reading(settings) as con:
        units = list(shard.rows(con.execute(_OPEN, [backfill.backfill_id]).to_arrow_table(), BackfillUnit))
    mine = [one for one in units if day is None or day == (one.day or backfill.first_day)]
    return sorted(mine, key=lambda one: (one.day or backfill.first_day, one.address, one.unit_id))


def dealt(settings: Settings, backfill_id: str, *, day: date | None, n_batches: int) -> list[list[str]]:
    """Deal the ids of the units that are open, of a day or of all, into at most `n_batches`; a host is never split."""
    groups: dict[str, list[str]] = defaultdict(list)
    for unit in open_units(settings, find(settings, backfill_id), day=day):
        groups[host_or_nothing(unit.address) or unit.unit_id].append(unit.unit_id)
    piles: list[list[str]] = [[] for _ in range(min(n_batches, len(groups)))]
    for members in sorted(groups.values(), key=len, reverse=True):
        min(piles, key=len).extend(members)
    return piles


def work(
    settings: Settings,
    backfill_id: str,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
    day: date | None = None,
    units: Sequence[str] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Worked:
    """Work a backfill until it is done, a budget is spent, or it `should_stop`; the step at hand is finished first.

    With `day` only that day's units, with `units` only these and what they lead to. Others may work on the same one at
    the same time. Raises InputError, SettingsError, StoreError; nothing is half-loaded then.
    """
    backfill = find(settings, backfill_id)
    with warehouse.reading(settings) as con:
        budget = Budget(backfill, spent(con, backfill_id))
    with Collector(settings, clock=clock, watch=budget, gives_way=True) as collector:
        bench = Bench(
            backfill=backfill,
            source=SOURCES[backfill.source],
            given=_given(backfill),
            window=Window(first_day=backfill.first_day, last_day=backfill.last_day),
            collector=collector,
            budget=budget,
        )
        loop = _Loop(settings, bench, clock=clock, progress=progress, day=day, units=units)
        while not should_stop() and loop.go_on():
            pass
    loop.worked.why_stopped = loop.worked.why_stopped or ("it was stopped" if should_stop() and loop.left() else None)
    loop.publish()  # also what a run that was killed had loaded
    return loop.worked


class _Loop:
    """What a run has done so far, and what it does next."""

    def __init__(
        self,
        settings: Settings,
        bench: Bench,
        *,
        clock: Callable[[], datetime],
        progress: Progress,
        day: date | None,
        units: Sequence[str] | None,
    ) -> None:
        self.worked = Worked()
        self._settings = settings
        self._bench = bench
        self._clock = clock
        self._progress = progress
        self._day = day
        self._units = None if units is None else set(units)
        self._published = time.monotonic()

    def left(self) -> list[BackfillUnit]:
        """Return the open units that are ours to work."""
        found = open_units(self._settings, self._bench.backfill, day=self._day)
        return [unit for unit in found if self._units is None or unit.unit_id in self._units]

    def go_on(self) -> bool:
        """Take one step; return whether there may be another."""
        self.worked.why_stopped = self._bench.budget.why_spent()
        left = self.left()
        if self.worked.why_stopped or not left:
            self.worked.why_stopped = self.worked.why_stopped if left else None
            return False
        now = self._clock()
        for unit in left:
            if unit.not_before is None or unit.not_before <= now:
                taken = self._take(unit)
                if taken:
                    return self._count(taken)
        self.worked.why_stopped = _waited(left, now)
        return self.worked.why_stopped is None

    def publish(self) -> None:
        """Let readers see what was loaded."""
        with warehouse.writer_lock(self._settings):
            warehouse.publish(self._settings, changed=True, now=self._clock())
        self._published = time.monotonic()

    def _take(self, unit: BackfillUnit) -> Taken | None:
        """Take one step of a unit, unless another process has it, or has moved it on meanwhile."""
        with _alone(self._settings, unit) as is_alone:
            if not is_alone or unit not in self.left():
                return None
            run_id = f"backfill {unit.backfill_id} {unit.unit_id} {unit.n_steps}"
            run = Run(settings=self._settings, run_id=run_id, clock=self._clock, progress=self._progress)
            return take(run, self._bench, unit)

    def _count(self, taken: Taken) -> bool:
        self.worked.why_stopped = taken.why_cut
        if taken.why_cut:
            return False
        self.worked.n_steps += 1
        self.worked.n_articles += taken.loaded.n_articles
        self.worked.outcomes += taken.outcomes
        if self._units is not None:
            self._units |= taken.units
        if time.monotonic() - self._published > _PUBLISH_EVERY_S:
            self.publish()
        return True


def _given(backfill: Backfill) -> Given:
    """Return what a backfill was planned with."""
    said = json.loads(backfill.given)
    lists = {name: tuple(said[name]) for name in ("addresses", "feeds", "hosts")}
    return Given(**lists, is_fetching=said["is_fetching"])


def _waited(left: Sequence[BackfillUnit], now: datetime) -> str | None:
    """Wait for what asks for a moment's patience; say what stands in the way of the rest."""
    due = [unit.not_before for unit in left if unit.not_before and unit.not_before > now]
    if not due:
        return "others are working on what is left"
    pause_s = (min(due) - now).total_seconds()
    if pause_s > _PATIENCE_S:
        return f"what is left asks to be let alone until {min(due):%Y-%m-%d %H:%M} UTC"
    time.sleep(min(pause_s, 1.0))
    return None


@contextmanager
def _alone(settings: Settings, unit: BackfillUnit) -> Iterator[bool]:
    """Hold a unit against other processes, if nobody does; the kernel frees it when its holder dies."""
    folder = settings.data / "backfills"
    folder.mkdir(parents=True, exist_ok=True)
    with folder.joinpath(f"{unit.backfill_id}-{unit.unit_id}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_alone = True
        except BlockingIOError:
            is_alone = False
        yield is_alone
