from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.relevance.sentence import sentences


def split(text):
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("The U.S. army left. Mr. Doe and Gen. Roe stayed.", ["The U.S. army left.", "Mr. Doe and Gen. Roe stayed."]),
        ("He said “no.” Then he left.", ["He said “no.”", "Then he left."]),
        ("A heading\n\nA sentence", ["A heading", "A sentence"]),
        ("A line that a wire\nwrapped. Next", ["A line that a wire\nwrapped.", "Next"]),
        ("First paragraph\n   Second paragraph", ["First paragraph", "Second paragraph"]),
        ("停火。冲突再起！", ["停火。", "冲突再起！"]),
        ("युद्ध रुका। फिर शुरू हुआ।", ["युद्ध रुका।", "फिर शुरू हुआ।"]),
        ("ماذا حدث؟ لا شيء.", ["ماذا حدث؟", "لا شيء."]),
        ("ጦርነቱ ቆመ። ሰላም ነው።", ["ጦርነቱ ቆመ።", "ሰላም ነው።"]),
        ("တိုက်ပွဲဖြစ်။ ရပ်စဲ။", ["တိုက်ပွဲဖြစ်။", "ရပ်စဲ။"]),
        ("It cost 3.5 million.", ["It cost 3.5 million."]),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, wanted):
    assert split(text) == wanted


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_no_character_but_space_is_lost_and_none_is_told_twice(text):
    found = sentences(text)
    assert all(one.start < one.end for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join(split(text)).split() == [] or "".join("".join(split(text)).split()) == "".join(text.split())


def test_a_run_without_full_stop_is_cut():
    assert max(map(len, split("word " * 2_000))) <= 1_500
