"""Which of the names that a page gives itself is the article's title?"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article.facts.titles import better_title, choose_title, without_outlet

SHELLS = "Shells fall on the port"


@pytest.mark.parametrize(
    ("title", "names", "clean"),
    [
        ("Shells fall - The Example Times", ["Example Times"], "Shells fall"),
        ("Shells fall | example.com", ["www.example.com"], "Shells fall"),
        ("The Example Times: no", ["Example Times"], "The Example Times: no"),
        ("Harbour Post | Shells fall", ["Harbour Post"], "Shells fall"),
        ("Left - right", ["Example"], "Left - right"),
        ("Example", ["Example"], "Example"),
        (None, ["Example"], None),
    ],
)
def test_a_title_loses_the_outlets_name_and_nothing_else(title, names, clean):
    assert without_outlet(title, *names) == clean


def test_hostile_titles_take_no_time():
    started = time.process_time()
    for text in (" - " * 30_000, "x | " * 25_000, "." * 100_000):
        without_outlet(text, text[:50], "Example")
    assert time.process_time() - started < 3  # backtracking would take minutes


@pytest.mark.parametrize(
    ("titles", "names", "title"),
    [
        ([("heading", SHELLS), ("title", f"{SHELLS} | World | The Post")], [], SHELLS),
        ([("og", f"{SHELLS} - The Post"), ("title", f"{SHELLS} - The Post")], ["The Post"], SHELLS),
        ([("heading", "Other words for it"), ("json_ld", SHELLS), ("og", SHELLS)], [], SHELLS),
        (
            [("heading", SHELLS), ("og", "Shells! You won't believe it"), ("twitter", "Shells! You won't believe it")],
            [],
            SHELLS,
        ),
        ([("heading", f"Opinion | {SHELLS}"), ("json_ld", SHELLS)], [], SHELLS),
        ([("heading", f"Harbour: {SHELLS}"), ("og", SHELLS)], [], f"Harbour: {SHELLS}"),
        ([("json_ld", "Shells fall on the p..."), ("og", SHELLS)], [], SHELLS),
        ([("og", "The Post"), ("title", SHELLS)], ["The Post"], SHELLS),
        ([("title", "The Post")], ["The Post"], None),
        ([], [], None),
    ],
)
def test_a_title_is_chosen_by_agreement(titles, names, title):
    assert choose_title(titles, *names) == title


@pytest.mark.parametrize(
    ("fed", "title"),
    [
        (f"{SHELLS} - Post Online", SHELLS),
        (f"{SHELLS} - and more", f"{SHELLS} - and more"),
        ("Shells fall...", SHELLS),
        ("Untitled", SHELLS),
        (None, SHELLS),
    ],
)
def test_the_feeds_title_counts_unless_it_is_cut_or_says_nothing(fed, title):
    titles = [("heading", SHELLS), ("title", f"{SHELLS} - Post Online"), ("og", f"{SHELLS} - and more")]
    assert better_title(fed, titles, "post.example.org", "post") == title


@given(
    st.lists(
        st.tuples(st.sampled_from(["heading", "json_ld", "og", "twitter", "title"]), st.text(min_size=1)), max_size=5
    )
)
def test_a_chosen_title_is_one_that_was_given_or_a_part_of_it(titles):
    chosen = choose_title(titles)
    assert chosen is None or any(chosen in text for _, text in titles)
