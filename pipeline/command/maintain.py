"""`conflictwire maintain`: upkeep of the data folder, as the DAG `maintain_warehouse` does it daily."""

import argparse
from datetime import UTC, datetime

from pipeline.config import read_settings
from pipeline.maintain import maintain


def run(args: argparse.Namespace) -> None:
    """Check, back up, prune, and say how long the disk lasts."""
    done = maintain(read_settings(data=args.data), now=datetime.now(UTC))
    print(f"checks    all promises hold\nbackup    {done.backup}")
    print(f"removed   {done.n_backups_removed} backups, {done.n_runs_removed} runs, {done.n_warcs_removed} WARC files")
    print(f"disk      {done.forecast}")
