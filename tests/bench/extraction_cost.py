"""What page → article costs, children included: beside bare trafilatura, with two processes, over thousands of pages.

    CONFLICTWIRE_EVALUATION=… python tests/bench/extraction_cost.py [--rounds 3] [--pages 5000]

Prints CPU ÷ bare trafilatura (goal 1.15), speed of two processes ÷ one (goal 1.7), memory at the last page ÷ page 100
(goal 1.10), and what landing the bytes costs beside extracting them (goal 5 %).
"""

import argparse
import gzip
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import psutil
from trafilatura import bare_extraction

from pipeline.archive import Writer
from pipeline.article import make_articles
from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.isolate import end_kept
from pipeline.progress import Silent
from pipeline.types import Fetch, PageJob, Response

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def cpu() -> float:
    end_kept()
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def bare(path: Path) -> None:
    bare_extraction(gzip.decompress(path.read_bytes()), with_metadata=True)


def land(root: Path, pages: list[bytes]) -> tuple[list[PageJob], dict[str, Fetch]]:
    """Put the pages into a WARC file as they are; return what extraction is given."""
    fetches, jobs = {}, []
    with Writer(root / "warc", "bench.warc.gz") as writer:
        for number, body in enumerate(pages):
            url = f"https://bench.example/{number}"
            fetch = Fetch(
                fetch_id=str(number),
                kind="page",
                feed_id="f",
                url=url,
                final_url=url,
                requested_at=NOW,
                outcome=Outcome.OK,
            )
            answer = Response(
                fetch=fetch, status_line="HTTP/1.1 200 OK", headers=(("Content-Type", "text/html"),), wire_body=body
            )
            fetches[url] = writer.write(answer)
            jobs.append(
                PageJob(
                    entry_id=str(number), feed_id="f", source_id="s", source_name=None, language_hint=None, guid=url,
                    link=url, url_key=f"bench.example/{number}", title=None, summary=None, content=None, authors=(),
                    published_raw=None, published_at=None, published_precision=None, published_reason=None,
                    first_seen_at=NOW,
                )
            )  # fmt: skip
    return jobs, fetches


def make(root: Path, jobs: list[PageJob], fetches: dict[str, Fetch], *, workers: int) -> tuple[float, float]:
    """Return CPU and wall seconds of page → article."""
    settings = Settings(data=root, extract_workers=workers)
    start, wall = cpu(), time.monotonic()
    assert sum(1 for _ in make_articles(settings, jobs, fetches, now=NOW, progress=Silent())) == len(jobs)
    return cpu() - start, time.monotonic() - wall


def memory(root: Path, jobs: list[PageJob], fetches: dict[str, Fetch], n_pages: int) -> float:
    """Return the memory of the whole tree at the last page ÷ at page 100, each the mean of the 50 pages before."""
    many = list(islice(cycle(jobs), n_pages))
    sizes = []
    made = make_articles(Settings(data=root, extract_workers=2), many, fetches, now=NOW, progress=Silent())
    for number, _ in enumerate(made, 1):
        if number in range(50, 101) or number > n_pages - 50:
            sizes.append((number <= 100, tree_bytes()))
    early, late = ([size for is_early, size in sizes if is_early == wanted] for wanted in (True, False))
    return statistics.mean(late) / statistics.mean(early)


def tree_bytes() -> int:
    total = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=5_000)
    args = parser.parse_args()
    evaluation = Path(os.environ.get("CONFLICTWIRE_EVALUATION") or sys.exit("CONFLICTWIRE_EVALUATION names no folder"))
    named = json.loads((evaluation / "replay" / "manifest.json").read_text())["pages"]
    paths = [evaluation / page["file"] for page in named]
    pages = [gzip.decompress(path.read_bytes()) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        start = cpu()
        jobs, fetches = land(root, pages)
        landing = cpu() - start
        ratios, speedups = [], []
        for _ in range(args.rounds):
            start = cpu()
            with ProcessPoolExecutor(2) as pool:
                list(pool.map(bare, paths))
            beside = cpu() - start
            two, wall_of_two = make(root, jobs, fetches, workers=2)
            _, wall_of_one = make(root, jobs, fetches, workers=1)
            ratios.append(two / beside)
            speedups.append(wall_of_one / wall_of_two)
            print(
                f"articles {two:.1f} s  bare {beside:.1f} s  ratio {ratios[-1]:.2f}  two ÷ one {speedups[-1]:.2f}",
                flush=True,
            )
        print(
            f"median: ratio {statistics.median(ratios):.2f} (goal 1.15), two ÷ one {statistics.median(speedups):.2f} (1.7)"
        )
        print(f"landing {landing:.2f} s, {landing / two:.1%} of extraction (goal 5 %)", flush=True)
        print(f"memory at page {args.pages} ÷ page 100: {memory(root, jobs, fetches, args.pages):.2f} (goal 1.10)")


if __name__ == "__main__":
    main()
