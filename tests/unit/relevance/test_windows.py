"""The convolution: a sum over words and windows that is the same however a machine adds up."""

import io
from itertools import count, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import relevance
from pipeline.errors import SettingsError
from pipeline.relevance.windows import BREAK, FULL_TOKENS, WINDOW, parse_convolution, read
from pipeline.resources import data_path

WORDS = ["soldiers", "shell", "village", "paint", "banking", BREAK]
VECTORS = [
    [0, 0],
    [0, 0],
    [9, 0],
    [9, 1],
    [0, 5],
    [-9, 0],
    [2, 2],
    [0, 0],
]  # a silent word and an unknown one come first
WEIGHTS = [0, -50, 300, 400, 100, -200, -100, 0]
# a filter for "soldiers shell" before any word, and one that speaks against paint
FILTERS = [[2, 0], [0, 0], [3, 0], [1, 0], [1, -4], [0, 0]]
OFFSETS, SHARES, UNIT, BIAS = [-10, 3], [0.01, -0.02], 1 / 1000, -0.5


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


def tokens(*words):
    at = count()
    return [(word, None if word in (None, BREAK) else (0, start := 10 * next(at), start + 5)) for word in words]


def by_hand(convolution, words):
    """Add up in plain Python what the paper says."""
    rows = convolution.rows_of(words)
    total = BIAS + sum(WEIGHTS[row] for row in rows) * UNIT * min(1, (FULL_TOKENS / len(rows)) ** 0.5)
    padded = [0, *rows, 0]
    for n, share in enumerate(SHARES):
        window_sums = [
            sum(VECTORS[padded[at + place]][d] * FILTERS[2 * place + d][n] for place in range(WINDOW) for d in (0, 1))
            for at in range(len(rows))
        ]
        total += share * max(0, max(window_sums) + OFFSETS[n])
    return total


@given(st.lists(st.sampled_from([*WORDS, None, "harvest"]), min_size=1, max_size=200))
def test_the_log_odds_are_the_sum_that_the_paper_says(words):
    convolution = parse_convolution(archive(), name="tiny")
    assert read(convolution, tokens(*words)).logit == pytest.approx(by_hand(convolution, words), abs=1e-9)


@given(st.lists(st.sampled_from([*WORDS, None, "harvest"]), max_size=200))
def test_every_share_of_the_log_odds_has_its_token(words):
    reading = read(parse_convolution(archive(), name="tiny"), tokens(*words))
    assert len(reading.moved) == len(reading.places) == len(words)
    assert BIAS + sum(reading.moved) == pytest.approx(reading.logit, abs=1e-9)


def test_the_order_of_words_counts(convolution):
    there, back = (
        read(convolution, tokens(*words)) for words in (("soldiers", "shell", "paint"), ("shell", "paint", "soldiers"))
    )
    assert there.logit > back.logit


def test_a_word_without_a_vector_is_read_as_the_commonest_that_begins_alike(convolution):
    village, villagers, zebra, quagga = convolution.rows_of(["village", "villagers", "zebra", "quagga"])
    assert villagers == village
    assert zebra == quagga == 1


def test_a_silent_word_says_nothing(convolution):
    assert read(convolution, tokens("village", None)).moved[1] == 0


def test_nothing_to_read_is_the_bias(convolution):
    assert read(convolution, []).logit == BIAS


@pytest.mark.parametrize(
    "raw", [b"", b"PK\x03\x04", b"no archive", archive()[:200], archive(words=np.array([255], dtype=np.uint8))]
)
def test_what_is_no_archive_is_a_clear_error(raw):
    with pytest.raises(SettingsError, match=r"windows_en\.npz can't be used"):
        parse_convolution(raw, name="windows_en.npz")


def test_sums_of_shipped_numbers_are_exact_in_single_precision():
    for path in data_path("config", "relevance").glob("windows_*.npz"):
        with np.load(path) as found:
            largest = np.abs(found["vectors"].astype(int)).max() * np.abs(found["filters"].astype(int)).sum(axis=0)
            assert (largest + np.abs(found["offsets"]) < 2**24).all()
            assert (found["vectors"][0] == 0).all()
            assert found["weights"][0] == 0


def test_shipped_words_are_spelt_as_texts_are_folded():
    raw = data_path("config", "relevance", "windows_en.npz").read_bytes()
    known = parse_convolution(raw, name="ours").rows
    assert {"soldiers", "soldier", "the", BREAK} <= known.keys()
    assert all(word == word.casefold() for word in known)


@pytest.fixture(scope="module")
def assessor():
    return relevance.load()


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
