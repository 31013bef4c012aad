"""An archive's own documents (lists, sitemaps, feeds): asked for, tried again later, given up in the end."""

import json
from datetime import datetime, timedelta
from typing import Any

from pipeline.backfill.source import Item, Step, Task, item_id
from pipeline.errors import TRANSIENT, Outcome
from pipeline.types import Fetch

_TRIES = 6
_PAUSE = timedelta(minutes=15)


def cursor_of(task: Task) -> dict[str, Any]:
    """Return what the cursor of a unit says: an object, empty at the start."""
    return dict(json.loads(task.unit.cursor or "{}"))


def may_come(row: Fetch) -> bool:
    """Whether a document that couldn't be had may be had later; so may one of a host whose robots.txt had trouble."""
    return row.outcome in TRANSIENT or bool(row.outcome is Outcome.ROBOTS and row.retry_at)


def has_patience(row: Fetch, n_tries: int) -> bool:
    """Whether a document that was asked for `n_tries` times, in vain, is worth asking for once more."""
    return may_come(row) and n_tries < _TRIES


def until(row: Fetch) -> datetime:
    """Return when to ask again: when the other side says, else in a quarter of an hour."""
    return row.retry_at or row.requested_at + _PAUSE


def not_had(task: Task, row: Fetch) -> Step:
    """Return the step for a document that couldn't be had: asked again when it may be, else over, with the reason.

    The cursor is an object (`cursor_of`), in which `n_tries` counts; who has the document leaves it out.
    """
    cursor = cursor_of(task)
    n_tries = int(cursor.get("n_tries", 0)) + 1
    if has_patience(row, n_tries):
        said = json.dumps(cursor | {"n_tries": n_tries})
        return Step(cursor=said, not_before=until(row), note=f"{row.url}: {row.outcome}")
    why = f"{row.outcome} {row.note or ''}".strip()
    item = Item(item_id=item_id(task.unit, f"{row.url} not had"), url=row.url, outcome=row.outcome, note=row.note)
    return Step(
        items=(item,), cursor=task.unit.cursor, is_done=True, outcome=str(row.outcome), note=f"{row.url}: {why}"
    )
