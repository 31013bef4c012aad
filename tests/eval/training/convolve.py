"""Learn the convolution of one language (pipeline/relevance/windows.py): plain NumPy, a few minutes a time.

Vectors of words are given, and brought to fewer dimensions by a matrix that is learnt with the filters. Dropout of words
and of filters (Srivastava et al. 2014), Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter
2019), steps that shrink to nothing. The same numbers come out where NumPy adds up in the same order.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.relevance.windows import FULL_WORDS, WINDOW

N_FILTERS = 48
N_DIMENSIONS = 32
EPOCHS, BATCH, RATE, DECAY = 20, 64, 1e-3, 1e-2
WORDS_RATE = 5.0  # times RATE: a word is met in few batches
DROPPED_WORDS, DROPPED_FILTERS = 0.2, 0.5
MOST_TOKENS = 110
LENGTHS = (24, 48, MOST_TOKENS)  # tokens: texts of like length are learnt together
SCALE = 3.0  # length of a word's vector
LARGEST = 127  # of a signed byte
WORD_UNITS = 1000  # of a word's weight
BETAS, TINY = (0.9, 0.99), 1e-8

Parameters = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Texts:
    """Rows of vocabulary by text, the scores that they are to have, and how much each counts."""

    rows: Sequence[np.ndarray]
    wanted: np.ndarray
    counts: np.ndarray


def learn(vectors: np.ndarray, texts: Texts, *, is_telling: np.ndarray, seed: int) -> Parameters:
    """Learn from the texts; `vectors` has a row of length 1 for each word, after a row of nothing.

    Words that aren't telling have no weight of their own, and speak in windows alone.
    """
    random = np.random.default_rng(seed)
    parameters = start(vectors, seed=seed)
    vectors = (vectors * SCALE).astype(np.float32)
    means = {name: np.zeros_like(value) for name, value in parameters.items()}
    squares = {name: np.zeros_like(value) for name, value in parameters.items()}
    batches = [batch for _ in range(EPOCHS) for batch in _batches(texts.rows, random)]
    for step, batch in enumerate(batches):
        x = _filled([texts.rows[number] for number in batch])
        found = gradients(
            parameters, vectors, x, counting(x, is_telling), texts.wanted[batch], texts.counts[batch], random
        )
        rate = RATE * max(1 - step / len(batches), 0.02)
        for name, gradient in found.items():
            mean, square = means[name], squares[name]
            mean += (1 - BETAS[0]) * (gradient - mean)
            square += (1 - BETAS[1]) * (gradient**2 - square)
            by = mean / (1 - BETAS[0] ** (step + 1)) / (np.sqrt(square / (1 - BETAS[1] ** (step + 1))) + TINY)
            decay = 0.0 if name in ("bias", "projection") else DECAY
            parameters[name] -= rate * ((WORDS_RATE if name == "words" else 1.0) * by + decay * parameters[name])
    return parameters


def start(vectors: np.ndarray, *, seed: int) -> Parameters:
    """Begin with the directions in which the commonest words differ most, and filters at random."""
    random = np.random.default_rng(seed)
    _, _, directions = np.linalg.svd(vectors[1:5_001], full_matrices=False)
    found = {
        "projection": directions[:N_DIMENSIONS].T.copy(),
        "words": np.zeros(len(vectors)),
        "mean": np.zeros(N_DIMENSIONS),
        "bias": np.zeros(1),
        "filters": random.normal(0, 1 / np.sqrt(WINDOW * vectors.shape[1]), (WINDOW * N_DIMENSIONS, N_FILTERS)),
        "offsets": np.zeros(N_FILTERS),
        "shares": random.normal(0, 0.1, N_FILTERS),
    }
    return {name: value.astype(np.float32) for name, value in found.items()}


def _batches(rows: Sequence[np.ndarray], random: np.random.Generator) -> Iterator[np.ndarray]:
    """Deal the texts into batches of like length, in a random order."""
    places = np.searchsorted(LENGTHS, [min(len(row), MOST_TOKENS) for row in rows])
    found = []
    for place in range(len(LENGTHS)):
        dealt = random.permutation(np.flatnonzero(places == place))
        found += [dealt[at : at + BATCH] for at in range(0, len(dealt), BATCH)]
    for number in random.permutation(len(found)):
        yield found[number]


def _filled(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Return the rows as a table, what is left over as -1."""
    x = np.full((len(rows), max(1, min(max(map(len, rows)), MOST_TOKENS))), -1)
    for number, row in enumerate(rows):
        x[number, : len(row)] = row[:MOST_TOKENS]
    return x


def counting(x: np.ndarray, is_telling: np.ndarray) -> np.ndarray:
    """Say which tokens count by their own weights: those of telling words, where they stand first."""
    is_first = np.zeros(x.shape, dtype=bool)
    for number, row in enumerate(x):
        is_first[number, np.unique(row, return_index=True)[1]] = True
    return is_first & is_telling[x] & (x > 0)


