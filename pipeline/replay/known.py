"""What the tables know of articles: enough to make them once more, and to tell what changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipeline import shard, warehouse
from pipeline.article.boilerplate import Recorded
from pipeline.article.known import read_versions
from pipeline.config import Settings
from pipeline.types import Article, DateCandidate, Fetch, Judgement, PageJob

_IDS = """\
SELECT article_id FROM articles
WHERE coalesce(fetched_at, first_seen_at) >= ? AND coalesce(fetched_at, first_seen_at) < ? AND n_revisions = 0
ORDER BY coalesce(fetched_at, first_seen_at), article_id"""
_DATES = "SELECT * FROM date_candidates WHERE article_id IN (SELECT article_id FROM wanted_articles)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article as it stands, and what it is made of: its entry, what asking for its page came to."""

    article: Article
    job: PageJob
    fetch: Fetch | None
    judgement: Judgement | None
    dates: tuple[DateCandidate, ...]
    boilerplate: Recorded | None = None


def article_ids(settings: Settings, *, since: datetime, until: datetime) -> list[str]:
    """Return the articles whose page was fetched, or that were first seen, in [since, until); revised ones apart."""
    with warehouse.reading(settings) as con:
        span = [since.replace(tzinfo=None), until.replace(tzinfo=None)]
        return [row[0] for row in con.execute(_IDS, span).fetchall()]


def recall(settings: Settings, ids: Sequence[str]) -> list[Known]:
    """Return what is known of these articles, in the order of their ids."""
    with warehouse.reading(settings) as con:
        warehouse.hand_over(con, "wanted_articles", pa.table({"article_id": pa.array(ids, pa.string())}))
        rows = con.execute(warehouse.statement("stages", "replay.sql")).to_arrow_table().to_pylist()
        said = con.execute(_DATES).to_arrow_table().to_pylist()
        versions = read_versions(con, {row["articles"]["boilerplate_version"] or "" for row in rows})
    dates: dict[str, list[DateCandidate]] = defaultdict(list)
    for values in said:
        dates[values["article_id"]].append(shard.row(DateCandidate, values))
    return [_known(row, tuple(dates[row["article_id"]]), versions) for row in rows]


def _known(row: Mapping[str, Any], dates: tuple[DateCandidate, ...], versions: Mapping[str, Recorded]) -> Known:
    article = shard.row(Article, {**row["articles"], "final_key": None})
    fetch = shard.row(Fetch, row["request"]) if row["request"] else None
    entry = dict(row["entries"] or {})
    if row["is_feed_changed"]:
        entry |= _words_of_the_feed(article, dates)
    entry |= {
        "entry_id": article.article_id,  # by which its article is found again
        "source_id": article.source_id,
        "feed_id": article.feed_id or "",
        "source_name": row["source_name"],
        "language_hint": row["language_hint"],
        "n_tries": 0,
        "n_strikes": row["n_strikes"],
    }
    judgement = shard.row(Judgement, row["relevance"]) if row["relevance"] else None
    return Known(
        article=article,
        job=shard.row(PageJob, entry),
        fetch=fetch,
        judgement=judgement,
        dates=dates,
        boilerplate=versions.get(article.boilerplate_version or ""),
    )


def _words_of_the_feed(article: Article, dates: tuple[DateCandidate, ...]) -> dict[str, Any]:
    """Return what the feed said when the article was made, as the article holds it: it says something else by now."""
    date = next((date for date in dates if date.origin == "feed"), None)
    is_full = article.text_from == "feed" and not article.is_truncated
    is_summary = article.text_from == "feed" and article.is_truncated
    return {
        "guid": "",
        "link": article.url,
        "url_key": article.url_key,
        "title": article.title,
        "summary": article.text if is_summary else article.lead,
        "content": article.text if is_full else None,
        "authors": list(article.authors),
        "published_raw": date.raw if date else None,
        "published_at": date.value.replace(tzinfo=None) if date and date.value else None,
        "published_precision": date.precision if date else None,
        "published_reason": None if not date or date.value else date.reason,
        "first_seen_at": article.first_seen_at.replace(tzinfo=None),
    }
