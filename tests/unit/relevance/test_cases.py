"""Headlines and short texts that we wrote, a file a language: `want` is the label, `text` may be empty."""

import json
from pathlib import Path

import pytest

from pipeline import relevance

_FOLDER = Path(__file__).parent / "cases"
_LANGUAGES = ["am", "ar", "de", "en", "es", "fa", "fr", "he", "hi", "my", "pt", "ru", "sw", "tr", "uk", "zh"]


def _read(language):
    lines = (_FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) | {"language": language} for line in lines]


CASES = [case for language in _LANGUAGES for case in _read(language)]


@pytest.fixture(scope="module")
def assessor():
    return relevance.load()


def _assess(assessor, case):
    return assessor.assess(title=case["title"], text=case["text"], language=case["language"])


def test_every_language_of_the_lexicon_has_cases_of_both_kinds(assessor):
    assert assessor.languages == set(_LANGUAGES)
    for language in _LANGUAGES:
        wanted = [case["want"] for case in CASES if case["language"] == language]
        assert min(wanted.count("keep"), wanted.count("drop")) >= 6, language


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['language']}: {case['title'][:50]}")
def test_the_label_is_the_one_that_a_reader_would_give(assessor, case):
    judged = _assess(assessor, case)
    assert judged.label == case["want"], judged.reasons


def test_every_keep_and_review_has_a_reason_at_its_offsets(assessor):
    for case in CASES:
        judged = _assess(assessor, case)
        texts = {"title": case["title"], "lead": "", "body": case["text"]}
        assert judged.reasons or judged.label == "drop"
        for reason in judged.reasons:
            assert texts[reason.where][reason.start : reason.end] == reason.term
            assert reason.weight > 0


def test_removing_the_named_terms_lowers_the_score(assessor):
    for case in CASES:
        judged = _assess(assessor, case)
        if judged.label == "drop":
            continue
        texts = {"title": case["title"], "body": case["text"]}
        for reason in sorted(judged.reasons, key=lambda one: -one.start):
            text = texts[reason.where]
            texts[reason.where] = f"{text[: reason.start]}§{text[reason.end :]}"
        rest = assessor.assess(title=texts["title"], text=texts["body"], language=case["language"])
        assert rest.score < judged.score, case


def test_what_is_kept_says_about_when_and_which_sentence(assessor):
    for case in CASES:
        judged = _assess(assessor, case)
        if judged.label == "drop":
            assert (judged.about, judged.types, judged.temporal, judged.sentence) == ("none", (), None, None)
        else:
            assert judged.about in ("event", "related")
            assert judged.temporal in ("now", "past", "possible")
            assert judged.sentence
        if judged.sentence_start is not None:
            assert case["text"][judged.sentence_start : judged.sentence_end] == judged.sentence


def test_upper_case_doesnt_change_a_label(assessor):
    for case in CASES:
        shouted = assessor.assess(title=case["title"].upper(), text=case["text"].upper(), language=case["language"])
        assert shouted.label == case["want"], case
