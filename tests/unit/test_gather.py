"""Which sights are of one entry: those that share a name, in any order and however far apart."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.load.gather import settle

SIGHTS = st.lists(st.tuples(st.integers(1, 6), st.none() | st.integers(11, 16)), max_size=12)


def groups(sights: list[tuple[int, int | None]], sizes: list[int]) -> set[frozenset[int]]:
    """Gather sights in loads of these sizes, keeping what a table would; return the names that are one entry's."""
    names: dict[int, int] = {}
    left = list(sights)
    for size in [*sizes, len(sights)]:
        given, left = left[:size], left[size:]
        said = {name for pair in given for name in pair if name is not None}
        known = {name: entry for name, entry in names.items() if name in said}
        found = settle(given, known)
        moved = {old: found[name] for name, old in known.items()}
        names = {name: moved.get(entry, entry) for name, entry in (names | found).items()}
    return {frozenset(name for name, of in names.items() if of == entry) for entry in names.values()}


@given(SIGHTS, st.lists(st.integers(1, 4), max_size=12), st.integers(0, 1000))
def test_any_order_and_size_of_loads_ends_in_the_same_entries(sights, sizes, seed):
    shuffled = Random(seed).sample(sights, len(sights))
    assert groups(shuffled, sizes) == groups(sights, [])


def test_a_new_guid_at_the_same_place_is_the_known_entry():
    assert settle([(2, 11)], {11: 1}) == {1: 1, 2: 1, 11: 1}


def test_a_sight_with_names_of_two_entries_makes_them_one():
    assert set(settle([(1, 12)], {1: 1, 12: 2}).values()) == {1}


def test_sights_that_share_no_name_stay_apart():
    assert settle([(1, 11), (2, None), (3, 12)], {}) == {1: 1, 11: 1, 2: 2, 3: 3, 12: 3}
