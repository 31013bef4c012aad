"""`conflictwire ingest`: one cycle in this process."""

import argparse
from datetime import UTC, datetime
from uuid import uuid4

from pipeline import subscriptions
from pipeline.config import read_settings
from pipeline.ingest import Report, Run, cycle, listed
from pipeline.progress import make_progress


def run(args: argparse.Namespace) -> None:
    """Poll what is due, or what --feeds names; load; say what came of it."""
    settings = read_settings(data=args.data)
    this = Run(
        settings=settings,
        run_id=f"cli-{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:6]}",
        clock=lambda: datetime.now(UTC),
        progress=make_progress(),
    )
    given = subscriptions.read(args.feeds) if args.feeds else None
    show(cycle(this, given, poll_all=bool(args.feeds) or args.all))


def show(report: Report) -> None:
    """Print a report for people."""
    loaded = report.loaded
    lines = {
        "feeds": f"{sum(report.feed_outcomes.values())} polled: {listed(report.feed_outcomes)}",
        "pages": f"{sum(report.page_outcomes.values())} fetched: {listed(report.page_outcomes)}",
        "entries": f"{loaded.n_entries} new",
        "articles": f"{loaded.n_articles} new, {loaded.n_articles_changed} whose page came after all",
        "again": f"{loaded.n_rechecks} pages looked at again, {loaded.n_revisions} revisions",
        "copies": f"{loaded.n_duplicates} new links to an original",
    }
    for name, text in lines.items():
        print(f"{name:<9} {text.removesuffix(': ')}")
    if not report.feed_outcomes:
        print("No feed was due: --all polls all the same; `conflictwire feeds health` says when each is next.")
