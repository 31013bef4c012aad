"""The convolution: a sum over words and windows that is the same however a machine adds up."""

import io
from contextlib import suppress
from dataclasses import replace
from itertools import count, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import relevance
from pipeline.errors import SettingsError
from pipeline.relevance.vocabulary import BREAK, parse_glosses
from pipeline.relevance.windows import FULL_WORDS, WINDOW, parse_convolution, read
from pipeline.resources import data_path

WORDS = ["soldiers", "shell", "village", "paint", "banking", "the", BREAK]
VECTORS = [[0, 0], [9, 0], [9, 1], [0, 5], [-9, 0], [2, 2], [1, 1], [0, 0]]  # the first says nothing
WEIGHTS = [0, 300, 400, 100, -200, -100, 0, 0]  # "the" and the break speak in windows alone
# a filter for "soldiers shell" before any word, and one that speaks against paint
FILTERS = [[2, 0], [0, 0], [3, 0], [1, 0], [1, -4], [0, 0]]
OFFSETS, SHARES, UNIT, BIAS = [-10, 3], [0.01, -0.02], 1 / 1000, -0.5

texts = st.lists(st.sampled_from([*WORDS, None, "harvest", "villagers"]), min_size=1, max_size=200)


def archive(**other):
    raw = io.BytesIO()
    numbers = {
        "words": np.frombuffer("\n".join(WORDS).encode(), dtype=np.uint8),
        "vectors": np.array(VECTORS, dtype=np.int8),
        "weights": np.array(WEIGHTS, dtype=np.int16),
        "filters": np.array(FILTERS, dtype=np.int8),
        "offsets": np.array(OFFSETS, dtype=np.int32),
        "shares": np.array(SHARES),
        "unit": UNIT,
        "bias": BIAS,
    }
    np.savez_compressed(raw, **numbers | other)
    return raw.getvalue()


@pytest.fixture(scope="module")
def convolution():
    return parse_convolution(archive(), name="tiny")


@pytest.fixture(scope="module")
def assessor():
    return relevance.load()


def tokens(*words):
    at = count()
    return [(word, None if word in (None, BREAK) else (0, start := 10 * next(at), start + 5)) for word in words]


def by_hand(convolution, words):
    """Add up in plain Python what the paper says."""
    rows = convolution.vocabulary.rows_of(words)
    speaking = [row for row in dict.fromkeys(rows) if WEIGHTS[row]]
    total = BIAS + sum(WEIGHTS[row] for row in speaking) * UNIT * min(1, (FULL_WORDS / max(len(speaking), 1)) ** 0.5)
    padded = [0, *rows, 0]
    for n, share in enumerate(SHARES):
        window_sums = [
            sum(VECTORS[padded[at + place]][d] * FILTERS[2 * place + d][n] for place in range(WINDOW) for d in (0, 1))
            for at in range(len(rows))
        ]
        total += share * max(0, max(window_sums) + OFFSETS[n])
    return total


@given(texts)
def test_the_log_odds_are_the_sum_that_the_paper_says(words):
    convolution = parse_convolution(archive(), name="tiny")
    assert read(convolution, tokens(*words)).logit == pytest.approx(by_hand(convolution, words), abs=1e-9)


@given(texts)
def test_every_share_of_the_log_odds_has_its_token(words):
    reading = read(parse_convolution(archive(), name="tiny"), tokens(*words))
    assert len(reading.moved) == len(reading.places) == len(words)
    assert BIAS + sum(reading.moved) == pytest.approx(reading.logit, abs=1e-9)


def test_the_order_of_words_counts(convolution):
    there, back = (
        read(convolution, tokens(*words)) for words in (("soldiers", "shell", "paint"), ("shell", "paint", "soldiers"))
    )
    assert there.logit > back.logit


def test_a_text_that_says_the_same_again_is_no_surer(convolution):
    said = ["soldiers", "shell", "village", BREAK]
    assert read(convolution, tokens(*said)).logit == pytest.approx(read(convolution, tokens(*said * 5)).logit)


def test_a_word_without_a_vector_is_read_as_the_commonest_that_begins_alike(convolution):
    village, villagers = convolution.vocabulary.rows_of(["village", "villagers"])
    assert villagers == village


@pytest.mark.parametrize("word", [None, "zebra", "1917"])
def test_a_silent_word_a_number_and_one_that_nobody_knows_say_nothing(convolution, word):
    assert read(convolution, tokens("village", word)).moved[1] == 0


def test_what_a_window_adds_is_told_by_a_word_that_speaks_for_itself(convolution):
    assert [place and place[1] for place in read(convolution, tokens("soldiers", "the", None)).places] == [0, 0, None]


def test_nothing_to_read_is_the_bias(convolution):
    assert read(convolution, []).logit == BIAS


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04",
        b"no archive",
        archive()[:200],
        archive(words=np.array([255], dtype=np.uint8)),
        archive(vectors=np.array(VECTORS[:-1], dtype=np.int8)),
        archive(weights=np.array(WEIGHTS[:-1], dtype=np.int16)),
        archive(filters=np.array(FILTERS[:-1], dtype=np.int8)),
        archive(shares=np.array(SHARES[:1])),
        archive(unit=np.inf),
        archive(unit=np.array([1.0, 2.0])),
        archive(bias=np.nan),
        archive(weights=np.array([7, *WEIGHTS[1:]], dtype=np.int16)),
        archive(filters=np.array(FILTERS) * 1_000_000),
        archive(filters=np.array(FILTERS) * 0.37),
        archive(offsets=np.array(OFFSETS)[:, None]),
        archive(weights=np.array(WEIGHTS) * 1_000),
    ],
)
def test_an_archive_that_cant_be_used_is_a_clear_error(raw):
    with pytest.raises(SettingsError, match=r"windows_en\.npz can't be used"):
        parse_convolution(raw, name="windows_en.npz")


