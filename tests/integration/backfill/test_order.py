"""Tables are a function of what was seen, not of the order in which it came or of how much came at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import pytest

from pipeline import shard
from pipeline.backfill.choose import choose, marked
from pipeline.backfill.source import Step
from pipeline.batch import extract
from pipeline.config import Settings
from pipeline.entry import parse_feed
from pipeline.load import load
from pipeline.progress import Silent
from pipeline.run import Run
from pipeline.types import Entry, Feed, Fetch, PageJob

from .desk import NOW, told

MIDNIGHT = datetime(2023, 10, 6, tzinfo=UTC)
HEADS = ("Shelling kills six in the valley", "Troops leave the airfield", "Council debates a bridge", "Rain on Sunday")
FEEDS = tuple(
    Feed(
        feed_id=name, url=f"https://{name}.example/rss", source_id=f"of {name}", outlet=name, added_at=NOW,
        is_active=False,
    )
    for name in ("alpha", "beta")
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    guid: str
    place: int
    title: str
    summary: str
    published: str | None

    def xml(self) -> str:
        date = f"<pubDate>{self.published}</pubDate>" if self.published else ""
        link = f"<link>https://paper.example/{self.place}</link>" if self.place else ""
        return (
            f"<item><guid isPermaLink='false'>{self.guid}</guid>{link}"
            f"<title>{escape(self.title)}</title><description>{escape(self.summary)}</description>{date}</item>"
        )


def an_item(random: Random) -> Item:
    """An item that is likely to have something in common with others: its guid, its place, its words, its date."""
    place, head = random.randrange(5), random.choice(HEADS)
    day = random.choice(("2023-10-04T08:00:00Z", "2023-10-05T20:00:00Z", "2023-10-06T09:00:00Z", None))
    return Item(f"g{random.randrange(4)}", place, head, f"{head}, {random.choice(('say witnesses', 'we hear'))}.", day)


def documents(random: Random, *, n_moments: int) -> list[list[Entry]]:
    """What two feeds said at some moments; two of the moments are one. Some items have no address."""
    found = []
    for moment in (*range(n_moments), n_moments - 1):
        feed = random.choice(FEEDS)
        items = "".join(an_item(random).xml() for _ in range(random.randint(0, 3)))
        body = f"<rss version='2.0'><channel><title>{feed.outlet}</title>{items}</channel></rss>".encode()
        seen_at = MIDNIGHT + timedelta(hours=11 * moment)
        parsed = parse_feed(body, feed_id=feed.feed_id, feed_url=feed.url, content_type="text/xml", seen_at=seen_at)
        found.append(list(parsed.entries))
    return found


def steps(random: Random, seen: Sequence[list[Entry]]) -> Iterable[list[Entry]]:
    """Deal documents, in any order, into steps of any size."""
    left = random.sample(seen, len(seen))
    while left:
        size = random.randint(1, len(left))
        yield [entry for document in left[:size] for entry in document]
        left = left[size:]


def store(data: Path, dealt: Iterable[list[Entry]]) -> Settings:
    """Load steps as a backfill without pages does."""
    settings = Settings(data=data, min_free_mb=1, contact="test@example.org")
    for n, given in enumerate(dealt):
        run = Run(settings=settings, run_id=f"step {n}", clock=lambda: NOW, progress=Silent())
        step = Step(feeds=FEEDS, entries=tuple(given))
        entries = marked(step, source="snapshot", backfill_id="b")
        chosen = choose(settings, step, {}, entries, source="snapshot", backfill_id="b", now=NOW)
        shard.write(run.file("page-00.todo"), PageJob, chosen.jobs)
        shard.write(run.file("page-00.fetches"), Fetch, ())
        shard.write(run.file("page-00.again"), PageJob, ())
        shard.write(run.file("step.feeds"), Feed, FEEDS)
        shard.write(run.file("step.entries"), Entry, entries)
        extract(run, "page-00")
        load(settings, run.folder, run_id=run.run_id, now=NOW, kind="backfill", defer=True)
    return settings


def check(tmp_path: Path, seed: int, *, n_orders: int) -> None:
    random = Random(seed)
    seen = documents(random, n_moments=6)
    at_once = told(store(tmp_path / "at once", [[entry for document in seen for entry in document]]))
    for n in range(n_orders):
        assert told(store(tmp_path / str(n), steps(random, seen))) == at_once


def test_any_order_and_size_of_steps_ends_in_the_same_tables(tmp_path):
    check(tmp_path, 0, n_orders=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 25))
def test_many_orders_and_sizes_of_steps_end_in_the_same_tables(tmp_path, seed):
    check(tmp_path, seed, n_orders=4)
