"""Learn config/relevance/weights.json and windows_en.npz from the texts of this folder.

    python tests/eval/training/train.py [--check]

Prints F1 by language, cross-validated, and the types' F1 on the fifth of the texts that is set aside for them. The same
texts and lexicon give the same weights, to the digits that are kept. `--check` writes nothing.

Words are learnt together with the topics that they belong to (topics_*.toml) and with vectors that say what they are
like (vectors_*.npz), so that one which stands in few texts or in none weighs what its like weigh; a word's own weight
and those that it shares are added up in the file. Where words have vectors a convolution learns as well
(convolve.py), and the mean of both models is the log-odds of keep.
"""

import argparse
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import convolve
import numpy as np
from scipy.optimize import minimize
from scipy.sparse import block_diag, csr_matrix, hstack

from pipeline import relevance
from pipeline.relevance.definition import EVENT_TYPES
from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import parse_groups, words
from pipeline.relevance.model import stems, word_feature
from pipeline.relevance.windows import BREAK, parse_convolution, read
from pipeline.resources import data_path

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "config" / "relevance" / "weights.json"
CASES = HERE.parents[1] / "unit" / "relevance" / "cases"
TYPES = dict(
    zip(
        ("battles", "explosions", "violence_against_civilians", "protests", "riots", "strategic"),
        EVENT_TYPES,
        strict=True,
    )
)
WORD_LANGUAGES = ("am", "ar", "de", "en", "es", "fa", "fr", "he", "hi", "my", "pt", "ru", "sw", "tr", "uk", "zh")
WANTED = {"keep": 1.0, "review": 0.3, "drop": 0.0}  # the score that a text is to have: review lies between
# chosen by cross-validation over these texts
PENALTY, WORD_PENALTY, TOPIC_PENALTY, VECTOR_PENALTY = 3.0, 1.0, 1.0, 0.25
LEAST_TEXTS, MOST_TEXTS = 3, 0.06  # a word in fewer texts is one story's, in a larger share of them is grammar
# hundredths of log-odds: a word that weighs less isn't worth its line in the file, nor one of no text whose like weigh less
LEAST_WEIGHT, LEAST_SHARED = 15, 40
TYPES_NEED_LESS = 3  # penalty: fewer texts, of which each is sure
CASE_WEIGHT = 6  # of a plain case, which must be right, against a text that was written to be hard
LONG = 600  # characters; what is longer is a whole report
LONG_WEIGHT = 6  # there are few here, and many in use
CONVOLVED_LONG = 3
FOLDS = 4
THRESHOLDS = (-1.6, -1.3, -1.0, -0.8, -0.6, -0.4, -0.2, 0.0)  # printed, to choose those of config/profiles/ by
ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "ers", "y", "ly", "ion", "al")  # of a topic's word that ends in *

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


def texts() -> list[dict[str, Any]]:
    """Return the texts of this folder, and the plain cases that the unit tests hold every language to."""
    rows = [json.loads(line) for file in sorted(HERE.glob("*.jsonl")) for line in lines(file)]
    for file in sorted(CASES.glob("*.jsonl")):
        for case in map(json.loads, lines(file)):
            row = {"language": file.stem, "title": case["title"], "lead": case["text"], "label": case["want"]}
            rows.append({**row, "type": None, "is_case": True})
    return rows


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def share(text: dict[str, Any], salt: str, parts: int) -> int:
    """Deal a text into one of `parts`, always the same."""
    return int(sha256(f"{salt}{text['title'] or text['lead']}".encode()).hexdigest(), 16) % parts


def is_long(text: dict[str, Any]) -> bool:
    """Say whether a text's lead is a whole report."""
    return len(text["lead"] or "") > LONG


def seen(assessor: relevance.Assessor, text: dict[str, Any]) -> tuple[dict[str, float], list[str | None]]:
    """Return the features of a text, and its words in order."""
    lead = text["lead"] or ""
    where = {"text": lead} if is_long(text) else {"text": "", "lead": lead}
    features, read = assessor.features(title=text["title"], language=text["language"], **where)
    return dict(features.values), read


