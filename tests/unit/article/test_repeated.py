"""Texts that a host gives whatever it is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.article.repeated import Seen, repeated

NOTICE = "Thank you for visiting. Please choose an edition to read on. We look forward to seeing you."
WIRE = "Shells fell on the harbour of Merrowby on Tuesday and cut its power, the governor said."
TITLES = (
    "Talks stall in the capital",
    "Hospital runs short of blood",
    "Mines found near beaches",
    "Court frees editor",
)


def page(url_key, title, text=NOTICE):
    return Seen(url_key=url_key, title=title, text_sha256=str(hash(text))), text


def test_one_text_at_three_addresses_of_a_host_under_unlike_titles_is_a_placeholder():
    pages = [page(f"a.example/{i}", title) for i, title in enumerate(TITLES[:3])]
    assert repeated(pages) == {"a.example/0", "a.example/1", "a.example/2"}
    assert repeated(pages[:2]) == frozenset()


def test_one_stored_today_and_two_tomorrow_count_together():
    pages = [page(f"a.example/{i}", title) for i, title in enumerate(TITLES[:3])]
    assert repeated(pages[2:], [seen for seen, _ in pages[:2]]) == {"a.example/2"}


def test_an_article_at_several_addresses_of_its_host_is_no_placeholder():
    titles = ("Shells hit Merrowby harbour", "Shells hit Merrowby harbour", "Merrowby harbour: shells hit it")
    assert repeated([page(f"a.example/{i}", t, WIRE) for i, t in enumerate(titles)]) == frozenset()


def test_wire_copies_under_titles_of_their_own_are_no_placeholders():
    titles = (
        "Merrowby harbour shelled",
        "Governor: Tuesday shells cut power",
        "Power cut on harbour",
        "Shells on Merrowby",
    )
    assert repeated([page(f"{i}.example/x", t, WIRE) for i, t in enumerate(titles)]) == frozenset()


def test_a_notice_that_many_hosts_give_is_a_placeholder():
    pages = [page(f"{i}.example/x", title) for i, title in enumerate(TITLES)]
    assert repeated(pages) == {seen.url_key for seen, _ in pages}


def test_untitled_entries_prove_nothing():
    assert repeated([page(f"a.example/{i}", None) for i in range(5)]) == frozenset()


@given(st.permutations([page(f"{i // 4}.example/{i}", title) for i, title in enumerate(TITLES * 2)]))
def test_the_order_of_pages_does_not_matter(pages):
    assert repeated(pages) == {seen.url_key for seen, _ in pages}
