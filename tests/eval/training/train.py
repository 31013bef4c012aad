"""Learn all that is in config/relevance/ from the texts and tables of this folder.

    python tests/eval/training/train.py [--check]

Prints F1 by language, cross-validated, and the types' F1 on the fifth of the texts that is set aside for them. The same
texts and lexicon give the same weights, to the digits that are kept. `--check` writes nothing.

Words are learnt together with the topics that they belong to (topics_*.toml) and with vectors that say what they are
like (vectors_*.npz), so that one which stands in few texts or in none weighs what its like weigh; a word's own weight
and those that it shares are added up in the file. A convolution learns as well (convolve.py), from the English texts and
from those of other languages with an English word in the place of each of theirs (glossed.py); the mean of both models
is the log-odds of keep.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from design import Bounds, Design, bounds, design, fit
from glossed import learn_convolution, vocabularies_of
from material import FOLDS, folds_of, is_long, seen, share, texts, wanted_of

from pipeline import relevance
from pipeline.relevance.definition import EVENT_TYPES

TARGET = Path(__file__).parents[3] / "config" / "relevance"
TYPES = dict(
    zip(
        ("battles", "explosions", "violence_against_civilians", "protests", "riots", "strategic"),
        EVENT_TYPES,
        strict=True,
    )
)
# hundredths of log-odds: a word that weighs less isn't worth its line in the file, nor one of no text whose like weigh less
LEAST_WEIGHT, LEAST_SHARED = 15, 40
TYPES_NEED_LESS = 3  # penalty: fewer texts, of which each is sure
CASE_WEIGHT = 6  # of a plain case, which must be right, against a text that was written to be hard
LONG_WEIGHT = 6  # there are few here, and many in use
THRESHOLDS = (-1.6, -1.3, -1.0, -0.8, -0.6, -0.4, -0.2, 0.0)  # printed, to choose those of config/profiles/ by


def f1(wanted: np.ndarray, got: np.ndarray) -> float:
    return 2 * int((wanted & got).sum()) / max(int(wanted.sum() + got.sum()), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    assessor = relevance.load(is_trained=False)
    rows = texts()
    vocabularies, archives = vocabularies_of()
    values, tokens = zip(*(seen(assessor, row, vocabularies) for row in rows), strict=True)
    laid_out = design(rows, values)
    keep, scores = learn_keep(rows, laid_out, bounds(laid_out))
    archives["windows_en.npz"], of_convolution = learn_convolution(rows, tokens, vocabularies)
    scores = np.where(np.isnan(of_convolution), scores, (scores + of_convolution) / 2)
    report(rows, scores)
    types = learn_types(rows, laid_out)
    if not args.check:
        write(laid_out, np.stack([laid_out.weights(found) for found in (keep, *types)], axis=1), archives)


def write(laid_out: Design, weights: np.ndarray, archives: dict[str, bytes]) -> None:
    """Write the models: of `weights`, a row a feature and then the bias, those that are worth it, a feature a line."""
    compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    n_terms = len(laid_out.terms)
    *rows, bias = weights.tolist()
    of_words = np.abs(weights[n_terms:-1])
    is_worth = np.where(laid_out.is_met, of_words.max(axis=1) >= LEAST_WEIGHT, of_words[:, 0] >= LEAST_SHARED)
    terms = {name: row for name, row in zip(laid_out.terms, rows, strict=False) if any(row)}
    by_language: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for name, row, worth in zip(laid_out.words, rows[n_terms:], is_worth, strict=True):
        if worth:
            _, language, stem = name.split(" ")
            by_language[language][stem] = row
    files = archives | {f"words_{language}.json": _lines(found).encode() for language, found in by_language.items()}
    head = f'"files":{compact(sorted(files))},\n"bias":{compact(bias)}'
    files["weights.json"] = f'{{\n{head},\n"weights":{_lines(terms)}}}\n'.encode()
    for name, raw in files.items():
        (TARGET / name).write_bytes(raw)


def _lines(rows: dict[str, list[int]]) -> str:
    compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    return "{\n" + ",\n".join(f"{compact(name)}:{compact(row)}" for name, row in rows.items()) + "\n}\n"


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
