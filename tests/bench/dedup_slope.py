"""What dedup, stories and load cost as the warehouse grows: 1,000 new articles against ever more stored ones.

    python tests/bench/dedup_slope.py [--sizes 0 100000 1000000 5000000] [--rounds 3] [--steps]

The window's content is the same at every size: only the history before it grows. Every size gets a warehouse of its
own, made of real rows that are laid down again and again under other ids and days; the rounds are interleaved. Prints
the CPU seconds (all threads) of one load, the ratio to the size of 100,000, and the file's size. The articles of the
history carry the first 200 characters of their texts, which no load reads; the size of a million whole articles is
measured apart.
"""

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import load as load_stage
from pipeline import shard, warehouse
from pipeline.article.compose import compose
from pipeline.config import Settings
from pipeline.relevance import judge
from pipeline.types import Article, DateCandidate, Entry, Feed, Fetch, Judgement, PageJob
from pipeline.url import short_hash

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
N_SEED, N_WINDOW, N_NEW = 2_000, 3_000, 1_000
N_FEEDS = 100
BASE = 100_000  # ratios are to this size
FEEDS = [
    Feed(feed_id=f"f{n}", url=f"https://{n}.example/rss", source_id=f"s{n}", outlet=f"Outlet {n}", added_at=NOW)
    for n in range(N_FEEDS)
]
_ID = "left(md5({column} || '-' || n), 20) AS {column}"
_BACK = "{column} - (n * INTERVAL 1 HOUR) AS {column}"
_IDS = {
    "entries": ["entry_id", "article_id", "url_key", "guid"],
    "entry_names": [],
    "fetches": ["fetch_id", "url"],
    "articles": ["article_id", "entry_id", "url_key", "url", "text_sha256"],
    "article_urls": ["article_id", "url_key", "url"],
    "date_candidates": ["article_id"],
    "relevance": ["article_id"],
    "compared_texts": ["article_id", "text_sha256"],
    "fingerprints": ["article_id"],
    "text_pairs": ["one_id", "other_id", "one_sha256", "other_sha256"],
    "duplicates": ["article_id", "original_id"],
    "story_documents": ["article_id", "story_id", "words_md5"],
    "stories": ["story_id"],
    "story_articles": ["article_id", "story_id"],
}
_TIMES = {
    "entries": ["published_at", "first_seen_at", "last_seen_at"],
    "fetches": ["requested_at"],
    "articles": ["published_at", "first_seen_at", "extracted_at"],
    "compared_texts": ["published_at"],
    "story_documents": ["told_at"],
    "stories": ["first_published_at", "last_published_at"],
}
_DAYS = {
    "duplicates": ["day", "original_day"],
    "stories": ["began_on"],
    "story_articles": ["day"],
    "compared_texts": ["day"],
    "fingerprints": ["day"],
    "text_pairs": ["one_day", "other_day"],
    "story_documents": ["day", "story_day"],
}


