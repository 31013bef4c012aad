"""Learn the convolution from English texts, and from those of other languages that glosses make English."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import convolve
import numpy as np
from material import CASE_WEIGHT, FOLDS, folds_of, glosses_of, is_long, lexicon_of, vectors_of, wanted_of

from pipeline.relevance.windows import BREAK, Token, Vocabulary, parse_convolution, parse_glosses, read

LONG_WEIGHT = 3  # of a whole report


def learn_convolution(
    rows: Sequence[dict[str, Any]], tokens: Sequence[Sequence[Token]]
) -> tuple[dict[str, bytes], np.ndarray]:
    """Return the files that were learnt, by name, and log-odds from cross-validation (NaN where no glosses are)."""
    known, vectors = vectors_of()
    vectors = np.vstack([np.zeros((1, vectors.shape[1])), vectors])
    is_telling = np.array([False, *(word != BREAK for word in known)])
    start = convolve.whole_numbers(convolve.start(vectors, seed=0), vectors, known, is_telling=is_telling)
    vocabularies = {"en": parse_convolution(start, name="untrained").vocabulary}
    files = {}
    for language, glosses in glosses_of().items():
        name = f"glosses_{language}.npz"
        files[name] = _archive(glosses, vocabularies["en"])
        vocabularies[language] = _parsed(files[name], language, n_rows=len(vectors), name=name)
    numbered = _numbered(rows, tokens, vocabularies)
    wanted, folds = wanted_of(rows), folds_of(rows)
    counts = np.array([CASE_WEIGHT if "is_case" in row else LONG_WEIGHT if is_long(row) else 1.0 for row in rows])

    def made_of(those: Iterable[int]) -> bytes:
        some = np.array([number for number in those if number in numbered])
        chosen = convolve.Texts([numbered[number] for number in some], wanted[some], counts[some])
        learnt = convolve.learn(vectors, chosen, is_telling=is_telling, seed=0)
        return convolve.whole_numbers(learnt, vectors, known, is_telling=is_telling)

    scores = np.full(len(rows), np.nan)
    for fold_ in range(FOLDS):
        convolution = parse_convolution(made_of(np.flatnonzero(folds != fold_)), name="a fold's")
        for number in np.flatnonzero(folds == fold_):
            if vocabulary := vocabularies.get(rows[number]["language"]):
                scores[number] = read(replace(convolution, vocabulary=vocabulary), tokens[number]).logit
    return {**files, "windows_en.npz": made_of(range(len(rows)))}, scores


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


def _parsed(raw: bytes, language: str, *, n_rows: int, name: str) -> Vocabulary:
    lexicon = lexicon_of(language)
    return parse_glosses(raw, n_rows=n_rows, is_spaced=lexicon.is_spaced, clitics=lexicon.clitics, name=name)


def _numbered(
    rows: Sequence[dict[str, Any]], tokens: Sequence[Sequence[Token]], vocabularies: dict[str, Vocabulary]
) -> dict[int, np.ndarray]:
    """Return the rows of the words of each text that can be read, by its number."""
    found = {}
    for number, (row, its) in enumerate(zip(rows, tokens, strict=True)):
        if vocabulary := vocabularies.get(row["language"]):
            found[number] = np.array(vocabulary.rows_of(word for word, _ in vocabulary.split(its)))
    return found
