"""Another profile or a new model for what is stored: judgements made anew in batches, and who moved and why.

Only articles whose judgement is another model's are read, so a run that was stopped goes on where it was, and a second
one finds nothing to do. Nothing but `relevance` changes.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from pipeline import load as load_stage
from pipeline import relevance, shard, warehouse
from pipeline.config import Settings
from pipeline.progress import Progress
from pipeline.types import Judgement

BATCH = 5_000  # articles in memory at a time, and in a transaction
_EXAMPLES = 20
_IDS = "SELECT article_id FROM relevance WHERE model_id <> ? ORDER BY article_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What is judged of an article, and its label so far: a row of sql/stages/rescore.sql."""

    article_id: str
    title: str | None
    lead: str | None
    text: str | None
    language: str | None
    text_sha256: str | None
    label: str


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
        ids = [row[0] for row in con.execute(_IDS, [done.model_id]).fetchall()]
    with progress.task("rescoring", len(ids)) as advance:
        for start in range(0, len(ids), BATCH):
            texts = _texts(settings, ids[start : start + BATCH])
            judged = relevance.judge(texts, profile=profile)
            _count(done, texts, judged)
            if not is_dry:
                folder = settings.data / "runs" / run_id / f"{start // BATCH:06}"
                shard.write(folder / "rescore.rescored.parquet", Judgement, judged)
                load_stage.load(settings, folder, run_id=run_id, now=now, kind="rescore")
            for _ in texts:
                advance()
    return done


def _texts(settings: Settings, ids: list[str]) -> list[_Text]:
    with warehouse.reading(settings) as con:
        warehouse.set_variables(con, {"rescored_from": ids[0], "rescored_until": ids[-1]})
        table = con.execute(warehouse.statement("stages", "rescore.sql")).to_arrow_table()
    wanted = set(ids)
    return [text for text in shard.rows(table, _Text) if text.article_id in wanted]


def _count(done: Rescored, texts: list[_Text], judged: list[Judgement]) -> None:
    for text, judgement in zip(texts, judged, strict=True):
        done.n_articles += 1
        done.moves[text.label, judgement.label] += 1
        if text.label != judgement.label and len(done.examples) < _EXAMPLES:
            done.examples.append(
                Moved(
                    article_id=text.article_id,
                    title=text.title,
                    before=text.label,
                    after=judgement.label,
                    score=judgement.score,
                    reasons=", ".join(f"{one.term} {one.weight:.1f}" for one in judgement.reasons[:4]),
                )
            )
