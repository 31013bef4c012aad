"""Pages that are dead today, as the Wayback Machine captured them.

A unit a page, with the entry's own job as its cursor. Of the captures that were answered by a page of HTML the nearest
one not before the entry was seen is taken: it is what the entry led to. Where there is none, the last one before.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from pipeline.backfill.ask import Ask
from pipeline.backfill.patience import cursor_of, may_come, not_had
from pipeline.backfill.source import Item, ItemOutcome, Page, Step, Task, item_id, unit_of
from pipeline.backfill.wayback import index
from pipeline.errors import Outcome
from pipeline.types import BackfillUnit, Fetch, PageJob, Request
from pipeline.url import normalize_url

_TRIED = 3  # captures: one may be withheld
_JOB = TypeAdapter(PageJob)


def seek(ask: Ask, job: PageJob) -> BackfillUnit:
    """Return the unit that looks for the page of an entry; the same one whenever the entry was seen."""
    assert job.link, "only what was asked for is dead"
    address = index.index_address(ask.settings.wayback, job.link)
    cursor = json.dumps({"page": _JOB.dump_python(job, mode="json")})
    return replace(unit_of(index.NAME, address, now=ask.now()), cursor=cursor)


def step(ask: Ask, task: Task) -> Step:
    """Look a page up in the index, and take the best of its captures that can be had."""
    cursor = cursor_of(task)
    job = _JOB.validate_python(cursor["page"])
    item = Item(item_id=item_id(task.unit, 0), url=job.link)
    found = cursor.get("captures") or _found(ask, job)
    if found is None:
        return Step(cursor=task.unit.cursor)
    if isinstance(found, Fetch):
        return _not_had(task, found, item, [])
    last: Fetch | None = None
    for n, address in enumerate(found):
        rows = ask.get([Request(url=address, kind="archive")], label="archive")
        if not rows:
            return Step(cursor=task.unit.cursor)
        last = rows[0]
        if last.outcome.is_ok:
            return _read(ask, task, job, item, last)
        if may_come(last) and last.outcome is not Outcome.EMPTY:  # an empty page stays one
            return _not_had(task, last, item, found[n:])
    outcome, note = (last.outcome, last.note) if last else (ItemOutcome.NO_CAPTURE, None)
    return Step(items=(replace(item, outcome=outcome, note=note),), cursor=task.unit.cursor, is_done=True)


def _found(ask: Ask, job: PageJob) -> list[str] | Fetch | None:
    """Return the captures of a page, best first; the index's row where it didn't tell, None without leave to ask."""
    assert job.link, "a page that is sought has an address"
    sight = f"{job.first_seen_at:%Y%m%d%H%M%S}"
    asked = {"filter": ["statuscode:200", "mimetype:text/html"]}
    base = ask.settings.wayback
    for span in ({"from": sight, "limit": _TRIED}, {"to": sight, "limit": -_TRIED}):
        for url in dict.fromkeys((job.link, normalize_url(job.link))):  # without what feeds add to count clicks, too
            rows = ask.get(
                [Request(url=index.index_address(base, url, **span, **asked), kind="archive")], label="index"
            )
            if not rows or not index.is_told(rows[0]):
                return rows[0] if rows else None
            captures, _ = index.captures(ask, rows[0])
            if captures:
                nearest = sorted(captures, key=lambda one: abs(one.at - job.first_seen_at))
                return [one.address(base) for one in nearest]
    return []


def _read(ask: Ask, task: Task, job: PageJob, item: Item, row: Fetch) -> Step:
    """Land a capture as the page of its address, and have it made into the entry's article."""
    assert job.link, "a page that is sought has an address"
    seen_at = index.seen_at(row)
    ask.hold(job.link, ask.body(row), observed_at=seen_at, headers=(("Content-Type", row.content_type or "text/html"),))
    page = Page(item_id=item.item_id, url=job.link, is_held=True, observed_at=seen_at, job=job)
    return Step(items=(replace(item, observed_at=seen_at),), pages=(page,), cursor=task.unit.cursor, is_done=True)


def _not_had(task: Task, row: Fetch, item: Item, captures: Sequence[str]) -> Step:
    """Return the step for what the archive didn't give; the captures that the index told are not asked for again."""
    cursor = json.dumps(cursor_of(task) | ({"captures": captures} if captures else {}))
    tried = not_had(replace(task, unit=replace(task.unit, cursor=cursor)), row)
    items = tuple(replace(item, outcome=one.outcome, note=one.note) for one in tried.items)
    return replace(tried, items=items)
