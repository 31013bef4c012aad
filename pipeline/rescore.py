"""Another profile or a new model for what is stored: judgements made anew in batches, and who moved and why.

Only articles whose judgement is another model's are read, so a run that was stopped goes on where it was, and a second
one finds nothing to do. Nothing but `relevance` changes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from pipeline import load as load_stage
from pipeline import relevance, shard, warehouse
from pipeline.config import Settings
from pipeline.progress import Progress
from pipeline.types import Article, Judgement

BATCH = 5_000  # articles in memory at a time, and in a transaction
_EXAMPLES = 20
_WANTED = """
SELECT article_id, first_seen_at FROM articles
INNER JOIN relevance USING (article_id)
WHERE model_id <> ?
ORDER BY first_seen_at, article_id
"""  # in the order in which they lie: a batch reads its own stretch of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An article whose label is another one now, with the terms that weigh most."""

    article_id: str
    title: str | None
    before: str
    after: str
    score: float
    reasons: str


@dataclass(slots=True, kw_only=True)
class Rescored:
    """What a rescore came to: labels before and after, with counts, and some of those that moved."""

    model_id: str
    n_articles: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[Moved] = field(default_factory=list)


def rescore(
    settings: Settings, *, profile: str, run_id: str, now: datetime, progress: Progress, is_dry: bool = False
) -> Rescored:
    """Judge all stored articles under `profile`. Raises SettingsError for an unknown one, else as `load` does."""
    done = Rescored(model_id=relevance.load(profile).model_id)
    with warehouse.reading(settings) as con:
        wanted = con.execute(_WANTED, [done.model_id]).fetchall()
    with progress.task("rescoring", len(wanted)) as advance:
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            articles, labels = _stored(settings, batch)
            judged = relevance.judge(articles, profile=profile)
            _count(done, articles, labels, judged)
            if not is_dry:
                folder = settings.data / "runs" / run_id / f"{start // BATCH:06}"
                shard.write(folder / "rescore.rescored.parquet", Judgement, judged)
                load_stage.load(settings, folder, run_id=run_id, now=now, kind="rescore")
            for _ in articles:
                advance()
    return done


def _stored(settings: Settings, batch: Sequence[tuple[str, datetime]]) -> tuple[list[Article], list[str]]:
    """Return the articles of a batch and their labels so far."""
    with warehouse.reading(settings) as con:
        wanted = pa.table({"article_id": [article_id for article_id, _ in batch]})
        warehouse.hand_over(con, "wanted_articles", wanted)
        warehouse.set_variables(con, {"rescored_from": batch[0][1], "rescored_until": batch[-1][1]})
        rows = con.execute(warehouse.statement("stages", "rescore.sql")).to_arrow_table().to_pylist()
    return [shard.row(Article, row["articles"] | {"final_key": None}) for row in rows], [row["label"] for row in rows]


def _count(done: Rescored, articles: list[Article], labels: list[str], judged: list[Judgement]) -> None:
    for article, label, judgement in zip(articles, labels, judged, strict=True):
        done.n_articles += 1
        done.moves[label, judgement.label] += 1
        if label != judgement.label and len(done.examples) < _EXAMPLES:
            done.examples.append(
                Moved(
                    article_id=article.article_id,
                    title=article.title,
                    before=label,
                    after=judgement.label,
                    score=round(judgement.score, 2),
                    reasons=", ".join(f"{one.term} {one.weight:.1f}" for one in judgement.reasons[:4]),
                )
            )
