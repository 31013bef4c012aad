"""`conflictwire replay`: all articles of a time made anew, batch by batch."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from pipeline import load as load_stage
from pipeline.config import Settings
from pipeline.progress import Progress, Silent
from pipeline.replay.compare import Example, example
from pipeline.replay.known import article_ids, recall
from pipeline.replay.make import Remade, remake, write

BATCH = 1_000  # articles in memory at a time, and in a transaction
_EXAMPLES_EACH = 3


@dataclass(slots=True, kw_only=True)
class Replayed:
    """What a replay came to. `changed` counts articles by what changed in them, `failures` those that stay as is."""

    n_articles: int = 0
    n_unchanged: int = 0
    n_gained: int = 0
    n_lost: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    @property
    def n_changed(self) -> int:
        """Articles in which anything changed."""
        return self.n_articles - self.n_unchanged - self.failures.total()

    def count(self, one: Remade) -> None:
        """Take an article into account."""
        self.n_articles += 1
        if one.failure:
            self.failures[one.failure] += 1
            return
        self.n_unchanged += not one.changed
        before, after = one.known.article, one.article
        self.n_gained += (before.text is None or before.text_from == "feed") and after.text_from == "page"
        self.n_lost += (before.text is not None and after.text is None) or (before.text_from, after.text_from) == (
            "page",
            "feed",
        )
        for what in sorted(one.changed):
            self.changed[what] += 1
            if self.changed[what] <= _EXAMPLES_EACH:
                self.examples.append(example(one.known, after, what))


def replay(
    settings: Settings,
    *,
    run_id: str,
    since: datetime,
    until: datetime,
    now: datetime,
    progress: Progress,
    is_dry: bool = False,
    relearn: bool = False,
) -> Replayed:
    """Make the articles anew whose page was fetched (or that were first seen) in [since, until).

    Rows that differ are replaced in place, in batches, by the writer's rules; with `is_dry` they are only counted. The
    same code on the same bytes changes nothing. What hosts repeat is taken out as recorded, or with `relearn` learnt
    from the pages of each batch. A replay that was stopped is simply run again. Raises as `load` does.
    """
    ids = article_ids(settings, since=since, until=until)
    report = Replayed()
    folder = settings.data / "runs" / run_id
    with progress.task("replaying", len(ids)) as advance:
        for start in range(0, len(ids), BATCH):
            known = recall(settings, ids[start : start + BATCH])
            made = remake(settings, known, now=now, progress=Silent(), relearn=relearn)
            for one in made:
                report.count(one)
                advance()
            changed = [one for one in made if one.changed]
            if changed and not is_dry:
                shards = folder / f"{start // BATCH:06}"
                # a host's rows come with its first page, which may be one that did not change
                write(shards, changed, boilerplate=[row for one in made for row in one.boilerplate])
                load_stage.load(settings, shards, run_id=run_id, now=now, kind="replay")
    return report
