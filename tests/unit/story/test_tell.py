"""Stories in the tables: one partition whatever came first, ids that stay, a trail where they end."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import shard, warehouse
from pipeline.article.compose import compose
from pipeline.config import Settings
from pipeline.load import load
from pipeline.types import Article, Entry, Feed, Judgement, PageJob
from pipeline.url import short_hash

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
FEEDS = [
    Feed(feed_id=f"f{n}", url=f"https://{n}.example/rss", source_id=f"s{n}", outlet=f"Outlet {n}", added_at=NOW)
    for n in range(4)
] + [Feed(feed_id="f9", url="https://9.example/rss", source_id="s9", outlet="Wire", kind="wire", added_at=NOW)]
ERAS = (0, -6, -30, -100)  # days, so that loads bring what lies together and far apart
BRIDGE = "Rockets hit the Olmary bridge, cutting the road to Senta"
BRIDGE_AGAIN = "Olmary bridge hit by rockets: road to Senta is cut"
TALKS = "Delegates of both sides meet for talks in Vessen"
HARVEST = "Farmers fear for the barley harvest after a dry spring"


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data=tmp_path / "data", min_free_mb=1)


def job(title: str, *, day: int = 1, feed: int = 0, lead: str | None = None, key: str | None = None) -> PageJob:
    """Return an item of a feed, published at noon of a day of March; 0 is the last of February."""
    key = key or f"{feed}.example/{short_hash(title, str(day))}"
    published = datetime(2026, 3, 1, 12, feed, tzinfo=UTC) + timedelta(days=day - 1)
    return PageJob(
        entry_id=short_hash("e", key), feed_id=f"f{feed}", source_id=f"s{feed}", source_name=None, language_hint=None,
        guid=key, link=f"https://{key}", url_key=key, title=title, summary=lead, content=None, authors=(),
        published_raw=published.isoformat(), published_at=published, published_precision="second", published_reason=None,
        first_seen_at=NOW,
    )  # fmt: skip


def article(item: PageJob) -> Article:
    made, _ = compose(item, None, None, now=NOW)
    return made


def judgement(made: Article) -> Judgement:
    return Judgement(
        article_id=made.article_id, score=0.9, label="keep", about="event", types=(), temporal="now", reasons=(),
        sentence=None, sentence_start=None, sentence_end=None, model_id="m", profile="conflict",
        text_sha256=made.text_sha256,
    )  # fmt: skip


def arrive(settings: Settings, items: list[PageJob], *, name: str) -> None:
    """Load the articles of items as one run."""
    folder = Path(settings.data).parent / "runs" / name
    articles = [article(item) for item in items]
    entries = [
        Entry(
            entry_id=i.entry_id, feed_id=i.feed_id, guid=i.guid, link=i.link, url_key=i.url_key, title=i.title,
            summary=i.summary, content=None, published_raw=i.published_raw, published_at=i.published_at,
            published_precision="second", first_seen_at=NOW, last_seen_at=NOW,
        )
        for i in items
    ]  # fmt: skip
    shard.write(folder / "c.feeds.parquet", Feed, FEEDS)
    shard.write(folder / "p.entries.parquet", Entry, entries)
    shard.write(folder / "p.articles.parquet", Article, articles)
    shard.write(folder / "p.relevance.parquet", Judgement, [judgement(made) for made in articles])
    load(settings, folder, run_id=name, now=NOW)


def rows(settings: Settings, sql: str) -> list[tuple]:
    with warehouse.open_snapshot(settings) as con:
        return con.execute(sql).fetchall()


def partition(settings: Settings) -> set[frozenset[str]]:
    found = rows(settings, "SELECT list(article_id) FROM story_articles GROUP BY story_id")
    return {frozenset(members) for (members,) in found}


def story_of(settings: Settings, item: PageJob) -> str:
    made = article(item).article_id
    return str(rows(settings, f"SELECT story_id FROM story_articles WHERE article_id = '{made}'")[0][0])


def ids(*items: PageJob) -> frozenset[str]:
    return frozenset(article(item).article_id for item in items)


def test_reports_of_one_happening_in_other_words_are_one_story(settings):
    bridge, again, talks = job(BRIDGE), job(BRIDGE_AGAIN, feed=1), job(TALKS, feed=2)
    arrive(settings, [bridge, again, talks], name="r")
    assert partition(settings) == {ids(bridge, again), ids(talks)}
    assert rows(settings, "SELECT n_articles, n_sources, n_independent, headline FROM stories ORDER BY 1 DESC") == [
        (2, 2, 2, BRIDGE),
        (1, 1, 1, TALKS),
    ]


def test_each_membership_says_why(settings):
    bridge, again, talks = job(BRIDGE), job(BRIDGE_AGAIN, feed=1), job(TALKS, feed=2)
    arrive(settings, [bridge, again, talks], name="r")
    reasons = dict(rows(settings, "SELECT article_id, reason FROM story_articles"))
    assert "olmary" in reasons[article(bridge).article_id]
    assert article(bridge).article_id in reasons[article(again).article_id]
    assert reasons[article(talks).article_id] == "like no other of its days"


def test_a_report_of_the_next_day_carries_the_story_on(settings):
    first, second = job(BRIDGE, day=1), job(BRIDGE_AGAIN, day=2, feed=1)
    arrive(settings, [first], name="r1")
    before = story_of(settings, first)
    arrive(settings, [second], name="r2")
    assert story_of(settings, second) == story_of(settings, first) == before


def test_the_same_words_weeks_later_are_another_story(settings):
    first, second = job(BRIDGE, day=1), job(BRIDGE_AGAIN, day=15, feed=1)
    arrive(settings, [first, second], name="r")
    assert partition(settings) == {ids(first), ids(second)}


def test_a_late_arrival_ties_its_days_together_and_leaves_a_trail(settings):
    first, last = job(BRIDGE, day=1), job(BRIDGE_AGAIN, day=6, feed=1)
    arrive(settings, [first, last], name="r1")
    ended = story_of(settings, last)
    between = job(BRIDGE, day=4, feed=2)
    arrive(settings, [between], name="r2")
    assert partition(settings) == {ids(first, last, between)}
    assert story_of(settings, last) == story_of(settings, first)
    assert rows(settings, f"SELECT superseded_by, n_articles FROM stories WHERE story_id = '{ended}'") == [
        (story_of(settings, first), 0)
    ]


def test_a_copy_is_in_the_story_of_its_original_and_counts_as_no_report_of_its_own(settings):
    text = " ".join(f"word{n}" for n in range(60))
    original, copy = job(BRIDGE, lead=text), job(HARVEST, feed=1, lead=text)
    arrive(settings, [original, copy], name="r")
    assert partition(settings) == {ids(original, copy)}
    assert rows(settings, "SELECT n_articles, n_independent, headline FROM stories") == [(2, 1, BRIDGE)]


def test_a_copy_older_than_its_original_is_counted_however_long_the_story_goes_on(settings):
    text = " ".join(f"word{n}" for n in range(60))
    copy = job(HARVEST, day=-36, lead=text)
    original = job(BRIDGE, day=-30, feed=9, lead=text)
    arrive(settings, [original, copy], name="r")
    later = [job(BRIDGE, day=day, feed=1) for day in range(-28, 5, 2)]
    for n, one in enumerate(later):
        arrive(settings, [one], name=f"r{n}")
    assert partition(settings) == {ids(copy, original, *later)}
    (row,) = rows(settings, "SELECT n_articles, first_published_at::DATE FROM stories WHERE superseded_by IS NULL")
    assert row == (2 + len(later), (NOW - timedelta(days=56)).date())


def test_loading_again_changes_no_story(settings):
    items = [job(BRIDGE), job(BRIDGE_AGAIN, feed=1), job(TALKS, feed=2)]
    arrive(settings, items, name="r1")
    everything = "FROM stories SELECT * EXCLUDE (code_version) ORDER BY story_id"
    before = rows(settings, everything), rows(settings, "FROM story_articles ORDER BY article_id")
    arrive(settings, items, name="r2")
    assert (rows(settings, everything), rows(settings, "FROM story_articles ORDER BY article_id")) == before


def test_an_article_without_words_is_a_story_of_its_own(settings):
    empty = replace(job("…"), title=None)
    arrive(settings, [empty, job(BRIDGE)], name="r")
    assert len(partition(settings)) == 2


@pytest.mark.parametrize("seed", [0, 1, 5])
def test_any_order_and_size_of_batches_ends_in_the_same_stories(tmp_path, seed):
    places, acts = ("Olmary", "Senta", "Vessen", "Karsk"), ("shelled", "stormed", "bombed", "evacuated")
    chance = random.Random(seed)
    items = [
        job(f"{chance.choice(places)} {chance.choice(acts)} as {chance.choice(places)} {chance.choice(acts)} {n}",
            day=chance.choice(ERAS) + chance.randint(1, 9), feed=n % 4)
        for n in range(40)
    ]  # fmt: skip
    found = []
    for turn in range(2):
        settings = Settings(data=tmp_path / str(turn) / "data", min_free_mb=1)
        chance.shuffle(items)
        size = chance.choice((14, 20))
        for start in range(0, len(items), size):
            arrive(settings, items[start : start + size], name=f"{turn}-{start}")
        told = rows(settings, "SELECT * EXCLUDE (story_id, run_id, code_version) FROM stories WHERE n_articles > 0")
        found.append((partition(settings), sorted(told, key=str)))
    assert found[0] == found[1]
    assert any(len(members) > 1 for members in found[0][0])


def test_two_bombings_in_one_city_on_one_day_stay_apart(settings):
    mosque = [
        job(
            "Suicide bomber kills 14 at Kandar mosque",
            lead="A man blew himself up among worshippers in Sarwan district.",
        ),
        job("At least 14 dead in Kandar mosque blast", feed=1, lead="Worshippers leaving prayers in Sarwan were hit."),
    ]
    station = [
        job(
            "Car bomb near Kandar bus station kills 6", feed=2, lead="A car full of explosives blew up among commuters."
        ),
        job(
            "Six killed as car bomb hits Kandar bus station",
            feed=3,
            lead="Commuters died when a car blew up, police say.",
        ),
    ]
    arrive(settings, [*mosque, *station], name="r")
    assert partition(settings) == {ids(*mosque), ids(*station)}


def test_a_new_act_on_the_second_day_of_a_battle_is_a_story_of_its_own(settings):
    first = [
        job(
            "Rebels storm Olmary barracks at dawn, 40 soldiers killed", day=1, lead="Fighters broke into the garrison."
        ),
        job("Dawn raid on Olmary barracks leaves 40 soldiers dead", day=1, feed=1, lead="The garrison was overrun."),
    ]
    second = [
        job(
            "Helicopters shell Olmary market as civilians flee",
            day=2,
            lead="Gunships fired on stalls; clinics are full.",
        ),
        job(
            "Market in Olmary hit from the air, clinics overwhelmed",
            day=2,
            feed=1,
            lead="Gunships fired as people fled.",
        ),
    ]
    arrive(settings, [*first, *second], name="r")
    found = partition(settings)
    assert not any(members & ids(*first) and members & ids(*second) for members in found), found
