"""What repeats across a host's pages."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline import shard, warehouse
from pipeline.article.boilerplate import WINDOW, KnownHost, hash_of, learn, strip, version_of
from pipeline.article.known import read_hosts, read_versions
from pipeline.config import Settings
from pipeline.load import load
from pipeline.types import Boilerplate

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BOX = "Sign up and we send you the five stories of the day each morning, free of charge."
NOBODY = KnownHost()


def page(n: int, *, end: str = BOX) -> str:
    """A page of ten paragraphs that no other has, with `end` below."""
    own = [f"Paragraph {part} of story {n} tells what nobody else has told about village {n}." for part in range(10)]
    return "\n".join([*own, end])


def paragraphs(rows) -> list[str]:
    return [row.paragraph for row in rows]


def test_what_three_differing_pages_end_with_is_learnt_and_taken_out():
    rows = learn("a.example", [page(1), page(2), page(3)], NOBODY, now=NOW)
    assert paragraphs(rows) == [BOX]
    assert (rows[0].n_pages, rows[0].learnt_at) == (3, NOW)
    assert strip(page(4), {rows[0].paragraph_sha256}) == page(4).removesuffix(f"\n{BOX}")


def test_two_pages_teach_nothing():
    assert learn("a.example", [page(1), page(2)], NOBODY, now=NOW) == ()


def test_copies_and_updates_of_one_article_teach_nothing():
    updated = page(1).replace("Paragraph 9", "Updated paragraph 9")
    assert learn("a.example", [page(1), page(1), updated, page(2)], NOBODY, now=NOW) == ()


def test_what_few_of_many_pages_say_alike_is_background():
    pages = [page(n) if n < 4 else page(n, end=f"An end of its own, number {n}, with words enough.") for n in range(50)]
    assert learn("a.example", pages, NOBODY, now=NOW) == ()


def test_a_long_paragraph_amid_the_text_is_left_and_a_short_line_is_not():
    background = "The war began in spring after talks over the port and its railway had failed for the third time."
    texts = [
        page(n).replace(f"\nParagraph 5 of story {n}", f"\n{background}\nREAD THIS NEXT\nParagraph 5 of story {n}")
        for n in range(4)
    ]
    texts = [f"{text}\n{page(n + 10)}\n{page(n + 20)}" for n, text in enumerate(texts)]
    learnt = paragraphs(learn("a.example", texts, NOBODY, now=NOW))
    assert "READ THIS NEXT" in learnt
    assert background not in learnt


def test_stored_articles_count_and_spelling_does_not():
    rows = learn("a.example", [page(1, end=BOX.upper())], KnownHost(texts=(page(2), page(3))), now=NOW)
    assert [row.n_pages for row in rows] == [3]


def test_what_is_known_stays_until_no_page_had_it_for_the_window():
    rows = learn("a.example", [page(1), page(2), page(3)], NOBODY, now=NOW)
    known = KnownHost(paragraphs=rows, texts=(page(1, end=""), page(2, end="")))
    later = learn("a.example", [page(5)], known, now=NOW + WINDOW)
    assert [(row.n_pages, row.learnt_at, row.seen_at) for row in later] == [(4, NOW, NOW + WINDOW)]
    assert later[0].version == rows[0].version
    assert learn("a.example", [page(5, end="")], known, now=NOW + WINDOW + timedelta(seconds=1)) == ()


def test_a_text_of_nothing_else_is_left():
    assert strip(BOX, {hash_of(BOX)}) == BOX


def test_versions_are_named_by_what_they_hold():
    assert version_of(["a", "b"]) == version_of(["b", "a"]) != version_of(["a"])
    assert version_of([]) is None


@given(st.permutations([page(n) for n in range(4)]))
def test_the_order_of_pages_changes_nothing(texts):
    assert learn("a.example", texts, NOBODY, now=NOW) == learn("a.example", sorted(texts), NOBODY, now=NOW)


@given(st.lists(st.text(max_size=40), max_size=8))
def test_no_text_hurts(texts):
    rows = learn("a.example", texts, NOBODY, now=NOW)
    for text in texts:
        strip(text, {row.paragraph_sha256 for row in rows})


def test_a_version_is_loaded_kept_and_read_again(tmp_path):
    settings = Settings(data=tmp_path / "data", min_free_mb=1)
    first = learn("a.example", [page(1), page(2), page(3)], NOBODY, now=NOW)
    second = learn(
        "a.example",
        [page(n, end=f"{BOX}\nAbout our desk") for n in range(4)],
        KnownHost(paragraphs=first),
        now=NOW + timedelta(hours=1),
    )
    for n, rows in enumerate((first, second)):
        shard.write(tmp_path / f"run{n}" / "page-00.boilerplate.parquet", Boilerplate, rows)
        load(settings, tmp_path / f"run{n}", run_id=str(n), now=NOW)
    with warehouse.reading(settings) as con:
        known = read_hosts(con, {"a.example", "b.example"}, now=NOW + timedelta(hours=2))
        assert known["a.example"].paragraphs == second
        assert known["b.example"] == KnownHost()
        assert read_versions(con, {first[0].version})[first[0].version].paragraphs == {hash_of(BOX)}
