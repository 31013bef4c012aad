"""One run's world: the folder that its stages hand their rows over in, and work dealt out in batches."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pipeline import shard, warehouse
from pipeline.collect import collect
from pipeline.config import Settings
from pipeline.progress import Progress
from pipeline.types import Fetch, Request
from pipeline.url import host_of, short_hash

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run's world. `run_id` may hold any characters; `clock` gives aware UTC."""

    settings: Settings
    run_id: str
    clock: Callable[[], datetime]
    progress: Progress

    @property
    def folder(self) -> Path:
        """Where this run's files lie."""
        safe = re.sub(r"[^\w.-]", "_", self.run_id, flags=re.ASCII)
        return self.settings.data / "runs" / f"{safe[:80]}-{short_hash(self.run_id, length=8)}"

    def file(self, name: str) -> Path:
        """Return the path of one of its files."""
        return self.folder / f"{name}.parquet"

    def files(self, pattern: str) -> list[Path]:
        """Return the paths of the files that match, in order."""
        return sorted(self.folder.glob(f"{pattern}.parquet"))


def write_batches(
    run: Run, stage: str, row_type: type, items: Sequence[Item], *, n_batches: int, group: Callable[[Item], Hashable]
) -> list[str]:
    """Deal items into at most `n_batches` files, and return the batches' names."""
    piles = deal(run, stage, items, n_batches=n_batches, group=group)
    for name, pile in piles.items():
        shard.write(run.file(f"{name}.todo"), row_type, pile)
    return list(piles)


def deal(
    run: Run, stage: str, items: Sequence[Item], *, n_batches: int, group: Callable[[Item], Hashable]
) -> dict[str, list[Item]]:
    """Deal items into at most `n_batches` piles of even size, in their order; a group (a host) is never split."""
    for stale in run.files(f"{stage}-*.todo"):  # of a try that planned otherwise
        stale.unlink()
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[group(item)].append(item)
    piles: list[list[Item]] = [[] for _ in range(min(n_batches, len(groups)))]
    for members in sorted(groups.values(), key=len, reverse=True):
        min(piles, key=len).extend(members)
    return {f"{stage}-{number:02}": pile for number, pile in enumerate(piles)}


def ask(run: Run, batch: str, requests: Sequence[Request], *, label: str) -> list[Fetch]:
    """Ask for all of `requests` into the batch's WARC file. Raises as `collect`, and DiskFullError."""
    warehouse.require_space(run.settings)
    name = f"{run.folder.name}/{batch}.warc.gz"
    return collect(run.settings, requests, warc_name=name, label=label, progress=run.progress, clock=run.clock)


def outcomes_of(run: Run, pattern: str, kind: str) -> dict[str, int]:
    """Return how often each outcome came to requests of a kind, the most frequent first."""
    rows = shard.arrow(run.files(pattern), Fetch).to_pylist()
    return dict(Counter(row["outcome"] for row in rows if row["kind"] == kind).most_common())


def listed(outcomes: Mapping[str, int]) -> str:
    """Return outcomes with their counts, in words."""
    return ", ".join(f"{n} {name}" for name, n in outcomes.items())


def host_or_nothing(url: str | None) -> str:
    """Return the host of an address, "" where it has none."""
    try:
        return host_of(url) if url else ""
    except ValueError:
        return ""
