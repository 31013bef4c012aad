"""Prints stand for texts: a subset's prints are a subset, whatever the order of words' repetition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.duplicate.shingles import prints, shared, shingles
from pipeline.text import words

from .writing import Writer, first

TEXTS = st.lists(st.text(alphabet="abcd", min_size=1, max_size=3), max_size=60)


@given(TEXTS)
def test_shingles_are_sorted_and_each_stands_once(text):
    found = shingles(text)
    assert np.all(found[1:] > found[:-1])


@given(TEXTS, TEXTS)
def test_a_part_of_a_text_has_a_part_of_its_shingles(before, after):
    assert shared(shingles(before), shingles(before + after)) == len(shingles(before)) or len(before) < 4


def test_hashes_are_the_same_on_every_machine():
    assert shingles(["one", "two", "three"]).tolist() == [11187486467980436319]


def test_a_long_text_keeps_a_sixteenth_and_a_short_one_its_smallest():
    writer = Writer(7)
    long = shingles(words(writer.article(n_sentences=400)))
    assert 0.05 < len(prints(long)) / len(long) < 0.075
    short = shingles(words(first(writer.article(), 0.2)))
    assert len(prints(short)) == min(24, len(short))


def test_nothing_has_no_shingles():
    assert len(shingles([])) == len(prints(shingles([]))) == 0
