"""Feeds as they are today: they tell nothing of the past, so they are skipped, with the reason."""

from pipeline.backfill.ask import Ask
from pipeline.backfill.source import Given, Item, ItemOutcome, Planned, Source, Step, Task, Window, item_id, unit_of

NAME = "feed"
_WHY = "a living feed lists what is new today, not what it listed then: name an archive (--source) that kept it"


def plan(ask: Ask, given: Given, window: Window) -> Planned:  # noqa: ARG001 - the window makes no difference
    """Say of each feed that its past can't be had from itself."""
    feeds = ask.feeds((*given.feeds, *given.addresses))
    return Planned(
        units=tuple(unit_of(NAME, feed.url, now=ask.now()) for feed in feeds),
        n_items=len(feeds),
        cannot_be_had=tuple(f"{feed.url}: {_WHY}" for feed in feeds),
    )


def step(ask: Ask, task: Task) -> Step:  # noqa: ARG001 - nobody is asked
    """Skip the feed, and say why."""
    unit = task.unit
    item = Item(item_id=item_id(unit, 0), url=unit.address, outcome=ItemOutcome.LIVE_FEED, note=_WHY)
    return Step(items=(item,), is_done=True, outcome=ItemOutcome.LIVE_FEED, note=_WHY)


SOURCE = Source(name=NAME, about="feeds themselves: their past can't be had, and is skipped", plan=plan, step=step)
