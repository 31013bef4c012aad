"""`conflictwire ingest`: one cycle in this process."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from rich.console import Console

from pipeline import subscriptions
from pipeline.config import read_settings
from pipeline.ingest import Report, cycle
from pipeline.progress import make_progress


def run(args: argparse.Namespace) -> None:
    """Poll what is due, or what --feeds names; load; say what came of it."""
    settings = read_settings(data=args.data)
    report = cycle(
        settings,
        f"cli-{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:6]}",
        subscriptions.read(args.feeds or [str(settings.feeds)]),
        clock=lambda: datetime.now(UTC),
        is_whole_list=not args.feeds,
        poll_all=bool(args.feeds) or args.all,
        progress=make_progress(),
    )
    show(report)


def show(report: Report) -> None:
    """Print a report for people."""
    console = Console()
    loaded = report.loaded
    console.print(f"feeds     {report.n_feeds} polled{_listed(report.feed_outcomes)}", highlight=False)
    console.print(f"pages     {sum(report.page_outcomes.values())} fetched{_listed(report.page_outcomes)}", highlight=False)
    console.print(f"entries   {loaded.n_entries} new", highlight=False)
    console.print(f"articles  {loaded.n_articles} new, {loaded.n_articles_changed} whose page came after all", highlight=False)
    console.print(f"copies    {loaded.n_duplicates} new links to an original", highlight=False)
    if not report.n_feeds:
        console.print("Nothing was due. `--all` polls all the same; `conflictwire feeds health` says when each is next.")


def _listed(outcomes: Mapping[str, int]) -> str:
    return ": " + ", ".join(f"{n} {name}" for name, n in outcomes.items()) if outcomes else ""
