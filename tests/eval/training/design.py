"""The linear model's texts as a matrix, and how its weights are fitted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from material import stop_words, topics_of, vectors_of_stems
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from pipeline.relevance.lexicon import parse_groups
from pipeline.resources import data_path

# chosen by cross-validation over these texts
PENALTY, WORD_PENALTY, TOPIC_PENALTY, VECTOR_PENALTY = 3.0, 1.0, 1.0, 0.25
LEAST_TEXTS, MOST_TEXTS = 3, 0.06  # a word in fewer texts is one story's, in a larger share of them is grammar

Bounds = list[tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The texts as rows of features: terms of the lexicon, words, and what those words share with others."""

    x: csr_matrix
    terms: list[str]
    words: list[str]
    is_met: np.ndarray  # whether a word stands in any text
    shared: csr_matrix  # words x topics and dimensions of vectors
    n_topics: int

    def penalties(self) -> np.ndarray:
        """Return what a unit of each weight squared costs; the bias is free."""
        sizes = (len(self.terms), len(self.words), self.n_topics, self.shared.shape[1] - self.n_topics, 1)
        return np.repeat([PENALTY, WORD_PENALTY, TOPIC_PENALTY, VECTOR_PENALTY, 0.0], sizes)

    def weights(self, found: np.ndarray) -> np.ndarray:
        """Return the hundredths of terms and words, a word's with those that it shares, and the bias."""
        n_terms, n_words = len(self.terms), len(self.words)
        own = found[n_terms : n_terms + n_words] + self.shared @ found[n_terms + n_words : -1]
        return (np.concatenate([found[:n_terms], own, found[-1:]]) * 100).round().astype(int)


def design(rows: Sequence[dict[str, Any]], values: Sequence[dict[str, float]]) -> Design:
    """Lay out the features that tell: all of the lexicon, words of enough texts, and words that have others like them."""
    topics, (with_vector, vectors) = topics_of(), vectors_of_stems()
    n_texts = Counter(row["language"] for row in rows)
    n_with = Counter(name for found in values for name in found)
    terms = sorted(name for name in n_with if not name.startswith("word "))
    least = dict.fromkeys(n_with.keys() - set(terms), LEAST_TEXTS) | dict.fromkeys((*topics, *with_vector), 0)
    telling = {name for name, n in least.items() if n <= n_with[name] <= MOST_TEXTS * n_texts[name.split(" ")[1]]}
    known = sorted(telling - stop_words())
    column = {name: number for number, name in enumerate((*terms, *known))}
    x = _matrix(({column[name]: value for name, value in found.items() if name in column} for found in values), column)
    names = sorted({topic for found in topics.values() for topic in found})
    place = {name: number for number, name in enumerate(names)}
    of_topics = _matrix(({place[topic]: 1.0 for topic in sorted(topics.get(name, ()))} for name in known), place)
    row = {name: number for number, name in enumerate(with_vector)}
    of_vectors = _matrix(({row[name]: 1.0} if name in row else {} for name in known), row) @ vectors
    shared = hstack([of_topics, of_vectors]).tocsr()
    return Design(
        x=hstack([x, x[:, len(terms) :] @ shared]).tocsr(),
        terms=terms,
        words=known,
        is_met=np.array([name in n_with for name in known]),
        shared=shared,
        n_topics=len(names),
    )


def _matrix(rows: Iterator[dict[int, float]], columns: dict[str, int]) -> csr_matrix:
    data: list[float] = []
    indices: list[int] = []
    ends = [0]
    for row in rows:
        indices += row.keys()
        data += row.values()
        ends.append(len(indices))
    return csr_matrix((data, indices, ends), shape=(len(ends) - 1, len(columns)))


def bounds(laid_out: Design) -> Bounds:
    """Return what weights are free to be: terms for conflict never speak against it, nor those against it for it."""
    groups = parse_groups(data_path("config", "lexicon", "groups.toml").read_bytes())
    tiers = {name: str(group.tier) for name, group in groups.items()}
    n_free = len(laid_out.words) + laid_out.shared.shape[1] + 1
    return [*(_bounds(name, tiers) for name in laid_out.terms), *[(None, None)] * n_free]


def _bounds(name: str, tiers: dict[str, str]) -> tuple[float | None, float | None]:
    kind, _, rest = name.partition(" ")
    if name in ("evidence", "body"):
        return 0.0, None
    if kind in ("group", "title", "opening", "tier"):
        tier = rest if kind == "tier" else tiers[rest]
        return (None, 0.0) if tier in ("against", "past", "possible") else (0.0, None)
    return None, None


def fit(x: csr_matrix, y: np.ndarray, counts: np.ndarray, penalties: np.ndarray, limits: Bounds) -> np.ndarray:
    """Return weights and bias that bring the logistic of the rows near `y` (0 to 1) under the penalties."""

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        logits = x @ w[:-1] + w[-1]
        pull = counts * (1 / (1 + np.exp(-logits)) - y)
        cost = (counts * (np.logaddexp(0, logits) - y * logits)).sum() + (penalties * w * w).sum() / 2
        return float(cost), np.append(x.T @ pull, pull.sum()) + penalties * w

    start = np.zeros(x.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 300})
    return np.asarray(found.x)
