"""The hard set is what the classifier is measured on, so nothing about it may move: neither a case nor the words for it."""

import hashlib
import json
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[2] / "eval" / "hard"
_FILES = sorted(_FOLDER.glob("*.jsonl"))
_FIELDS = {"id", "language", "title", "lead", "text", "label", "about", "temporal", "type", "matter", "why"}
_TYPES = {"battles", "explosions", "violence_against_civilians", "protests", "riots", "strategic", None}


def _cases(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


CASES = [case for file in _FILES for case in _cases(file)]


def test_the_hard_set_is_frozen():
    sums = [line.split() for line in (_FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in _FILES}
    assert found == {name: digest for digest, name in sums}


def test_the_hard_set_has_at_least_three_hundred_cases():
    assert len(CASES) >= 300


def test_ids_and_titles_are_unique():
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert len({case["title"].casefold() for case in CASES}) == len(CASES)


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_every_case_has_the_same_fields_and_words_from_closed_lists(file):
    for case in _cases(file):
        assert set(case) == _FIELDS, case["id"]
        assert all(case[field] for field in ("title", "matter", "why")), case["id"]
        assert case["label"] in {"keep", "review", "drop"}, case["id"]
        assert case["about"] in {"event", "related", "none"}, case["id"]
        assert case["temporal"] in {"now", "past", "possible", None}, case["id"]
        assert case["type"] in _TYPES, case["id"]


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_marks_agree_with_the_label(file):
    for case in _cases(file):
        assert (case["about"] == "none") == (case["temporal"] is None), case["id"]
        assert (case["about"] == "none") == (case["label"] == "drop"), case["id"]
        assert case["about"] != "none" or case["type"] in {"protests", None}, case["id"]


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_every_type_is_kept_and_every_label_is_there(file):
    assert {case["type"] for case in _cases(file) if case["label"] == "keep"} | {"protests"} >= _TYPES
    assert {case["label"] for case in _cases(file)} == {"keep", "review", "drop"}
