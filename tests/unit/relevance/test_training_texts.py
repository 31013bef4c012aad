"""What the weights are learnt from: texts in one form, and none that they are measured on."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import words

_FOLDER = Path(__file__).parents[2] / "eval"
_FILES = sorted((_FOLDER / "training").glob("*.jsonl"))
_GLOSSES = sorted((_FOLDER / "training").glob("glosses_*.txt"))
_FIELDS = {"language", "title", "lead", "label", "about", "temporal", "type", "domain"}
_TYPES = {"battles", "explosions", "violence_against_civilians", "protests", "riots", "strategic", None}
_RUN = 6  # words in a row that two writers hardly choose alike


def _texts(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _runs(text):
    found = [word for word, *_ in words(fold(f"{text['title']} {text['lead'] or ''}").text)]
    return {" ".join(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1)}


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_every_text_has_the_same_fields_and_marks_that_agree(file):
    for text in _texts(file):
        assert _FIELDS <= set(text) <= _FIELDS | {"register"}, text["title"]
        assert text["title"] or text["lead"]
        assert text["label"] in {"keep", "review", "drop"}, text["title"]
        assert text["type"] in _TYPES, text["title"]
        assert (text["about"] == "none") == (text["temporal"] is None), text["title"]
        assert text["label"] != "drop" or text["about"] == "none", text["title"]


def test_no_title_stands_twice():
    titles = Counter(text["title"].casefold() for file in _FILES for text in _texts(file) if text["title"])
    assert [title for title, n in titles.items() if n > 1] == []


def test_no_text_is_one_of_the_hard_set():
    hard = {run for file in (_FOLDER / "hard").glob("*.jsonl") for text in _texts(file) for run in _runs(text)}
    shared = Counter(len(_runs(text) & hard) for file in _FILES for text in _texts(file))
    assert max(shared) <= 3  # a stock phrase of eight words; a text that was copied shares dozens


@pytest.mark.parametrize("file", _GLOSSES, ids=lambda file: file.stem)
def test_a_word_is_glossed_once_by_one_english_word_or_none(file):
    pairs = [line.split(" ") for line in file.read_text(encoding="utf-8").splitlines()]
    assert [pair for pair in pairs if len(pair) != 2] == []
    assert [word for word, _ in pairs if [one for one, *_ in words(fold(word).text)] != [word]] == []
    assert [english for _, english in pairs if english != "-" and not english.isascii()] == []
    assert [word for word, n in Counter(word for word, _ in pairs).items() if n > 1] == []
