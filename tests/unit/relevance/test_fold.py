import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.relevance import fold as module
from pipeline.relevance.fold import fold

anything = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ejército", "EJERCITO"),
        ("İSYANCILAR", "isyancılar"),
        ("tırmanış", "tirmanis"),
        ("ёлка", "ЕЛКА"),
        ("إِطْلَاقُ", "اطلاق"),
        ("هجومـــ", "هجوم"),
        ("نیروهای کرد", "نيروهاي كرد"),
        ("نظامی‌ها", "نظامیها"),
        ("לוחמים", "לוחמימ"),
        ("ሠራዊት", "ሰራዊት"),
        ("लड़ाई", "लडाई"),
        ("ＷＡＲ", "war"),
        ("Straße", "STRASSE"),
        ("’tis “war”", '\'tis "war"'),
    ],
)
def test_two_spellings_of_a_word_fold_alike(one, other):
    assert fold(one).text == fold(other).text


@pytest.mark.parametrize(("one", "other"), [("कि", "की"), ("စစ်", "စစ"), ("war", "wars"), ("حرب", "حزب")])
def test_what_is_another_word_stays_another(one, other):
    assert fold(one).text != fold(other).text


@given(anything)
def test_strings_that_nfkc_makes_equal_fold_alike(text):
    assert fold(unicodedata.normalize("NFKC", text)).text == fold(text).text


def test_the_dropped_characters_are_just_those_that_fold_to_nothing():
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        assert bool(module._DROPPED.fullmatch(character)) == (fold(character).text == ""), hex(code)


@given(anything, st.data())
def test_a_span_leads_back_to_the_characters_that_it_came_from(text, data):
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, after = folded.original(start, end)
    assert 0 <= first < after <= len(text)
    assert folded.text[start:end] in fold(text[first:after]).text
