"""`conflictwire feeds …`: what is polled, and how it fares."""

import argparse
import sys
from dataclasses import fields

import pyarrow as pa

from pipeline import subscriptions, warehouse
from pipeline.command.sql import show as show_rows
from pipeline.config import read_settings
from pipeline.errors import StoreError
from pipeline.subscriptions import Subscription

_ADDRESSES = """\
WITH known AS (SELECT unnest(list_concat([url, polled_url, moving_to], former_urls)) AS address FROM feeds)

SELECT DISTINCT address FROM known WHERE address IS NOT NULL"""
_HEALTH = """\
SELECT
    state, feed,
    strftime(last_new_entry_at, '%d %b %H:%M') AS "last new", strftime(next_poll_at, '%d %b %H:%M') AS "next poll",
    diagnosis, next_step AS "next step"
FROM feed_health
ORDER BY state, feed"""


def show(args: argparse.Namespace) -> None:
    """List the feeds of the feeds file."""
    feeds = subscriptions.read([read_settings(data=args.data).feeds])
    columns = ("name", "outlet", "country", "language", "kind", "status", "url")
    show_rows(pa.table({name: [getattr(feed, name) for feed in feeds] for name in columns}), limit=None)
    print(f"{len(feeds)} feeds", file=sys.stderr)


def add(args: argparse.Namespace) -> None:
    """Add one feed to the feeds file."""
    path = read_settings(data=args.data).feeds
    given = {field.name: getattr(args, field.name) for field in fields(Subscription) if hasattr(args, field.name)}
    is_new = subscriptions.add(path, Subscription(**given))
    print(f"{args.url} {'added to' if is_new else 'is already in'} {path}")


def import_(args: argparse.Namespace) -> None:
    """Add the feeds of OPML or TOML files to the feeds file."""
    path = read_settings(data=args.data).feeds
    found = subscriptions.read(args.files)
    n_new = sum(subscriptions.add(path, feed) for feed in found)
    print(f"{n_new} of {len(found)} feeds added to {path}; the others were there already")


def export(args: argparse.Namespace) -> None:
    """Write the feeds of the feeds file as OPML."""
    opml = subscriptions.to_opml(subscriptions.read([read_settings(data=args.data).feeds]))
    if args.output:
        args.output.write_bytes(opml)
    else:
        sys.stdout.buffer.write(opml)


def health(args: argparse.Namespace) -> None:
    """Show the view feed_health, and the feeds that no run has met yet."""
    settings = read_settings(data=args.data)
    try:
        con = warehouse.open_snapshot(settings)
    except StoreError:
        if settings.snapshot.exists():
            raise
        print(f"No feed was ever polled into {settings.data}: run `conflictwire ingest`.")
        return
    with con:
        show_rows(warehouse.query(con, _HEALTH).read_all(), limit=None)
        met = {subscriptions.feed_id(address) for (address,) in con.execute(_ADDRESSES).fetchall()}
    if settings.feeds.exists():
        unmet = [feed for feed in subscriptions.read([settings.feeds]) if subscriptions.feed_id(feed.url) not in met]
        some = ", ".join(feed.name or feed.url for feed in unmet[:5]) + (" …" if unmet[5:] else "")
        if unmet:
            print(f"{len(unmet)} feeds of {settings.feeds} were never met, and are unverified: {some}")
