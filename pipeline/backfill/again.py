"""Wanted pages that couldn't be had for the moment: they are asked for again, twice at most, in units of their own.

Nothing of them ends in an outcome before that. Articles that a feed's entry listed are no matter of ours: the next live
run that finds their page due asks for it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from pipeline.backfill.source import Item, Page, Step, Task
from pipeline.errors import TRANSIENT
from pipeline.run import host_or_nothing
from pipeline.types import BackfillUnit, Fetch
from pipeline.url import short_hash

NAME = "again"
_TRIES = 3


def may_wait(page: Page, fetch: Fetch | None) -> bool:
    """Whether a page that was asked for may yet be had later."""
    return bool(
        fetch and not page.is_held and fetch.outcome in TRANSIENT and fetch.retry_at and page.n_tries + 1 < _TRIES
    )


def units_for(
    unit: BackfillUnit, pages: Sequence[Page], fetches: Mapping[str, Fetch], *, now: datetime
) -> Iterator[BackfillUnit]:
    """Yield a unit for each host of `pages`, not to be worked before all of that host's may be asked for again."""
    hosts: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        hosts[host_or_nothing(page.url)].append(replace(page, n_tries=page.n_tries + 1))
    for host, waiting in hosts.items():
        moments = [at for page in waiting if (at := fetches[page.url].retry_at)]
        yield BackfillUnit(
            backfill_id=unit.backfill_id,
            unit_id=short_hash(NAME, unit.unit_id, str(unit.n_steps), host),
            source=NAME,
            address=waiting[0].url,
            day=unit.day,
            cursor=json.dumps([asdict(page) for page in waiting], default=datetime.isoformat),
            note=f"{len(waiting)} to be asked for again, as {fetches[waiting[0].url].outcome}",
            not_before=max(moments, default=now),
            updated_at=now,
        )


def step(task: Task) -> Step:
    """Take the next of the pages that waited."""
    waiting = json.loads(task.unit.cursor or "[]")
    pages = tuple(_page(said) for said in waiting[: task.limit])
    left = waiting[task.limit :]
    return Step(
        items=tuple(Item(item_id=page.item_id, url=page.url, observed_at=page.observed_at) for page in pages),
        pages=pages,
        cursor=json.dumps(left),
        is_done=not left,
    )


def _page(said: dict[str, str | None]) -> Page:
    seen_at = said["observed_at"]
    return Page(**{**said, "observed_at": datetime.fromisoformat(seen_at) if seen_at else None})  # type: ignore[arg-type]  # as `units_for` wrote it
