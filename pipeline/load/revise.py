"""Looks → revisions, and the text that stands; between sql/load/51_rechecks.sql and 52_revisions.sql."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pipeline import shard, warehouse
from pipeline.errors import Outcome
from pipeline.revision import Sheet, lead_after, state, tell
from pipeline.text import words, words_sha256
from pipeline.types import Recheck, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An article as it stands, and as it was first collected: a row of sql/stages/looked_at.sql."""

    article_id: str
    lead: str | None
    text: str | None
    first_title: str | None
    first_text: str | None
    first_raw_ref: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An article as all looks together tell it; the columns of `articles` that follow from them."""

    article_id: str
    title: str | None
    lead: str | None
    text: str | None
    text_sha256: str | None
    n_words: int
    updated_at: datetime | None
    n_revisions: int
    revised_at: datetime | None
    retracted_at: datetime | None
    first_title: str | None
    first_text: str | None
    first_raw_ref: str | None
    raw_ref: str | None
    state: str


def revise(con: warehouse.Connection) -> None:
    """Leave what became of the articles that were looked at in the tables `made_revisions` and `told_articles`."""
    known = shard.rows(con.execute(warehouse.statement("stages", "looked_at.sql")).to_arrow_table(), _Known)
    looks: dict[str, list[Recheck]] = defaultdict(list)
    for look in shard.rows(con.execute(warehouse.statement("stages", "looks.sql")).to_arrow_table(), Recheck):
        looks[look.article_id].append(look)
    revisions: list[Revision] = []
    told: list[_Told] = []
    for article in known:
        history = tell(_first(article), looks[article.article_id])
        revisions += history.revisions
        retracted_at = history.retracted.observed_at if history.retracted else None
        told.append(_told(article, history.standing, n_revisions=len(history.revisions), retracted_at=retracted_at))
    warehouse.hand_over(con, "made_revisions", shard.table(Revision, revisions))
    warehouse.hand_over(con, "told_articles", shard.table(_Told, told))


def _first(article: _Known) -> Recheck:
    """Return the first text as if it were a look."""
    found = words(article.first_text)
    return Recheck(
        article_id=article.article_id,
        observed_at=article.fetched_at,
        outcome=Outcome.OK,
        state=state(Sheet(title=article.first_title, text=article.first_text)),
        title=article.first_title,
        text=article.first_text or "",
        text_sha256=words_sha256(found),
        n_words=len(found),
        raw_ref=article.first_raw_ref,
    )


def _told(article: _Known, standing: Revision | None, *, n_revisions: int, retracted_at: datetime | None) -> _Told:
    stands = standing or _first(article)
    return _Told(
        article_id=article.article_id,
        title=stands.title,
        lead=lead_after(article.lead, article.text, stands.text),
        text=stands.text or None,
        text_sha256=stands.text_sha256,
        n_words=stands.n_words,
        updated_at=stands.updated_at,
        n_revisions=n_revisions,
        revised_at=standing.observed_at if standing else None,
        retracted_at=retracted_at,
        first_title=article.first_title if standing else None,
        first_text=article.first_text if standing else None,
        first_raw_ref=article.first_raw_ref if standing else None,
        raw_ref=stands.raw_ref,
        state=stands.state or "",
    )