def topics_of() -> dict[str, set[str]]:
    """Return the topics of words, by the name of the word's feature."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted(HERE.glob("topics_*.toml")):
        language = file.stem.removeprefix("topics_")
        for topic, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for entry in entries:
                forms = [entry[:-1] + ending for ending in ENDINGS] if entry.endswith("*") else [entry]
                for stem, *_ in stems(words(fold(" ".join(forms)).text)):
                    found[word_feature(stem, language)].add(f"{language} {topic}")
    return found


def vectors_of() -> dict[str, tuple[list[str], np.ndarray]]:
    """Return words and their vectors, a row of length 1 each, by language; the commonest words come first."""
    found = {}
    for file in sorted(HERE.glob("vectors_*.npz")):
        with np.load(file) as read:
            of_words = read["vectors"] / np.linalg.norm(read["vectors"].astype(float), axis=1, keepdims=True)
            found[file.stem.removeprefix("vectors_")] = [str(word) for word in read["words"]], of_words
    return found


def vectors_of_stems() -> tuple[list[str], csr_matrix]:
    """Return the features of words that have a vector, and these: the mean of the words that begin alike."""
    names: list[str] = []
    found = []
    for language, (known, vectors) in vectors_of().items():
        sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(vectors.shape[1]))  # noqa: B023 - used at once
        for rank, (word, vector) in enumerate(zip(known, vectors, strict=True), start=10):
            for stem, *_ in stems(words(word)):
                sums[stem] += vector / rank  # by Zipf's law that is how often it is met among those of its stem
        means = np.stack([sums[stem] for stem in sorted(sums)])
        names += [word_feature(stem, language) for stem in sorted(sums)]
        found.append(means / np.linalg.norm(means, axis=1, keepdims=True))
    return names, csr_matrix(block_diag(found))


def stop_words() -> set[str]:
    """Return the features of words that say nothing, however the texts happen to use them (stop_*.txt)."""
    found = set()
    for file in HERE.glob("stop_*.txt"):
        read = stems(words(fold(file.read_text(encoding="utf-8")).text))
        found |= {word_feature(stem, file.stem.removeprefix("stop_")) for stem, *_ in read}
    return found


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


def bounds(name: str, tiers: dict[str, str]) -> tuple[float | None, float | None]:
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


def f1(wanted: np.ndarray, got: np.ndarray) -> float:
    return 2 * int((wanted & got).sum()) / max(int(wanted.sum() + got.sum()), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    assessor = relevance.load(untrained_words=WORD_LANGUAGES)
    rows = texts()
    values, tokens = zip(*(seen(assessor, row) for row in rows), strict=True)
    laid_out = design(rows, values)
    raw = data_path("config", "lexicon", "groups.toml").read_bytes()
    tiers = {name: str(group.tier) for name, group in parse_groups(raw).items()}
    free = (None, None)
    limits = [bounds(name, tiers) for name in laid_out.terms]
    limits += [free] * (len(laid_out.words) + laid_out.shared.shape[1] + 1)
    keep, scores = learn_keep(rows, laid_out, limits)
    convolutions = {
        language: learn_convolution(rows, tokens, scores, language=language, vocabulary=vocabulary)
        for language, vocabulary in vectors_of().items()
    }
    report(rows, scores)
    types = learn_types(rows, laid_out)
    if not args.check:
        table = np.stack([laid_out.weights(found) for found in (keep, *types)], axis=1)
        of_words = np.abs(table[len(laid_out.terms) : -1])
        is_worth = np.ones(len(table) - 1, dtype=bool)
        is_worth[len(laid_out.terms) :] = np.where(
            laid_out.is_met, of_words.max(axis=1) >= LEAST_WEIGHT, of_words[:, 0] >= LEAST_SHARED
        )
        *rows_, bias = table.tolist()
        named = zip((*laid_out.terms, *laid_out.words), rows_, is_worth, strict=True)
        write({name: row for name, row, worth in named if worth}, bias=bias)
        for language, raw in convolutions.items():
            TARGET.with_name(f"windows_{language}.npz").write_bytes(raw)


def write(weights: dict[str, list[int]], *, bias: list[int]) -> None:
    """Write the model, a feature a line."""
    compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    rows = ",\n".join(f"{compact(name)}:{compact(row)}" for name, row in weights.items() if any(row))
    head = f'"word_languages":{compact(WORD_LANGUAGES)},\n"bias":{compact(bias)}'
    TARGET.write_text(f'{{\n{head},\n"weights":{{\n{rows}\n}}\n}}\n', encoding="utf-8")


def wanted_of(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    return np.array([WANTED[row["label"]] for row in rows])


def folds_of(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    return np.array([share(row, "fold ", FOLDS) for row in rows])


def learn_keep(rows: Sequence[dict[str, Any]], laid_out: Design, limits: Bounds) -> tuple[np.ndarray, np.ndarray]:
    """Learn the scores that the texts are to have; return the weights, and log-odds from cross-validation."""
    wanted, folds, penalties = wanted_of(rows), folds_of(rows), laid_out.penalties()
    counts = np.array([CASE_WEIGHT if "is_case" in row else LONG_WEIGHT if is_long(row) else 1.0 for row in rows])
    scores = np.zeros(len(rows))
    for fold_ in range(FOLDS):
        train, rest = folds != fold_, folds == fold_
        w = fit(laid_out.x[train], wanted[train], counts[train], penalties, limits)
        scores[rest] = laid_out.x[rest] @ w[:-1] + w[-1]
    return fit(laid_out.x, wanted, counts, penalties, limits), scores


def learn_convolution(
    rows: Sequence[dict[str, Any]],
    tokens: Sequence[Sequence[str | None]],
    scores: np.ndarray,
    *,
    language: str,
    vocabulary: tuple[list[str], np.ndarray],
) -> bytes:
    """Learn the convolution of a language; `scores` become the mean of both models, from cross-validation."""
    known, vectors = vocabulary
    vectors = np.vstack([np.zeros((1, vectors.shape[1])), vectors])
    is_telling = np.array([False, *(word != BREAK for word in known)])
    some = np.flatnonzero([row["language"] == language for row in rows])
    wanted, folds = wanted_of(rows), folds_of(rows)
    counts = np.array([CASE_WEIGHT if "is_case" in row else CONVOLVED_LONG if is_long(row) else 1.0 for row in rows])
    start = convolve.whole_numbers(convolve.start(vectors, seed=0), vectors, known, is_telling=is_telling)
    untrained = parse_convolution(start, name="untrained")
    numbered = [np.array(untrained.rows_of(tokens[number])) for number in some]

    def made_of(those: np.ndarray) -> bytes:
        chosen = convolve.Texts([numbered[number] for number in those], wanted[some[those]], counts[some[those]])
        learnt = convolve.learn(vectors, chosen, is_telling=is_telling, seed=0)
        return convolve.whole_numbers(learnt, vectors, known, is_telling=is_telling)

    for fold_ in range(FOLDS):
        convolution = parse_convolution(made_of(np.flatnonzero(folds[some] != fold_)), name="a fold's")
        for number in some[folds[some] == fold_]:
            scores[number] = (scores[number] + read(convolution, [(word, None) for word in tokens[number]]).logit) / 2
    return made_of(np.arange(len(some)))


def report(rows: Sequence[dict[str, Any]], scores: np.ndarray) -> None:
    """Print what cross-validation says of keep against drop."""
    wanted = wanted_of(rows)
    languages = np.array([row["language"] for row in rows])
    hard = np.array(["is_case" not in row and row["label"] != "review" for row in rows])  # plain cases flatter
    for language in ("all", *sorted(set(languages))):
        some = hard & ((languages == language) | (language == "all"))
        print(f"keep  {language:4} {int(some.sum()):5} texts  F1 {f1(wanted[some] == 1, scores[some] > 0):.3f}")
    whole = np.array([is_long(row) for row in rows])
    for name, some in (
        ("en", hard & (languages == "en") & ~whole),
        ("others", hard & (languages != "en")),
        ("whole", hard & whole),
    ):
        keeps = wanted[some] == 1
        tried = ((t, f1(keeps, scores[some] > t), (scores[some][keeps] > t).mean()) for t in THRESHOLDS)
        print(f"keep  {name}: F1 and recall by threshold  " + "  ".join(f"{t:g} {f:.3f} {r:.3f}" for t, f, r in tried))


def learn_types(rows: Sequence[dict[str, Any]], laid_out: Design) -> list[np.ndarray]:
    """Learn each type, in ACLED's order, against the others, and print F1 on the kept texts that were set aside."""
    x, penalties = laid_out.x, laid_out.penalties() / TYPES_NEED_LESS
    typed = np.array([row["type"] is not None for row in rows])
    aside = np.array([share(row, "", 5) == 0 for row in rows])
    kept = np.array([row["label"] == "keep" for row in rows])
    gold = np.array([TYPES.get(row["type"], "") for row in rows])
    train, some = typed & ~aside, typed & aside & kept
    free: Bounds = [(None, None)] * len(penalties)
    ones = np.ones(int(train.sum()))
    found = [fit(x[train], (gold == name)[train].astype(float), ones, penalties, free) for name in EVENT_TYPES]
    scores = np.stack([x[some] @ w[:-1] + w[-1] for w in found])
    got = np.array(EVENT_TYPES)[scores.argmax(axis=0)]
    each = {name: f1(gold[some] == name, got == name) for name in EVENT_TYPES}
    for name in EVENT_TYPES:
        print(f"type  {name:28} {int((gold[some] == name).sum()):4} texts  F1 {each[name]:.3f}")
    print(f"type  macro-F1 {np.mean(list(each.values())):.3f}")
    return found


if __name__ == "__main__":
    main()
