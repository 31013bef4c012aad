"""Copies made of the corpus' texts from a seed of the run: all found, and no two different texts taken for one."""

import json
import random
import secrets

import pytest

from pipeline.duplicate.likeness import compare, read
from pipeline.duplicate.shingles import prints, shared

RECALL_FLOORS = {"edited": 0.99, "first half": 0.97, "first 30 %": 0.90, "embedded": 0.99}
N = 300
pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def texts(evaluation) -> list[str]:
    folder = evaluation / "extraction"
    rows = map(json.loads, (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    found = [(evaluation / row["gold_text_file"]).read_text(encoding="utf-8") for row in rows]
    return [text for text in found if len(text.split()) >= 150]


@pytest.fixture(scope="module")
def chance() -> random.Random:
    seed = secrets.randbelow(10**9)
    print(f"seed {seed}")
    return random.Random(seed)


def is_found(one: str, other: str) -> bool:
    mine, theirs = read(one), read(other)
    return shared(prints(mine.shingles), prints(theirs.shingles)) >= 3 and compare(mine, theirs).kind is not None


@pytest.mark.parametrize("way", RECALL_FLOORS)
def test_copies_of_real_texts_are_found(texts, chance, way):
    vocabulary = " ".join(texts).split()

    def edited(text: str) -> str:
        words = text.split(" ")
        for at in chance.sample(range(len(words)), int(len(words) * 0.08)):
            other = chance.choice(vocabulary)
            words[at] = chance.choice((other, "", f"{words[at]} {other}"))
        return " ".join(words)

    def first(text: str, share: float) -> str:
        words = text.split(" ")
        return " ".join(words[: int(len(words) * share)])

    copy = {
        "edited": edited,
        "first half": lambda text: first(text, 0.5),
        "first 30 %": lambda text: first(text, 0.3),
        "embedded": lambda text: "\n".join((chance.choice(texts), text, chance.choice(texts))),
    }[way]
    n_found = sum(is_found(text, copy(text)) for text in chance.choices(texts, k=N))
    print(f"{way}: {n_found} of {N}")
    assert n_found / N >= RECALL_FLOORS[way]


def test_no_two_different_real_texts_are_taken_for_copies(texts, chance):
    pairs = [chance.sample(texts, 2) for _ in range(1_000)]
    assert [pair for pair in pairs if is_found(*pair)] == []
