"""`conflictwire feeds discover URL`: the feeds of a site."""

import argparse
import sys
from datetime import UTC, datetime

import pyarrow as pa

from pipeline import subscriptions
from pipeline.command.sql import show
from pipeline.config import Settings, read_settings
from pipeline.discover import BUDGET, Found, discover
from pipeline.errors import InputError
from pipeline.progress import make_progress
from pipeline.subscriptions import Subscription


def run(args: argparse.Namespace) -> int:
    """Show the feeds of a site, with -v also what is none; with --add put them into the feeds file."""
    settings = read_settings(data=args.data)
    found = discover(settings, args.url, progress=make_progress())
    feeds = [one for one in found if one.problem is None]
    if feeds:
        show(_table(feeds), limit=None)
    if args.verbose and len(feeds) < len(found):
        show(_refused([one for one in found if one.problem]), limit=None)
    n_asked = sum(one.outcome is not None for one in found)
    print(f"{len(feeds)} feeds found with {n_asked} requests (at most {BUDGET} are made)", file=sys.stderr)
    if not feeds:
        print(_advice(args.url, found), file=sys.stderr)
        return 1
    if args.add:
        _add(settings, args.url, feeds)
    return 0


def _table(feeds: list[Found]) -> pa.Table:
    return pa.table(
        {
            "address": [one.url for one in feeds],
            "format": [one.format for one in feeds],
            "title": [one.title for one in feeds],
            "entries": [one.n_entries for one in feeds],
            "newest": [one.newest_at and f"{one.newest_at:%Y-%m-%d %H:%M}" for one in feeds],
            "found": [one.where for one in feeds],
        }
    )


def _refused(others: list[Found]) -> pa.Table:
    return pa.table(
        {
            "address": [one.url for one in others],
            "why it is no feed": [one.problem for one in others],
            "found": [one.where for one in others],
        }
    )


def _advice(url: str, found: list[Found]) -> str:
    """Say what a person can try where nothing was found; `found` begins with the page that they named."""
    home = found[0]
    if home.outcome and not home.outcome.is_ok:
        return f"No feed found, and {url} itself could not be read ({home.problem}): try another page of the site."
    return (
        f"No feed found at {url}: try the page of a section, or look for `RSS` on the site and give that page; -v says "
        "what was tried."
    )


def _add(settings: Settings, url: str, feeds: list[Found]) -> None:
    is_new = [subscriptions.add(settings.feeds, _subscription(one, url)) for one in feeds]
    n_old = is_new.count(False)
    print(f"{is_new.count(True)} feeds added to {settings.feeds}" + (f"; {n_old} were there already" if n_old else ""))


def _subscription(feed: Found, site: str) -> Subscription:
    given = {
        "url": feed.url,
        "name": feed.title or "",
        "from_": f"discovered at {site}",
        "as_of": datetime.now(UTC).date().isoformat(),
    }
    try:
        return Subscription(**given, language=feed.language or "")
    except InputError:  # what the feed calls its language is no tag
        return Subscription(**given)
