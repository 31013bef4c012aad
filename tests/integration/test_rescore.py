"""`conflictwire rescore` over the bundled sample's tables: labels move with the profile, and back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline import relevance, shard, warehouse
from pipeline.article.compose import compose
from pipeline.config import Settings
from pipeline.load import load
from pipeline.progress import Silent
from pipeline.rescore import rescore
from pipeline.types import Article, Entry, Feed, Judgement, PageJob

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
TITLES = (
    "Army battles rebels for the town, dozens of soldiers and fighters killed in heavy fighting",
    "Rioters torch shops and mosques in a second night of communal violence",
    "Warring sides sign ceasefire and agree to swap prisoners of war",
    "Council approves a new budget for schools",
)


@pytest.fixture
def settings(tmp_path) -> Settings:
    made = Settings(data=tmp_path / "data", min_free_mb=1)
    jobs = [
        PageJob(
            entry_id=f"e{n}", feed_id="f", source_id="s", source_name=None, language_hint="en", guid=str(n),
            link=f"https://x.example/{n}", url_key=f"x.example/{n}", title=title, summary=None, content=None, authors=(),
            published_raw=None, published_at=None, published_precision=None, published_reason="absent",
            first_seen_at=NOW,
        )
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    articles = [replace(compose(job, None, None, now=NOW)[0], language="en") for job in jobs]
    folder = tmp_path / "shards"
    shard.write(
        folder / "c.feeds.parquet",
        Feed,
        [Feed(feed_id="f", url="https://x.example/rss", source_id="s", outlet="Outlet", added_at=NOW)],
    )
    shard.write(folder / "p.entries.parquet", Entry, [])
    shard.write(folder / "p.articles.parquet", Article, articles)
    shard.write(folder / "p.relevance.parquet", Judgement, relevance.judge(articles, profile="conflict"))
    load(made, folder, run_id="r", now=NOW)
    return made


def labels(settings: Settings) -> dict[str, str]:
    with warehouse.open_snapshot(settings) as con:
        rows = "SELECT title, label FROM articles JOIN relevance USING (article_id)"
        return dict(con.execute(rows).fetchall())


def again(settings: Settings, profile: str, run_id: str, *, is_dry: bool = False):
    return rescore(settings, profile=profile, run_id=run_id, now=NOW, progress=Silent(), is_dry=is_dry)


def test_labels_move_with_the_profile_and_back_and_the_report_says_who_and_why(settings):
    before = labels(settings)
    done = again(settings, "ucdp-strict", "s1")
    assert done.n_articles == len(TITLES)
    assert done.moves["keep", "drop"] == 2
    assert all(moved.before != moved.after and (moved.reasons or moved.after == "drop") for moved in done.examples)
    after = labels(settings)
    assert [after[title] for title in TITLES] == ["keep", "drop", "drop", "drop"]
    again(settings, "conflict", "s2")
    assert labels(settings) == before


def test_a_dry_run_moves_nothing(settings):
    before = labels(settings)
    assert again(settings, "ucdp-strict", "s1", is_dry=True).moves["keep", "drop"] == 2
    assert labels(settings) == before


def test_a_second_run_finds_nothing_to_do(settings):
    again(settings, "broad", "s1")
    assert again(settings, "broad", "s2").n_articles == 0


def test_no_article_is_lost_or_judged_twice(settings):
    again(settings, "acled-full", "s1")
    with warehouse.open_snapshot(settings) as con:
        assert con.execute("SELECT count(*), count(DISTINCT article_id) FROM relevance").fetchone() == (4, 4)