def _windows(e: np.ndarray) -> np.ndarray:
    """Return the windows around each token, (texts, tokens, WINDOW x dimensions), with nothing beyond the ends."""
    n_tokens = e.shape[1]
    wide = np.pad(e, ((0, 0), (WINDOW // 2, WINDOW // 2), (0, 0)))
    return np.concatenate([wide[:, at : at + n_tokens] for at in range(WINDOW)], axis=2)


def gradients(
    p: Parameters,
    vectors: np.ndarray,
    x: np.ndarray,
    is_counting: np.ndarray,
    wanted: np.ndarray,
    counts: np.ndarray,
    random: np.random.Generator,
) -> Parameters:
    """Return the gradient of the mean cross-entropy, with words and filters dropped at random."""
    is_token = x >= 0
    kept = (is_token * (random.random(x.shape) >= DROPPED_WORDS) / (1 - DROPPED_WORDS)).astype(np.float32)
    v = vectors[x] * kept[..., np.newaxis]
    e = v @ p["projection"]
    factor = (1 / np.sqrt(np.maximum(is_counting.sum(axis=1), FULL_WORDS))).astype(np.float32)
    mean = (e * is_counting[..., np.newaxis]).sum(axis=1) * factor[:, np.newaxis]
    logits = mean @ p["mean"] + (p["words"][x] * kept * is_counting).sum(axis=1) * factor + p["bias"]
    windows = _windows(e)
    fits = windows @ p["filters"] + p["offsets"]
    fits[~is_token] = -np.inf
    best = fits.argmax(axis=1)
    most = np.maximum(np.take_along_axis(fits, best[:, np.newaxis], axis=1)[:, 0], 0)
    alive = (random.random(most.shape) >= DROPPED_FILTERS).astype(np.float32) / (1 - DROPPED_FILTERS)
    logits += (most * alive) @ p["shares"]
    pull = (counts * (1 / (1 + np.exp(-logits)) - wanted) / len(x)).astype(np.float32)
    found = {"bias": pull.sum(keepdims=True), "mean": pull @ mean, "shares": pull @ (most * alive)}
    by_token = (pull * factor)[:, np.newaxis] * kept * is_counting
    found["words"] = np.bincount(x[is_token], by_token[is_token], minlength=len(vectors)).astype(np.float32)
    of_most = pull[:, np.newaxis] * alive * (most > 0) * p["shares"]
    of_fits = np.zeros((*x.shape, N_FILTERS), dtype=np.float32)
    np.put_along_axis(of_fits, best[:, np.newaxis], of_most[:, np.newaxis], axis=1)
    flat = of_fits.reshape(-1, N_FILTERS)
    found["filters"] = windows.reshape(len(flat), -1).T @ flat
    found["offsets"] = of_most.sum(axis=0)
    of_windows = (flat @ p["filters"].T).reshape(*x.shape, WINDOW, N_DIMENSIONS)
    of_e = ((pull * factor)[:, np.newaxis] * is_counting).astype(np.float32)[..., np.newaxis] * p["mean"]
    for place in range(WINDOW):
        shift = place - WINDOW // 2
        start, end = max(-shift, 0), x.shape[1] - max(shift, 0)
        of_e[:, start + shift : end + shift] += of_windows[:, start:end, place]
    found["projection"] = v.reshape(-1, v.shape[2]).T @ of_e.reshape(-1, N_DIMENSIONS)
    return found


def whole_numbers(
    parameters: Parameters, vectors: np.ndarray, words: Sequence[str], *, is_telling: np.ndarray
) -> bytes:
    """Return what the product reads, as NumPy's archive: the numbers rounded to whole ones.

    A byte for each number of a vector and a filter, so that the sum of a window stays below 2**24.
    """
    e = vectors * SCALE @ parameters["projection"]
    unit_of_vectors = np.quantile(np.abs(e[1:]).max(axis=1), 0.99) / LARGEST
    of_words = parameters["words"] + e @ parameters["mean"]
    weights = (of_words * WORD_UNITS).round().clip(-32_000, 32_000)
    weights[weights == 0] = 1  # only what isn't telling has none
    weights[~is_telling] = 0
    unit_of_filters = np.abs(parameters["filters"]).max(axis=0) / LARGEST
    unit = unit_of_filters * unit_of_vectors
    archive = io.BytesIO()
    np.savez_compressed(
        archive,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        vectors=(e / unit_of_vectors).round().clip(-LARGEST, LARGEST).astype(np.int8),
        weights=weights.astype(np.int16),
        filters=(parameters["filters"] / unit_of_filters).round().astype(np.int8),
        offsets=(parameters["offsets"] / unit).round().astype(np.int32),
        shares=(parameters["shares"] * unit).astype(float).round(12),
        unit=1 / (WORD_UNITS * np.sqrt(FULL_WORDS)),
        bias=round(float(parameters["bias"][0]), 6),
    )
    return archive.getvalue()
