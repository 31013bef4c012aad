"""Groups of one day, beside the stories of the days before."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.story.cluster import Pair, cluster


def pair(one: str, other: str, similarity: float) -> Pair:
    return Pair(one=one, other=other, similarity=similarity)


def groups(day: str, pairs=(), earlier=None) -> list[tuple[str, str | None]]:
    found = cluster(list(day), pairs, earlier or {}, at_least=0.5)
    return [("".join(group.members), group.story) for group in found]


def test_what_is_like_nothing_is_alone():
    assert groups("ab") == [("a", None), ("b", None)]


def test_two_that_are_alike_are_one_group():
    assert groups("abc", [pair("a", "c", 0.5), pair("a", "b", 0.4)]) == [("ac", None), ("b", None)]


def test_a_chain_of_look_alikes_does_not_tie_its_ends_together():
    chain = [pair("a", "b", 0.9), pair("b", "c", 0.8), pair("c", "d", 0.9)]
    assert groups("abcd", chain) == [("ab", None), ("cd", None)]


def test_the_most_alike_are_joined_first():
    assert groups("abc", [pair("a", "b", 0.6), pair("b", "c", 0.9)]) == [("a", None), ("bc", None)]


def test_an_article_carries_on_the_earlier_story_that_it_is_like():
    assert groups("a", [pair("a", "x", 0.7)], {"x": "S"}) == [("a", "S")]


def test_an_earlier_story_counts_with_all_its_articles():
    assert groups("a", [pair("a", "x", 0.6)], {"x": "S", "y": "S"}) == [("a", None)]


def test_two_earlier_stories_are_never_joined():
    pairs = [pair("a", "x", 0.9), pair("a", "y", 0.8)]
    assert groups("a", pairs, {"x": "S", "y": "T"}) == [("a", "S")]


def test_a_new_article_can_bring_its_like_into_an_earlier_story():
    pairs = [pair("a", "b", 0.9), pair("a", "x", 0.6), pair("b", "x", 0.6)]
    assert groups("ab", pairs, {"x": "S"}) == [("ab", "S")]


@given(
    st.dictionaries(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdefxyz")), st.floats(0, 1), max_size=20)
)
def test_each_article_is_in_exactly_one_group_and_the_order_of_pairs_does_not_matter(similarities):
    pairs = [pair(one, other, round(value, 3)) for (one, other), value in similarities.items() if one < other]
    found = groups("abcdef", pairs, {"x": "S", "y": "S", "z": "T"})
    assert sorted("".join(members for members, _ in found)) == list("abcdef")
