"""Who wrote it: people, as the page names them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article.facts.people import people


@pytest.mark.parametrize(
    ("given_names", "names"),
    [
        (["By Ann Lee"], ("Ann Lee",)),
        (["Von Ann Lee und Bo Ek"], ("Ann Lee", "Bo Ek")),
        (["Ann Lee, Bo Ek and Cy Dow"], ("Ann Lee", "Bo Ek", "Cy Dow")),
        (["Ann Lee, Kyiv"], ("Ann Lee",)),
        (["Lee, Ann"], ("Lee, Ann",)),
        (["Fire and Rescue"], ("Fire and Rescue",)),
        (["ANN LEE", "Ann Lee"], ("ANN LEE",)),
        (
            ["https://example.org/ann", "@ann", "ann@example.org", "Ann Lee Mar 9, 2026 at 10:15"],
            ("Ann Lee Mar 9",)[:0],
        ),
        (["The Example Times", "Example Times"], ()),
        (["O&#039;Neil Ann"], ("O'Neil Ann",)),
        (["山田太郎、鈴木花子"], ("山田太郎、鈴木花子",)),
        ([""], ()),
    ],
)
def test_names_of_people_are_kept_each_once(given_names, names):
    assert people(given_names, "Example Times") == names


@given(st.lists(st.text(max_size=80), max_size=5))
def test_names_are_folded_for_good(raw):
    once = people(raw)
    assert all(name.strip() for name in once)
    assert len({name.casefold() for name in once}) == len(once)
