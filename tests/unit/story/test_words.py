"""Which words stand for a text, and how heavily."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.story.words import weighted_words


def test_a_word_of_the_title_weighs_more_than_one_of_the_lead():
    weights = weighted_words("shelling resumes", "a truce had held")
    assert weights["shelling"] > weights["truce"]


def test_names_and_numbers_weigh_more_than_other_words():
    weights = weighted_words("convoy of 40 trucks reaches Tarnava", None)
    assert weights["tarnava"] == weights["40"] > weights["convoy"]


def test_case_possessive_and_plural_do_not_tell_words_apart():
    assert weighted_words("Rebels' SHIPS", None).keys() == weighted_words("rebel's ship", None).keys()


def test_a_word_counts_once_however_often_it_stands_there():
    assert weighted_words("siege siege", "siege") == weighted_words("siege", None)


def test_scripts_without_spaces_are_read_in_pairs_of_signs():
    assert set(weighted_words("炮击城市", None)) == {"炮击", "击城", "城市"}


def test_words_between_signs_are_kept_whole():
    assert "nato" in weighted_words("声明NATO称", None)


@pytest.mark.parametrize("title", [None, "", " … "])
def test_nothing_gives_no_words(title):
    assert weighted_words(title, None) == {}


@given(st.text(), st.text())
def test_any_text_gives_whole_positive_weights(title, lead):
    assert all(word and isinstance(weight, int) and weight > 0 for word, weight in weighted_words(title, lead).items())
