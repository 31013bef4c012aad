"""What importing a WARC file costs, beside iterating over it with fastwarc and bare trafilatura on the same pages.

    python tests/bench/warc_cost.py [--pages 2000] [--paragraphs 40] [--noise 120000] [--archive FILE]

Prints CPU ÷ (iteration + bare trafilatura) (goal 1.2) and the memory of our process at its largest (goal 1,200 MB with
its children).
"""

import argparse
import resource
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import psutil
from fastwarc.warc import ArchiveIterator, WarcRecordType
from trafilatura import bare_extraction

from pipeline.backfill.plan import Budgets, plan
from pipeline.backfill.run import work
from pipeline.backfill.source import Given, Window
from pipeline.config import Settings
from pipeline.isolate import end_kept
from pipeline.progress import Silent

sys.path.insert(0, str(Path(__file__).parents[1] / "integration" / "backfill"))
from broken_warcs import sow


def cpu() -> float:
    end_kept()
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def bare(archive: Path) -> tuple[int, float]:
    started, n = cpu(), 0
    for record in ArchiveIterator(str(archive), record_types=WarcRecordType.response, fsspec_args=False):
        body = record.reader.read()
        if record.http_content_type == "text/html":
            bare_extraction(body, with_metadata=True)
            n += 1
    return n, cpu() - started


class Watcher(threading.Thread):
    """Looks twice a second at how much memory this process and its children hold."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.largest_mb = 0.0

    def run(self) -> None:
        me = psutil.Process()
        while True:
            held = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    held += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.largest_mb = max(self.largest_mb, held / 1e6)
            time.sleep(0.5)


def imported(archive: Path, data: Path) -> tuple[dict[str, int], float]:
    settings = Settings(data=data, min_free_mb=10)
    now = datetime.now(UTC)
    started = cpu()
    made = plan(
        settings,
        "warc",
        Given(addresses=(str(archive),)),
        Window(first_day=date(1990, 1, 1), last_day=now.date()),
        budgets=Budgets(),
        clock=lambda: datetime.now(UTC),
        progress=Silent(),
    )
    done = work(settings, made.backfill.backfill_id, clock=lambda: datetime.now(UTC), progress=Silent())
    return dict(done.outcomes), cpu() - started


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--paragraphs", type=int, default=40)
    options.add_argument("--noise", type=int, default=120_000, help="bytes of scripts in a page")
    options.add_argument("--archive", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = given.archive or Path(folder) / "own.warc.gz"
        if not given.archive:
            sow(archive, given.pages, share_broken=0, n_paragraphs=given.paragraphs, n_noise=given.noise)
        watcher = Watcher()
        watcher.start()
        outcomes, ours = imported(archive, Path(folder) / "data")
        largest_mb = watcher.largest_mb
        n, theirs = bare(archive)
    print(f"{n} pages: {ours / n * 1e3:.1f} ms CPU a page, bare {theirs / n * 1e3:.1f} ms, ratio {ours / theirs:.2f}")
    print(f"memory    {largest_mb:,.0f} MB at its largest")
    print(f"outcomes  {outcomes}")


if __name__ == "__main__":
    main()
