"""How the convolution learns (tests/eval/training/convolve.py)."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from pipeline.relevance.windows import FULL_WORDS, WINDOW, parse_convolution, read

_FILE = Path(__file__).parents[2] / "eval" / "training" / "convolve.py"
WORDS = ["army", "parade", "shells", "town", "quiet", "."]
TELLING = np.array([False, True, True, True, True, True, False])  # all but what says nothing, and the break


@pytest.fixture
def convolve(monkeypatch):
    spec = importlib.util.spec_from_file_location("convolve", _FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in {"N_FILTERS": 3, "N_DIMENSIONS": 4, "DROPPED_WORDS": 0.0, "DROPPED_FILTERS": 0.0}.items():
        monkeypatch.setattr(module, name, value)
    return module


@pytest.fixture
def vectors():
    found = np.random.default_rng(1).normal(size=(1 + len(WORDS), 6))
    found[0] = 0
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def log_odds(p, vectors, row):
    e = vectors[row] @ p["projection"]
    counting = [one for one in dict.fromkeys(row.tolist()) if TELLING[one]]
    factor = 1 / np.sqrt(max(len(counting), FULL_WORDS))
    padded = np.vstack([np.zeros((1, 4)), e, np.zeros((1, 4))])
    fits = [padded[at : at + WINDOW].ravel() @ p["filters"] + p["offsets"] for at in range(len(row))]
    of_words = (vectors[counting] @ p["projection"] @ p["mean"] + p["words"][counting]).sum() * factor
    return float(p["bias"][0] + of_words + np.maximum(np.max(fits, axis=0), 0) @ p["shares"])


def test_gradients_are_those_of_the_loss(convolve, vectors):
    p = {name: value.astype(float) for name, value in convolve.start(vectors, seed=3).items()}
    random = np.random.default_rng(4)
    p["words"], p["mean"] = random.normal(size=len(vectors)), random.normal(size=4)
    x = np.array([[2, 3, 4, 5], [6, 0, 1, -1], [3, 3, -1, -1], *([[1, 2, 3, 4]] * 2)])
    counting = convolve.counting(x, TELLING)
    wanted, counts = np.array([1.0, 0.3, 0.0, 1.0, 0.0]), np.array([1.0, 3.0, 1.0, 2.0, 1.0])

    def loss():
        raw = np.array([log_odds(p, vectors, row[row >= 0]) for row in x])
        return float((counts * (np.logaddexp(0, raw) - wanted * raw)).mean())

    found = convolve.gradients(p, vectors, x, counting, wanted, counts, random)
    for name, value in p.items():
        for at in list(np.ndindex(value.shape))[::5]:
            before, step = value[at], 1e-4
            value[at] = before + step
            more = loss()
            value[at] = before - step
            assert found[name][at] == pytest.approx((more - loss()) / (2 * step), abs=1e-4), (name, at)
            value[at] = before


def test_the_order_of_words_is_learnt(convolve, vectors, monkeypatch):
    monkeypatch.setattr(convolve, "EPOCHS", 600)
    monkeypatch.setattr(convolve, "DECAY", 0.0)
    texts = [["army", "shells", "town", "."], ["town", "shells", "army", "."]]
    rows = [np.array([1 + WORDS.index(word) for word in text]) for text in texts]
    learnt = convolve.learn(vectors, convolve.Texts(rows, np.array([1.0, 0.0]), np.ones(2)), is_telling=TELLING, seed=0)
    convolution = parse_convolution(convolve.whole_numbers(learnt, vectors, WORDS, is_telling=TELLING), name="learnt")
    yes, no = (read(convolution, [(word, None) for word in text]).logit for text in texts)
    assert yes > 1 > -1 > no
