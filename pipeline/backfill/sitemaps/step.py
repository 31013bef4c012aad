"""One step through a sitemap."""

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin

from pipeline.backfill.ask import Ask
from pipeline.backfill.patience import cursor_of, not_had
from pipeline.backfill.sitemaps.file import NoSitemapError, Sitemap
from pipeline.backfill.sitemaps.reader import read_apart
from pipeline.backfill.sitemaps.wanted import Why, why_no_page, why_no_sitemap
from pipeline.backfill.source import Item, ItemOutcome, Page, Step, Task, item_id, key_of, unit_of
from pipeline.errors import Outcome
from pipeline.types import BackfillUnit, Request

NAME = "sitemap"
_LIMIT = 200  # pages a step: some minutes of asking


def step(ask: Ask, task: Task) -> Step:
    """Read a sitemap: an index gives units, any other the next of its pages, always from the bytes first had."""
    cursor = cursor_of(task)
    ref = cursor.get("ref")
    if not ref:
        rows = ask.get([Request(url=task.unit.address, kind="archive")], label="sitemaps")
        if not rows:
            return Step(cursor=task.unit.cursor)
        if rows[0].outcome is not Outcome.OK:
            return not_had(task, rows[0])
        ref = rows[0].raw_ref
    try:
        sitemap = read_apart(ask.settings, str(ref), progress=ask.run.progress)
    except NoSitemapError as error:
        item = _item(task.unit, task.unit.address, (ItemOutcome.UNREADABLE, str(error)))
        return Step(items=(item,), is_done=True, outcome=ItemOutcome.UNREADABLE, note=str(error))
    if sitemap.is_index:
        return _of_index(ask, task, sitemap, depth=int(cursor.get("depth", 0)))
    return _of_pages(ask, task, sitemap, cursor | {"ref": ref}, start=int(cursor.get("at", 0)))


def _of_index(ask: Ask, task: Task, index: Sitemap, *, depth: int) -> Step:
    """Return units for the sitemaps of an index that may list pages of the window, and say which are left out."""
    units: dict[str, BackfillUnit] = {}
    items: list[Item] = []
    for place in index.places:
        url = urljoin(task.unit.address, place.url)
        why = why_no_sitemap(url, place, task, depth=depth, now=ask.now())
        if why:
            items.append(_item(task.unit, url, why))
        else:
            units[url] = replace(unit_of(NAME, url, now=ask.now()), cursor=json.dumps({"depth": depth + 1}))
    items.insert(0, _item(task.unit, task.unit.address, (ItemOutcome.READ, f"{len(units):,} sitemaps of the window")))
    return Step(items=_each_once(items), units=tuple(units.values()), is_done=True, note=index.problem)


def _of_pages(ask: Ask, task: Task, sitemap: Sitemap, cursor: dict[str, object], *, start: int) -> Step:
    items: list[Item] = []
    pages: dict[str, Page] = {}
    at = start
    limit = min(task.limit, _LIMIT)
    for place in sitemap.places[start:]:
        if len(pages) >= limit or len(items) >= 20 * limit:
            break
        at += 1
        url = urljoin(task.unit.address, place.url)
        key = key_of(url)
        why = why_no_page(url, place, task.given, task.window, now=ask.now())
        if why is None and key in pages:
            why = (ItemOutcome.REPEATED, None)
        if why is None and not task.given.is_fetching:
            why = (ItemOutcome.NOT_WANTED, "no page is asked for")
        items.append(_item(task.unit, url, why))
        if why is None:
            pages[key] = Page(
                item_id=items[-1].item_id, url=url, is_held=False, title=place.title, published_raw=place.published
            )
    is_done = at >= len(sitemap.places)
    if is_done and sitemap.problem:
        items.append(_item(task.unit, f"{task.unit.address}#rest", (ItemOutcome.CUT, sitemap.problem)))
    said = json.dumps({**cursor, "at": at, "n_tries": 0})
    kept = _each_once(items)
    return Step(items=kept, pages=tuple(pages.values()), cursor=said, is_done=is_done, note=sitemap.problem)


def _item(unit: BackfillUnit, url: str, why: Why | None) -> Item:
    outcome, note = why or (None, None)
    return Item(item_id=item_id(unit, url), url=url[:2048], outcome=outcome, note=note)


def _each_once(items: Iterable[Item]) -> tuple[Item, ...]:
    kept: dict[str, Item] = {}
    for item in items:
        kept.setdefault(item.item_id, item)
    return tuple(kept.values())
