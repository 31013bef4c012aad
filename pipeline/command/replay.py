"""`conflictwire replay` and `conflictwire requeue`: stored bytes under today's code."""

import argparse
from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import pyarrow as pa

from pipeline.command.sql import show
from pipeline.config import read_settings
from pipeline.errors import InputError
from pipeline.progress import make_progress
from pipeline.replay import Replayed, quarantined, replay, requeue

_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_STAYED = {"no_record": "its bytes are gone or damaged"}


def run(args: argparse.Namespace) -> None:
    """Make the articles of a time anew and say what changed."""
    now = datetime.now(UTC)
    done = replay(
        read_settings(data=args.data),
        run_id=_run_id("replay", now),
        since=_time(args.since, "--since") or _FIRST,
        until=_time(args.until, "--until") or _LAST,
        now=now,
        progress=make_progress(),
        is_dry=args.dry_run,
        relearn=args.relearn,
    )
    _report(done, is_dry=args.dry_run)


def again(args: argparse.Namespace) -> None:
    """Try again what hurt a parser, or list it."""
    settings, now = read_settings(data=args.data), datetime.now(UTC)
    cases = quarantined(settings, reason=args.reason, url=args.url)
    if not cases:
        some = " of that reason or address: --list shows what there is" if args.reason or args.url else ""
        print(f"Nothing is in quarantine{some}.")
        return
    results = {}
    if not args.list:
        done = requeue(settings, cases, run_id=_run_id("requeue", now), now=now, progress=make_progress())
        results = {one.row.quarantine_id: one.result for one in done}
        print(", ".join(f"{n} {result}" for result, n in Counter(results.values()).most_common()))
    rows = [case.row for case in cases]
    columns = {name: [getattr(row, name) for row in rows] for name in ("kind", "url", "reason", "n_strikes")}
    columns["since"] = [f"{row.quarantined_at:%d %b %H:%M}" for row in rows]
    columns["now"] = [results.get(case.row.quarantine_id, case.state) for case in cases]
    columns["bytes"] = [row.raw_ref for row in rows]
    show(pa.table(columns), limit=None)


def _report(done: Replayed, *, is_dry: bool) -> None:
    would = "would change" if is_dry else "changed"
    print(f"articles  {done.n_articles} made anew: {done.n_unchanged} unchanged, {done.n_changed} {would}")
    print(f"texts     {done.n_gained} gained from a page, {done.n_lost} lost")
    for failure, n in done.failures.most_common():
        print(f"stayed    {n} as they were: {_STAYED.get(failure, f'today the page hurts the parser ({failure})')}")
    if done.changed:
        what, counts = zip(*done.changed.most_common(), strict=True)
        show(pa.table({"what changed": what, "articles": counts}))
        names = ("article_id", "what", "before", "after")
        show(pa.table({name: [getattr(one, name) for one in done.examples] for name in names}))


def _run_id(verb: str, now: datetime) -> str:
    return f"{verb}-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"


def _time(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option} {text!r} is no date: write 2026-03-01, or 2026-03-01T06:00, UTC") from None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
