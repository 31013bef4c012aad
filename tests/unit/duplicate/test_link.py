"""Links in the tables: the same whatever came first, and after anything that changes a text."""

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

from .writing import Writer, first

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
FEEDS = [
    Feed(feed_id=f"f{n}", url=f"https://{n}.example/rss", source_id=f"s{n}", outlet=f"Outlet {n}", added_at=NOW,
         kind="wire" if n == 9 else "outlet")
    for n in range(10)
]  # fmt: skip


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data=tmp_path / "data", min_free_mb=1)


def job(name: str, text: str, *, feed: int = 0, day: int = 1, hour: int = 1) -> PageJob:
    published = datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
    return PageJob(
        entry_id=short_hash("e", name), feed_id=f"f{feed}", source_id=f"s{feed}", source_name=None, language_hint=None,
        guid=name, link=f"https://{feed}.example/{name}", url_key=f"{feed}.example/{name}", title=f"Title of {name}",
        summary=None, content=text, authors=(), published_raw=published.isoformat(), published_at=published,
        published_precision="second", published_reason=None, first_seen_at=NOW,
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


def arrive(settings: Settings, items: list[PageJob], *, name: str = "r") -> None:
    folder = Path(settings.data).parent / "runs" / name
    articles = [article(item) for item in items]
    entries = [
        Entry(
            entry_id=i.entry_id, feed_id=i.feed_id, guid=i.guid, link=i.link, url_key=i.url_key, title=i.title,
            summary=None, content=i.content, published_raw=i.published_raw, published_at=i.published_at,
            published_precision="second", first_seen_at=NOW, last_seen_at=NOW,
        )
        for i in items
    ]  # fmt: skip
    shard.write(folder / "c.feeds.parquet", Feed, FEEDS)
    shard.write(folder / "p.entries.parquet", Entry, entries)
    shard.write(folder / "p.articles.parquet", Article, articles)
    shard.write(folder / "p.relevance.parquet", Judgement, [judgement(made) for made in articles])
    load(settings, folder, run_id=name, now=NOW)


def ask(settings: Settings, sql: str) -> list[tuple]:
    with warehouse.open_snapshot(settings) as con:
        return con.execute(sql).fetchall()


def links(settings: Settings) -> set[tuple[str, str, str]]:
    return set(
        ask(
            settings,
            "SELECT copies.title[10:], originals.title[10:], duplicates.kind FROM duplicates "
            "JOIN articles AS copies USING (article_id) "
            "JOIN articles AS originals ON duplicates.original_id = originals.article_id",
        )
    )


def test_shortened_embedded_edited_and_equal_copies_lead_to_the_earliest(settings):
    writer = Writer(1)
    text = writer.article()
    digest = f"{writer.article()}\n{text}\n{writer.article()}"
    arrive(settings, [
        job("first", text), job("cut", first(text, 0.5), feed=1, hour=2), job("digest", digest, feed=2, hour=3),
        job("edited", writer.edited(text, 0.05), feed=3, hour=4), job("same", text, feed=4, hour=5),
        job("stranger", writer.article(), feed=5),
    ])  # fmt: skip
    assert links(settings) == {
        ("cut", "first", "wire_copy"),
        ("digest", "first", "wire_copy"),
        ("edited", "first", "near_text"),
        ("same", "first", "same_text"),
    }
    assert ask(settings, "SELECT title[10:], n_copies FROM conflict_articles ORDER BY 1") == [
        ("first", 4),
        ("stranger", 0),
    ]


def test_containments_are_of_the_copy_and_of_the_original(settings):
    text = Writer(2).article()
    arrive(settings, [job("first", text), job("cut", first(text, 0.5), feed=1, hour=2)])
    ((jaccard, of_copy, of_original),) = ask(
        settings, "SELECT jaccard, containment, containment_of_original FROM duplicates"
    )
    assert of_copy == 1
    assert jaccard == of_original == pytest.approx(0.5, abs=0.05)


def test_an_agencys_own_article_is_the_original_though_it_came_later(settings):
    text = Writer(3).article()
    arrive(settings, [job("paper", text)], name="r1")
    arrive(settings, [job("agency", text, feed=9, hour=9)], name="r2")
    assert links(settings) == {("paper", "agency", "same_text")}


def test_what_an_outlet_puts_under_all_its_articles_makes_no_copies(settings):
    writer = Writer(4)
    furniture = writer.article(n_sentences=12)
    arrive(settings, [job(f"a{n}", f"{writer.article(n_sentences=6)}\n{furniture}", hour=n) for n in range(8)])
    assert links(settings) == set()


def test_an_agencys_text_in_many_papers_does_not_become_furniture(settings):
    text = Writer(5).article()
    arrive(settings, [job(f"p{n}", text, feed=n, hour=n) for n in range(9)])
    assert {original for _, original, _ in links(settings)} == {"p0"}
    assert len(links(settings)) == 8


def test_texts_more_than_the_window_apart_are_not_compared(settings):
    text = Writer(6).article()
    arrive(settings, [job("first", text, day=1), job("later", text, feed=1, day=12)])
    assert links(settings) == set()


def test_a_text_that_changed_is_compared_anew(settings):
    writer = Writer(7)
    text, other = writer.article(), writer.article()
    arrive(settings, [job("first", text), job("copy", text, feed=1, hour=2)], name="r1")
    changed = replace(article(job("copy", other, feed=1, hour=2)), extracted_at=NOW.replace(hour=13))
    folder = Path(settings.data).parent / "runs" / "r2"
    shard.write(folder / "p.replayed.parquet", Article, [changed])
    shard.write(folder / "p.relevance.parquet", Judgement, [judgement(changed)])
    load(settings, folder, run_id="r2", now=NOW, kind="replay")
    assert links(settings) == set()


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_size_of_batches_ends_in_the_same_links_and_stories(tmp_path, seed):
    writer, chance = Writer(seed), random.Random(seed)
    items = []
    for n in range(7):
        text = writer.article()
        copies = [writer.edited(text, 0.06), first(text, 0.5), f"{writer.article()}\n{text}", text]
        made = [text, *chance.sample(copies, 3)]
        began = chance.choice((0, -6, -30, -100))
        items += [
            job(
                f"{n}-{at}", one, feed=chance.randrange(10), day=began + chance.randint(1, 9), hour=chance.randrange(24)
            )
            for at, one in enumerate(made)
        ]
    furniture = writer.article(n_sentences=12)
    items += [job(f"own{n}", f"{writer.article(n_sentences=6)}\n{furniture}", day=1 + n % 5) for n in range(9)]
    digests = []
    for turn, size in enumerate((len(items), 11)):
        settings = Settings(data=tmp_path / str(turn) / "data", min_free_mb=1)
        chance.shuffle(items)
        for start in range(0, len(items), size):
            arrive(settings, items[start : start + size], name=f"{turn}-{start}")
        told = ask(settings, "SELECT * EXCLUDE (story_id, run_id, code_version) FROM stories WHERE n_articles > 0")
        digests.append((links(settings), ask(settings, "FROM content_digest()"), sorted(told, key=str)))
    assert digests[0] == digests[1]
    assert len(digests[0][0]) >= 10
