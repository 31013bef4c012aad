"""What is learnt from: the texts of this folder, and what is known of the words beside them."""

import json
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from pipeline import relevance
from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import Lexicon, parse_groups, parse_lexicon, words
from pipeline.relevance.model import stems, word_feature
from pipeline.relevance.vocabulary import Token, Vocabulary, tokens_of
from pipeline.resources import data_path

HERE = Path(__file__).parent
CASES = HERE.parents[1] / "unit" / "relevance" / "cases"
WANTED = {"keep": 1.0, "review": 0.3, "drop": 0.0}  # the score that a text is to have: review lies between
LONG = 600  # characters; what is longer is a whole report
FOLDS = 4
ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "ers", "y", "ly", "ion", "al")  # of a topic's word that ends in *


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


def seen(
    assessor: relevance.Assessor, text: dict[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> tuple[dict[str, float], list[Token]]:
    """Return the features of a text, and its words in order where there is a vocabulary of its language."""
    lead = text["lead"] or ""
    where = {"text": lead} if is_long(text) else {"text": "", "lead": lead}
    features, parts = assessor.features(title=text["title"], language=text["language"], **where)
    vocabulary = vocabularies.get(text["language"])
    return dict(features.values), tokens_of(parts, vocabulary) if vocabulary else []


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


def vectors_of() -> tuple[list[str], np.ndarray]:
    """Return English words and their vectors, a row of length 1 each; the commonest words come first."""
    with np.load(HERE / "vectors_en.npz") as found:
        of_words = found["vectors"] / np.linalg.norm(found["vectors"].astype(float), axis=1, keepdims=True)
        return [str(word) for word in found["words"]], of_words


def vectors_of_stems() -> tuple[list[str], csr_matrix]:
    """Return the features of words that have a vector, and these: the mean of the words that begin alike."""
    known, vectors = vectors_of()
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(vectors.shape[1]))
    for rank, (word, vector) in enumerate(zip(known, vectors, strict=True), start=10):
        for stem, *_ in stems(words(word)):
            sums[stem] += vector / rank  # by Zipf's law that is how often it is met among those of its stem
    means = np.stack([sums[stem] for stem in sorted(sums)])
    return [word_feature(stem, "en") for stem in sorted(sums)], csr_matrix(
        means / np.linalg.norm(means, axis=1, keepdims=True)
    )


def lexicon_of(language: str) -> Lexicon:
    """Return our lexicon of a language."""
    folder = data_path("config", "lexicon")
    groups = parse_groups((folder / "groups.toml").read_bytes())
    return parse_lexicon((folder / f"{language}.toml").read_bytes(), groups, name=f"{language}.toml")


def glosses_of() -> dict[str, dict[str, str]]:
    """Return the English words that words of other languages are read as (glosses_*.txt); "-" is none."""
    found = {}
    for file in sorted(HERE.glob("glosses_*.txt")):
        language = file.stem.removeprefix("glosses_")
        lexicon = lexicon_of(language)
        found[language] = dict(lexicon.fold(line).text.split(" ") for line in lines(file))
    return found


def stop_words() -> set[str]:
    """Return the features of words that say nothing, however the texts happen to use them (stop_*.txt)."""
    found = set()
    for file in HERE.glob("stop_*.txt"):
        read = stems(words(fold(file.read_text(encoding="utf-8")).text))
        found |= {word_feature(stem, file.stem.removeprefix("stop_")) for stem, *_ in read}
    return found


def wanted_of(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    return np.array([WANTED[row["label"]] for row in rows])


def folds_of(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    return np.array([share(row, "fold ", FOLDS) for row in rows])
