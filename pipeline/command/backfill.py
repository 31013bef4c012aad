"""`conflictwire backfill`: the past, planned, worked, and looked at."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import FrameType

import pyarrow as pa

from pipeline import warehouse
from pipeline.backfill.plan import Budgets, Plan
from pipeline.backfill.plan import plan as make_plan
from pipeline.backfill.run import find, work
from pipeline.backfill.source import Given, Window
from pipeline.backfill.sources import SOURCES
from pipeline.command.sql import show
from pipeline.config import read_settings
from pipeline.errors import InputError
from pipeline.progress import make_progress

_EVER = date(1990, 1, 1)
_STATUS = "SELECT * FROM backfill_status WHERE backfill_id = ?"
_OUTCOMES = """
SELECT outcome, count(*) AS items, min(note) AS "such as" FROM backfill_items
WHERE backfill_id = ? GROUP BY outcome ORDER BY items DESC"""
_UNITS = """
SELECT address AS "what is left", day, cursor, n_items AS items, not_before, note FROM backfill_units
WHERE backfill_id = ? AND NOT is_done ORDER BY day, address LIMIT 10"""
_LIST = """
SELECT backfill_id AS backfill, source, first_day, last_day, state, n_items AS items, n_expected AS expected,
    n_articles AS articles, n_requests AS requests, worked_at FROM backfill_status"""


def plan(args: argparse.Namespace) -> None:
    """Find out what there is, keep it, and say what it would take."""
    now = datetime.now(UTC)
    if not args.addresses and not args.feeds:
        raise InputError(f"nothing to plan: name files, folders or addresses for {args.source}, or --feeds")
    if args.source not in SOURCES:
        known = "; ".join(f"{source.name} ({source.about})" for source in SOURCES.values())
        raise InputError(f"no source {args.source!r}: there are {known}")
    made = make_plan(
        read_settings(data=args.data),
        args.source,
        Given(
            addresses=tuple(args.addresses),
            feeds=tuple(args.feeds),
            hosts=tuple(args.host),
            is_fetching=not args.no_pages,
        ),
        Window(first_day=args.first or _EVER, last_day=args.last or now.date()),
        budgets=Budgets(requests=args.max_requests, bytes=args.max_bytes, hosts=args.max_hosts, hours=args.max_hours),
        clock=lambda: datetime.now(UTC),
        progress=make_progress(),
    )
    _show_plan(made)


def run(args: argparse.Namespace) -> None:
    """Work a backfill."""
    settings = read_settings(data=args.data)
    with _stop() as should_stop:
        done = work(
            settings,
            args.backfill,
            clock=lambda: datetime.now(UTC),
            progress=make_progress(),
            day=args.day,
            should_stop=should_stop,
        )
    counted = ", ".join(f"{n:,} {name}" for name, n in done.outcomes.most_common()) or "nothing was left to do"
    print(f"items     {sum(done.outcomes.values()):,}: {counted}")
    print(f"articles  {done.n_articles:,} new")
    if done.why_stopped:
        print(f"stopped   {done.why_stopped}; `conflictwire backfill run {args.backfill}` goes on")


def status(args: argparse.Namespace) -> None:
    """Say how far it is."""
    settings = read_settings(data=args.data)
    find(settings, args.backfill)
    with warehouse.reading(settings) as con:
        row = con.execute(_STATUS, [args.backfill]).to_arrow_table().to_pylist()[0]
        outcomes = con.execute(_OUTCOMES, [args.backfill]).to_arrow_table()
        units = con.execute(_UNITS, [args.backfill]).to_arrow_table()
    expected = f" of about {row['n_expected']:,}" if row["n_expected"] is not None else ""
    lines = {
        "state": f"{row['state']}: {row['n_units_done']:,} of {row['n_units']:,} units done",
        "items": f"{row['n_items']:,}{expected}, {row['n_articles']:,} new articles",
        "spent": f"{row['n_requests']:,} requests, {row['n_bytes'] / 1e6:,.1f} MB, {row['hours_worked']:.2f} hours",
        "pace": f"{row['items_per_hour']:,.0f} items an hour" if row["items_per_hour"] else "",
        "left": f"about {row['hours_left']:.1f} hours" if row["hours_left"] and row["state"] != "done" else "",
    }
    for name, text in lines.items():
        if text:
            print(f"{name:<9} {text}")
    for reason in row["cannot_be_had"] or ():
        print(f"{'lacks':<9} {reason}")
    if outcomes.num_rows:
        show(outcomes)
    if units.num_rows:
        show(units)


def list_(args: argparse.Namespace) -> None:
    """List what was planned."""
    with warehouse.reading(read_settings(data=args.data)) as con:
        rows = con.execute(_LIST).to_arrow_table()
    if rows.num_rows:
        show(rows, limit=None)
    else:
        print("No backfill is planned: `conflictwire backfill plan --help` shows how.")


def _show_plan(made: Plan) -> None:
    planned, backfill = made.planned, made.backfill
    hosts = f", {len(planned.hosts):,} hosts" if planned.hosts else ""
    size = f", {planned.n_bytes / 1e6:,.1f} MB" if planned.n_bytes is not None else ""
    lines = {
        "backfill": backfill.backfill_id,
        "window": f"{backfill.first_day} to {backfill.last_day}",
        "units": f"{len(planned.units):,}",
        "items": "can't be told" if planned.n_items is None else f"about {planned.n_items:,}",
        "requests": "can't be told" if planned.n_requests is None else f"about {planned.n_requests:,}{hosts}{size}",
        "lasts": "can't be told" if made.lasts is None else f"about {made.lasts}",
    }
    for name, text in lines.items():
        print(f"{name:<9} {text}")
    for reason in planned.cannot_be_had[:20]:
        print(f"{'lacks':<9} {reason}")
    busiest = sorted(planned.hosts.items(), key=lambda one: -one[1])[:10]
    if busiest:
        show(pa.table({"busiest hosts": [host for host, _ in busiest], "pages": [n for _, n in busiest]}))
    print(f"`conflictwire backfill run {backfill.backfill_id}` works it.")


@contextmanager
def _stop() -> Iterator["_Flag"]:
    """Let Ctrl-C and SIGTERM finish the step at hand; a second one ends it at once."""
    flag = _Flag()
    before = {number: signal.signal(number, flag.set) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Flag:
    def __init__(self) -> None:
        self._is_set = False

    def __call__(self) -> bool:
        return self._is_set

    def set(self, *_: int | FrameType | None) -> None:
        if self._is_set:
            raise KeyboardInterrupt
        self._is_set = True
        print("conflictwire: stopping after this step; once more stops at once", file=sys.stderr)
