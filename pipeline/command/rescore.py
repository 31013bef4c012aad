"""`conflictwire rescore`: another profile, or a new model, for what is stored."""

import argparse
from datetime import UTC, datetime
from uuid import uuid4

import pyarrow as pa

from pipeline.command.sql import show
from pipeline.config import read_settings
from pipeline.progress import make_progress
from pipeline.rescore import Rescored, rescore


def run(args: argparse.Namespace) -> None:
    """Judge what is stored, and say who moved and why."""
    settings, now = read_settings(data=args.data), datetime.now(UTC)
    profile = args.profile or settings.profile
    run_id = f"rescore-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    done = rescore(settings, profile=profile, run_id=run_id, now=now, progress=make_progress(), is_dry=args.dry_run)
    _report(done, profile, is_dry=args.dry_run)
    if not args.dry_run and profile != settings.profile:
        print(
            f"New articles are still judged by {settings.profile}: set CONFLICTWIRE_PROFILE={profile} to change that."
        )


def _report(done: Rescored, profile: str, *, is_dry: bool) -> None:
    would = "would be judged" if is_dry else "judged"
    print(f"articles  {done.n_articles} {would} anew by {profile}, model {done.model_id}")
    moved = {pair: n for pair, n in done.moves.most_common() if pair[0] != pair[1]}
    print(f"moved     {sum(moved.values())}")
    if moved:
        rows = [{"before": before, "after": after, "articles": n} for (before, after), n in moved.items()]
        show(pa.Table.from_pylist(rows))
        names = ("title", "before", "after", "score", "reasons")
        show(pa.table({name: [getattr(one, name) for one in done.examples] for name in names}))
