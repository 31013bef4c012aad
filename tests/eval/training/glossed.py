"""Learn the convolution from English texts, and from those of other languages that glosses make English."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import convolve
import numpy as np
from material import FOLDS, folds_of, glosses_of, is_long, lexicon_of, vectors_of, wanted_of

from pipeline.relevance.vocabulary import BREAK, Token, Vocabulary, parse_glosses, vocabulary_of
from pipeline.relevance.windows import parse_convolution, read

CASE_WEIGHT = 15  # of a plain case, which must be right, against a text that was written to be hard
LONG_WEIGHT = 3  # of a whole report


def vocabularies_of() -> tuple[dict[str, Vocabulary], dict[str, bytes]]:
    """Return the vocabularies by language, and the files that hold the glosses, by name."""
    known, vectors = _words()
    found = {"en": vocabulary_of(known, range(1, len(vectors)), is_spaced=True, clitics=())}
    files = {}
    for language, glosses in glosses_of().items():
        name = f"glosses_{language}.npz"
        files[name] = _archive(glosses, found["en"])
        lexicon = lexicon_of(language)
        found[language] = parse_glosses(
            files[name], n_rows=len(vectors), is_spaced=lexicon.is_spaced, clitics=lexicon.clitics, name=name
        )
    return found, files


def learn_convolution(
    rows: Sequence[dict[str, Any]], tokens: Sequence[Sequence[Token]], vocabularies: Mapping[str, Vocabulary]
) -> tuple[bytes, np.ndarray]:
    """Return what was learnt, and log-odds from cross-validation (NaN where there is no vocabulary)."""
    known, vectors = _words()
    of_text = [vocabularies.get(row["language"]) for row in rows]
    numbered = [
        np.array(vocabulary.rows_of(word for word, _ in its) if vocabulary else [])
        for vocabulary, its in zip(of_text, tokens, strict=True)
    ]
    is_read = np.array([len(its) > 0 for its in numbered])
    wanted, folds = wanted_of(rows), folds_of(rows)
    counts = np.array([CASE_WEIGHT if "is_case" in row else LONG_WEIGHT if is_long(row) else 1.0 for row in rows])

    def made_of(those: np.ndarray) -> bytes:
        some = np.flatnonzero(those & is_read)
        chosen = convolve.Texts([numbered[number] for number in some], wanted[some], counts[some])
        learnt = convolve.learn(vectors, chosen, is_telling=_telling(known), seed=0)
        return convolve.whole_numbers(learnt, vectors, known, is_telling=_telling(known))

    scores = np.full(len(rows), np.nan)
    for fold_ in range(FOLDS):
        convolution = parse_convolution(made_of(folds != fold_), name="a fold's")
        for number in np.flatnonzero(is_read & (folds == fold_)):
            scores[number] = read(replace(convolution, vocabulary=of_text[number]), tokens[number]).logit
    return made_of(is_read), scores


def _words() -> tuple[list[str], np.ndarray]:
    """Return the English words and their vectors, after a row of nothing."""
    known, vectors = vectors_of()
    return known, np.vstack([np.zeros((1, vectors.shape[1])), vectors])


def _telling(known: Sequence[str]) -> np.ndarray:
    return np.array([False, *(word != BREAK for word in known)])


def _archive(glosses: dict[str, str], english: Vocabulary) -> bytes:
    """Return a language's words and the rows of the English ones that they are read as."""
    glosses = {BREAK: BREAK, **glosses}
    raw = io.BytesIO()
    np.savez_compressed(
        raw,
        words=np.frombuffer("\n".join(glosses).encode(), dtype=np.uint8),
        rows=np.array(english.rows_of(glosses.values()), dtype=np.uint16),
    )
    return raw.getvalue()