@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_damaged_archive_is_a_clear_error_or_none(at, byte):
    raw = bytearray(archive())
    raw[at % len(raw)] = byte
    with suppress(SettingsError):  # any other is a failure
        parse_convolution(bytes(raw), name="windows_en.npz")


def glosses(words, rows, kind=np.uint16):
    raw = io.BytesIO()
    np.savez_compressed(
        raw, words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8), rows=np.array(rows, dtype=kind)
    )
    return raw.getvalue()


def glossed(convolution, words, rows, **more):
    return replace(convolution, vocabulary=parsed(glosses(words, rows), **more))


def parsed(raw, *, is_spaced=True, clitics=(), name="tiny"):
    return parse_glosses(raw, n_rows=len(WEIGHTS), is_spaced=is_spaced, clitics=clitics, name=name)


def test_another_language_is_read_by_the_english_words_in_its_place(convolution):
    german = glossed(convolution, ["soldaten", "beschiessen", "dorf"], [1, 2, 3])
    english = read(convolution, tokens("soldiers", "shell", "village"))
    assert read(german, tokens("soldaten", "beschiessen", "dorf")) == english
    assert read(german, tokens("soldaten", "beschiesst", "dorf")) == english  # the same beginning
    assert german.vocabulary.rows_of(["soldiers"]) == [0]


def test_a_word_glossed_as_nothing_is_silent_whatever_begins_alike(convolution):
    assert glossed(convolution, ["soldat", "soldaterei"], [1, 0]).vocabulary.rows_of(["soldaterei", "soldaten"]) == [
        0,
        1,
    ]


def test_a_word_is_found_behind_what_is_glued_before_it(convolution):
    hebrew = glossed(convolution, ["חיילימ", "כפר", "הכפרי"], [1, 3, 4], clitics=("ו", "ה", "ב"))
    assert hebrew.vocabulary.rows_of(["והחיילימ", "בכפר", "הכפרי", "צבע", None]) == [1, 3, 4, 0, 0]


def test_words_that_run_together_are_cut_where_the_longest_end(convolution):
    chinese = glossed(convolution, ["士兵", "炮击", "村", "村庄", "画"], [1, 2, 6, 3, 4], is_spaced=False)
    assert chinese.vocabulary.cut([("昨士兵炮击了那村庄画", 7, 17), ("们", 20, 21)]) == [
        (None, 7, 8),
        ("士兵", 8, 10),
        ("炮击", 10, 12),
        (None, 12, 14),
        ("村庄", 14, 16),
        ("画", 16, 17),
        (None, 20, 21),
    ]


@given(st.text("abcd", min_size=1, max_size=40))
def test_cut_words_stand_in_order_and_leave_nothing_out(run):
    chinese = glossed(parse_convolution(archive(), name="tiny"), ["a", "ab", "cdc"], [1, 2, 3], is_spaced=False)
    cut = chinese.vocabulary.cut([(run, 5, 5 + len(run))])
    assert "".join(run[start - 5 : end - 5] for _, start, end in cut) == run
    assert all(word in (None, run[start - 5 : end - 5]) for word, start, end in cut)
    assert not any("a" in run[start - 5 : end - 5] for word, start, end in cut if word is None)
    assert all(one[0] or other[0] for one, other in pairwise(cut))  # what nobody knows is one piece


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04",
        archive(),
        glosses(["a"], [1, 2]),
        glosses(["a"], [99]),
        glosses(["a"], []),
        glosses(["a"], [[1]]),
        glosses(["a"], [1], kind=float),
        glosses(["a"], [-1], kind=np.int16),
    ],
)
def test_glosses_that_cant_be_used_are_a_clear_error(raw):
    with pytest.raises(SettingsError, match=r"glosses_de\.npz can't be used"):
        parsed(raw, name="glosses_de.npz")


def test_shipped_words_are_spelt_as_texts_are_folded():
    raw = data_path("config", "relevance", "windows_en.npz").read_bytes()
    known = parse_convolution(raw, name="ours").vocabulary.rows
    assert {"soldiers", "soldier", "the", BREAK} <= known.keys()
    assert all(word == word.casefold() for word in known)


def test_reasons_of_english_dont_overlap(assessor):
    judged = assessor.assess(
        title="Families sleep in the metro as drones cross the city",
        lead="The night's raid took the roof of the school; soldiers clear mines from the playground.",
        text="",
        language="en",
    )
    spans = sorted((reason.where, reason.start, reason.end) for reason in judged.reasons)
    assert len(spans) > 3
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))


@pytest.mark.parametrize(
    "text",
    ["x", "404", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", "A b c d e f. " * 8, "e4 e5 Nf3 Nc6 Bb5 a6"],
)
def test_numbers_and_letters_speak_for_nothing(assessor, text):
    assert assessor.assess(title=text, text="", language="en").label == "drop"


@pytest.mark.parametrize(("text", "language"), [("De bakker opent een nieuwe winkel", "nl"), ("zzxq vvbq ppqx", "xx")])
def test_a_text_of_a_language_without_a_lexicon_isnt_read_as_english(assessor, text, language):
    judged = assessor.assess(title=text, text="", language=language)
    assert (judged.label, judged.about, judged.types) == ("review", "none", ())
