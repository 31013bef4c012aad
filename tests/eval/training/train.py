"""Learn config/relevance/weights.json from the texts of this folder.

    python tests/eval/training/train.py [--check]

Prints F1 by language, cross-validated, and the types' F1 on the fifth of the texts that is set aside for them. The same
texts and lexicon give the same weights, to the digits that are kept. `--check` writes nothing.
"""

import argparse
import json
from collections import Counter, defaultdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline import relevance
from pipeline.relevance.definition import EVENT_TYPES
from pipeline.relevance.lexicon import parse_groups
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
WORD_LANGUAGES = ("en",)  # the others have too few texts to learn words from
PENALTY, WORD_PENALTY = 3.0, 10.0  # chosen by cross-validation over these texts
LEAST_TEXTS, MOST_TEXTS = 3, 0.06  # a word in fewer texts is one story's, in a larger share of them is grammar
TYPES_NEED_LESS = 3  # penalty: fewer texts, of which each is sure
SHARE_IN_NEWS = 0.38  # of what feeds carry about a third is about conflict, of these texts a half
CASE_WEIGHT = 3  # of a plain case, which must be right, against a text that was written to be hard
FOLDS = 8
DIGITS = 3


def texts() -> list[dict[str, Any]]:
    """Return the texts of this folder, and the plain cases that the unit tests hold every language to."""
    rows = [json.loads(line) for file in sorted(HERE.glob("*.jsonl")) for line in lines(file)]
    for file in sorted(CASES.glob("*.jsonl")):
        for case in map(json.loads, lines(file)):
            row = {"language": file.stem, "title": case["title"], "lead": case["text"], "label": case["want"]}
            rows += [{**row, "type": None}] * CASE_WEIGHT
    return rows


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def is_set_aside(text: dict[str, Any]) -> bool:
    """Say whether a text is of the fifth that the types' figures are measured on."""
    return int(sha256(text["title"].encode()).hexdigest(), 16) % 5 == 0


def bounds(name: str, tiers: dict[str, str]) -> tuple[float | None, float | None]:
    kind, _, rest = name.partition(" ")
    if name == "evidence":
        return 0.0, None
    if kind in ("group", "title", "opening", "tier"):
        tier = rest if kind == "tier" else tiers[rest]
        return (None, 0.0) if tier in ("against", "past", "possible") else (0.0, None)
    return None, None


def fit(
    x: np.ndarray, y: np.ndarray, penalties: np.ndarray, limits: list[tuple[float | None, float | None]]
) -> np.ndarray:
    """Return weights and bias that make the texts likely under the penalties."""
    signs = 2 * y - 1

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margins = -signs * (x @ w[:-1] + w[-1])
        pull = -signs / (1 + np.exp(-margins))
        return (
            float(np.logaddexp(0, margins).sum() + (penalties * w * w).sum() / 2),
            np.append(x.T @ pull, pull.sum()) + penalties * w,
        )

    found = minimize(
        loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 1000}
    )
    return np.asarray(found.x)


def fold_of(text: dict[str, Any]) -> int:
    return int(sha256(f"fold {text['title']}".encode()).hexdigest(), 16) % FOLDS


def f1(wanted: np.ndarray, got: np.ndarray) -> float:
    return 2 * int((wanted & got).sum()) / max(int(wanted.sum() + got.sum()), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    assessor = relevance.load(untrained_words=WORD_LANGUAGES)
    rows = texts()
    values = [
        assessor.features(title=row["title"], lead=row["lead"] or "", text="", language=row["language"]).values
        for row in rows
    ]
    n_texts = Counter(row["language"] for row in rows)
    n_with = Counter(name for found in values for name in found)

    def is_telling(name: str) -> bool:
        kind, _, rest = name.partition(" ")
        return kind != "word" or LEAST_TEXTS <= n_with[name] <= MOST_TEXTS * n_texts[rest[:2]]

    names = sorted(name for name in n_with if is_telling(name))
    column = {name: number for number, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for number, found in enumerate(values):
        for name, value in found.items():
            if name in column:
                x[number, column[name]] = value
    penalties = np.array([WORD_PENALTY if name.startswith("word ") else PENALTY for name in names] + [0.0])
    raw = data_path("config", "lexicon", "groups.toml").read_bytes()
    tiers = {name: str(group.tier) for name, group in parse_groups(raw).items()}
    limits = [bounds(name, tiers) for name in names]
    keep = learn_keep(rows, x, penalties, [*limits, (None, None)])
    types = learn_types(rows, x, penalties / TYPES_NEED_LESS)
    model = {
        "word_languages": WORD_LANGUAGES,
        "keep": weights(names, keep),
        "types": {name: weights(names, found) for name, found in types.items()},
    }
    if not args.check:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(json.dumps(model, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def weights(names: list[str], found: np.ndarray) -> dict[str, Any]:
    rounded = {name: round(float(value), DIGITS) for name, value in zip(names, found[:-1], strict=True)}
    return {
        "bias": round(float(found[-1]), DIGITS),
        "weights": {name: value for name, value in rounded.items() if value},
    }


def learn_keep(
    rows: list[dict[str, Any]], x: np.ndarray, penalties: np.ndarray, limits: list[tuple[float | None, float | None]]
) -> np.ndarray:
    """Learn keep against drop, and print what cross-validation says; what is for review teaches neither."""
    decided = np.array([row["label"] != "review" for row in rows])
    y = np.array([row["label"] == "keep" for row in rows])
    share = y[decided].mean()
    shift = np.log(share / (1 - share)) - np.log(SHARE_IN_NEWS / (1 - SHARE_IN_NEWS))
    folds = np.array([fold_of(row) for row in rows])
    languages = np.array([row["language"] for row in rows])
    hard = np.array(["register" in row for row in rows])  # the plain cases teach, but flatter
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        train = decided & (folds != fold)
        w = fit(x[train], y[train], penalties, limits)
        scores[folds == fold] = x[folds == fold] @ w[:-1] + w[-1] - shift
    for language in ("all", *sorted(set(languages))):
        some = decided & hard & ((languages == language) | (language == "all"))
        at, even = f1(y[some], scores[some] > 0), f1(y[some], scores[some] > -shift)
        print(f"keep  {language:4} {int(some.sum()):5} texts  F1 {at:.3f}   at even odds in these texts {even:.3f}")
    w = fit(x[decided], y[decided], penalties, limits)
    w[-1] -= shift
    return w


def learn_types(rows: list[dict[str, Any]], x: np.ndarray, penalties: np.ndarray) -> dict[str, np.ndarray]:
    """Learn each type against the others, and print F1 on the kept texts that were set aside."""
    typed = np.array([row["type"] is not None for row in rows])
    aside = np.array([is_set_aside(row) for row in rows])
    kept = np.array([row["label"] == "keep" for row in rows])
    gold = np.array([TYPES.get(row["type"], "") for row in rows])
    found = {
        name: fit(x[typed & ~aside], (gold == name)[typed & ~aside], penalties, [(None, None)] * len(penalties))
        for name in EVENT_TYPES
    }
    some = typed & aside & kept
    scores = np.stack([x[some] @ w[:-1] + w[-1] for w in found.values()])
    got = np.array(EVENT_TYPES)[scores.argmax(axis=0)]
    each = defaultdict(float, {name: f1(gold[some] == name, got == name) for name in EVENT_TYPES})
    for name in EVENT_TYPES:
        print(f"type  {name:28} {int((gold[some] == name).sum()):4} texts  F1 {each[name]:.3f}")
    print(f"type  macro-F1 {np.mean(list(each.values())):.3f}")
    return found


if __name__ == "__main__":
    main()