def items(rng: random.Random, n: int, first_day: datetime, n_days: int) -> Iterator[PageJob]:
    """Yield entries with texts: one in ten repeats an earlier one, and half of the others tell what others tell."""
    vocabulary = [f"{'aeiou'[n % 5]}{n:x}" for n in range(30_000)]
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    happenings = [(rng.choices(vocabulary[2_000:], k=6), rng.random()) for _ in range(n // 6)]
    texts: list[str] = []
    for number in range(n):
        happening, at = rng.choice(happenings)
        names = [word.title() for word in (happening if number % 2 else rng.choices(vocabulary[2_000:], k=6))]
        words = rng.choices(vocabulary, weights, k=400)
        text = " ".join(names) + " " + ". ".join(" ".join(words[i : i + 20]) for i in range(0, 400, 20)) + "."
        if texts and number % 10 == 0:
            text = rng.choice(texts[-300:])
        texts.append(text)
        published = first_day + timedelta(days=(at if number % 2 else rng.random()) * n_days)
        feed, name = rng.randrange(N_FEEDS), f"{first_day:%Y%m%d}-{number}"
        yield PageJob(
            entry_id=short_hash("e", name), feed_id=f"f{feed}", source_id=f"s{feed}", source_name=None,
            language_hint="en", guid=name, link=f"https://{feed}.example/{name}", url_key=f"{feed}.example/{name}",
            title=" ".join([*names, *rng.choices(vocabulary, weights, k=5)]), summary=None, content=text, authors=(),
            published_raw=published.isoformat(), published_at=published, published_precision="second",
            published_reason=None, first_seen_at=published,
        )  # fmt: skip


def lay(folder: Path, jobs: list[PageJob]) -> None:
    """Write the shards of a run that brings these entries and makes their articles."""
    made = [compose(job, None, None, now=NOW) for job in jobs]
    articles = [article for article, _ in made]
    entries = [
        Entry(
            entry_id=job.entry_id, feed_id=job.feed_id, guid=job.guid, link=job.link, url_key=job.url_key,
            title=job.title, summary=None, content=None, published_raw=job.published_raw,
            published_at=job.published_at, published_precision="second", first_seen_at=job.first_seen_at,
            last_seen_at=NOW,
        )
        for job in jobs
    ]  # fmt: skip
    fetches = [
        Fetch(
            fetch_id=short_hash("x", job.guid), kind="page", feed_id=job.feed_id, url=job.link or "", final_url=None,
            requested_at=job.first_seen_at, outcome="http_404",
        )
        for job in jobs
    ]  # fmt: skip
    shard.write(folder / "c.feeds.parquet", Feed, FEEDS)
    shard.write(folder / "p.fetches.parquet", Fetch, fetches)
    shard.write(folder / "p.entries.parquet", Entry, entries)
    shard.write(folder / "p.articles.parquet", Article, articles)
    shard.write(folder / "p.date_candidates.parquet", DateCandidate, [date for _, dates in made for date in dates])
    shard.write(folder / "p.relevance.parquet", Judgement, judge(articles, profile="conflict"))


def multiply(con: warehouse.Connection, n_copies: int) -> None:
    """Lay every row that stands there `n_copies` times more, each under ids and days of its own, oldest first."""
    seeds = {table: f"seed_{table}" for table in _IDS}
    for table, seed in seeds.items():
        con.execute(f"CREATE TEMP TABLE {seed} AS FROM {table}")
    for chunk in range(n_copies, 0, -50):
        numbers = f"range({max(chunk - 50, 0) + 1}, {chunk + 1}) AS numbers(n)"
        for table, seed in seeds.items():
            changes = [_ID.format(column=column) for column in _IDS[table]]
            changes += [_BACK.format(column=column) for column in _TIMES.get(table, [])]
            changes += [f"{column} - (n // 24)::INTEGER AS {column}" for column in _DAYS.get(table, [])]
            if table == "entries":
                changes.append("key_hash(left(md5(entry_id || '-' || n), 20)) AS id_hash")
            if table == "entry_names":
                changes += ["name_hash + n AS name_hash", "id_hash + n AS id_hash"]
            if table == "article_urls":
                changes.append("key_hash(left(md5(url_key || '-' || n), 20)) AS key_hash")
            if table == "articles":
                changes.append("left(text, 200) AS text")
            con.execute(
                f"INSERT INTO {table} SELECT * EXCLUDE (n) REPLACE ({', '.join(changes)}) FROM {seed}, {numbers}"
            )
    con.execute("CHECKPOINT")


def prepare(folder: Path, n_stored: int) -> Settings:
    """Make a warehouse of `n_stored` articles of the past and the window's content."""
    settings = Settings(data=folder / str(n_stored), min_free_mb=1)
    if n_stored:
        load_stage.load(settings, folder / "seed", run_id="seed", now=NOW)
        with warehouse.writer_lock(settings), warehouse.writing(settings) as con:
            multiply(con, n_stored // N_SEED - 1)
    load_stage.load(settings, folder / "window", run_id="window", now=NOW)
    settings.snapshot.unlink()  # large, and of no use here
    return settings


def load_once(settings: Settings, shards: Path) -> dict[str, float]:
    """Return the CPU seconds of each step of one load, all threads; the load itself is undone."""
    kept = settings.warehouse.with_suffix(".kept")
    warehouse.copy_file(settings.warehouse, kept)
    spent: dict[str, float] = {}
    steps = load_stage._STEPS

    def timed(step: object) -> object:
        def run(con: warehouse.Connection, **options: object) -> None:
            began = time.process_time()
            step(con, **options) if callable(step) else con.execute(warehouse.statement(*step))
            spent[step.__name__ if callable(step) else step[1]] = time.process_time() - began

        return run

    checks, publish = load_stage.run_checks, warehouse.publish
    load_stage._STEPS = tuple(timed(step) for step in steps)
    load_stage.run_checks = timed(checks)
    warehouse.publish = lambda *_, **__: False  # copies the file: the one cost that grows with it, measured apart
    began = time.process_time()
    try:
        load_stage.load(settings, shards, run_id="new", now=NOW)
    finally:
        load_stage._STEPS, load_stage.run_checks, warehouse.publish = steps, checks, publish
    spent["whole"] = time.process_time() - began
    kept.replace(settings.warehouse)
    return spent


def whole_mb(folder: Path) -> float:
    """Return the megabytes that a million articles take with their whole texts, from the file of a tenth of that."""
    settings = Settings(data=folder / "size", min_free_mb=1)
    rng = random.Random(9)
    for n in range(5):
        lay(folder / f"size-{n}", list(items(rng, 2_000, NOW - timedelta(days=700 + 30 * n), 20)))
        load_stage.load(settings, folder / f"size-{n}", run_id=f"size-{n}", now=NOW)
    return settings.warehouse.stat().st_size / 1e6 * 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, BASE, 1_000_000, 5_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", action="store_true", help="print what each step of the load costs")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dedup-slope-"))
    try:
        measure(args, folder)
    finally:
        shutil.rmtree(folder)


def measure(args: argparse.Namespace, folder: Path) -> None:
    rng = random.Random(7)
    lay(folder / "seed", list(items(rng, N_SEED, NOW - timedelta(days=800), 20)))
    lay(folder / "window", list(items(rng, N_WINDOW, NOW - timedelta(days=9), 8)))
    lay(folder / "new", list(items(rng, N_NEW, NOW - timedelta(days=2), 1.5)))
    stores = {}
    for size in args.sizes:
        began = time.monotonic()
        stores[size] = prepare(folder, size)
        mb = stores[size].warehouse.stat().st_size / 1e6
        print(f"{size:>9,} stored: {mb:,.0f} MB, laid in {time.monotonic() - began:.0f} s", file=sys.stderr)
    spent: dict[int, dict[str, list[float]]] = {size: defaultdict(list) for size in stores}
    for _ in range(args.rounds):
        for size, settings in stores.items():
            for step, seconds in load_once(settings, folder / "new").items():
                spent[size][step].append(seconds)
    medians = {size: {step: statistics.median(all_) for step, all_ in steps.items()} for size, steps in spent.items()}
    base = medians.get(BASE, medians[args.sizes[0]])
    for step in base if args.steps else ["whole"]:
        for size in stores:
            seconds = medians[size][step]
            print(f"{step:<24} {size:>9,} stored: {seconds:6.2f} s CPU, {seconds / max(base[step], 1e-3):5.2f} x")
    # print(f"{whole_mb(folder):,.0f} MB a million articles of 400 words, whole")


if __name__ == "__main__":
    main()
