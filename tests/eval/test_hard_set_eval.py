"""The frozen hard set, scored: floors a little under what was measured when they were set."""

import pytest

from pipeline import relevance

from .relevance_report import TYPE_NAMES, f1, hard_sets


@pytest.fixture(scope="module")
def sets():
    return hard_sets(relevance.load())


def test_hard_cases_in_english_are_told_apart(sets):
    assert f1(sets["hard en"]) >= 0.88


def test_hard_cases_in_the_other_languages_are_told_apart(sets):
    assert f1(sets["hard, other languages"]) >= 0.94


def test_no_language_is_lost(sets):
    cases = sets["hard, other languages"]
    for language in {case.language for case in cases}:
        assert f1([case for case in cases if case.language == language]) >= 0.80, language


def test_the_types_of_what_is_kept_are_told_apart(sets):
    typed = [
        case.types for cases in sets.values() for case in cases if case.wanted and case.score >= 0.5 and case.types[0]
    ]
    figures = []
    for name in TYPE_NAMES.values():
        hits = sum(wanted == got == name for wanted, got in typed)
        figures.append(2 * hits / sum((wanted == name) + (got == name) for wanted, got in typed))
    assert sum(figures) / len(figures) >= 0.80
